"""The stream of tasks from one host. It knows PollTask and slots, and nothing of functions.

Each request asks for one task and gets one answer, maybe much later. So there are as many
requests open as there are free slots; a slot is free again when its task is done. A stream
that ends, however it ends, is opened again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc

from hitchpost._connection import Connection
from hitchpost._methods import POLL_TASK
from hitchpost._retry import backoff_seconds
from hitchpost.v1.task_pb2 import PollTaskRequest, PollTaskResponse, ScheduledTask

logger = logging.getLogger("hitchpost.worker")

_RECONNECT_SECONDS_FIRST, _RECONNECT_SECONDS_LONGEST = 0.1, 5.0
# An answer without a task says that the task went elsewhere; asking at once would be a busy loop.
_EMPTY_ANSWER_SECONDS = 1.0
# A server that does not end a stream that we have ended is not waited for any longer.
_DRAIN_SECONDS = 5.0


class Link:
    """A worker's link to one host.

    `carry_out` begins a task and returns at once. `slots` is how many may be under way.
    """

    def __init__(
        self,
        connection: Connection,
        address: str,
        request: PollTaskRequest,
        slots: int,
        carry_out: Callable[[ScheduledTask], "asyncio.Task[None]"],
    ) -> None:
        self.address = address
        self.slots = slots
        self._connection = connection
        self._request = request
        self._carry_out = carry_out
        self._busy = 0
        self._closing = asyncio.Event()
        # One ticket for each request that may be sent; None when there will be no more.
        self._tickets: asyncio.Queue[PollTaskRequest | None] = asyncio.Queue()
        self._polling = asyncio.create_task(self._poll(), name=f"poll {address}")

    async def close(self) -> None:
        """Ask for no more tasks, and take those that are on their way."""
        self._closing.set()
        self._tickets.put_nowait(None)
        try:
            await asyncio.wait_for(self._polling, _DRAIN_SECONDS)
        except TimeoutError:
            logger.warning("%s did not end its stream of tasks", self.address)

    async def _poll(self) -> None:
        """Keep a stream open until the link is closed."""
        clock = asyncio.get_running_loop().time
        channel = self._connection.dial(self.address)
        tries = 0
        try:
            while not self._closing.is_set():
                opened = clock()
                await self._stream(channel)
                tries = 1 if clock() - opened > _RECONNECT_SECONDS_LONGEST else tries + 1
                await self._pause(tries)
        except Exception:
            logger.exception("the link to %s is broken", self.address)
            raise
        finally:
            await channel.close()

    async def _pause(self, tries: int) -> None:
        seconds = backoff_seconds(tries, _RECONNECT_SECONDS_FIRST, _RECONNECT_SECONDS_LONGEST)
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return

    async def _stream(self, channel: grpc.aio.Channel) -> None:
        """Open a stream and take tasks until it ends."""
        tickets = self._tickets = asyncio.Queue()
        for _ in range(self.slots - self._busy):
            tickets.put_nowait(self._request)
        open_stream: Any = channel.stream_stream(
            POLL_TASK.path, PollTaskRequest.SerializeToString, PollTaskResponse.FromString
        )
        call = open_stream(self._requests(tickets), metadata=self._connection.metadata)
        try:
            async for response in call:
                self._take(response, tickets)
        except grpc.aio.AioRpcError as error:
            logger.info("stream from %s ended: %s", self.address, error.details())
        finally:
            tickets.put_nowait(None)
            call.cancel()

    async def _requests(
        self, tickets: "asyncio.Queue[PollTaskRequest | None]"
    ) -> AsyncIterator[PollTaskRequest]:
        """Send a request for each ticket; the stream is half-closed when this ends."""
        while (request := await tickets.get()) is not None and not self._closing.is_set():
            yield request

    def _take(
        self, response: PollTaskResponse, tickets: "asyncio.Queue[PollTaskRequest | None]"
    ) -> None:
        if response.HasField("result"):
            self._busy += 1
            self._carry_out(response.result).add_done_callback(self._free)
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(_EMPTY_ANSWER_SECONDS, tickets.put_nowait, self._request)

    def _free(self, _: "asyncio.Task[None]") -> None:
        self._busy -= 1
        self._tickets.put_nowait(self._request)
