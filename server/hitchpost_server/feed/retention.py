"""Retention: now and then the feed's floor moves up, by age and by size, and never back.

What is below it can be subscribed to, consumed and sent no more; it waits for
nobody. The log itself stays, and with it all histories. Only messages that were
published, which belong to no run, are forgotten once they are below the floor
and so old that nobody sends them again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import ReasonedError
from hitchpost_server.engine.ids import TOPIC_STREAM
from hitchpost_server.engine.rows import FEED_FLOOR, FeedFloorRow, RowKey
from hitchpost_server.feed.floor import (
    bytes_behind,
    drop_stretches,
    larger_than,
    measured,
    older_than,
)
from hitchpost_server.feed.retention_limits import RetentionLimits
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import RecordOutline, Store, StoreUnavailableError, WriteSet

logger = logging.getLogger(__name__)

# How many records are looked at at a time; of messages, how many bytes are read.
PAGE_RECORDS = 1_000
PAGE_BYTES = 1024 * 1024
SECOND_US = 1_000_000

Submit = Callable[[commands.Command], Awaitable[None]]


class Retention:
    """Keeps the floor of one store; `run` is its life. No two may serve the same store.

    `now_us` is the store's clock, `new_seed` makes seeds of commands.
    """

    def __init__(
        self,
        store: Store,
        now_us: Callable[[], int],
        submit: Submit,
        new_seed: Callable[[], str],
        limits: RetentionLimits,
    ) -> None:
        self._store = store
        self._now_us = now_us
        self._submit = submit
        self._new_seed = new_seed
        self._limits = limits
        self._position = 0
        self._kept = storage.FeedFloor()
        self._measuring = asyncio.Lock()

    def floor(self) -> int:
        """Say up to which position the feed is gone: 0 if nothing is."""
        return self._position

    def used(self, position: int, oldest_us: int) -> float:
        """Say how much of the retention a reader has used up who stands at a position.

        `oldest_us` is the time of what follows it. 0 is nothing; from 1 on the
        floor passes it the next time that it moves.
        """
        limits, parts = self._limits, [0.0]
        if limits.feed_retention_seconds:
            age_us = self._now_us() - oldest_us
            parts.append(age_us / (limits.feed_retention_seconds * SECOND_US))
        if limits.feed_retention_bytes:
            behind = bytes_behind(self._kept, position)
            parts.append(behind / limits.feed_retention_bytes)
        return max(parts)

    async def refresh(self, head: int) -> None:
        """Measure what has come, so that `used` counts all of it; not if it is being measured.

        What was measured is not measured again when the floor moves.
        """
        if self._limits.feed_retention_bytes and not self._measuring.locked():
            await self._measure(head)

    async def load(self) -> None:
        """Read where the floor was left. Raises StoreUnavailableError."""
        key = RowKey(FeedFloorRow, (FEED_FLOOR,))
        row = (await self._store.lookup([key])).get(key)
        if isinstance(row, FeedFloorRow):
            self._position = row.position
            self._kept = storage.FeedFloor.FromString(row.body)

    async def run(self) -> None:
        """Move the floor again and again."""
        while True:
            try:
                await self.move()
            except (StoreUnavailableError, ReasonedError) as error:
                logger.warning("the floor of the feed stays where it is: %s", error)
            await asyncio.sleep(self._limits.feed_retention_interval_seconds)

    async def move(self) -> None:
        """Move the floor to where it belongs now; forget what is below it and too old."""
        limits, position = self._limits, self._position
        if not (position or limits.feed_retention_seconds or limits.feed_retention_bytes):
            return
        head = await self._store.head()
        before = self._kept.SerializeToString()
        if limits.feed_retention_seconds:
            position = await self._older_than(limits.feed_retention_seconds, position, head)
        if limits.feed_retention_bytes:
            await self._measure(head)
            position = max(position, larger_than(self._kept, limits.feed_retention_bytes))
        drop_stretches(self._kept, position)
        if position > self._position or self._kept.SerializeToString() != before:
            await self._keep(position)
        await self._forget_messages()

    async def _older_than(self, seconds: int, low: int, high: int) -> int:
        return await older_than(self._store, self._now_us() - seconds * SECOND_US, low, high)

    async def _measure(self, head: int) -> None:
        """Measure what has come since the last time."""
        async with self._measuring:
            stretches = self._kept.stretches
            at = stretches[-1].through_position if stretches else self._position
            while at < head:
                records = await self._store.outline(at, PAGE_RECORDS)
                measured(self._kept, records, self._limits.feed_retention_bytes)
                at = records[-1].last_position

    async def _keep(self, position: int) -> None:
        """Write down where the floor is; only then is it there.

        The row is of no stream, and nobody decides on it: it goes past the committer.
        """
        body = self._kept.SerializeToString(deterministic=True)
        await self._store.commit(WriteSet(rows=[FeedFloorRow(FEED_FLOOR, position, body)]))
        if position > self._position:
            logger.info("the feed begins behind position %d", position)
        self._position = position

    async def _forget_messages(self) -> None:
        """Erase the messages below the floor whose ids need not be known any more."""
        at = self._kept.forgotten_position
        seconds = self._limits.published_ids_seconds
        target = await self._older_than(seconds, at, self._position)
        while at < target:
            records = await self._store.outline(at, PAGE_RECORDS)
            doomed = [record for record in records if record.last_position <= target]
            if not doomed:
                break
            topics = _topics(doomed)
            await asyncio.gather(*map(self._forget, topics.keys(), topics.values()))
            at = doomed[-1].last_position
        if at > self._kept.forgotten_position:
            self._kept.forgotten_position = at
            await self._keep(self._position)

    async def _forget(self, stream: str, sequences: Sequence[int]) -> None:
        """Erase messages of a topic, which are numbered without a gap."""
        after, last = sequences[0] - 1, sequences[-1]
        while after < last:
            found = await self._store.read_stream(stream, after, last - after, PAGE_BYTES)
            after = found[-1].last_sequence
            bodies = [record.body for record in found if record.body is not None]
            if not bodies:
                continue
            await self._submit(
                commands.ForgetMessages(
                    stream=stream,
                    seed=self._new_seed(),
                    message_ids=[one for body in bodies for one in _message_ids(body)],
                    up_to_sequence=after,
                )
            )


def _topics(records: Sequence[RecordOutline]) -> dict[str, list[int]]:
    """Take out the messages that still have content: their numbers by their stream."""
    topics: dict[str, list[int]] = {}
    for record in records:
        if record.body_bytes and record.stream.startswith(TOPIC_STREAM):
            topics.setdefault(record.stream, []).append(record.last_sequence)
    return topics


def _message_ids(body: bytes) -> list[str]:
    events = storage.LogRecord.FromString(body).events
    return [event.message_published.id for event in events]
