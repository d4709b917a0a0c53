"""How many threads a run may hold, and how completed ones make room."""

import pytest
from run_view import RunView

import hitchpost


def put(world, write, *event_names):
    for event_name in event_names:
        world.put_event_def(event_name)
    world.put_workflow(hitchpost.workflow("any")(write))


def for_each(wf):
    items = wf.input("items", list)
    wf.start_thread_for_each(items, lambda child: child.wait_for_event("go"), name="child")


def test_a_run_holds_64_children_beside_its_first_thread_and_no_more(world):
    put(world, for_each, "go")
    world.start("any", "enough", items=list(range(64)))
    world.start("any", "too-many", items=list(range(65)))
    enough, too_many = RunView(world, "enough"), RunView(world, "too-many")
    assert (enough.status, len(enough.threads)) == ("RUNNING", 65)
    assert (too_many.threads, too_many.node_status(0, 1)) == ({0: "ERROR"}, "ERROR")


def test_as_many_threads_as_allowed_can_be_there(make_world):
    world = make_world(threads_per_run_max=5)
    put(world, for_each, "go")
    world.start("any", items=[1, 2, 3, 4])
    assert len(RunView(world).threads) == 5


def test_one_more_starts_none_and_fails_the_node(make_world):
    world = make_world(threads_per_run_max=5)
    put(world, for_each, "go")
    world.start("any", items=[1, 2, 3, 4, 5])
    run = RunView(world)
    assert run.failures(0, 1) == ["INTERNAL_ERROR"]
    assert "maximum number of ThreadRuns per WfRun" in run.node(0, 1).failures[0].message
    assert run.threads == {0: "ERROR"}


def test_completed_threads_make_room_when_a_run_is_almost_full(make_world):
    def write(wf):
        count = wf.variable("count", int, default=0)
        with wf.loop_while(count < 30):
            wf.set(count, count + 1)
            wf.wait_for_threads(wf.start_thread(lambda child: child.sleep(0), name="child"))

    world = make_world(threads_per_run_max=10)
    put(world, write)
    world.start("any")
    world.pass_time(100)
    run = RunView(world)
    assert (run.status, run.message.greatest_threadrun_number) == ("COMPLETED", 30)
    assert run.archived(1)
    assert 1 not in run.threads


@pytest.mark.parametrize(("children", "left"), [(56, 57), (57, 1)])
def test_a_run_is_almost_full_with_58_threads(world, children, left):
    def write(wf):
        wf.start_thread_for_each(wf.input("items", list), lambda child: None, name="child")
        wf.wait_for_event("go")

    put(world, write, "go")
    world.start("any", items=[0] * children)
    assert len(RunView(world).threads) == left
