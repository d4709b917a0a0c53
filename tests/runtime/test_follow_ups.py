"""What one stream owes another is carried out once: at once, after a restart, after failures."""

import asyncio

import orders
import pytest
from scripted_store import ScriptedStore, within
from serving import names_of, outcomes_of, whole_runtime

from hitchpost_server.app import Engine
from hitchpost_server.engine.owed_commands import from_follow_up
from hitchpost_server.engine.rows import FollowUpRow
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import StoreUnavailableError, WriteSet

FULL = StoreUnavailableError("full")
QUICK = {"store_retry_seconds": 0.02}


async def refuse(engine: Engine, *runs: str) -> None:
    """Have an event refused for each run: each refusal is owed to the audit stream."""
    outcomes = await outcomes_of(
        [engine.committer.submit(orders.post("signed", run)) for run in runs]
    )
    assert set(names_of(outcomes)) == {"WfRunNotFound"}


async def refused_runs(store: ScriptedStore) -> list[str]:
    """Read which refusals are on record, one after another."""
    bodies = [record.body for record in await store.kept.read_stream("audit", 0, 1_000)]
    logged = [storage.LogRecord.FromString(body) for body in bodies]
    return [one.external_event_refused.wf_run_id.id for each in logged for one in each.events]


async def is_all_carried_out(store: ScriptedStore) -> bool:
    return not await store.kept.follow_ups("", 1)


async def carried_out(store: ScriptedStore) -> None:
    async with asyncio.timeout(30):
        while not await is_all_carried_out(store):
            await asyncio.sleep(0.005)


RUNS = [f"run-{n}" for n in range(20)]


@pytest.mark.parametrize("window", [1, 2, 7, 1_000])
async def test_each_refusal_is_recorded_once(store, window) -> None:
    async with whole_runtime(store, follow_up_window=window, **QUICK) as engine:
        await orders.define(engine)
        await refuse(engine, *RUNS)
        await carried_out(store)
    assert sorted(await refused_runs(store)) == sorted(RUNS)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("turns", range(0, 40, 4))
async def test_follow_ups_that_are_read_and_announced_at_once_are_carried_out_once(
    store, turns, after
) -> None:
    """The table is read, or was read, while a commit announces what is in it."""
    read = store.hold("follow_ups", after=after)
    async with whole_runtime(store, **QUICK) as engine:
        await orders.define(engine)
        await read.reached.wait()
        refusals = asyncio.create_task(refuse(engine, *RUNS))
        for _ in range(turns):
            await asyncio.sleep(0)
        read.release()
        await refusals
        await carried_out(store)
    assert sorted(await refused_runs(store)) == sorted(RUNS)


async def test_row_that_was_read_before_it_was_carried_out_changes_nothing(store) -> None:
    row = await owe(store, "run-x")
    stale = store.hold("follow_ups", after=True)
    async with whole_runtime(store, **QUICK) as engine:
        await orders.define(engine)
        await stale.reached.wait()
        command = from_follow_up(row.id, row.stream, "f" * 32, row.body)
        await within(engine.committer.submit(command, internal=True))
        stale.release()
        await refuse(engine, "run-y")
        await carried_out(store)
    assert await refused_runs(store) == ["run-x", "run-y"]


async def owe(store: ScriptedStore, run: str) -> FollowUpRow:
    """Leave a follow-up behind, as a server that was killed right after its commit."""
    owed = storage.FollowUp(principal="tester")
    owed.record_refusal.external_event_def = "signed"
    owed.record_refusal.wf_run_id.id = run
    row = FollowUpRow(f"owed-{run}", "audit", owed.SerializeToString())
    await store.kept.commit(WriteSet(rows=[row]))
    return row


@pytest.mark.parametrize("window", [1, 3, 1_000])
async def test_what_a_killed_server_owed_is_carried_out_by_the_next(store, window) -> None:
    for run in RUNS:
        await owe(store, run)
    async with whole_runtime(store, follow_up_window=window, **QUICK):
        await carried_out(store)
    assert sorted(await refused_runs(store)) == sorted(RUNS)


async def test_follow_up_that_fails_is_tried_again_but_not_in_a_frenzy(store) -> None:
    """While the disk is full, follow-ups come back at their pace and not as fast as they can."""
    async with whole_runtime(store, store_retry_seconds=0.05) as engine:
        await orders.define(engine)
        store.hold("commit").release()
        store.fail("commit", *[FULL] * 5)
        await refuse(engine, "a")
        before = asyncio.get_running_loop().time()
        await carried_out(store)
        assert asyncio.get_running_loop().time() - before >= 0.2
    assert await refused_runs(store) == ["a"]


async def test_unreadable_table_is_read_again(store) -> None:
    await owe(store, "a")
    store.fail("follow_ups", FULL, FULL)
    async with whole_runtime(store, **QUICK):
        await carried_out(store)
    assert await refused_runs(store) == ["a"]


async def test_flood_of_refusals_is_bounded_and_nothing_stays_owed(store) -> None:
    async with whole_runtime(store, **QUICK) as engine:
        await orders.define(engine)
        await refuse(engine, *["a"] * 30)
        await carried_out(store)
    assert await refused_runs(store) == ["a"] * 10
