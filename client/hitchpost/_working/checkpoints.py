"""The checkpoints of one attempt: finding what an earlier one has stored, and storing more.

It knows the calls and no function. The k-th checkpoint of an attempt is number k of its
task, so they are stored one after the other, and a try whose outcome is unknown is looked
up before it is made again.
"""

import asyncio
import itertools

from hitchpost import _methods
from hitchpost._connection import Connection, may_have_happened
from hitchpost._errors import HitchpostError, ObjectNotFound, Unavailable
from hitchpost._retry import Retry
from hitchpost.v1.object_id_pb2 import CheckpointId
from hitchpost.v1.task_pb2 import PutCheckpointRequest, PutCheckpointResponse, ScheduledTask
from hitchpost.v1.value_pb2 import VariableValue

_ONCE = Retry(tries_max=1)


class TaskStopped(HitchpostError):
    """The server has given this attempt up: it took too long, or another one has begun."""


class Checkpoints:
    """The checkpoints of one attempt at a task."""

    def __init__(self, connection: Connection, scheduled: ScheduledTask) -> None:
        self.lock = asyncio.Lock()
        self._connection = connection
        self._scheduled = scheduled
        self._stored = scheduled.total_observed_checkpoints
        self._reached = 0

    async def find(self) -> VariableValue | None:
        """Give what an earlier attempt has stored for the next checkpoint, if it got there."""
        if self._reached >= self._stored:
            return None
        found = await self._connection.call(_methods.GET_CHECKPOINT, self._id(self._reached))
        self._reached += 1
        return found.value

    async def store(self, value: VariableValue, logs: str | None) -> None:
        """Store the next checkpoint. Raises TaskStopped, CallFailed."""
        request = PutCheckpointRequest(
            task_run_id=self._scheduled.task_run_id,
            task_attempt=self._scheduled.attempt_number,
            value=value,
            logs=logs,
        )
        for tries in itertools.count(1):
            if await self._put(request, tries):
                break
        self._reached += 1

    async def _put(self, request: PutCheckpointRequest, tries: int) -> bool:
        """Try to store a checkpoint, and say whether it is stored."""
        try:
            answer = await self._connection.call(_methods.PUT_CHECKPOINT, request, retry=_ONCE)
        except Unavailable as failure:
            pause = self._connection.retry.pause_seconds(failure, tries)
            if pause is None:
                raise
            await asyncio.sleep(pause)
            return may_have_happened(failure) and await self._is_stored()
        if answer.flow_control_continue_type == PutCheckpointResponse.STOP_TASK:
            raise TaskStopped(f"attempt {request.task_attempt} is over")
        return True

    async def _is_stored(self) -> bool:
        try:
            await self._connection.call(_methods.GET_CHECKPOINT, self._id(self._reached))
        except ObjectNotFound:
            return False
        return True

    def _id(self, number: int) -> CheckpointId:
        return CheckpointId(task_run=self._scheduled.task_run_id, checkpoint_number=number)
