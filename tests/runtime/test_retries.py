"""Timers and follow-ups that meet a defect are tried again, less and less often."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import orders
import pytest
from scripted_store import ScriptedStore, within
from serving import whole_runtime

from hitchpost_server.app import Engine
from hitchpost_server.config import Settings, SettingsError
from hitchpost_server.engine.commands import Command, FireTimer, RecordRefusal
from hitchpost_server.engine.errors import WfRunNotFound
from hitchpost_server.engine.ids import run_key
from hitchpost_server.runtime import batch

Make = Callable[[Engine, str], Awaitable[None]]
QUICK = {"store_retry_seconds": 0.02, "defect_retry_seconds_max": 0.06}
LONG_AGO = 1


class Defect:
    """A defect in what the server decides of its own accord about some runs.

    `met` are the times at which it was met.
    """

    def __init__(self) -> None:
        self.runs: set[str] = set()
        self.met: list[float] = []

    def strike(self, command: Command) -> None:
        """Raise if the command is about one of the runs."""
        if _run_of(command) in self.runs:
            self.met.append(asyncio.get_running_loop().time())
            raise ZeroDivisionError("a defect")

    async def was_met(self, times: int) -> None:
        """Wait until the defect was met that often."""
        async with asyncio.timeout(30):
            while len(self.met) < times:
                await asyncio.sleep(0.005)


def _run_of(command: Command) -> str | None:
    if isinstance(command, FireTimer):
        return command.run
    return run_key(command.refusal.wf_run_id) if isinstance(command, RecordRefusal) else None


@pytest.fixture
def defect(monkeypatch: pytest.MonkeyPatch) -> Defect:
    made, decide = Defect(), batch.decide

    def defective(state: Any, command: Command, *others: Any) -> Any:
        made.strike(command)
        return decide(state, command, *others)

    monkeypatch.setattr(batch, "decide", defective)
    return made


async def nap(engine: Engine, run: str) -> None:
    """Set a timer that is due at once."""
    await within(engine.committer.submit(orders.start("nap", run, until=LONG_AGO)))


async def refuse(engine: Engine, run: str) -> None:
    """Have an event refused, which is owed to the audit stream."""
    with pytest.raises(WfRunNotFound):
        await within(engine.committer.submit(orders.post("signed", run)))


both = pytest.mark.parametrize("make", [nap, refuse])


async def left(store: ScriptedStore, run: str = "") -> int:
    """Count the timers and follow-ups that are left, or those of one run."""
    timers = await store.kept.due_timers((0, "", 0), 100)
    owed = await store.kept.follow_ups("", 100)
    return sum(run in row.run for row in timers) + sum(run.encode() in row.body for row in owed)


async def nothing_left(store: ScriptedStore, run: str = "") -> None:
    """Wait until all has happened that is due and owed."""
    async with asyncio.timeout(30):
        while await left(store, run):
            await asyncio.sleep(0.005)


@both
async def test_what_meets_a_defect_waits_longer_each_time_up_to_a_limit(
    store: ScriptedStore, defect: Defect, make: Make
) -> None:
    defect.runs = {"a"}
    async with whole_runtime(store, **QUICK) as engine:
        await orders.define(engine)
        await make(engine, "a")
        await defect.was_met(5)
        defect.runs.clear()
        await nothing_left(store)
    gaps = [after - before for before, after in pairwise(defect.met)]
    assert all(gap > least for gap, least in zip(gaps, (0.019, 0.039, 0.059, 0.059), strict=True))


@both
async def test_traceback_is_logged_once_and_a_line_each_later_time(
    store: ScriptedStore, defect: Defect, caplog: pytest.LogCaptureFixture, make: Make
) -> None:
    defect.runs = {"a"}
    async with whole_runtime(store, **QUICK) as engine:
        await orders.define(engine)
        await make(engine, "a")
        await defect.was_met(4)
        defect.runs.clear()
        await nothing_left(store)
    assert caplog.text.count("Traceback") == 1
    assert caplog.text.count("again a defect while deciding") == len(defect.met) - 1


@both
@pytest.mark.parametrize("put_off_max", [1, 100])
@pytest.mark.parametrize("window", [1, 2, 100])
async def test_defects_hold_up_nothing_that_lies_behind_them(
    store: ScriptedStore, defect: Defect, window: int, put_off_max: int, make: Make
) -> None:
    broken = {f"bad-{number}" for number in range(9)}
    defect.runs = {*broken, "good"}
    async with whole_runtime(store) as engine:
        await orders.define(engine)
        for run in sorted(defect.runs):
            await make(engine, run)
    defect.runs = broken
    windows = {"timer_window": window, "follow_up_window": window, "put_off_max": put_off_max}
    async with whole_runtime(store, **windows, **QUICK):
        await nothing_left(store, "good")
        assert await left(store, "bad") == 9
        defect.runs = set()
        await nothing_left(store)


async def test_limits_of_waiting_must_fit_together() -> None:
    with pytest.raises(SettingsError, match="store_retry_seconds must not exceed"):
        Settings(store_retry_seconds=2, defect_retry_seconds_max=1)
