"""Threads that leave their run when their retention is over."""

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
