"""Who has waited for a child run is known from the run above alone, and erased with it.

`World` checks after each command that what is live is what the log says, also when a run
was erased from it.
"""

import pytest
from families import child_key, parent_of, put, waiting
from run_view import RunView
from tests.engine.conftest import World
from watched_worlds import watched

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.ids import run_id, run_key
from hitchpost_server.engine.rows import ArchivedRunRow


@pytest.fixture
def world(make_world):
    world = watched(make_world)(family_runs_kept=2)
    for name in ("go", "more"):
        world.put_event_def(name)
    put(world, waiting, "waiting")
    return world


def waiter(wf):
    """Wait for the run that an event names."""
    awaited = wf.variable("awaited", ids.WfRunId)
    child = wf.run_child_wf("waiting")
    wf.set(awaited, wf.wait_for_event("more"))
    wf.wait_for_child_wf(child)


def put_waiter(world):
    request = hitchpost.workflow("waiter")(waiter).compile()
    for node in request.thread_specs["entrypoint"].nodes.values():
        if node.HasField("wait_for_child_wf"):
            node.wait_for_child_wf.child_wf_run_id.Clear()
            node.wait_for_child_wf.child_wf_run_id.variable_name = "awaited"
    world.put_wf_spec(request)
    put(world, waiting, "guest", parent="waiter")
    put(world, parent_of("waiting"), "nurse-guest", parent="waiter")


def start_below(world, name):
    """Start a run, and as a client would one below it."""
    world.start("waiter")
    request = wf_runs.RunWfRequest(wf_spec_name=name, id="g", parent_wf_run_id=run_id("r"))
    world.start_request(request, "r_g")


@pytest.mark.parametrize("starts_over", [False, True])
def test_a_child_that_a_client_has_started_forgets_who_waited(world, starts_over):
    put_waiter(world)
    start_below(world, "guest")
    world.post("more", run_id("r_g"))
    assert RunView(world, "r_g").message.parent_trigger.waiting_node_run.position == 3
    if starts_over:
        world.continue_as_new()
    world.delete()
    assert not RunView(world, "r_g").message.HasField("parent_trigger")


@pytest.mark.parametrize("end", [World.delete, World.continue_as_new])
def test_of_two_that_wait_for_a_child_the_other_is_left(world, end):
    put_waiter(world)
    start_below(world, "nurse-guest")
    child = child_key(RunView(world, "r_g"))
    world.post("more", run_id(child))
    assert waiting_for(world, child) == "r"
    end(world)
    assert waiting_for(world, child) == "r_g"
    world.forget()
    world.post("go", run=child)
    assert RunView(world, "r_g").status == "COMPLETED"


def waiting_for(world, child):
    return run_key(RunView(world, child).message.parent_trigger.waiting_node_run.wf_run_id)


def nurse(wf):
    """Wait for a child run in the first execution, start three others in the second."""
    count = wf.variable("count", int, default=1)
    with wf.when(count == 1):
        wf.wait_for_child_wf(wf.run_child_wf("waiting", id="kid"))
    wf.wait_for_event("more")
    for _ in range(3):
        wf.run_child_wf("waiting")
    wf.wait_for_event("more")


def test_a_child_that_has_started_over_forgets_who_waited_also_when_archived(world):
    put(world, nurse, "nurse")
    world.start("nurse")
    assert world.continue_as_new("r_kid").parent_trigger.waiting_node_run.position == 3
    world.now_us += 1
    world.continue_as_new(count=2)
    world.post("go", run="r_kid")
    world.post("more")
    assert [row.run for row in world.rows.values() if isinstance(row, ArchivedRunRow)] == ["r_kid"]
    world.delete()
    world.forget()
    assert not RunView(world, "r_kid").message.parent_trigger.HasField("waiting_node_run")
