"""The door of durable consumers: streams that deliver and hear what is done, and who there is."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from hitchpost.v1 import feed_pb2 as feed
from hitchpost_server.api.calls import BidirectionalStream, Caller, Method, Unary
from hitchpost_server.api.feed import translated
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.config import Settings
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.rows import ConsumerRow
from hitchpost_server.engine.times import timestamp
from hitchpost_server.feed.consumer import Client, Consumer
from hitchpost_server.feed.consumers import Consumers, answers
from hitchpost_server.feed.cursors import position_of
from hitchpost_server.feed.patterns import check_patterns
from hitchpost_server.feed.tail import Tail
from hitchpost_server.storage.v1 import storage_pb2 as storage

Requests = AsyncIterator[feed.ConsumeRequest]


class Consuming:
    """The methods about consumers."""

    def __init__(
        self, consumers: Consumers, tail: Tail, reader: Reader, shapes: Shapes, settings: Settings
    ) -> None:
        self._consumers = consumers
        self._tail = tail
        self._reader = reader
        self._shapes = shapes
        self._credit_max = settings.consumer_window_entries_max

    async def consume(self, _caller: Caller, requests: Requests) -> AsyncGenerator[bytes]:
        """Serve one client of a consumer until it leaves or has sent its last message."""
        first = await anext(requests, feed.ConsumeRequest())
        if not first.HasField("opening"):
            raise FieldInvalid(field="opening", problem="the first message says which consumer")
        with translated():
            wanted = await self._wanted(first.opening)
            consumer, client = await self._consumers.join(first.opening.name, wanted)
            hearing = asyncio.create_task(self._hear(first, requests, consumer, client))
            try:
                async with aclosing(answers(consumer, client)) as told:
                    async for answer in told:
                        yield answer
            finally:
                hearing.cancel()
                self._consumers.leave(consumer, client)

    async def _wanted(self, opening: feed.ConsumerOpening) -> storage.StoredConsumer:
        """Check what a consumer is to be if it is new."""
        check_name("opening.name", opening.name)
        check_patterns("opening.patterns", opening.patterns)
        position = head = await self._tail.head()
        if opening.HasField("cursor"):
            position = position_of("opening.cursor", opening.cursor)
            if position > head:
                raise FieldInvalid(field="opening.cursor", problem="it is of another store")
        elif opening.from_beginning:
            position = self._tail.floor()
        return storage.StoredConsumer(patterns=opening.patterns, position=position)

    async def _hear(
        self,
        first: feed.ConsumeRequest,
        requests: Requests,
        consumer: Consumer,
        client: Client,
    ) -> None:
        """Take what the client says until it says no more."""
        try:
            self._take(first, consumer, client)
            async for request in requests:
                await client.has_room(2 * self._credit_max)
                if request.HasField("opening"):
                    raise FieldInvalid(field="opening", problem="it is in the first message only")
                self._take(request, consumer, client)
            client.finish()
        except Exception as error:
            client.finish(error)

    def _take(self, request: feed.ConsumeRequest, consumer: Consumer, client: Client) -> None:
        if request.HasField("credit"):
            if not 0 <= request.credit <= self._credit_max:
                problem = f"must be between 0 and {self._credit_max}"
                raise FieldInvalid(field="credit", problem=problem)
            client.credit = request.credit
            client.wake.set()
        if request.acknowledged:
            consumer.acknowledge(client, request.acknowledged)
            client.wake.set()

    async def list_consumers(
        self, _caller: Caller, request: feed.ListConsumersRequest
    ) -> feed.ListConsumersResponse:
        """Read a page of consumers."""
        limit = self._shapes.page(request.limit if request.HasField("limit") else None)
        rows, bookmark = await self._reader.page(ConsumerRow, (), request.bookmark, limit)
        with translated():
            head = await self._tail.head()
        found = feed.ListConsumersResponse(bookmark=bookmark)
        found.results.extend(self._shown(row, head) for row in rows)
        return found

    def _shown(self, row: ConsumerRow, head: int) -> feed.Consumer:
        stored = storage.StoredConsumer.FromString(row.body)
        shown = feed.Consumer(
            name=row.name,
            patterns=stored.patterns,
            created_at=timestamp(stored.created_us),
            position=row.position,
        )
        live = self._consumers.find(row.name)
        if live is not None:
            shown.position = live.floor
            shown.clients = len(live.clients)
            shown.unacknowledged = sum(len(client.held) for client in live.clients)
        shown.lag = max(head - shown.position, 0)
        return shown

    async def delete_consumer(
        self, _caller: Caller, request: feed.DeleteConsumerRequest
    ) -> feed.DeleteConsumerResponse:
        """Forget a consumer; there may be none."""
        check_name("name", request.name)
        await self._consumers.delete(request.name)
        return feed.DeleteConsumerResponse()

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "Consume": BidirectionalStream(feed.ConsumeRequest, self.consume),
            "ListConsumers": Unary(feed.ListConsumersRequest, self.list_consumers),
            "DeleteConsumer": Unary(feed.DeleteConsumerRequest, self.delete_consumer),
        }
