"""The Store Protocol over one SQLite file.

Knows which connection does what, what outlives a cancelled caller, and what a
failure means; what is said to SQLite is in `writing.py` and `reading.py`.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from hitchpost_server.engine.rows import FollowUpRow, QueuedTaskRow, Row, RowKey, TimerRow
from hitchpost_server.engine.searches import Search
from hitchpost_server.store.protocol import (
    LoggedRecord,
    RecordOutline,
    StoredStream,
    StoreUnavailableError,
    StoreUnclearError,
    WriteSet,
)
from hitchpost_server.store.sqlite import reading
from hitchpost_server.store.sqlite.connection import (
    ConnectionFactory,
    Line,
    connect_to_read,
    connect_to_write,
    finish,
)
from hitchpost_server.store.sqlite.file import FileLock, migrate
from hitchpost_server.store.sqlite.writing import (
    UnclearCommitError,
    confirm,
    read_head,
    transact,
)

T = TypeVar("T")

CACHE_BYTES = 64 * 1024 * 1024

# Mistakes of ours, not of the disk: they go up as they are.
_MISTAKES = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.NotSupportedError,
    sqlite3.DataError,
)


class SqliteStore:
    """A Store in one SQLite file, which it owns until it is closed."""

    def __init__(self, path: Path, writer: Line, readers: Sequence[Line]) -> None:
        self._lock = FileLock(path)
        self._writer = writer
        self._writing = asyncio.Lock()
        self._readers = readers
        self._idle: asyncio.Queue[Line] = asyncio.Queue()
        for reader in readers:
            self._idle.put_nowait(reader)
        self._under_way: set[asyncio.Task[Any]] = set()
        self._closed = False

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        readers: int = 2,
        cache_bytes: int = CACHE_BYTES,
        connection_factory: ConnectionFactory = sqlite3.Connection,
    ) -> "SqliteStore":
        """Take the file, make it if there is none, and bring its schema up to date.

        `cache_bytes` is for pages, half for the writer, half for all readers.
        Raises StoreRefusedError when another process has the file, or when it
        is not one that this server can use.
        """
        reader_bytes = cache_bytes // 2 // readers
        store = cls(
            path,
            Line(partial(connect_to_write, path, cache_bytes // 2, connection_factory)),
            [
                Line(partial(connect_to_read, path, reader_bytes, connection_factory))
                for _ in range(readers)
            ],
        )
        try:
            await store._start(path)
        except BaseException:
            await store.close()
            raise
        return store

    @property
    def is_shared(self) -> bool:
        """Nobody else writes: the lock beside the file sees to that."""
        return False

    async def head(self) -> int:
        """Return the position of the last event of the log."""
        return (await self._read(read_head)).position

    async def latest_us(self) -> int:
        """Return the time of the last record of the log."""
        return await self._read(reading.latest_us)

    async def load(self, streams: Sequence[str], version: int) -> dict[str, StoredStream]:
        """Read streams in one go."""
        return await self._read(partial(reading.load, streams, version))

    async def lookup(self, keys: Sequence[RowKey]) -> dict[RowKey, Row]:
        """Read rows by their full keys."""
        return await self._read(partial(reading.lookup, keys))

    async def scan(
        self,
        table: type[Row],
        prefix: tuple[str | int, ...],
        after: tuple[str | int, ...],
        limit: int,
    ) -> list[Row]:
        """Read rows in key order whose key begins with `prefix`."""
        return await self._read(partial(reading.scan, table, prefix, after, limit))

    async def search(self, search: Search, after: tuple[str | int, ...], limit: int) -> list[Row]:
        """Read rows that a search is for."""
        return await self._read(partial(reading.search, search, after, limit))

    async def commit(self, write: WriteSet) -> int:
        """Write all of it durably or nothing; return the new head position."""
        self._must_be_open()
        return await self._finish(self._commit(write))

    async def read_log(
        self, after_position: int, limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        """Read records whose last event is behind a position."""
        return await self._read(partial(reading.read_log, after_position, limit, bytes_max))

    async def outline(self, after_position: int, limit: int) -> list[RecordOutline]:
        """Read what the records are whose last event is behind a position."""
        window = (after_position, after_position, limit)
        return await self._read_rows(RecordOutline, "outline_log", *window)

    async def read_stream(
        self, stream: str, after_sequence: int, limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        """Read records of a stream that end behind a sequence."""
        return await self._read(
            partial(reading.read_stream, stream, after_sequence, limit, bytes_max)
        )

    async def read_by_stream(
        self, after: tuple[str, int], limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        """Read records of the log, stream by stream."""
        return await self._read(partial(reading.read_by_stream, after, limit, bytes_max))

    async def due_timers(self, after: tuple[int, str, int], limit: int) -> list[TimerRow]:
        """Read timers in the order (due, stream, timer)."""
        return await self._read_rows(TimerRow, "due_timers", *after, limit)

    async def queued_tasks(
        self, task_def: str, after: tuple[int, str, str], limit: int
    ) -> list[QueuedTaskRow]:
        """Read queued attempts of a task in the order (queued, run, guid)."""
        return await self._read_rows(QueuedTaskRow, "queued_tasks", task_def, *after, limit)

    async def follow_ups(self, after: str, limit: int) -> list[FollowUpRow]:
        """Read follow-ups in the order of their ids."""
        return await self._read_rows(FollowUpRow, "follow_ups", after, limit)

    async def close(self) -> None:
        """Finish what is under way and let the file go."""
        self._closed = True
        await asyncio.gather(*self._under_way, return_exceptions=True)
        try:
            await self._drop_readers()
            await self._writer.drop()
        finally:
            self._lock.release()

    async def _drop_readers(self) -> None:
        """Close the readers once nobody uses them; whoever waits for one finds the store closed."""
        taken = [await self._idle.get() for _ in self._readers]
        try:
            for reader in taken:
                await reader.drop()
        finally:
            for reader in taken:
                self._idle.put_nowait(reader)

    async def _start(self, path: Path) -> None:
        await _run(self._writer, partial(migrate, path))
        # While a reader is there, the index of the write-ahead log is: the writer can be
        # opened again on a full disk, where there would be no room to make another.
        for reader in self._readers:
            await _run(reader, read_head)

    def _must_be_open(self) -> None:
        if self._closed:
            raise StoreUnavailableError("the store is closed")

    async def _finish(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await finish(task)

    async def _read_rows(self, table: type[T], query: str, *parameters: Any) -> list[T]:
        return await self._read(partial(reading.rows, table, query, parameters))

    async def _read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function of a connection that reads.

        If the caller is cancelled the function still comes to its end; whoever has the reader
        next waits for that in the reader's thread.
        """
        self._must_be_open()
        reader = await self._idle.get()
        try:
            self._must_be_open()
            return await _run(reader, function)
        finally:
            self._idle.put_nowait(reader)

    async def _commit(self, write: WriteSet) -> int:
        async with self._writing:
            try:
                return await _run(self._writer, partial(transact, write))
            except UnclearCommitError as unclear:
                return await self._settle(unclear)

    async def _settle(self, unclear: UnclearCommitError) -> int:
        """Find out, over a new connection, whether a commit has happened."""
        await self._writer.drop()
        try:
            head = await _run(self._writer, read_head)
        except StoreUnavailableError as error:
            raise StoreUnclearError(str(unclear)) from error
        if head.commits < unclear.head.commits:
            with suppress(StoreUnavailableError):
                await _run(self._writer, confirm)
            raise StoreUnavailableError("the commit came to nothing") from unclear.__cause__
        try:
            await _run(self._writer, confirm)
        except StoreUnavailableError as error:
            raise StoreUnclearError(str(unclear)) from error
        return unclear.head.position


async def _run(line: Line, function: Callable[[sqlite3.Connection], T]) -> T:
    """Run a function of a connection; whatever the disk does to it is StoreUnavailableError."""
    try:
        return await line.run(function)
    except _MISTAKES:
        raise
    except sqlite3.DatabaseError as error:
        await line.drop()
        raise StoreUnavailableError(str(error)) from error
