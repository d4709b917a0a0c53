"""Threads that leave their run when their retention is over."""

from run_view import RunView

import hitchpost
from hitchpost.v1 import status_pb2 as status
from hitchpost_server.engine.rows import InactiveThreadRow


def forgotten(child):
    child.retention(0)


@hitchpost.workflow("forgetful")
def forgetful(wf):
    wf.wait_for_threads(wf.start_thread(forgotten))


def test_threads_leave_a_run_that_completes_in_the_same_command(world):
    world.put_workflow(forgetful)
    run = world.start("forgetful")
    assert run.status == status.COMPLETED
    assert [thread.number for thread in run.thread_runs] == [0]
    assert run.greatest_threadrun_number == 1
    [row] = [row for row in world.rows.values() if isinstance(row, InactiveThreadRow)]
    assert row.thread == 1


def test_threads_stay_as_long_as_anything_below_them_may_go_on(world):
    def write(wf):
        total = wf.variable("total", int, default=0)

        def above(thread):
            thread.retention(0)
            thread.start_thread(between)

        def between(thread):
            thread.start_thread(below)

        def below(thread):
            thread.wait_for_event("go")
            thread.set(total, 5)

        wf.start_thread(above)
        wf.wait_for_event("never")

    for name in ("go", "never"):
        world.put_event_def(name)
    world.put_workflow(hitchpost.workflow("any")(write))
    world.start("any")
    world.stop(3)
    run = RunView(world)
    assert run.threads == {0: "RUNNING", 1: "COMPLETED", 2: "COMPLETED", 3: "HALTED"}
    world.resume(3)
    world.post("go")
    assert (run.variable("total"), run.archived(1)) == (5, True)


def test_threads_whose_retention_is_over_leave_the_run(world):
    def write(wf):
        def child(thread):
            thread.retention(0)
            thread.wait_for_event("go")

        for name in ("one", "two"):
            wf.start_thread(child, name=name)
            wf.wait_for_event("next")

    for name in ("go", "next"):
        world.put_event_def(name)
    world.put_workflow(hitchpost.workflow("any")(write))
    world.start("any")
    run = RunView(world)
    world.post("go")
    assert (run.threads, run.archived(1)) == ({0: "RUNNING"}, True)
    world.post("next")
    assert run.threads == {0: "RUNNING", 2: "RUNNING"}
    assert run.message.greatest_threadrun_number == 2
