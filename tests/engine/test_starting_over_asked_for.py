"""Starting over at somebody's request: which runs may, and which inputs will do."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import runs_pb2 as runs
from hitchpost_server.engine import errors


@hitchpost.workflow("order")
def order(wf):
    who = wf.input("who", str)
    wf.variable("count", int, default=1)
    wf.register_event("paid")
    wf.register_event("changed")

    @wf.interrupt("changed")
    def handle(handler):
        handler.task("note", who)

    wf.wait_for_event("paid")
    wf.task("ship", who)


@pytest.fixture
def ordering(world):
    """A world in which a run waits to be paid."""
    world.put_task_def("note", {"who": str})
    world.put_task_def("ship", {"who": str})
    world.put_workflow(order)
    world.start("order", who="Ada", count=7)
    return world


@pytest.fixture
def view(ordering):
    return RunView(ordering)


def refused(world, refusal, run="r", **inputs):
    """Starting over is refused, and nothing is left of it."""
    before = len(world.history(run))
    with pytest.raises(refusal) as caught:
        world.continue_as_new(run, **inputs)
    assert len(world.history(run)) == before
    assert world.owed() == []
    return caught.value


def test_nothing_goes_over_by_itself(ordering, view):
    ordering.continue_as_new(who="Grace")
    assert (view.variable("who"), view.variable("count")) == ("Grace", 1)


def test_the_next_execution_begins_where_the_first_one_did(ordering, view):
    ordering.post("paid")
    assert view.thread(0).current_node_position == 2
    ordering.continue_as_new(who="Grace")
    assert (view.threads, view.thread(0).current_node_position) == ({0: "RUNNING"}, 1)


def test_a_run_that_stands_still_starts_over_and_runs(ordering, view):
    ordering.stop()
    assert view.status == "HALTED"
    reply = ordering.continue_as_new(who="Grace")
    assert (view.status, view.threads, view.reasons(0)) == ("RUNNING", {0: "RUNNING"}, [])
    assert reply == view.message
    assert ordering.post("paid").claimed


def test_a_run_that_is_being_interrupted_starts_over_without_the_handler(ordering, view):
    ordering.post("changed")
    assert view.threads == {0: "HALTED", 1: "RUNNING"}
    ordering.continue_as_new(who="Grace")
    assert view.threads == {0: "RUNNING"}
    assert not view.message.pending_interrupts


def test_a_run_that_has_not_started_cannot_start_over(ordering):
    refused(ordering, errors.ObjectNotFound, "elsewhere", who="Grace")


def test_a_run_that_has_only_received_events_cannot_start_over(ordering):
    ordering.post("paid", run="later")
    refused(ordering, errors.ObjectNotFound, "later", who="Grace")


def test_a_run_that_has_completed_cannot_start_over(ordering):
    ordering.post("paid")
    ordering.do_task("0-2")
    assert refused(ordering, errors.WfRunTerminated, who="G").facts["status"] == "COMPLETED"


@pytest.mark.parametrize(("fail_as", "end"), [("no-money", "EXCEPTION"), (None, "ERROR")])
def test_a_run_that_has_failed_cannot_start_over(world, fail_as, end):
    def write(wf):
        count = wf.variable("count", int, default=0)
        with wf.when(count == (0 if fail_as is None else 1)):
            wf.set(count, count / 0)
        wf.fail(fail_as or "never")

    world.put_workflow(hitchpost.workflow("failing")(write))
    world.start("failing")
    assert refused(world, errors.WfRunTerminated).facts["status"] == end


def test_a_run_that_was_rescued_may_start_over_again(world):
    world.put_task_def("work")
    world.put_workflow(hitchpost.workflow("working")(lambda wf: wf.task("work")))
    world.start("working")
    world.start_task("0-1")
    world.pass_time(10_000)
    refused(world, errors.WfRunTerminated)
    world.rescue()
    assert world.continue_as_new().execution == 2


def test_a_required_input_must_be_there(ordering):
    assert refused(ordering, errors.InputInvalid).facts["variable"] == "who"


def test_an_input_must_have_its_type(ordering):
    facts = refused(ordering, errors.InputInvalid, who="Grace", count="many").facts
    assert facts["variable"] == "count"


def test_an_input_must_be_declared(ordering):
    refused(ordering, errors.InputInvalid, who="Grace", colour="red")


def test_inputs_must_not_be_too_large(make_world):
    world = make_world(object_bytes_max=1_500_000, content_bytes_max=1_000_000)
    world.put_workflow(hitchpost.workflow("large")(_reads_text))
    world.start("large", text="x")
    refused(world, errors.ObjectTooLarge, text="x" * 1_600_000)


def _reads_text(wf):
    wf.input("text", str)
    wf.register_event("paid")
    wf.wait_for_event("paid")


def test_a_refused_request_leaves_the_execution_as_it_was(ordering, view):
    refused(ordering, errors.InputInvalid, who="Grace", count="many")
    assert (view.message.execution, view.variable("who")) == (1, "Ada")
    assert ordering.post("paid").claimed


def test_the_wrong_execution_is_told_before_the_wrong_inputs(ordering):
    request = runs.ContinueAsNewRequest(execution=2)
    with pytest.raises(errors.ExecutionMismatch) as refusal:
        ordering.start_over(request)
    assert refusal.value.facts == {"wf_run": "r", "execution": "2", "current": "1"}


def test_a_run_starts_over_as_often_as_it_is_asked(ordering, view):
    for execution in range(2, 30):
        assert ordering.continue_as_new(who=f"{execution}").execution == execution
    assert view.variable("who") == "29"
    kinds = ordering.kinds()
    assert (kinds.count("run_started"), kinds.count("run_continued_as_new")) == (29, 28)
    assert [event.execution for event in ordering.history()][-1] == 29


def test_every_event_says_in_which_execution_it_happened(ordering):
    ordering.continue_as_new(who="Grace")
    told = [(event.execution, event.WhichOneof("event")) for event in ordering.history()]
    ended = told.index((1, "run_continued_as_new"))
    assert {execution for execution, _ in told[: ended + 1]} == {1}
    assert told[ended + 1] == (2, "run_started")
    assert {execution for execution, _ in told[ended + 1 :]} == {2}
