"""Failure handlers of nodes: which failure they catch, and what comes after them."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import failing
from hitchpost_server.engine.failure_names import ERROR_NAMES

EXCEPTION = tasks.LHTaskException(name="no-money", message="the card is empty")


def put(world, write, *event_names):
    for event_name in event_names:
        world.put_event_def(event_name)
    world.put_task_def("charge", {}, returns=str)
    world.put_workflow(hitchpost.workflow("any")(write))


@pytest.fixture
def run(world):
    return RunView(world)


def fail_task(world, guid="0-1", exception=None):
    assert world.start_task(guid) is not None
    if exception is None:
        world.report(guid, status=tasks.TASK_FAILED)
    else:
        world.report(guid, status=tasks.TASK_EXCEPTION, exception=exception)


def charging(handle):
    """A task whose failure is handled as `handle` says, then an assignment that must not run."""

    def write(wf):
        result = wf.variable("result", str, default="untouched")
        charged = wf.task("charge")
        handle(wf, charged)
        wf.set(result, charged)
        wf.wait_for_event("after")

    return write


def handled_by_anything(wf, charged):
    @wf.handle_failure(charged)
    def handler(thread):
        thread.wait_for_event("handle")


def test_a_handler_runs_while_the_thread_stands_still_and_then_it_goes_on(world, run):
    put(world, charging(handled_by_anything), "handle", "after")
    world.start("any")
    fail_task(world)
    assert (run.status, run.threads) == ("RUNNING", {0: "HALTED", 1: "RUNNING"})
    assert run.reasons(0) == ["handling_failure"]
    assert run.thread(1).type == wf_runs.FAILURE_HANDLER
    world.post("handle")
    assert run.threads == {0: "RUNNING", 1: "COMPLETED"}
    assert run.node(0).node_name.endswith("EXTERNAL_EVENT") or run.node_status(0) == "RUNNING"
    assert run.node_status(0, 1) == "ERROR"


def test_the_failure_says_who_handled_it(world, run):
    put(world, charging(handled_by_anything), "handle", "after")
    world.start("any")
    fail_task(world)
    world.post("handle")
    failure = run.node(0, 1).failures[0]
    assert failure.was_properly_handled
    assert failure.failure_handler_threadrun_id == 1
    assert list(run.node(0, 1).failure_handler_ids) == [1]
    handled = run.thread(1).failure_being_handled
    assert (handled.thread_run_number, handled.node_run_position) == (0, 1)


def test_the_edges_of_a_node_that_failed_change_nothing(world, run):
    put(world, charging(handled_by_anything), "handle", "after")
    world.start("any")
    fail_task(world)
    world.post("handle")
    world.post("after")
    assert (run.status, run.variable("result")) == ("COMPLETED", "untouched")


def test_a_handler_gets_the_content_of_the_failure(world, run):
    def handle(wf, charged):
        seen = wf.variable("seen", str)

        @wf.handle_exception(charged, "no-money")
        def handler(thread):
            thread.set(seen, thread.received(str))

    put(world, charging(handle), "after")
    world.start("any")
    exception = tasks.LHTaskException(name="no-money", content=hitchpost.to_value("12 cents"))
    fail_task(world, exception=exception)
    assert run.variable("seen") == "12 cents"


def test_a_handler_of_a_failure_without_content_gets_null(world, run):
    def handle(wf, charged):
        seen = wf.variable("seen", str, default="something")

        @wf.handle_failure(charged)
        def handler(thread):
            thread.set(seen, thread.received(str))

    put(world, charging(handle), "after")
    world.start("any")
    fail_task(world)
    assert (run.status, run.variable("seen")) == ("RUNNING", None)


def any_error(wf, charged):
    @wf.handle_error(charged)
    def handler(thread):
        thread.sleep(0)


def any_exception(wf, charged):
    @wf.handle_exception(charged)
    def handler(thread):
        thread.sleep(0)


@pytest.mark.parametrize(
    ("handle", "exception", "end"),
    [
        (any_error, None, "RUNNING"),
        (any_error, EXCEPTION, "EXCEPTION"),
        (any_exception, None, "ERROR"),
        (any_exception, EXCEPTION, "RUNNING"),
        (handled_by_anything, None, "RUNNING"),
        (handled_by_anything, EXCEPTION, "RUNNING"),
    ],
)
def test_handlers_catch_what_they_say(world, run, handle, exception, end):
    put(world, charging(handle), "handle", "after")
    world.start("any")
    fail_task(world, exception=exception)
    assert run.status == end


@pytest.mark.parametrize("name", sorted({*ERROR_NAMES, "no-money"}))
def test_each_name_is_caught_by_itself(name):
    handler = failing.FailureHandlerDef(specific_failure=name)
    assert failing.handler_of([handler], failing.node_runs.Failure(failure_name=name)) is handler


@pytest.mark.parametrize(
    ("caught", "names"),
    [
        ("VAR_ERROR", {"VAR_SUB_ERROR", "VAR_MUTATION_ERROR"}),
        ("TASK_ERROR", {"TASK_FAILURE", "TIMEOUT"}),
        ("TIMEOUT", set()),
        ("no-money", set()),
    ],
)
def test_two_names_stand_for_others_too(caught, names):
    handler = failing.FailureHandlerDef(specific_failure=caught)
    failures = [failing.node_runs.Failure(failure_name=name) for name in ERROR_NAMES - {caught}]
    found = {one.failure_name for one in failures if failing.handler_of([handler], one)}
    assert found == names


def test_the_first_handler_that_fits_is_taken(world, run):
    def handle(wf, charged):
        any_exception(wf, charged)

        @wf.handle_error(charged)
        def second(thread):
            thread.wait_for_event("second")

        @wf.handle_failure(charged)
        def third(thread):
            thread.wait_for_event("third")

    put(world, charging(handle), "after", "second", "third")
    world.start("any")
    fail_task(world)
    assert world.post("second").claimed


def test_a_handler_that_fails_fails_the_thread_with_its_failure(world, run):
    def handle(wf, charged):
        @wf.handle_failure(charged)
        def handler(thread):
            thread.wait_for_event("handle")
            thread.fail("given-up", "there is no other way")

    put(world, charging(handle), "handle", "after")
    world.start("any")
    fail_task(world)
    world.post("handle")
    assert run.threads == {0: "EXCEPTION", 1: "EXCEPTION"}
    assert run.status == "EXCEPTION"
    assert run.thread(0).error_message == "there is no other way"
    assert run.failures(0, 1) == ["TASK_FAILURE"]


def test_a_failure_behind_a_handled_one_is_not_handled(world, run):
    def write(wf):
        count = wf.variable("count", int, default=0)
        charged = wf.task("charge")

        @wf.handle_failure(charged)
        def handler(thread):
            thread.set(count, count + 1)

        with wf.when(1 / count > 0):
            wf.sleep(1)

    put(world, write)
    world.start("any")
    fail_task(world)
    assert run.variable("count") == 1


def test_a_failing_edge_of_a_complete_node_is_handled_like_its_failure(world, run):
    def write(wf):
        number = wf.variable("number", int, default=1)
        charged = wf.task("charge")
        handled_by_anything(wf, charged)
        wf.set(number, number / 0)
        wf.wait_for_event("after")

    put(world, write, "handle", "after")
    world.start("any")
    world.do_task("0-1", "fine")
    assert (run.node_status(0, 1), run.failures(0, 1)) == ("ERROR", ["VAR_SUB_ERROR"])
    world.post("handle")
    assert (run.variable("number"), run.threads[0]) == (1, "RUNNING")


def test_handled_failures_of_children_do_not_count_at_the_exit(world, run):
    def write(wf):
        def child(thread):
            thread.fail("broken", "by design")

        waiting = wf.wait_for_threads(wf.start_thread(child))

        @wf.handle_exception(waiting, "broken")
        def handler(thread):
            thread.wait_for_event("handle")

    put(world, write, "handle")
    world.start("any")
    assert run.threads == {0: "HALTED", 1: "EXCEPTION", 2: "RUNNING"}
    world.post("handle")
    assert run.status == "COMPLETED"
    assert list(run.thread(0).handled_failed_children) == [1]


def test_siblings_halted_for_a_handled_failure_go_on(world, run):
    def write(wf):
        def bad(thread):
            thread.wait_for_event("fail")
            thread.fail("broken", "by design")

        def good(thread):
            thread.wait_for_event("go")

        waiting = wf.wait_for_threads(wf.start_thread(bad), wf.start_thread(good))

        @wf.handle_failure(waiting)
        def handler(thread):
            thread.wait_for_event("handle")

    put(world, write, "fail", "go", "handle")
    world.start("any")
    world.post("fail")
    assert run.threads == {0: "HALTED", 1: "EXCEPTION", 2: "HALTED", 3: "RUNNING"}
    world.post("handle")
    assert run.threads[2] == "RUNNING"
    world.post("go")
    assert run.status == "COMPLETED"


def test_a_handler_cannot_see_the_variables_of_the_child_that_failed(world, run):
    """It is the child's sibling: its mutation is out of scope, and that is nobody's to handle."""

    def write(wf):
        def child(thread):
            thread.variable("of-child", int, default=1)
            thread.fail("broken", "by design")

        waiting = wf.wait_for_threads(wf.start_thread(child))
        here = wf.variable("here", int, default=0)

        @wf.handle_failure(waiting)
        def handler(thread):
            thread.set(here, 5)

    request = hitchpost.workflow("any")(write).compile()
    for thread in request.thread_specs.values():
        for node in thread.nodes.values():
            for edge in node.outgoing_edges:
                for mutation in edge.variable_mutations:
                    mutation.lhs_name = "of-child"
    world.put_wf_spec(request)
    world.start("any")
    assert run.threads == {0: "ERROR", 1: "EXCEPTION", 2: "ERROR"}


def test_a_timeout_is_handled_by_its_name(world, run):
    def write(wf):
        waited = wf.wait_for_event("late", timeout=5)

        @wf.handle_error(waited, "TIMEOUT")
        def handler(thread):
            thread.sleep(1)

    put(world, write, "late")
    world.start("any")
    world.pass_time(10)
    assert run.status == "COMPLETED"
    assert "arrive in time" in run.node(0, 1).failures[0].message


def test_an_exit_whose_failure_is_handled_completes_its_thread(world, run):
    def write(wf):
        wf.start_thread(lambda child: child.fail("broken", "by design"), name="child")

    request = hitchpost.workflow("any")(write).compile()
    main = request.thread_specs[request.entrypoint_thread_name]
    handler = request.thread_specs["handler"]
    handler.nodes["begin"].entrypoint.SetInParent()
    handler.nodes["begin"].outgoing_edges.add(sink_node_name="end")
    handler.nodes["end"].exit.SetInParent()
    exit_node = next(node for node in main.nodes.values() if node.HasField("exit"))
    exit_node.failure_handlers.add(handler_spec_name="handler")
    world.put_wf_spec(request)
    world.start("any")
    assert (run.status, run.threads[1]) == ("COMPLETED", "EXCEPTION")
