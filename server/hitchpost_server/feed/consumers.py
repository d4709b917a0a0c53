"""All consumers: each is at work while it has clients, and notes how far it has come.

It knows how a consumer is made, found again and forgotten, what feeds it, and
who has to be told when its work cannot go on. A consumer that lost its last
client is noted a last time and leaves memory.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from typing import Any

from hitchpost.v1 import feed_pb2 as feed
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import ConsumerMismatch, ObjectNotFound, ReasonedError
from hitchpost_server.engine.ids import CONSUMER_STREAM
from hitchpost_server.engine.rows import ConsumerRow, RowKey
from hitchpost_server.feed.consumer import Client, Consumer, ConsumerCounts
from hitchpost_server.feed.limits import FeedLimits
from hitchpost_server.feed.tail import FeedStopped, Tail, TooManyListeners
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import Store, StoreUnavailableError

logger = logging.getLogger(__name__)

Submit = Callable[[commands.Command], "asyncio.Future[Any]"]


class Consumers:
    """The consumers that have clients now, by name."""

    def __init__(
        self,
        store: Store,
        tail: Tail,
        submit: Submit,
        new_seed: Callable[[], str],
        limits: FeedLimits,
    ) -> None:
        self._store = store
        self._tail = tail
        self._submit = submit
        self._new_seed = new_seed
        self._limits = limits
        self._live: dict[str, Consumer] = {}
        self._counts: dict[str, ConsumerCounts] = {}
        self._work: dict[str, asyncio.Task[None]] = {}
        self._opening = asyncio.Lock()
        self._streams = 0

    def counts(self, name: str) -> ConsumerCounts:
        """Say what the clients of a consumer were given, also if it has none now."""
        return self._counts.get(name) or ConsumerCounts()

    def find(self, name: str) -> Consumer | None:
        """Give a consumer that has clients now."""
        return self._live.get(name)

    async def join(self, name: str, wanted: storage.StoredConsumer) -> tuple[Consumer, Client]:
        """Let a client join a consumer, which is made as it is wanted if it is not there.

        Raises ConsumerMismatch, FeedStopped, TooManyListeners, and what keeps the
        store from being read or written.
        """
        self._tail.check()
        if self._streams >= self._limits.feed_subscribers_max:
            raise TooManyListeners
        async with self._opening:
            consumer = self._live.get(name) or await self._revived(name, wanted)
            if wanted.patterns and consumer.patterns.texts != tuple(wanted.patterns):
                raise ConsumerMismatch(consumer=name, patterns=", ".join(consumer.patterns.texts))
            if name not in self._work:
                self._live[name] = consumer
                work = asyncio.create_task(self._serve(consumer), name=f"consumer {name}")
                self._work[name] = work
            client = Client()
            consumer.clients.append(client)
        self._streams += 1
        return consumer, client

    async def _revived(self, name: str, wanted: storage.StoredConsumer) -> Consumer:
        at = RowKey(ConsumerRow, (name,))
        row = (await self._store.lookup([at])).get(at)
        if isinstance(row, ConsumerRow):
            stored = storage.StoredConsumer.FromString(row.body)
        else:
            stored = await self._save(name, wanted, is_new=True)
        counts = self._counts.setdefault(name, ConsumerCounts())
        return Consumer(name, stored, self._limits, counts)

    def leave(self, consumer: Consumer, client: Client) -> None:
        """Let a client go; the last one lets the consumer rest."""
        self._streams -= 1
        consumer.leave(client)
        if not consumer.clients:
            consumer.room.set()

    async def delete(self, name: str) -> None:
        """Forget a consumer, and end its streams."""
        async with self._opening:
            stream = CONSUMER_STREAM + name
            await self._submit(commands.DeleteConsumer(stream=stream, seed=self._new_seed()))
            self._counts.pop(name, None)
            consumer, work = self._live.get(name), self._work.get(name)
            if consumer is not None and work is not None:
                consumer.stop(ObjectNotFound(kind="Consumer", id=name))
                work.cancel()
                await asyncio.wait([work])

    def stop(self) -> None:
        """End all streams: the server stops."""
        for consumer in self._live.values():
            consumer.stop(FeedStopped())

    async def end(self) -> None:
        """Wait until all that has come to an end is noted."""
        if self._work:
            await asyncio.wait(self._work.values())

    # The work of one consumer

    async def _serve(self, consumer: Consumer) -> None:
        """Feed a consumer and note how far it has come, for as long as it has clients."""
        reading = asyncio.create_task(self._read(consumer))
        try:
            await self._note(consumer, reading)
        except Exception as error:
            logger.exception("defect in consumer %s", consumer.name)
            consumer.stop(error)
        finally:
            # Before anybody else has a turn: whoever comes now begins anew.
            del self._live[consumer.name], self._work[consumer.name]
            reading.cancel()
            await asyncio.wait([reading])

    async def _note(self, consumer: Consumer, reading: "asyncio.Task[None]") -> None:
        clock = asyncio.get_running_loop().time
        while consumer.clients or consumer.has_changed:
            if reading.done() and (end := reading.exception()) is not None:
                consumer.stop(_as_error(end))
            await self._save_changes(consumer)
            if consumer.clients:
                await asyncio.sleep(self._limits.consumer_save_seconds)
            elif consumer.has_changed:  # it could not be noted
                return
            consumer.expire(clock())

    async def _save_changes(self, consumer: Consumer) -> None:
        if not consumer.has_changed:
            return
        to_store, confirmed = consumer.to_store(), consumer.begin_saving()
        try:
            await self._save(consumer.name, to_store, is_new=False)
        except ReasonedError as error:
            logger.info("consumer %s: how far it is is not noted: %s", consumer.name, error)
            consumer.not_saved(confirmed)
        else:
            consumer.saved(confirmed)

    async def _save(
        self, name: str, stored: storage.StoredConsumer, *, is_new: bool
    ) -> storage.StoredConsumer:
        stream, seed = CONSUMER_STREAM + name, self._new_seed()
        reply: storage.StoredConsumer = await self._submit(
            commands.SaveConsumer(stream=stream, seed=seed, consumer=stored, is_new=is_new)
        )
        return reply

    async def _read(self, consumer: Consumer) -> None:
        """Read on whenever there is room. Ends with FeedStopped when the server stops."""
        with self._tail.listening(consumer.patterns) as listener:
            while True:
                while consumer.is_full:
                    consumer.room.clear()
                    await consumer.room.wait()
                if listener.floor() > consumer.read_to:
                    logger.warning("consumer %s has lost entries to retention", consumer.name)
                    consumer.skip(listener.floor())
                try:
                    page = await listener.page(consumer.read_to)
                except StoreUnavailableError as error:
                    logger.warning("consumer %s cannot read: %s", consumer.name, error)
                    await asyncio.sleep(self._limits.store_retry_seconds)
                    continue
                if page.through > consumer.read_to:
                    consumer.take(page)
                    await asyncio.sleep(0)
                    continue
                seconds = self._limits.feed_checkpoint_seconds
                consumer.reach(await listener.wait(consumer.read_to, seconds))


def _as_error(end: BaseException) -> Exception:
    return end if isinstance(end, Exception) else RuntimeError(repr(end))


async def answers(consumer: Consumer, client: Client) -> AsyncGenerator[bytes]:
    """Yield what a client is to be sent, for as long as it is asked for."""
    clock = asyncio.get_running_loop().time
    yield b""
    while True:
        if client.end is not None:
            raise client.end
        frames = consumer.give(client, clock())
        confirmed = client.tell()
        if confirmed:
            frames.append(feed.ConsumeResponse(acknowledged=confirmed).SerializeToString())
        if client.misses:
            client.misses = False
            gone = feed.ConsumeResponse(resync=feed.Resync(reason=feed.POSITION_GONE))
            yield gone.SerializeToString()
        if frames:
            yield b"".join(frames)
            continue
        if client.has_finished and not client.waits_for:
            return
        await client.wake.wait()
        client.wake.clear()
