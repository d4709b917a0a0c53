"""What an execution costs and leaves behind, by slices of a run's life.

Knows the load, this process and the store; knows nothing of how the figures are shown.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from time import perf_counter, process_time

from bench.starting_over.counting import Calls, CountingConnection, Counts, Figures
from bench.starting_over.load import COMMANDS_PER_EXECUTION, Load
from hitchpost_server.app import running_engine, store_path
from hitchpost_server.config import Settings
from hitchpost_server.engine.fold import FOLD_VERSION
from hitchpost_server.engine.ids import family_stream
from hitchpost_server.engine.rows import EXECUTION_TABLES, TABLE_NAMES
from hitchpost_server.engine.streams import kind_of
from hitchpost_server.runtime.cache import revive
from hitchpost_server.store.protocol import Store
from hitchpost_server.store.sqlite.store import SqliteStore

# What only the first moments of a process cost.
WARM_UP_EXECUTIONS = 20
# Of a slice: the fastest counts, since whatever else runs can only add to it, and calls are
# counted in the last.
PARTS = 10


async def lives(
    settings: Settings, workflow: str, runs: Sequence[str], executions: int, slices: int
) -> list[Figures]:
    """Let runs live side by side through so many executions each; measure slice by slice."""
    measured, counts = [], Counts()
    async with opened(settings) as store, running_engine(store, settings) as engine:
        engine.committer.listen(counts.committed)
        load = Load(engine.committer.submit, workflow)
        await load.prepare(["warm", *runs])
        for number in range(1, WARM_UP_EXECUTIONS + 1):
            await load.execution("warm", number)
        for numbers in _parts(range(1, executions + 1), slices):
            counts.taken(1)
            lived = await _lived(load, runs, numbers)
            counted = counts.taken(len(numbers) * len(runs))
            sizes = await _sizes(store, store_path(settings), runs)
            measured.append({"to": numbers[-1], **lived, **counted, **sizes})
    return measured


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    """Open a store whose statements are counted."""
    store = await SqliteStore.open(
        store_path(settings),
        readers=settings.sqlite_readers,
        cache_bytes=settings.sqlite_cache_bytes,
        connection_factory=CountingConnection,
    )
    try:
        yield store
    finally:
        await store.close()


async def _lived(load: Load, runs: Sequence[str], numbers: range) -> Figures:
    """Live through a slice, and say how fast that was at its best."""
    *timed, counted = _parts(numbers, PARTS)
    taken = [await _timed(load, runs, part) for part in timed or [counted[:0]]]
    seconds, cpu_seconds = map(min, zip(*taken, strict=True))
    with Calls() as calls:
        await _live(load, runs, counted)
    return {
        "commands/s": 1 / seconds,
        "CPU µs each": cpu_seconds * 1e6,
        "calls each": calls.number / _commands(runs, counted),
    }


async def _timed(load: Load, runs: Sequence[str], numbers: range) -> tuple[float, float]:
    """Live through some executions; give the seconds that a command has taken, and of CPU."""
    begin, cpu_begin = perf_counter(), process_time()
    await _live(load, runs, numbers)
    seconds, cpu_seconds = perf_counter() - begin, process_time() - cpu_begin
    commands = _commands(runs, numbers)
    return seconds / commands, cpu_seconds / commands


async def _live(load: Load, runs: Sequence[str], numbers: range) -> None:
    async def live(run: str) -> None:
        for number in numbers:
            await load.execution(run, number)

    await asyncio.gather(*map(live, runs))


def _commands(runs: Sequence[str], numbers: range) -> int:
    return max(1, len(numbers) * len(runs) * COMMANDS_PER_EXECUTION)


def _parts(numbers: range, count: int) -> Iterator[range]:
    size = max(1, len(numbers) // count)
    for begin in range(0, len(numbers), size):
        yield numbers[begin : begin + size]


async def _sizes(store: Store, path: Path, runs: Sequence[str]) -> Figures:
    """Say how large process, store and the first run's part of it are now."""
    stream = family_stream(runs[0])
    stored = (await store.load([stream], FOLD_VERSION))[stream]
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        current = sum(
            _count(connection, f"SELECT count(*) FROM {TABLE_NAMES[table]} WHERE run = ?", runs[0])
            for table in EXECUTION_TABLES
        )
        unclaimed = _count(
            connection,
            "SELECT count(*) FROM external_events WHERE NOT claimed AND run = ?",
            runs[0],
        )
    return {
        "MiB": _resident_bytes() / 2**20,
        "state": len(kind_of(stream).to_bytes(revive(stream, stored).state)),
        "current": current,
        "unclaimed": unclaimed,
        "MiB stored": path.stat().st_size / 2**20,
    }


def _count(connection: sqlite3.Connection, query: str, run: str) -> int:
    number: int = connection.execute(query, (run,)).fetchone()[0]
    return number


def _resident_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024
