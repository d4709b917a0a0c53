"""A connection to SQLite in a thread of its own, used a whole batch at a time.

Knows aiosqlite and the pragmas; knows no table. This is the one place that
touches aiosqlite's protected `_execute`. Its public methods send one statement
to the thread and the result back: a hop, and a wait for the interpreter's lock,
for every row that is fetched. What a store does is a handful of statements that
belong together, so one Python function makes the hop with all of them.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, cast

import aiosqlite

T = TypeVar("T")

# Room for the statements of every table in every group size that is in use.
CACHED_STATEMENTS = 1024
BUSY_SECONDS = 5.0
# Past this many pages, 16 MiB, the writer copies the write-ahead log into the file. Commits were
# a quarter faster than with SQLite's own 1,000; twice as many only made the longest one longer.
CHECKPOINT_PAGES = 4096

ConnectionFactory = type[sqlite3.Connection]


def _null(nothing: None) -> None:
    return nothing


# sqlite3 looks for an adapter of all that is neither a number nor text, and to find none takes it
# longer than all else that it does with a value. With these, values stay as they are.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(NoneType, _null)


class Connection(aiosqlite.Connection):
    """A SQLite connection whose thread runs one function at a time."""

    _stopped: "asyncio.Future[Any] | None" = None

    def stop(self) -> "asyncio.Future[Any] | None":
        """Tell the thread to end, and remember what tells that it has."""
        self._stopped = super().stop()
        return self._stopped

    async def open(self) -> None:
        """Start the thread and make the connection; after a failure both are gone.

        aiosqlite by itself leaves the thread to end some time after the
        failure, when there may be no event loop left to tell it to.
        """
        try:
            await self
        except BaseException:
            if self._stopped is not None:
                await self._stopped
            raise

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function of the bare connection in the thread that owns it."""
        result = await self._execute(function, self._conn)  # type: ignore[no-untyped-call]
        return cast(T, result)


class Line:
    """A connection that is made when it is first needed, and made anew after a failure.

    A connection that was opened on a read-only disk stays read-only, and one
    that met an I/O error is not worth finding out about: it is closed, and the
    next use opens another. One user at a time.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._connection: Connection | None = None

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function of the bare connection in the thread that owns it."""
        if self._connection is None:
            connection = Connection(self._connect, iter_chunk_size=0)
            await connection.open()
            self._connection = connection
        return await self._connection.run(function)

    async def drop(self) -> None:
        """Close the connection, if there is one, whatever state it is in."""
        connection, self._connection = self._connection, None
        if connection is not None:
            # What a broken connection says when it is closed helps nobody.
            with suppress(sqlite3.Error):
                await connection.close()


def connect_to_write(
    path: Path, cache_bytes: int, factory: ConnectionFactory
) -> sqlite3.Connection:
    """Open the file, or make it, to write."""
    return _connect(
        f"{path.absolute().as_uri()}?mode=rwc",
        factory,
        # FULL: the write-ahead log is flushed to the disk before COMMIT returns.
        "PRAGMA synchronous = FULL",
        f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}",
        # Erased contents are overwritten where that costs no further page.
        "PRAGMA secure_delete = FAST",
        f"PRAGMA cache_size = -{cache_bytes // 1024}",
    )


def connect_to_read(path: Path, cache_bytes: int, factory: ConnectionFactory) -> sqlite3.Connection:
    """Open the file to read, with no way to change it."""
    return _connect(
        f"{path.absolute().as_uri()}?mode=ro",
        factory,
        "PRAGMA query_only = ON",
        f"PRAGMA cache_size = -{cache_bytes // 1024}",
    )


def _connect(uri: str, factory: ConnectionFactory, *pragmas: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        cached_statements=CACHED_STATEMENTS,
        factory=factory,
    )
    try:
        for pragma in pragmas:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


async def finish(task: "asyncio.Task[T]") -> T:
    """Wait for a task; a caller that is cancelled leaves it to run to its end."""
    task.add_done_callback(_retrieve)
    return await asyncio.shield(task)


def _retrieve(task: "asyncio.Task[T]") -> None:
    # A failure that nobody waits for any more is not an accident to report.
    if not task.cancelled():
        task.exception()
