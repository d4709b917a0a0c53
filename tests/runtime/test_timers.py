"""Timers fire, however many there are, and whatever is armed while they are read."""

import asyncio
import time

import orders
import pytest
from scripted_store import ScriptedStore, within
from serving import whole_runtime

from hitchpost.v1 import status_pb2 as status
from hitchpost_server.app import Engine
from hitchpost_server.config import Settings
from hitchpost_server.engine.commands import FireTimer
from hitchpost_server.engine.rows import RunRow, TimerRow, key_of
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.timers import DISARMED_MAX, Timers
from hitchpost_server.store.protocol import StoreUnavailableError, WriteSet

FAR = 10**13  # milliseconds since 1970: some centuries ahead


def soon(milliseconds: int) -> int:
    """A moment that is near, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000 + milliseconds


async def sleep_until(engine: Engine, run: str, until: int) -> None:
    await within(engine.committer.submit(orders.start("nap", run, until=until)))


async def awake(store: ScriptedStore, *runs: str) -> None:
    """Wait until runs have woken up."""
    async with asyncio.timeout(30):
        while True:
            rows = await store.kept.scan(RunRow, (), (), 1_000)
            if {row.run for row in rows if row.status == status.COMPLETED} >= set(runs):
                return
            await asyncio.sleep(0.005)


async def left_asleep(store: ScriptedStore, *naps: tuple[str, int]) -> None:
    """Leave runs asleep in a store that nobody serves."""
    async with whole_runtime(store) as engine:
        await orders.define(engine)
        for run, until in naps:
            await sleep_until(engine, run, until)


@pytest.mark.parametrize("timer_window", [1, 3, 10_000])
async def test_all_timers_fire_however_small_the_window(store, timer_window) -> None:
    naps = [(f"run-{n}", soon(100 + 10 * (n % 7))) for n in range(20)]
    await left_asleep(store, *naps)
    async with whole_runtime(store, timer_window=timer_window):
        await awake(store, *(run for run, _ in naps))


@pytest.mark.parametrize("timer_window", [1, 3, 10_000])
async def test_timers_that_are_armed_while_others_fire_do_so_too(store, timer_window) -> None:
    async with whole_runtime(store, timer_window=timer_window) as engine:
        await orders.define(engine)
        naps = [(f"run-{n}", soon(60 - 4 * n)) for n in range(15)]
        for run, until in naps:
            await sleep_until(engine, run, until)
        await awake(store, *(run for run, _ in naps))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_timer_that_is_armed_while_the_window_is_read_is_not_missed(store, after) -> None:
    await left_asleep(store, *((f"far-{n}", FAR + n) for n in range(5)))
    read = store.hold("due_timers", after=after)
    async with whole_runtime(store, timer_window=3) as engine:
        await read.reached.wait()
        await sleep_until(engine, "near", soon(50))
        read.release()
        await awake(store, "near")


async def test_far_timer_that_is_armed_meanwhile_does_not_hide_those_not_read(store) -> None:
    """The window ends before them; the far one lies behind them all."""
    naps = [(f"run-{n}", soon(50 + n)) for n in range(5)]
    await left_asleep(store, *naps)
    read = store.hold("due_timers")
    async with whole_runtime(store, timer_window=3) as engine:
        await read.reached.wait()
        await sleep_until(engine, "far", FAR)
        read.release()
        await awake(store, *(run for run, _ in naps))


async def test_nearer_timer_wakes_the_loop(store) -> None:
    async with whole_runtime(store) as engine:
        await orders.define(engine)
        await sleep_until(engine, "far", FAR)
        await asyncio.sleep(0.02)
        await sleep_until(engine, "near", soon(20))
        await awake(store, "near")


async def test_timer_whose_commit_fails_fires_again(store) -> None:
    await left_asleep(store, ("a", soon(20)))
    store.fail("commit", *[StoreUnavailableError("full")] * 3)
    async with whole_runtime(store, store_retry_seconds=0.02):
        await awake(store, "a")


async def test_timers_that_cannot_be_read_are_read_again(store) -> None:
    await left_asleep(store, ("a", soon(20)))
    store.fail("due_timers", *[StoreUnavailableError("gone")] * 3)
    async with whole_runtime(store, store_retry_seconds=0.02):
        await awake(store, "a")


async def test_more_due_timers_than_may_be_in_flight(store) -> None:
    naps = [(f"run-{n}", soon(-1)) for n in range(30)]
    await left_asleep(store, *naps)
    async with whole_runtime(store, timers_in_flight_max=2, timer_window=4):
        await awake(store, *(run for run, _ in naps))
    assert await store.kept.due_timers((0, "", 0), 10) == []


async def test_timer_fires_once_however_often_it_is_ordered(serving, store) -> None:
    await serving.do(orders.start("nap", "a", until=FAR))
    (timer,) = await store.kept.scan(TimerRow, (), (), 10)
    fire = [FireTimer(**orders.about("a"), timer=timer.timer) for _ in range(3)]
    assert await serving.outcomes(*fire) == [None] * 3
    (run,) = await store.kept.scan(RunRow, (), (), 10)
    assert run.status == status.COMPLETED


@pytest.mark.parametrize("settings", [{}, {"cache_bytes_max": 1, "snapshot_every_events": 1}])
async def test_run_that_its_retention_has_erased_can_be_read_back(serve, store, settings) -> None:
    """What is left in the log must make sense without what was erased."""
    serving = await serve(**settings)
    for room in ("hall", "attic"):
        started = await serving.do(orders.start("chore", "a", room=room))
        assert started.status == status.RUNNING
        task = await serving.do(orders.start_task("a", await queued_guid(store)))
        await serving.do(orders.report(task))
        (timer,) = await store.kept.scan(TimerRow, (), (), 10)
        await serving.do(FireTimer(**orders.about("a"), timer=timer.timer))
        assert await store.kept.scan(RunRow, (), (), 10) == []


async def queued_guid(store: ScriptedStore) -> str:
    (queued,) = await store.kept.queued_tasks("sweep", (0, "", ""), 10)
    return queued.task_guid


async def test_timers_that_were_disarmed_take_no_room(store) -> None:
    timers = Timers(store, Clock(), lambda *_, **__: None, Settings().runtime_limits)
    await timers._widen()
    for number in range(5_000):
        armed = TimerRow("run/a", number, FAR * 1_000, "a")
        timers.committed(WriteSet(rows=[armed]))
        timers.committed(WriteSet(deletions=[key_of(armed)]))
    assert len(timers._heap) <= 2 * DISARMED_MAX
