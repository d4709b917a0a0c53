"""Checkpoints: what a worker saves in the middle of a task."""

import pytest

import hitchpost
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.errors import FieldInvalid, ObjectTooLarge
from hitchpost_server.engine.rows import CheckpointRow, RunRow, TaskRunRow, TimerRow

CONTINUE = tasks.PutCheckpointResponse.CONTINUE_TASK
STOP = tasks.PutCheckpointResponse.STOP_TASK


@pytest.fixture
def packing(world):
    """A world in which a worker is at work on the one task of run `r`."""
    world.put_task_def("pack", returns=str)

    @hitchpost.workflow("packing")
    def workflow(wf):
        wf.task("pack", retries=1, timeout=30)

    world.put_workflow(workflow)
    world.start("packing")
    world.start_task("0-1")
    return world


def task(world):
    return world.found(tasks.TaskRun, TaskRunRow, "r", "0-1")


def checkpoint(world, number):
    return world.found(tasks.Checkpoint, CheckpointRow, "r", "0-1", number)


def test_a_checkpoint_is_kept_with_its_number(packing):
    first = packing.put_checkpoint("0-1", "half", logs="so far")
    second = packing.put_checkpoint("0-1", 2)
    assert first.flow_control_continue_type == CONTINUE
    assert first.created_checkpoint == checkpoint(packing, 0)
    assert (checkpoint(packing, 0).value.str, checkpoint(packing, 0).logs) == ("half", "so far")
    assert second.created_checkpoint.id.checkpoint_number == 1
    assert checkpoint(packing, 1).value.int == 2
    assert not checkpoint(packing, 1).HasField("logs")
    assert task(packing).total_checkpoints == 2


def test_the_next_attempt_is_told_how_many_checkpoints_there_are(packing):
    packing.put_checkpoint("0-1", "half")
    packing.report("0-1", status=tasks.TASK_FAILED)
    packing.forget()
    assert packing.start_task("0-1").total_observed_checkpoints == 1
    packing.put_checkpoint("0-1", "more", attempt=1)
    assert checkpoint(packing, 0).value.str == "half"
    assert checkpoint(packing, 1).value.str == "more"


def test_each_checkpoint_gives_the_attempt_its_whole_time_again(packing):
    for _ in range(3):
        assert packing.pass_time(29) == 0
        packing.put_checkpoint("0-1")
    assert sum(key.table is TimerRow for key in packing.rows) == 1
    packing.report("0-1", "done")
    assert packing.found(wf_runs.WfRun, RunRow, "r").status == status.COMPLETED


def test_an_attempt_times_out_when_its_last_checkpoint_is_too_long_ago(packing):
    packing.pass_time(20)
    packing.put_checkpoint("0-1")
    assert packing.pass_time(29) == 0
    assert packing.pass_time(2) == 1
    assert task(packing).attempts[0].status == tasks.TASK_TIMEOUT


def test_a_worker_whose_attempt_is_over_is_told_to_stop(packing):
    packing.pass_time(31)
    late = packing.put_checkpoint("0-1", "late")
    assert late == tasks.PutCheckpointResponse(flow_control_continue_type=STOP)
    packing.start_task("0-1")
    assert packing.put_checkpoint("0-1", "late") == late
    assert packing.put_checkpoint("0-1", "early", attempt=2) == late
    packing.report("0-1", "done", attempt=1)
    assert packing.put_checkpoint("0-1", "late", attempt=1) == late
    assert "checkpoint_put" not in packing.kinds()


def test_a_checkpoint_of_a_task_that_does_not_exist_is_refused(packing):
    with pytest.raises(FieldInvalid):
        packing.put_checkpoint("0-9")


def test_a_checkpoint_that_is_too_large_to_keep_is_refused(packing):
    with pytest.raises(ObjectTooLarge):
        packing.put_checkpoint("0-1", "x" * 2_000_000)
    assert task(packing).total_checkpoints == 0


def test_checkpoints_go_with_their_run(packing):
    packing.put_checkpoint("0-1", "half")
    packing.delete()
    assert not any(key.table is CheckpointRow for key in packing.rows)
    with pytest.raises(FieldInvalid):
        packing.put_checkpoint("0-1", "more")
