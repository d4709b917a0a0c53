"""Calls about the server, its workers and who we are to it.

Each function is a method of Client.
"""

from google.protobuf.empty_pb2 import Empty

from hitchpost import _methods
from hitchpost._connection import Connection
from hitchpost.v1.object_id_pb2 import CheckpointId, TaskDefId, TaskRunId
from hitchpost.v1.principal_pb2 import Principal
from hitchpost.v1.task_pb2 import Checkpoint, TaskWorkerGroup
from hitchpost.v1.workflows_pb2 import LittleHorseVersion


async def whoami(self: Connection) -> Principal:
    """Get who the server takes us for, and what we may do."""
    return await self.call(_methods.WHOAMI, Empty())


async def server_version(self: Connection) -> LittleHorseVersion:
    """Get the version of LittleHorse's contract that the server keeps to."""
    return await self.call(_methods.GET_SERVER_VERSION, Empty())


async def get_task_worker_group(self: Connection, task_def_name: str) -> TaskWorkerGroup:
    """Get which workers carry out a task, and when each was heard of last.

    Raises ObjectNotFound when there has been none.
    """
    return await self.call(_methods.GET_TASK_WORKER_GROUP, TaskDefId(name=task_def_name))


async def get_checkpoint(self: Connection, task: TaskRunId, number: int) -> Checkpoint:
    """Get a checkpoint of a task, counted from 0. Raises ObjectNotFound."""
    stored = CheckpointId(task_run=task, checkpoint_number=number)
    return await self.call(_methods.GET_CHECKPOINT, stored)
