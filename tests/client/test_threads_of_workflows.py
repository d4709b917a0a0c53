"""Threads as they are written: started, waited for, and what handles their failures."""

from collections.abc import Callable

import pytest

import hitchpost
from hitchpost import WorkflowBuilder
from hitchpost.v1 import wf_spec_pb2
from hitchpost.v1.wf_spec_pb2 import FailureHandlerDef, Node, PutWfSpecRequest

ERRORS = FailureHandlerDef.FAILURE_TYPE_ERROR
EXCEPTIONS = FailureHandlerDef.FAILURE_TYPE_EXCEPTION


def compiled(write: Callable[[WorkflowBuilder], None]) -> PutWfSpecRequest:
    return hitchpost.Workflow("order", write).compile()


def node(request: PutWfSpecRequest, name: str, thread: str = "entrypoint") -> Node:
    return request.thread_specs[thread].nodes[name]


def refused(write: Callable[[WorkflowBuilder], None]) -> str:
    with pytest.raises(hitchpost.WorkflowInvalid) as caught:
        compiled(write)
    return str(caught.value)


def charge_card(child: WorkflowBuilder) -> None:
    child.task("charge", child.input("amount", float))


def nothing(_: WorkflowBuilder) -> None:
    pass


def test_a_thread_is_named_like_its_function_and_gives_its_number() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.wait_for_threads(wf.start_thread(charge_card, {"amount": 2.5}))

    request = compiled(write)
    start = node(request, "1-charge-card-START_THREAD").start_thread
    assert start.thread_spec_name == "charge-card"
    assert start.variables["amount"].literal_value.double == 2.5
    assert request.thread_specs["charge-card"].variable_defs[0].required
    waiting = node(request, "2-threads-WAIT_FOR_THREADS").wait_for_threads
    number = waiting.threads.threads[0].thread_run_number
    assert number.node_output.node_name == "1-charge-card-START_THREAD"


def test_what_a_child_is_given_is_of_the_types_that_it_declares() -> None:
    def rated(child: WorkflowBuilder) -> None:
        child.input("marks", hitchpost.Array[float])

    def write(wf: WorkflowBuilder) -> None:
        wf.start_thread(rated, {"marks": [1, 2]})

    start = node(compiled(write), "1-rated-START_THREAD").start_thread
    marks = start.variables["marks"].literal_value.array
    assert [mark.double for mark in marks.items] == [1, 2]


def test_the_same_function_can_be_started_several_times() -> None:
    def write(wf: WorkflowBuilder) -> None:
        first = wf.start_thread(charge_card, {"amount": 1.0})
        second = wf.start_thread(charge_card, {"amount": 2.0})
        wf.wait_for_threads(first, second)

    request = compiled(write)
    assert request.thread_specs.keys() == {"entrypoint", "charge-card"}
    waiting = node(request, "3-threads-WAIT_FOR_THREADS").wait_for_threads
    assert len(waiting.threads.threads) == 2


def test_threads_are_started_for_the_elements_of_a_list() -> None:
    def write(wf: WorkflowBuilder) -> None:
        def approve(child: WorkflowBuilder) -> None:
            child.task("ask", child.received(str), child.variable("item", str))

        approvers = wf.variable("approvers", list)
        asked = wf.start_thread_for_each(approvers, approve, {"item": "saddle"}, name="ask")
        wf.wait_for_threads(asked, strategy="first")

    request = compiled(write)
    start = node(request, "1-ask-START_MULTIPLE_THREADS").start_multiple_threads
    assert start.iterable.variable_name == "approvers"
    assert start.variables["item"].literal_value.str == "saddle"
    assert [one.var_def.name for one in request.thread_specs["ask"].variable_defs][0] == "INPUT"
    waiting = node(request, "2-threads-WAIT_FOR_THREADS").wait_for_threads
    assert waiting.thread_list.node_output.node_name == "1-ask-START_MULTIPLE_THREADS"
    assert waiting.strategy == wf_spec_pb2.WAIT_FOR_FIRST


@pytest.mark.parametrize(
    "wait",
    [
        lambda wf, one, many: wf.wait_for_threads(),
        lambda wf, one, many: wf.wait_for_threads(one, many),
        lambda wf, one, many: wf.start_thread(lambda child: None),
        lambda wf, one, many: wf.wait_for_child_wf(one),
    ],
)
def test_what_makes_no_sense_of_threads_is_refused(wait: Callable[..., object]) -> None:
    def write(wf: WorkflowBuilder) -> None:
        wait(wf, wf.start_thread(nothing), wf.start_thread_for_each([1], nothing))

    assert refused(write)


def test_a_thread_cannot_start_itself() -> None:
    def again(child: WorkflowBuilder) -> None:
        child.start_thread(again)

    assert "cannot start itself" in refused(lambda wf: again(wf) or None)
    assert "cannot start itself" in refused(again)


def test_two_functions_of_one_name_need_another_name() -> None:
    def write(wf: WorkflowBuilder) -> None:
        for _ in range(2):

            def child(child: WorkflowBuilder) -> None:
                pass

            wf.start_thread(child)

    assert "named child" in refused(write)


def test_a_thread_may_leave_its_run_soon() -> None:
    def short(child: WorkflowBuilder) -> None:
        child.retention(0)

    policy = compiled(short).thread_specs["entrypoint"].retention_policy
    assert policy.HasField("seconds_after_thread_termination")


def test_handlers_stand_in_the_order_in_which_they_are_written() -> None:
    def write(wf: WorkflowBuilder) -> None:
        charged = wf.task("charge")
        wf.handle_error(charged, "TIMEOUT")(nothing)
        wf.handle_exception(charged, "declined")(nothing)
        wf.handle_error(charged)(nothing)
        wf.handle_exception(charged)(nothing)
        wf.handle_failure(charged)(nothing)

    first, second, third, fourth, fifth = node(compiled(write), "1-charge-TASK").failure_handlers
    assert (first.specific_failure, second.specific_failure) == ("TIMEOUT", "declined")
    assert (third.any_failure_of_type, fourth.any_failure_of_type) == (ERRORS, EXCEPTIONS)
    assert fifth.WhichOneof("failure_to_catch") is None
    assert {first.handler_spec_name, fifth.handler_spec_name} == {"handler-1-charge-TASK-TIMEOUT"}


@pytest.mark.parametrize(
    "step",
    [
        lambda wf: wf.sleep(1),
        lambda wf: wf.wait_for_condition(wf.variable("ready", bool)),
        lambda wf: wf.wait_for_event("signed"),
        lambda wf: wf.throw_event("shipped"),
        lambda wf: wf.user_task("approve", user="ada"),
        lambda wf: wf.start_thread(nothing),
        lambda wf: wf.run_child_wf("invoice"),
        lambda wf: wf.complete(),
    ],
)
def test_every_step_can_have_a_handler(step: Callable[[WorkflowBuilder], hitchpost.Step]) -> None:
    written: list[hitchpost.Step] = []

    def write(wf: WorkflowBuilder) -> None:
        written.append(step(wf))

        @wf.handle_failure(written[0])
        def mend(handler: WorkflowBuilder) -> None:
            handler.task("mend", handler.received(dict))

    request = compiled(write)
    [handler] = node(request, written[0].node_name).failure_handlers
    assert "1-mend-TASK" in request.thread_specs[handler.handler_spec_name].nodes


def test_the_failure_of_each_child_has_handlers_of_its_own() -> None:
    def write(wf: WorkflowBuilder) -> None:
        waiting = wf.wait_for_threads(wf.start_thread(charge_card, {"amount": 1.0}))
        wf.handle_exception(waiting.each_child, "declined")(nothing)
        wf.handle_failure(waiting)(lambda handler: None)

    written = node(compiled(write), "2-threads-WAIT_FOR_THREADS")
    [of_each] = written.wait_for_threads.per_thread_failure_handlers
    assert of_each.specific_failure == "declined"
    [of_all] = written.failure_handlers
    assert of_each.handler_spec_name != of_all.handler_spec_name


def test_steps_of_one_name_in_several_threads_have_handlers_of_their_own() -> None:
    def child(child: WorkflowBuilder) -> None:
        child.handle_failure(child.task("charge"))(lambda handler: None)

    def write(wf: WorkflowBuilder) -> None:
        wf.handle_failure(wf.task("charge"))(lambda handler: None)
        wf.start_thread(child)

    request = compiled(write)
    threads = ("entrypoint", "child")
    handlers = {
        node(request, "1-charge-TASK", name).failure_handlers[0].handler_spec_name
        for name in threads
    }
    assert request.thread_specs.keys() == handlers | {*threads}


def test_names_of_failures_are_of_their_kind() -> None:
    assert "no technical" in refused(lambda wf: wf.handle_error(wf.task("t"), "x")(nothing) or None)
    assert "technical" in refused(lambda wf: wf.handle_exception(wf.sleep(1), "TIMEOUT")(nothing))


def test_a_handler_is_for_a_step_of_its_own_thread() -> None:
    def write(wf: WorkflowBuilder) -> None:
        charged = wf.task("charge")

        @wf.handle_failure(charged)
        def mend(handler: WorkflowBuilder) -> None:
            handler.handle_failure(charged)(nothing)

    assert "another thread" in refused(write)


def test_the_output_of_another_threads_step_cannot_be_read() -> None:
    def write(wf: WorkflowBuilder) -> None:
        stock = wf.task("check-stock")

        def child(child: WorkflowBuilder) -> None:
            child.task("order", stock + 1)

        wf.start_thread(child)

    assert "set a variable" in refused(write)


def test_a_child_run_may_be_named_when_a_run_gets_there() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.run_child_wf(wf.format("{0}-invoice", wf.variable("country", str)), major=2)

    child = node(compiled(write), "1-run-dynamic-RUN_CHILD_WF").run_child_wf
    assert child.WhichOneof("wf_spec") == "wf_spec_var"
    assert child.major_version == 2
    assert not child.HasField("child_id")


def test_a_task_may_be_named_when_a_run_gets_there() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.task(wf.variable("which", str), 1, retries=2)

    task = node(compiled(write), "1-dynamic-TASK").task
    assert task.dynamic_task.variable_name == "which"
    assert task.retries == 2


def test_events_are_registered_with_the_workflow() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.register_event("paid", correlation=hitchpost.Correlation(60, delete_after_first=True))
        wf.register_workflow_event("shipped", content_type=dict)

    workflow = hitchpost.Workflow("order", write)
    [external] = workflow.external_event_defs()
    assert external.correlated_event_config.ttl_seconds == 60
    assert external.correlated_event_config.delete_after_first_correlation
    [thrown] = workflow.workflow_event_defs()
    assert thrown.content_type.HasField("return_type")


@pytest.mark.parametrize(
    "write",
    [
        lambda wf: wf.user_task("approve"),
        lambda wf: wf.user_task("approve", user=" "),
        lambda wf: wf.user_task("approve", user="ada").reassign_after(5),
        lambda wf: wf.user_task("approve", user="ada").release_after(5),
    ],
)
def test_a_user_task_is_somebodys(write: Callable[[WorkflowBuilder], None]) -> None:
    assert refused(write)


def test_a_reminder_takes_arguments_and_counts_from_each_assignment() -> None:
    def write(wf: WorkflowBuilder) -> None:
        item = wf.variable("item", str)
        approval = wf.user_task("approve", group="finance")
        approval.remind_after(60, "remind", item, 2, since="assignment")

    [action] = node(compiled(write), "1-approve-USER_TASK").user_task.actions
    assert action.hook == wf_spec_pb2.UTActionTrigger.ON_TASK_ASSIGNED
    assert action.delay_seconds.literal_value.int == 60
    assert [one.WhichOneof("source") for one in action.task.task.variables] == [
        "variable_name",
        "literal_value",
    ]
