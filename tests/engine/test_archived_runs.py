"""Child runs that have ended leave the live state of their family, and are there all the same."""

import pytest
from run_view import RunView
from watched_worlds import watched

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import errors
from hitchpost_server.engine.ids import run_id
from hitchpost_server.engine.rows import ArchivedRunRow, ExternalEventRow, RunRow

KEPT = 4


@hitchpost.workflow("keeper")
def keeper(wf):
    """Start a child run at each turn, and start over."""
    child, again = wf.variable("child", str), wf.variable("again", dict)
    wf.register_event("turn", content_type=dict)
    wf.register_event("other")
    wf.set(again, wf.wait_for_event("turn"))
    wf.run_child_wf("part", {"name": child}, id=child)
    wf.throw_event("hitchpost-continue-as-new", again)


@hitchpost.workflow("part")
def part(wf):
    """Give a name back; the one named bad divides by zero."""
    shared = wf.variable("shared", int, default=7, public=True)
    name = wf.input("name", str)
    with wf.when(name == "bad"):
        wf.set(shared, shared / 0)
    wf.complete(name)


@hitchpost.workflow("planner")
def planner(wf):
    """Start many child runs, and wait for the first of them, or for another one, later."""
    awaited = wf.variable("awaited", ids.WfRunId)
    result = wf.variable("result", str)
    first, *_ = [wf.run_child_wf("part", {"name": f"c{n}"}) for n in range(2 * KEPT)]
    with wf.when(awaited.is_null()):
        wf.set(awaited, first)
    wf.wait_for_event("other")
    wf.set(result, wf.wait_for_child_wf(first))


def planning():
    """Write the workflow that waits for whatever its variable says."""
    request = planner.compile()
    for node in request.thread_specs["entrypoint"].nodes.values():
        if node.HasField("wait_for_child_wf"):
            node.wait_for_child_wf.child_wf_run_id.Clear()
            node.wait_for_child_wf.child_wf_run_id.variable_name = "awaited"
    return request


@hitchpost.workflow("below", parent="part")
def below(wf):
    wf.complete(wf.inherited("shared", int))


@pytest.fixture
def world(make_world):
    """A world in which a run has started over with a child run in each execution."""
    world = watched(make_world)(family_runs_kept=KEPT)
    for workflow in part, keeper, below:
        world.put_workflow(workflow)
    world.put_wf_spec(planning())
    world.start("keeper", child="a0")
    return world


def turn(world, **inputs):
    world.post("turn", inputs)


def turns(world, *children):
    for child in children:
        turn(world, child=child)


def state_of(world):
    return world.states["run/r"]


def archived(world):
    return sorted(row.run for row in world.rows.values() if isinstance(row, ArchivedRunRow))


@pytest.fixture
def keeping(world):
    """The same with so many that the first are archived."""
    turns(world, "a1", "a2", "a3", "a4")
    assert archived(world) == ["r_a0", "r_a1", "r_a2"]
    return world


def test_live_state_has_so_many_of_them_and_no_more(world):
    for number in range(1, 30):
        turn(world, child=f"a{number}")
        assert len(state_of(world).runs) <= KEPT + 1
    there = [row for row in world.rows.values() if isinstance(row, RunRow)]
    assert len(there) == len(state_of(world).runs) + state_of(world).archived == 30


def test_refusing_a_command_leaves_a_run_archived(keeping):
    before = archived(keeping)
    with pytest.raises(errors.WfRunTerminated):
        keeping.continue_as_new("r_a0")
    with pytest.raises(errors.NotRescuable):
        keeping.rescue(run="r_a1")
    assert archived(keeping) == before


def test_the_id_of_an_archived_run_is_taken(keeping):
    turn(keeping, child="a1")
    turn(keeping)
    assert (RunView(keeping).status, RunView(keeping).failures(0)) == ("ERROR", ["CHILD_FAILURE"])


def test_an_event_for_an_archived_run_is_kept(keeping):
    keeping.post("other", "late", run="r_a0")
    assert archived(keeping) == ["r_a1", "r_a2"]
    [event] = [row for row in keeping.rows.values() if isinstance(row, ExternalEventRow)][-1:]
    assert (event.run, event.claimed) == ("r_a0", 0)


def test_an_archived_run_is_deleted_and_may_be_there_once_more(keeping):
    keeping.delete("r_a0")
    assert archived(keeping) == ["r_a1", "r_a2"]
    turn(keeping, child="a0")
    turn(keeping)
    assert RunView(keeping, "r_a0").message.parent_trigger.triggering_node_run.position == 2


def test_archived_runs_outlive_the_deleted_run_above_them(keeping):
    before = archived(keeping)
    keeping.delete("r")
    keeping.delete("r_a3")
    keeping.forget()
    assert archived(keeping) == before
    keeping.delete("r_a2")
    assert RunView(keeping, "r_a1").status == "COMPLETED"


def test_a_run_started_below_an_archived_one_inherits_from_it(keeping):
    above = ids.WfRunId(id="a0", parent_wf_run_id=ids.WfRunId(id="r"))
    request = wf_runs.RunWfRequest(wf_spec_name="below", id="kid", parent_wf_run_id=above)
    keeping.start_request(request, "r_a0_kid")
    assert RunView(keeping, "r_a0_kid").message.thread_runs[0].output.int == 7


def test_runs_that_may_yet_be_awaited_stay_until_their_execution_ends(world):
    world.start("planner", "p")
    assert not [key for key in archived(world) if key.startswith("p_")]
    world.now_us += 1
    world.continue_as_new("p")
    assert len([key for key in archived(world) if key.startswith("p_")]) == 2 * KEPT


def test_a_run_waits_for_one_that_is_archived(world):
    world.start("planner", "p")
    world.now_us += 1
    first = min(key for key in world.states["run/p"].runs if key != "p")
    world.continue_as_new("p", awaited=run_id(first))
    assert first in archived(world)
    world.post("other", run="p")
    assert RunView(world, "p").status == "COMPLETED"
    waiting = RunView(world, first).message.parent_trigger.waiting_node_run
    assert waiting.position == RunView(world, "p").thread(0).current_node_position - 1


def test_a_failed_run_that_nobody_waits_for_is_archived_and_can_be_rescued(world):
    turns(world, "bad", "a1", "a2", "a3", "a4")
    assert "r_bad" in archived(world)
    before = RunView(world, "r_bad").thread(0).current_node_position
    world.rescue(run="r_bad")
    assert RunView(world, "r_bad").thread(0).current_node_position == before + 1
    assert RunView(world, "r_bad").failures(0) == ["VAR_SUB_ERROR"]
