"""The disk turns read-only under a server, and can be written again later.

Nothing that a test may do takes the right to write from a file that is open,
so SQLite is told to refuse writes, by `PRAGMA query_only`, right before each
transaction; everything around it is real: file, store, runtime, calls.
"""

import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import pytest
from customers import impatient_client, put_definitions
from ledger import Ledger

import hitchpost
from hitchpost_server.app import STORE_FILE, Listener, running_engine
from hitchpost_server.config import Settings
from hitchpost_server.store.sqlite.store import SqliteStore


class Disk:
    """Whether the disk can be written."""

    is_read_only = False


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
async def client(tmp_path, disk) -> AsyncIterator[hitchpost.Client]:
    """A client of a server in this process, whose disk may turn read-only."""

    class Connection(sqlite3.Connection):
        def execute(self, statement: str, *parameters: Any) -> sqlite3.Cursor:
            if statement == "BEGIN IMMEDIATE":
                super().execute(f"PRAGMA query_only = {int(disk.is_read_only)}")
            return super().execute(statement, *parameters)

    settings = Settings(data=tmp_path, port=0, store_retry_seconds=0.05)
    store = await SqliteStore.open(tmp_path / STORE_FILE, connection_factory=Connection)
    async with running_engine(store, settings) as engine:
        listener = Listener(engine, settings)
        port = await listener.start()
        async with impatient_client(f"127.0.0.1:{port}") as connected:
            await put_definitions(connected)
            yield connected
        await listener.stop()
    await store.close()


async def test_calls_fail_with_a_reason_and_come_through_later(client, disk, caplog) -> None:
    await client.run("reminder", id="a")
    disk.is_read_only = True
    for _ in range(3):
        with pytest.raises(hitchpost.StoreUnavailable) as failure:
            await client.post_event("a", "answered", guid="guid")
        assert failure.value.retry_can_help
    assert "attempt to write a readonly database" in caplog.text
    assert (await client.get_run("a")).id.id == "a"
    disk.is_read_only = False
    assert (await client.post_event("a", "answered", guid="guid")).claimed


async def test_nothing_is_lost_or_doubled_by_it(client, disk, tmp_path) -> None:
    ledger = Ledger()
    for number in range(20):
        disk.is_read_only = number % 3 == 1
        run = f"run-{number}"
        try:
            await client.run("reminder", id=run)
            ledger.runs[run] = hitchpost.TERMINATED
            event = await client.post_event(run, "answered", guid=run)
            ledger.events[run, "answered", run] = event.claimed
        except hitchpost.StoreUnavailable:
            assert disk.is_read_only
    disk.is_read_only = False
    await ledger.check_ends(client)
    assert len(ledger.events) == 13
    await ledger.check(client, ledger.runs)
