"""The change feed's door: messages come in, subscribers are told."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager

from hitchpost.v1 import feed_pb2 as feed
from hitchpost_server.api.calls import Caller, Method, ServerStream, Unary, sender
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import TOPIC_STREAM
from hitchpost_server.feed.cursors import cursor_of, position_of
from hitchpost_server.feed.limits import FeedLimits
from hitchpost_server.feed.patterns import check_patterns
from hitchpost_server.feed.subscription import Batch, batches
from hitchpost_server.feed.tail import FeedStopped, Tail, TooManyListeners
from hitchpost_server.feed.topics import check_topic
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.errors import Overloaded, ShuttingDown, StoreUnavailable
from hitchpost_server.store.protocol import StoreUnavailableError

# Who finds no room among the subscribers is asked to come back after this long.
RETRY_SECONDS = 1.0


class Feed:
    """The methods of the change feed."""

    def __init__(
        self, committer: Committer, tail: Tail, shapes: Shapes, limits: FeedLimits
    ) -> None:
        self._committer = committer
        self._tail = tail
        self._shapes = shapes
        self._limits = limits

    async def publish(self, caller: Caller, request: feed.PublishRequest) -> feed.PublishReceipt:
        """Put a message into the log."""
        check_topic("topic", request.topic)
        if request.HasField("id"):
            self._shapes.guid("id", request.id)
        command = commands.PublishMessage(
            **sender(caller), stream=TOPIC_STREAM + request.topic, request=request
        )
        reply: feed.PublishReceipt = await self._committer.submit(command)
        return reply

    async def subscribe(
        self, _caller: Caller, request: feed.SubscribeRequest
    ) -> AsyncGenerator[feed.SubscribeResponse | bytes]:
        """Stream entries of some topics from a position on, until the caller leaves."""
        patterns = check_patterns("patterns", request.patterns)
        with translated(), self._tail.listening(patterns) as listener:
            head = await self._tail.head()
            position = _start(request, head, listener.floor())
            if position > head:
                position = listener.floor()
                yield _resync(feed.POSITION_UNKNOWN, position)
            async with aclosing(batches(listener, position, self._limits)) as told:
                async for batch in told:
                    self._tail.told += len(batch.entries)
                    yield _answer(batch)

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "Publish": Unary(feed.PublishRequest, self.publish),
            "Subscribe": ServerStream(feed.SubscribeRequest, self.subscribe),
        }


@contextmanager
def translated() -> Iterator[None]:
    """Say what the feed cannot do now in the words of the contract."""
    try:
        yield
    except FeedStopped as stopped:
        raise ShuttingDown from stopped
    except TooManyListeners as full:
        raise Overloaded(retry_after_seconds=RETRY_SECONDS) from full
    except StoreUnavailableError as error:
        raise StoreUnavailable from error


def _start(request: feed.SubscribeRequest, head: int, floor: int) -> int:
    if request.HasField("cursor"):
        return position_of("cursor", request.cursor)
    return floor if request.from_beginning else head


def _resync(reason: feed.ResyncReason, position: int) -> feed.SubscribeResponse:
    return feed.SubscribeResponse(resync=feed.Resync(reason=reason), cursor=cursor_of(position))


def _answer(batch: Batch) -> feed.SubscribeResponse | bytes:
    """Put the parts together: they were written once, for all who get them."""
    if batch.misses:
        return _resync(feed.POSITION_GONE, batch.through)
    rest = feed.SubscribeResponse(cursor=cursor_of(batch.through)).SerializeToString()
    return b"".join([entry.frame for entry in batch.entries] + [rest])
