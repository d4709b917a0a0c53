"""Durable consumers of the change feed: entries come until they are acknowledged.

It knows how a stream is kept up, and which acknowledgements are not confirmed
yet; nothing of what entries are about. `consume` and the other functions are
methods of Client.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import grpc

from hitchpost import _methods
from hitchpost._calls.pages import every_item
from hitchpost._connection import Connection
from hitchpost._errors import CallFailed, Unavailable
from hitchpost._status import call_failed
from hitchpost.v1.feed_pb2 import (
    Consumer,
    ConsumeRequest,
    ConsumeResponse,
    ConsumerOpening,
    DeleteConsumerRequest,
    FeedEntry,
    ListConsumersRequest,
)


def consume(
    self: Connection,
    name: str,
    *patterns: str,
    cursor: str | None = None,
    from_beginning: bool = False,
    credit: int = 1_000,
) -> "Consumption":
    """Take entries as one of the clients of a durable consumer, each until it is acknowledged.

        async with client.consume("billing", "orders.>") as deliveries:
            async for delivery in deliveries:
                ...  # delivery.entry
                delivery.acknowledge()

    The consumer is made if it is not there, and begins behind `cursor`, with all that there is,
    or with what happens from now on; later its patterns must be the same, or absent. `credit`
    is how many entries may be under way to this client at once. Raises ConsumerMismatch.
    """
    opening = ConsumerOpening(name=name, patterns=patterns)
    if cursor is not None:
        opening.cursor = cursor
    elif from_beginning:
        opening.from_beginning = True
    return Consumption(self, ConsumeRequest(opening=opening, credit=credit))


def list_consumers(self: Connection) -> AsyncIterator[Consumer]:
    """Yield all consumers and how far they have come, by name."""
    return every_item(self, _methods.LIST_CONSUMERS, ListConsumersRequest(), Consumer)


async def delete_consumer(self: Connection, name: str) -> None:
    """Forget a consumer; its streams end with ObjectNotFound. There may be none."""
    await self.call(_methods.DELETE_CONSUMER, DeleteConsumerRequest(name=name))


class Delivery:
    """An entry that is to be acknowledged."""

    __slots__ = ("_consumption", "entry")

    def __init__(self, consumption: "Consumption", entry: FeedEntry) -> None:
        self._consumption = consumption
        self.entry = entry

    def acknowledge(self) -> None:
        """Say that the entry is done. It is sent soon; the block's end waits until it is stored."""
        self._consumption.acknowledge(self.entry.event.position)


class _Outbox:
    """What is to be sent on one stream; one that is gone takes nothing that is for the next."""

    def __init__(self) -> None:
        self._positions: list[int] = []
        self._has_changed = asyncio.Event()
        self._has_ended = False

    def put(self, position: int) -> None:
        """Send an acknowledgement soon."""
        self._positions.append(position)
        self._has_changed.set()

    def end(self) -> None:
        """Send what is there, and nothing after it."""
        self._has_ended = True
        self._has_changed.set()

    def discard(self) -> None:
        """Send nothing any more."""
        self._positions.clear()
        self.end()

    async def requests(self, first: ConsumeRequest) -> AsyncIterator[ConsumeRequest]:
        """Yield what opens the stream, then acknowledgements as they come."""
        yield first
        while True:
            await self._has_changed.wait()
            self._has_changed.clear()
            if self._positions:
                positions, self._positions = self._positions, []
                yield ConsumeRequest(acknowledged=positions)
            if self._has_ended:
                return


class Consumption:
    """One client's part of a consumer. Use it with `async with`, then iterate.

    `has_missed_entries` turns true when the consumer has lost entries to retention.
    """

    def __init__(self, connection: Connection, first: ConsumeRequest) -> None:
        self._connection = connection
        self._first = first
        self._call: Any = None
        self._reading: asyncio.Future[Any] | None = None
        self.has_missed_entries = False
        self._was_answered = False
        self._ready: deque[FeedEntry] = deque()
        self._outbox = _Outbox()
        # Acknowledged here, and not known to be stored there.
        self._unconfirmed: set[int] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let what was acknowledged be stored, then leave; what a stream has lost comes again."""
        try:
            if self._call is not None and not isinstance(raised, CallFailed):
                async with asyncio.timeout(self._connection.timeout):
                    await self._until_confirmed()
        finally:
            self._hang_up()

    async def _until_confirmed(self) -> None:
        self._outbox.end()
        with suppress(CallFailed):  # what is not confirmed comes again
            while self._unconfirmed and await self._receive():
                pass

    def __aiter__(self) -> AsyncIterator[Delivery]:
        return self

    async def __anext__(self) -> Delivery:
        while True:
            while self._ready:
                entry = self._ready.popleft()
                position = entry.event.position
                if position not in self._unconfirmed:
                    return Delivery(self, entry)
                # It was done when the stream broke, and the server did not hear of it.
                self.acknowledge(position)
            await self._receive_again()

    def acknowledge(self, position: int) -> None:
        """Say that an entry is done."""
        self._unconfirmed.add(position)
        self._outbox.put(position)

    async def _receive_again(self) -> None:
        """Receive an answer, on another stream if this one has broken."""
        retry, tries = self._connection.retry, 1
        while True:
            try:
                if await self._receive():
                    return
                failure: CallFailed = Unavailable("the stream ended", status=grpc.StatusCode.OK)
            except CallFailed as failed:
                failure = failed
            self._hang_up()
            if self._was_answered:
                tries = min(tries, retry.tries_max - 1)
            pause = retry.pause_seconds(failure, tries)
            if pause is None:
                raise failure
            await asyncio.sleep(pause)
            tries += 1

    async def _receive(self) -> bool:
        """Take in one answer; False if the stream has ended well."""
        if self._call is None:
            self._dial()
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._call.read())
        try:
            # Whoever stops waiting has not left: the next one waits for the same answer.
            answer = await asyncio.shield(self._reading)
        except grpc.aio.AioRpcError as error:
            raise call_failed(error) from error
        self._reading = None
        if not isinstance(answer, ConsumeResponse):
            return False
        self._was_answered = True
        self.has_missed_entries |= answer.HasField("resync")
        self._ready.extend(answer.entries)
        self._unconfirmed.difference_update(answer.acknowledged)
        return True

    def _dial(self) -> None:
        method = _methods.CONSUME
        open_stream = self._connection.channel.stream_stream(
            method.path, method.request.SerializeToString, method.response.FromString
        )
        self._outbox = _Outbox()
        requests = self._outbox.requests(self._first)
        self._call = open_stream(requests, metadata=self._connection.metadata)

    def _hang_up(self) -> None:
        """Leave the stream; entries that were received on it come again on another one."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._outbox.discard()
        if self._call is not None:
            self._call.cancel()
            self._call = None
        self._ready.clear()
