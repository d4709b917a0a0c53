"""Files of older releases are opened, and their runs go on and may start over.

A golden log says what a release has written; the tables that it knew are those of the
migrations that there were.
"""

import base64
import json
import sqlite3
from pathlib import Path

import pytest

from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1.wf_run_pb2 import WfRun
from hitchpost_server.app import open_store, running_engine
from hitchpost_server.config import Settings
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import InputInvalid
from hitchpost_server.engine.ids import family_stream, run_id
from hitchpost_server.engine.rows import RunRow
from hitchpost_server.runtime.rebuilding import rebuild, verify
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.memory import MemoryStore
from hitchpost_server.store.sql.queries import migrations

GOLDEN = Path(__file__).parents[2] / "golden"
# Each release with how many migrations there were.
RELEASES = {"0.1.0": 1, "0.2.0": 2}


def write_file(path: Path, release: str) -> None:
    """Write what a server of a release has left, but for the derived tables."""
    file = sqlite3.connect(path, isolation_level=None)
    for migration in migrations("sqlite")[: RELEASES[release]]:
        file.executescript(migration.script)
    position, streams = 0, dict[str, int]()
    for line in (GOLDEN / f"{release}.jsonl").read_text().splitlines()[:-1]:
        record = json.loads(line)
        number = streams.setdefault(record["stream"], len(streams) + 1)
        first, last = record["first_sequence"], record["last_sequence"]
        body = record["body"] and base64.b64decode(record["body"])
        time_us = storage.LogRecord.FromString(body).time_us if body else 0
        row = (position + 1, number, last, last - first + 1, time_us, body)
        file.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)", row)
        stream = (number, record["stream"], last)
        file.execute("INSERT OR REPLACE INTO streams VALUES (?, ?, ?)", stream)
        position += last - first + 1
    file.execute("UPDATE head SET position = ?", (position,))
    file.close()


@pytest.fixture(params=RELEASES)
async def store(request, tmp_path):
    write_file(tmp_path / "hitchpost.sqlite", request.param)
    opened = await open_store(Settings(data=tmp_path))
    await rebuild(opened, MemoryStore())
    yield opened
    await opened.close()


async def runs_of(store) -> list[RunRow]:
    return [*await store.scan(RunRow, (), (), 1_000)]


async def start_over(engine, run: str) -> WfRun | InputInvalid:
    request = runs.ContinueAsNewRequest(wf_run_id=run_id(run))
    command = commands.ContinueAsNew(
        stream=family_stream(run), seed=f"seed-{run}", run=run, request=request
    )
    try:
        return await engine.committer.submit(command)
    except InputInvalid as refusal:
        return refusal


async def test_the_tables_of_an_older_file_are_what_its_log_says(store) -> None:
    assert await verify(store, MemoryStore()) == []
    assert await runs_of(store)


@pytest.mark.parametrize("store", ["0.2.0"], indirect=True)
async def test_the_runs_of_an_older_file_start_over(store) -> None:
    running = [row.run for row in await runs_of(store) if row.status == status.RUNNING]
    async with running_engine(store, Settings()) as engine:
        outcomes = [await start_over(engine, run) for run in running]
    assert 2 in {one.execution for one in outcomes if isinstance(one, WfRun)}
    assert await verify(store, MemoryStore()) == []
