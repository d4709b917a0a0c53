"""A tick starts one run: while the clock goes on, after a restart, after failures."""

import asyncio
from functools import partial

import orders
import pytest
from scripted_store import ScriptedStore, within
from serving import whole_runtime

from hitchpost_server import app
from hitchpost_server.engine.rows import RunRow, TimerRow
from hitchpost_server.runtime import timers
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.store.protocol import StoreUnavailableError, StoreUnclearError

MINUTE_NS = 60 * 10**9
EVERY_MINUTE = "* * * * *"
# Five past eight in UTC.
FIRST, SECOND, THIRD = (f"tick-20270115T080{minute}Z" for minute in (6, 7, 8))


class WallClock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self._ns = 1_800_000_300 * 10**9

    def __call__(self) -> int:
        return self._ns

    def pass_minutes(self, minutes: int) -> None:
        self._ns += minutes * MINUTE_NS


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    """The only clock there is; timers look at it all the time."""
    clock = WallClock()
    monkeypatch.setattr(app, "Clock", partial(Clock, wall_ns=clock))
    monkeypatch.setattr(timers, "CHECK_SECONDS", 0.005)
    return clock


async def started(store: ScriptedStore, *runs: str) -> None:
    """Wait until these runs are there, and the tick after them is set; there are no others."""
    async with asyncio.timeout(30):
        while not {row.run for row in await store.kept.scan(RunRow, (), (), 100)} >= set(runs):
            await asyncio.sleep(0.005)
    assert [row.run for row in await store.kept.scan(RunRow, (), (), 100)] == list(runs)
    assert len(await store.kept.scan(TimerRow, (), (), 100)) == 1


async def left_scheduled(store: ScriptedStore) -> None:
    """Leave a schedule behind in a store that nobody serves."""
    async with whole_runtime(store) as engine:
        await orders.define(engine)
        await within(engine.committer.submit(orders.schedule("tick", "parcel", EVERY_MINUTE)))


async def test_each_minute_starts_a_run(store, wall) -> None:
    async with whole_runtime(store) as engine:
        await orders.define(engine)
        await within(engine.committer.submit(orders.schedule("tick", "parcel", EVERY_MINUTE)))
        for runs in ([FIRST], [FIRST, SECOND], [FIRST, SECOND, THIRD]):
            wall.pass_minutes(1)
            await started(store, *runs)


async def test_ticks_missed_while_nobody_served_make_one_run(store, wall) -> None:
    await left_scheduled(store)
    wall.pass_minutes(60)
    async with whole_runtime(store):
        await started(store, FIRST)
    wall.pass_minutes(1)
    async with whole_runtime(store):
        await started(store, FIRST, "tick-20270115T0906Z")


@pytest.mark.parametrize("is_written", [False, True], ids=["lost", "written"])
@pytest.mark.parametrize("commits", [0, 1], ids=["at-the-tick", "at-the-start"])
async def test_tick_around_which_the_server_dies_starts_one_run(
    store, wall, commits, is_written
) -> None:
    """It dies in the commit of the tick or in that of the run's start."""
    await left_scheduled(store)
    wall.pass_minutes(1)
    for _ in range(commits):
        store.hold("commit").release()
    store.hold("commit", StoreUnclearError("killed"), after=is_written).release()
    with pytest.raises(ExceptionGroup):
        async with whole_runtime(store):
            await asyncio.sleep(30)
    async with whole_runtime(store):
        await started(store, FIRST)
        wall.pass_minutes(1)
        await started(store, FIRST, SECOND)


async def test_tick_whose_commits_fail_is_tried_again(store, wall) -> None:
    await left_scheduled(store)
    wall.pass_minutes(1)
    store.fail("commit", *[StoreUnavailableError("full")] * 3)
    async with whole_runtime(store, store_retry_seconds=0.02):
        await started(store, FIRST)
