"""A log to listen to: the plain store, with a tail on it, and short ways to write to it."""

import asyncio
from dataclasses import replace
from typing import Any

from hitchpost_server.config import Settings
from hitchpost_server.feed.limits import FeedLimits
from hitchpost_server.feed.tail import Tail
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.memory import MemoryStore
from hitchpost_server.store.protocol import Append, LoggedRecord, StoreUnavailableError, WriteSet


class CountingStore(MemoryStore):
    """Counts how often the log is read, and can refuse to be."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.failures = 0

    async def read_log(
        self, after_position: int, limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError("not now")
        return await super().read_log(after_position, limit, bytes_max)


class Log:
    """A log with its tail."""

    def __init__(self, **limits: Any) -> None:
        quick = Settings(feed_gather_seconds=0.001, store_retry_seconds=0.01).feed_limits
        self.limits: FeedLimits = replace(quick, **limits)
        self.store = CountingStore()
        self.seen = 0
        self.floor = 0
        self.tail = Tail(self.store, self._seen, lambda: self.floor, self.limits)
        self._sequences: dict[str, int] = {}

    def _seen(self, _kind: str, stored: bytes) -> bytes:
        self.seen += 1
        return stored

    async def publish(self, topic: str, *contents: str) -> int:
        """Commit messages as one record, and ring; give the position of the last."""
        record = storage.LogRecord(time_us=1)
        for content in contents or ("x",):
            record.events.add().message_published.content.str = content
        stream = f"topic/{topic}"
        before = self._sequences.get(stream, 0)
        last = self._sequences[stream] = before + len(record.events)
        append = Append(stream, before, last, 1, record.SerializeToString())
        write = WriteSet(appends=[append])
        head = await self.store.commit(write)
        self.tail.committed(write, head)
        return head
