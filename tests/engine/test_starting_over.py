"""Starting over: a run goes on under its id, with a fresh state and what nobody has claimed."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import runs_pb2 as runs
from hitchpost_server.engine import errors
from hitchpost_server.engine.rows import EXECUTION_TABLES, ExternalEventRow, PastExternalEventRow


@hitchpost.workflow("keeper")
def keeper(wf):
    name = wf.variable("name", str)
    kept = wf.variable("kept", str)
    wf.register_event("kept")
    wf.set(kept, wf.wait_for_event("kept"))
    wf.task("remember", name)


@pytest.fixture
def keeping(world):
    """A world in which a run of the workflow waits."""
    world.put_task_def("remember", {"name": str})
    world.put_workflow(keeper)
    world.put_event_def("other")
    world.start("keeper", name="Ada")
    return world


def drops(world):
    return [
        history.DropReason.Name(event.external_event_dropped.reason)
        for event in world.history()
        if event.HasField("external_event_dropped")
    ]


def test_a_run_starts_over_under_its_id_with_new_inputs(keeping):
    wf_run = keeping.continue_as_new(name="Grace")
    assert (wf_run.execution, wf_run.id.id) == (2, "r")
    view = RunView(keeping)
    assert (view.status, view.variable("name")) == ("RUNNING", "Grace")


def test_events_that_nobody_has_claimed_come_along_in_order(keeping):
    for guid in ("b", "a"):
        keeping.post("other", guid, guid=guid)
    keeping.continue_as_new()
    keeping.post("other", "c", guid="c")
    unclaimed = keeping.states["run/r"].runs["r"].unclaimed
    assert [(one.event.id.guid, one.event.execution) for one in unclaimed.values()] == [
        ("b", 1),
        ("a", 1),
        ("c", 2),
    ]


def test_an_event_that_was_claimed_stays_behind_and_its_guid_is_taken(keeping):
    keeping.post("kept", "x", guid="once")
    keeping.continue_as_new()
    tables = {type(row) for row in keeping.rows.values() if "once" in row}
    assert tables == {PastExternalEventRow}
    with pytest.raises(errors.ExternalEventExists):
        keeping.post("kept", "x", guid="once")


def test_an_event_comes_along_into_five_executions_and_no_further(keeping):
    keeping.post("other", guid="old")
    for _ in range(5):
        keeping.continue_as_new()
    assert drops(keeping) == []
    keeping.continue_as_new()
    assert drops(keeping) == ["CARRY_LIMIT"]
    assert not [row for row in keeping.rows.values() if isinstance(row, ExternalEventRow)]


def test_an_aimed_event_ends_with_the_execution_that_it_was_aimed_at(keeping):
    keeping.post("other", thread_run_number=0, node_run_position=9)
    keeping.continue_as_new()
    assert drops(keeping) == ["AIMED_AT_ENDED_EXECUTION"]


def test_a_late_report_of_an_ended_execution_changes_nothing(keeping):
    keeping.post("kept", "x")
    keeping.start_task("0-2")
    keeping.continue_as_new()
    before = len(keeping.history())
    keeping.report("0-2")
    assert len(keeping.history()) == before


def test_guids_of_later_executions_are_told_apart(keeping):
    keeping.continue_as_new()
    keeping.post("kept", "x")
    assert [*keeping.states["run/r"].runs["r"].tasks] == ["2.0-2"]


def test_nothing_is_left_in_the_tables_of_an_ended_execution(keeping):
    keeping.post("kept", "x")
    keeping.continue_as_new()
    left = [row for row in keeping.rows.values() if isinstance(row, EXECUTION_TABLES)]
    assert {row[1] for row in left} == {0}
    assert {row[2] for row in left} == {0, 1, "name", "kept"}


@hitchpost.workflow("looper")
def looper(wf):
    rounds = wf.variable("rounds", int, default=0)
    again = wf.variable("again", dict)
    wf.register_event("turn", content_type=dict)
    wf.set(again, wf.wait_for_event("turn"))
    wf.set(rounds, rounds + 1)
    wf.throw_event("hitchpost-continue-as-new", again)


def test_a_workflow_starts_over_by_throwing_the_built_in_event(world):
    world.put_workflow(looper)
    world.start("looper")
    world.post("turn", {"rounds": 41})
    view = RunView(world)
    assert (view.message.execution, view.variable("rounds")) == (2, 41)
    continued = world.body("run_continued_as_new")
    assert continued.workflow_event_id.number == 0


def test_inputs_that_do_not_fit_fail_the_throwing_node(world):
    world.put_workflow(looper)
    world.start("looper")
    world.post("turn", {"rounds": "many"})
    view = RunView(world)
    assert (view.status, view.message.execution) == ("ERROR", 1)
    assert view.failures(0) == ["VAR_SUB_ERROR"]


@hitchpost.workflow("restless")
def restless(wf):
    wf.throw_event("hitchpost-continue-as-new")


def test_starting_over_without_end_meets_the_limit_of_steps(world):
    world.put_workflow(restless)
    world.start("restless")
    view = RunView(world)
    assert view.status == "ERROR"
    assert view.message.execution > 100


@pytest.mark.parametrize("nodes", [1, 9])
def test_steps_count_across_the_executions_of_one_command(world, nodes):
    def write(wf):
        for _ in range(nodes):
            wf.throw_event("told")
        wf.throw_event("hitchpost-continue-as-new")

    world.put_workflow_event_def("told")
    world.put_workflow(hitchpost.workflow("steps")(write))
    world.start("steps")
    view = RunView(world)
    assert view.status == "ERROR"
    steps_of_an_execution = nodes + 2
    assert abs(view.message.execution - 512 / steps_of_an_execution) < 2


def test_a_run_that_has_terminated_cannot_start_over(world):
    world.put_workflow(restless)
    world.start("restless")
    with pytest.raises(errors.WfRunTerminated):
        world.continue_as_new()


def test_a_request_that_names_the_execution_counts_once(keeping):
    request = runs.ContinueAsNewRequest(execution=1)
    keeping.start_over(request)
    with pytest.raises(errors.ExecutionMismatch):
        keeping.start_over(request)
