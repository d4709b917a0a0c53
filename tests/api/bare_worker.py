"""A worker that does nothing by itself: it asks, takes and reports when a test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from raw_calls import OURS, Answer, answer_of, call

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values

SECONDS = 30.0


class BareWorker:
    """One stream of PollTask, for one TaskDef."""

    def __init__(self, channel: grpc.aio.Channel, task: str, worker_id: str = "bare") -> None:
        self._channel = channel
        self._request = tasks.PollTaskRequest(
            task_def_id=ids.TaskDefId(name=task), client_id=worker_id, task_worker_version="v7"
        )
        self.stream: Any = channel.stream_stream(
            OURS + "PollTask",
            tasks.PollTaskRequest.SerializeToString,
            tasks.PollTaskResponse.FromString,
        )()

    async def ask(self) -> None:
        """Ask for one task."""
        await self.stream.write(self._request)

    async def take(self) -> tasks.ScheduledTask:
        """Wait for the task that was asked for."""
        response = await asyncio.wait_for(self.stream.read(), SECONDS)
        assert response.HasField("result")
        result: tasks.ScheduledTask = response.result
        return result

    async def next(self) -> tasks.ScheduledTask:
        """Ask and take."""
        await self.ask()
        return await self.take()

    async def end(self) -> Answer:
        """Wait until the server ends the stream, and say how."""
        try:
            while await asyncio.wait_for(self.stream.read(), SECONDS) is not grpc.aio.EOF:
                pass
        except grpc.aio.AioRpcError as error:
            return answer_of(error)
        return Answer(await self.stream.code())

    async def report(self, scheduled: tasks.ScheduledTask, **fields: Any) -> Answer:
        """Report on a task; without `status`, success."""
        fields.setdefault("status", tasks.TASK_SUCCESS)
        fields.setdefault("attempt_number", scheduled.attempt_number)
        report = tasks.ReportTaskRun(task_run_id=scheduled.task_run_id, **fields)
        return await call(self._channel, OURS + "ReportTask", report.SerializeToString())

    async def succeed(self, scheduled: tasks.ScheduledTask, text: str = "done") -> Answer:
        """Report that a task has returned a text."""
        return await self.report(scheduled, output=values.VariableValue(str=text))

    async def fail(self, scheduled: tasks.ScheduledTask, message: str = "no luck") -> Answer:
        """Report that a task has failed for technical reasons."""
        return await self.report(
            scheduled, status=tasks.TASK_FAILED, error=tasks.LHTaskError(message=message)
        )


@asynccontextmanager
async def bare_worker(target: str, task: str, worker_id: str = "bare") -> AsyncIterator[BareWorker]:
    """Open a stream on a channel of its own, and drop it in the end."""
    async with grpc.aio.insecure_channel(target) as channel:
        worker = BareWorker(channel, task, worker_id)
        yield worker
        worker.stream.cancel()
