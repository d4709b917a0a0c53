"""Task workers: their groups, and the checkpoints that they put."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from bare_worker import bare_worker
from raw_calls import refused
from tests.conftest import ServerProcess
from workflows import does

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.workflows_pb2_grpc import WorkflowsStub

Fresh = Callable[[str], str]
NOT_FOUND = (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")


@pytest.fixture
def stub(channel: grpc.aio.Channel) -> Any:
    return WorkflowsStub(channel)


async def test_group_has_the_workers_that_have_registered(
    stub: Any, server: ServerProcess, fresh: Fresh
) -> None:
    definition = ids.TaskDefId(name=fresh("greet"))
    assert await refused(stub.GetTaskWorkerGroup(definition)) == NOT_FOUND
    for worker in ("ada", "bob"):
        registration = tasks.RegisterTaskWorkerRequest(
            task_def_id=definition, task_worker_id=worker
        )
        await stub.RegisterTaskWorker(registration)
    group = await stub.GetTaskWorkerGroup(definition)
    assert group.id.task_def_id == definition
    assert sorted(group.task_workers) == ["ada", "bob"]
    ada = group.task_workers["ada"]
    assert (ada.task_worker_id, ada.latest_heartbeat) == ("ada", group.created_at)
    assert [f"{host.host}:{host.port}" for host in ada.hosts] == [server.target]


async def test_group_goes_with_its_definition(
    stub: Any, client: hitchpost.Client, fresh: Fresh
) -> None:
    name = fresh("greet")
    definition = (await client.put_task_def(name)).id
    await stub.RegisterTaskWorker(tasks.RegisterTaskWorkerRequest(task_def_id=definition))
    await client.delete_task_def(name)
    assert await refused(stub.GetTaskWorkerGroup(definition)) == NOT_FOUND


@pytest.fixture
async def scheduled(
    client: hitchpost.Client, server: ServerProcess, fresh: Fresh
) -> tasks.ScheduledTask:
    """A task that a worker has taken."""
    name = fresh("pack")
    await client.put_task_def(name, {"item": str}, returns=str)
    await client.put_workflow(does(name, name))
    await client.run(name, {"item": "hat"}, id=name)
    async with bare_worker(server.target, name) as worker:
        return await worker.next()


def checkpoint_of(scheduled: tasks.ScheduledTask, text: str) -> tasks.PutCheckpointRequest:
    return tasks.PutCheckpointRequest(
        task_run_id=scheduled.task_run_id,
        task_attempt=scheduled.attempt_number,
        value=values.VariableValue(str=text),
    )


async def test_checkpoint_can_be_read_until_its_run_is_deleted(
    stub: Any, client: hitchpost.Client, scheduled: tasks.ScheduledTask
) -> None:
    put = await stub.PutCheckpoint(checkpoint_of(scheduled, "half"))
    created = put.created_checkpoint
    assert put.flow_control_continue_type == tasks.PutCheckpointResponse.CONTINUE_TASK
    assert await stub.GetCheckpoint(created.id) == created
    assert (created.value.str, created.id.checkpoint_number) == ("half", 0)
    await client.delete_run(scheduled.task_run_id.wf_run_id.id)
    assert await refused(stub.GetCheckpoint(created.id)) == NOT_FOUND
    invalid = (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
    assert await refused(stub.PutCheckpoint(checkpoint_of(scheduled, "late"))) == invalid


async def test_worker_whose_task_is_over_is_told_to_stop(
    stub: Any, scheduled: tasks.ScheduledTask
) -> None:
    done = tasks.ReportTaskRun(
        task_run_id=scheduled.task_run_id, status=tasks.TASK_SUCCESS, output={"str": "done"}
    )
    await stub.ReportTask(done)
    put = await stub.PutCheckpoint(checkpoint_of(scheduled, "late"))
    assert put.flow_control_continue_type == tasks.PutCheckpointResponse.STOP_TASK
    assert not put.HasField("created_checkpoint")
