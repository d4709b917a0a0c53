"""What a task's function may know of the attempt that it carries out, its log and checkpoints."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar, get_type_hints, overload

from hitchpost._ids import run_id_text
from hitchpost._readings import from_value
from hitchpost._types import type_definition
from hitchpost._values import to_value
from hitchpost._working.checkpoints import Checkpoints
from hitchpost.v1.object_id_pb2 import NodeRunId, TaskRunId
from hitchpost.v1.task_pb2 import ScheduledTask
from hitchpost.v1.value_pb2 import VariableValue

Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")


class TaskContext:
    """The attempt that a function carries out. A parameter annotated with it gets it.

    async def charge(amount: float, context: hitchpost.TaskContext) -> str:
        context.log(f"attempt {context.attempt_number} for {context.run_id}")
    """

    def __init__(self, scheduled: ScheduledTask, checkpoints: Checkpoints | None = None) -> None:
        self._scheduled = scheduled
        self._checkpoints = checkpoints
        self._loop = None if checkpoints is None else asyncio.get_running_loop()
        self._lines: list[str] = []

    @property
    def task_run_id(self) -> TaskRunId:
        """The id of the task; the same for all its attempts, so good for idempotency."""
        return self._scheduled.task_run_id

    @property
    def run_id(self) -> str:
        """The id of the run, as text."""
        return run_id_text(self._scheduled.task_run_id.wf_run_id)

    @property
    def node_run_id(self) -> NodeRunId:
        """The id of the visit to a node that wants the task."""
        source = self._scheduled.source
        if source.HasField("user_task_trigger"):
            return source.user_task_trigger.node_run_id
        return source.task_node.node_run_id

    @property
    def user_id(self) -> str | None:
        """Who had the user task that this task reminds of; None for all other tasks."""
        trigger = self._scheduled.source.user_task_trigger
        return trigger.user_id if trigger.HasField("user_id") else None

    @property
    def user_group(self) -> str | None:
        """Which group had the user task that this task reminds of; None for all other tasks."""
        trigger = self._scheduled.source.user_task_trigger
        return trigger.user_group if trigger.HasField("user_group") else None

    @property
    def attempt_number(self) -> int:
        """Which attempt this is, counted from 0."""
        return self._scheduled.attempt_number

    @property
    def scheduled_at(self) -> datetime:
        """When this attempt was put into the queue."""
        return self._scheduled.created_at.ToDatetime(tzinfo=UTC)

    def log(self, text: str) -> None:
        """Add a line to what is stored with the attempt, or with the checkpoint under way."""
        self._lines.append(text)

    @property
    def log_text(self) -> str | None:
        """What was logged, or None."""
        return "\n".join(self._lines) if self._lines else None

    @overload
    async def checkpoint(
        self,
        work: Callable[Arguments, Awaitable[Returned]],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Returned: ...
    @overload
    async def checkpoint(
        self,
        work: Callable[Arguments, Returned],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Returned: ...
    async def checkpoint(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do a part of the task once, whatever becomes of the rest, and give what it returned.

            async def book(trip: str, context: hitchpost.TaskContext) -> str:
                flight = await context.checkpoint(book_flight, trip)
                return await context.checkpoint(book_hotel, trip, after=flight)

        What it returned is stored; a later attempt gets that and does not do the part again.
        So every attempt must come to the same checkpoints in the same order; they are done
        one at a time. The attempt's timeout begins anew with each. Raises TaskStopped when
        the attempt is over, and the task should end then.
        """
        if self._checkpoints is None:  # a test of the function, without a worker
            return await _awaited(work(*args, **kwargs))
        async with self._checkpoints.lock:
            value = await self._checkpoints.find()
            if value is None:
                logged = len(self._lines)
                value = _value(work, await _awaited(work(*args, **kwargs)))
                await self._checkpoints.store(value, self._take_log(logged))
        return from_value(value, _returns(work))

    def checkpoint_sync(
        self,
        work: Callable[Arguments, Returned],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Returned:
        """Do what `checkpoint` does, in a function that is not async."""
        if self._checkpoints is None or self._loop is None:
            return work(*args, **kwargs)
        value = self._on_loop(self._checkpoints.find())
        if value is None:
            logged = len(self._lines)
            value = _value(work, work(*args, **kwargs))
            self._on_loop(self._checkpoints.store(value, self._take_log(logged)))
        there: Returned = from_value(value, _returns(work))
        return there

    def _on_loop(self, call: Any) -> Any:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(call, self._loop).result()

    def _take_log(self, start: int) -> str | None:
        """Take what was logged from a line on."""
        taken, self._lines[start:] = self._lines[start:], []
        return "\n".join(taken) if taken else None


async def _awaited(returned: Any) -> Any:
    return await returned if inspect.isawaitable(returned) else returned


def _returns(work: Callable[..., Any]) -> object:
    """Say what a function returns, if it says so itself."""
    try:
        return get_type_hints(work).get("return")
    except (TypeError, NameError):  # a partial or the like, or a name that is not there
        return None


def _value(work: Callable[..., Any], returned: object) -> VariableValue:
    try:
        declared = type_definition(_returns(work))
    except TypeError:
        return to_value(returned)
    return to_value(returned, declared)
