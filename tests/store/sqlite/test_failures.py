"""What a disk that fails does to commits, and that the store works again after it."""

import asyncio
import sqlite3

import pytest

from hitchpost_server.engine.rows import TaskDefRow
from hitchpost_server.store.protocol import (
    StoreUnavailableError,
    StoreUnclearError,
    WriteSet,
)


def refuse(statement, execute):
    raise sqlite3.OperationalError("disk I/O error")


def obey_and_complain(statement, execute):
    execute(statement)
    raise sqlite3.OperationalError("disk I/O error")


async def test_full_disk_in_the_middle_of_a_batch_leaves_nothing_behind(
    faulty_store, faults, append_of
) -> None:
    def fill(statement, execute):
        execute("PRAGMA max_page_count = 1")
        return execute(statement)

    faults.strike("BEGIN IMMEDIATE", fill)
    write = WriteSet(appends=[append_of("a", body=bytes(1_000_000))], rows=[TaskDefRow("t", b"")])
    with pytest.raises(StoreUnavailableError, match="full") as failure:
        await faulty_store.commit(write)
    assert isinstance(failure.value.__cause__, sqlite3.OperationalError)
    assert await faulty_store.head() == 0
    assert await faulty_store.commit(write) == 1


async def test_read_only_disk_is_unavailable_until_it_can_be_written_again(
    faulty_store, faults, append_of
) -> None:
    def make_read_only(statement, execute):
        execute("PRAGMA query_only = ON")
        return execute(statement)

    faults.strike("BEGIN IMMEDIATE", make_read_only)
    with pytest.raises(StoreUnavailableError, match="readonly"):
        await faulty_store.commit(WriteSet(appends=[append_of("a")]))
    assert await faulty_store.commit(WriteSet(appends=[append_of("a")])) == 1


async def test_failed_commit_that_came_to_nothing_is_unavailable(
    faulty_store, faults, append_of
) -> None:
    faults.strike("COMMIT", refuse)
    with pytest.raises(StoreUnavailableError, match="came to nothing"):
        await faulty_store.commit(WriteSet(appends=[append_of("a")]))
    assert await faulty_store.head() == 0
    assert await faulty_store.commit(WriteSet(appends=[append_of("a")])) == 1


async def test_failed_commit_that_happened_all_the_same_is_a_success(
    faulty_store, faults, append_of
) -> None:
    faults.strike("COMMIT", obey_and_complain)
    assert await faulty_store.commit(WriteSet(appends=[append_of("a", events=2)])) == 2
    assert await faulty_store.commit(WriteSet(appends=[append_of("a", 2)])) == 3


async def test_failed_commit_of_rows_alone_is_told_apart_too(faulty_store, faults) -> None:
    """No event moves the head's position, so something else has to tell."""
    faults.strike("COMMIT", obey_and_complain, lambda statement, execute: execute(statement))
    assert await faulty_store.commit(WriteSet(rows=[TaskDefRow("a", b"")])) == 0
    faults.strike("COMMIT", refuse)
    with pytest.raises(StoreUnavailableError):
        await faulty_store.commit(WriteSet(rows=[TaskDefRow("b", b"")]))
    assert await faulty_store.scan(TaskDefRow, (), (), 9) == [TaskDefRow("a", b"")]


async def test_commit_that_is_there_but_cannot_be_flushed_is_unclear(
    faulty_store, faults, append_of
) -> None:
    faults.strike("COMMIT", obey_and_complain, refuse)
    with pytest.raises(StoreUnclearError):
        await faulty_store.commit(WriteSet(appends=[append_of("a")]))


async def test_commit_that_cannot_be_looked_for_is_unclear(faulty_store, faults, append_of) -> None:
    faults.strike("COMMIT", refuse)
    faults.strike("SELECT position", refuse)
    with pytest.raises(StoreUnclearError):
        await faulty_store.commit(WriteSet(appends=[append_of("a")]))


async def test_reader_that_failed_is_replaced(faulty_store, faults) -> None:
    faults.strike("SELECT * FROM task_defs", refuse)
    with pytest.raises(StoreUnavailableError, match="I/O"):
        await faulty_store.scan(TaskDefRow, (), (), 1)
    assert await faulty_store.scan(TaskDefRow, (), (), 1) == []


async def test_mistake_in_a_batch_goes_up_as_it_is_and_writes_nothing(
    faulty_store, append_of
) -> None:
    write = WriteSet(appends=[append_of("a")], rows=[TaskDefRow("no body", None)])
    with pytest.raises(sqlite3.IntegrityError):
        await faulty_store.commit(write)
    assert await faulty_store.commit(WriteSet(appends=[append_of("a")])) == 1


@pytest.mark.parametrize("turns", range(6))
async def test_commit_goes_on_when_its_caller_is_cancelled(faulty_store, append_of, turns) -> None:
    """However far it has come: not yet begun, or at work in its thread."""
    caller = asyncio.create_task(faulty_store.commit(WriteSet(appends=[append_of("a")])))
    for _ in range(turns + 1):
        await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert await faulty_store.commit(WriteSet(appends=[append_of("b")])) == 2


async def test_cancelled_read_leaves_the_reader_usable(faulty_store) -> None:
    for _ in range(10):
        caller = asyncio.create_task(faulty_store.head())
        await asyncio.sleep(0)
        caller.cancel()
    assert await faulty_store.head() == 0


async def test_close_lets_no_read_open_the_file_again(faulty_store) -> None:
    """More read than there are readers: those that wait for one are refused."""
    reads = [asyncio.create_task(faulty_store.head()) for _ in range(5)]
    await asyncio.sleep(0)
    await faulty_store.close()
    outcomes = await asyncio.gather(*reads, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, StoreUnavailableError)]
    assert outcomes.count(0) == 2
    assert len(refused) == 3


async def test_close_waits_for_commits_and_refuses_later_calls(
    faulty_store, path, append_of
) -> None:
    commit = asyncio.create_task(faulty_store.commit(WriteSet(appends=[append_of("a")])))
    await asyncio.sleep(0)
    await faulty_store.close()
    assert await commit == 1
    with pytest.raises(StoreUnavailableError, match="closed"):
        await faulty_store.head()


def test_disk_that_was_full_and_has_room_again_needs_no_restart(process) -> None:
    """A limit on the size of files stands in for the disk: it strikes within COMMIT."""
    child = process("""
async def main(path):
    store = await SqliteStore.open(path)
    append = Append("a", 0, 1, 0, bytes(3_000_000))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    for _ in range(2):
        try:
            await store.commit(WriteSet(appends=[append]))
        except StoreUnavailableError as error:
            print(error, "and the head is", await store.head())
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("committed", await store.commit(WriteSet(appends=[append])))
    await store.close()
""")
    output, _ = child.communicate(timeout=60)
    assert output.splitlines() == [
        *2 * ["the commit came to nothing and the head is 0"],
        "committed 1",
    ]


def test_commit_that_was_acknowledged_survives_a_kill(process) -> None:
    body = """
async def main(path):
    store = await SqliteStore.open(path)
    sequence = await store.head()
    print("began", sequence, flush=True)
    while True:
        append = Append("a", sequence, sequence + 1, 0, b"body")
        sequence = await store.commit(WriteSet(appends=[append]))
        print("committed", sequence, flush=True)
"""
    acknowledged = 0
    for _ in range(3):
        child = process(body)
        began = int(child.stdout.readline().removeprefix("began"))
        assert began >= acknowledged
        for _ in range(20):
            child.stdout.readline()
        child.kill()
        rest, _ = child.communicate(timeout=60)
        complete = [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        acknowledged = began + 20 + len(complete)
