"""PollTask: workers ask for tasks on a stream and are given them one by one.

Every request asks for exactly one task and is answered by exactly one, perhaps
much later; there is no "nothing to do". A stream that ends with OK makes some
clients believe for ever that it is alive, so it ends with an error.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.api.calls import Caller
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.runtime.errors import Overloaded, ShuttingDown
from hitchpost_server.runtime.task_queues import Asking, TaskQueues


class WorkerStream:
    """One worker's stream: what it still waits for, and what it is to be given."""

    def __init__(self, queues: TaskQueues, shapes: Shapes, asks_max: int) -> None:
        self._queues = queues
        self._shapes = shapes
        self._asks_max = asks_max
        self._asking: set[Asking] = set()
        self._room = asyncio.Event()
        self._closed = False
        self.given: asyncio.Queue[tasks.ScheduledTask | Exception | None] = asyncio.Queue()

    async def read(self, requests: AsyncIterator[tasks.PollTaskRequest]) -> None:
        """Take requests until the worker sends no more."""
        try:
            async for request in requests:
                await self._until_there_is_room()
                self._ask(request)
            self._withdraw_all()
            self.given.put_nowait(None)
        except Exception as error:
            self.given.put_nowait(error)

    async def _until_there_is_room(self) -> None:
        """Let a worker that asks for very much wait; to send it away would cost it its tasks."""
        while len(self._asking) >= self._asks_max:
            self._room.clear()
            await self._room.wait()

    def _ask(self, request: tasks.PollTaskRequest) -> None:
        check_name("task_def_id.name", request.task_def_id.name)
        self._shapes.worker_text("client_id", request.client_id)
        self._shapes.worker_text("task_worker_version", request.task_worker_version)
        version = request.task_worker_version if request.HasField("task_worker_version") else None

        def deliver(task: tasks.ScheduledTask) -> None:
            self._asking.discard(asking)
            self._room.set()
            if self._closed:
                self._queues.give_back(task)
            else:
                self.given.put_nowait(task)

        asking = Asking(request.task_def_id.name, request.client_id, version, deliver)
        self._asking.add(asking)
        self._queues.ask(asking)

    def _withdraw_all(self) -> None:
        for asking in self._asking:
            self._queues.withdraw(asking)
        self._asking.clear()

    def close(self) -> None:
        """Wait for nothing any more, and give back what was not sent.

        A task that has left `given` may have been sent, whatever came of it: if
        the worker never got it, it runs into its timeout.
        """
        self._closed = True
        self._withdraw_all()
        while not self.given.empty():
            given = self.given.get_nowait()
            if isinstance(given, tasks.ScheduledTask):
                self._queues.give_back(given)


class Polling:
    """All streams of workers."""

    def __init__(self, queues: TaskQueues, shapes: Shapes, streams_max: int, asks_max: int) -> None:
        self._queues = queues
        self._shapes = shapes
        self._streams_max = streams_max
        self._asks_max = asks_max
        self._streams: set[WorkerStream] = set()
        self._stopped = False

    async def poll_task(
        self, _caller: Caller, requests: AsyncIterator[tasks.PollTaskRequest]
    ) -> AsyncGenerator[tasks.PollTaskResponse]:
        """Serve one stream until the worker closes it or the server stops."""
        if self._stopped:
            raise ShuttingDown
        if len(self._streams) >= self._streams_max:
            raise Overloaded(retry_after_seconds=1)
        stream = WorkerStream(self._queues, self._shapes, self._asks_max)
        self._streams.add(stream)
        reading = asyncio.create_task(stream.read(requests), name="poll requests")
        try:
            while (given := await stream.given.get()) is not None:
                if isinstance(given, Exception):
                    raise given
                yield tasks.PollTaskResponse(result=given)
        finally:
            self._streams.discard(stream)
            stream.close()
            reading.cancel()

    def stop(self) -> None:
        """End all streams, with an error that makes workers come back."""
        self._stopped = True
        for stream in self._streams:
            stream.given.put_nowait(ShuttingDown())
