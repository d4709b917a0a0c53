"""What an execution costs and leaves behind, by slices of a run's life.

Knows the load, this process and the tables of the SQLite file; knows nothing of
how the figures are shown.
"""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time

from bench.starting_over.load import COMMANDS_PER_EXECUTION, Load
from hitchpost_server.app import open_store, running_engine, store_path
from hitchpost_server.config import Settings
from hitchpost_server.engine.rows import EXECUTION_TABLES, TABLE_NAMES

Figures = dict[str, float]

# What only the first moments of a process cost.
WARM_UP_EXECUTIONS = 20


async def lives(
    settings: Settings, workflow: str, runs: Sequence[str], executions: int, slices: int
) -> list[Figures]:
    """Let runs live side by side through so many executions each; measure slice by slice."""
    store = await open_store(settings)
    measured = []
    try:
        async with running_engine(store, settings) as engine:
            load = Load(engine.committer.submit, workflow)
            await load.prepare(["warm", *runs])
            for number in range(1, WARM_UP_EXECUTIONS + 1):
                await load.execution("warm", number)
            for numbers in _slices(executions, slices):
                begin, cpu = perf_counter(), process_time()
                await asyncio.gather(*(_live(load, run, numbers) for run in runs))
                seconds, cpu = perf_counter() - begin, process_time() - cpu
                commands = len(numbers) * len(runs) * COMMANDS_PER_EXECUTION
                measured.append(
                    {
                        "to execution": numbers[-1],
                        "commands/s": commands / seconds,
                        "CPU µs each": cpu / commands * 1e6,
                        **_sizes(store_path(settings), len(runs)),
                    }
                )
    finally:
        await store.close()
    return measured


async def _live(load: Load, run: str, numbers: Sequence[int]) -> None:
    for number in numbers:
        await load.execution(run, number)


def _slices(executions: int, slices: int) -> Iterator[range]:
    size = max(1, executions // slices)
    for begin in range(1, executions + 1, size):
        yield range(begin, min(begin + size, executions + 1))


def _sizes(path: Path, runs: int) -> Figures:
    """Say how large process, state and tables are now; a run's share of what runs have."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:

        def count(query: str) -> float:
            number: float = connection.execute(query).fetchone()[0] or 0
            return number

        return {
            "MiB resident": _resident_bytes() / 2**20,
            "state bytes": count(
                "SELECT max(length(body)) FROM snapshots JOIN streams ON streams.id = stream"
                " WHERE name LIKE 'run/run-%'"
            ),
            "rows of executions": sum(
                count(f"SELECT count(*) FROM {TABLE_NAMES[table]} WHERE run GLOB 'run-?????'")
                for table in EXECUTION_TABLES
            )
            / runs,
            "unclaimed": count(
                "SELECT count(*) FROM external_events WHERE NOT claimed AND run GLOB 'run-?????'"
            )
            / runs,
            "MiB on disk": path.stat().st_size / 2**20,
        }


def _resident_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024
