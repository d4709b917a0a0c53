"""A server with due schedules is killed again and again: each tick starts one run."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger import Ledger, all_events, check_store
from tests.conftest import ServerProcess, eventually

import hitchpost
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost_server.app import STORE_FILE
from hitchpost_server.config import Settings
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import SCHEDULE_STREAM, WF_SPEC_STREAM, scheduled_run_name
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.store.sqlite.store import SqliteStore

SCHEDULES = [f"yearly-{number}" for number in range(600)]
# Each longer than the one before, so that some end in the midst of the work.
LIVES_SECONDS = [0.02 * number for number in range(8)]
# Yesterday; the next tick is in a year.
TICK = (datetime.now(UTC) - timedelta(days=1)).replace(second=0, microsecond=0)


@hitchpost.workflow("idle")
def idle(wf: hitchpost.WorkflowBuilder) -> None:
    """Complete at once."""
    wf.variable("unused", str)


def sent(stream: str, number: int) -> dict[str, Any]:
    return {"stream": stream, "seed": f"{number:032x}"}


async def leave_schedules(data: Path) -> None:
    """Fill a store as a server did that was shut down two days ago."""
    data.mkdir()
    store = await SqliteStore.open(data / STORE_FILE)
    then_ns = time.time_ns() - 2 * 24 * 3600 * 10**9
    settings = Settings()
    clock = Clock(wall_ns=lambda: then_ns)
    committer = Committer(store, clock, settings.engine_limits, settings.runtime_limits)
    life = asyncio.create_task(committer.run())
    spec = commands.PutWfSpec(**sent(WF_SPEC_STREAM + "idle", 0), request=idle.compile())
    await committer.submit(spec)
    cron = f"{TICK.minute} {TICK.hour} {TICK.day} {TICK.month} *"
    request = schedules.ScheduleWfRequest(wf_spec_name="idle", cron_expression=cron)
    orders = [
        commands.ScheduleWf(**sent(SCHEDULE_STREAM + name, number), request=request)
        for number, name in enumerate(SCHEDULES, 1)
    ]
    await asyncio.gather(*map(committer.submit, orders))
    committer.close()
    await life
    await store.close()


def started(client: hitchpost.Client, run: str) -> Callable[[], Awaitable[bool]]:
    """Tell whether a run is there."""

    async def look() -> bool:
        try:
            await client.get_run(run)
        except hitchpost.ObjectNotFound:
            return False
        return True

    return look


async def all_started(target: str) -> None:
    tick_us = int(TICK.timestamp()) * 1_000_000
    async with hitchpost.connect(target) as client:
        for name in SCHEDULES:
            await eventually(started(client, scheduled_run_name(name, tick_us)))


async def test_each_tick_starts_one_run_however_often_the_server_is_killed(tmp_path) -> None:
    data = tmp_path / "data"
    await leave_schedules(data)
    server = ServerProcess(data)
    for seconds in LIVES_SECONDS:
        await asyncio.to_thread(server.start)
        await asyncio.sleep(seconds)
        server.kill()
    await asyncio.to_thread(server.start)
    await all_started(server.target)
    assert server.stop() == 0
    await check_store(data, Ledger())
    store = await SqliteStore.open(data / STORE_FILE)
    kinds = [event.WhichOneof("event") async for event in all_events(store)]
    await store.close()
    assert kinds.count("run_started") == kinds.count("schedule_ticked") == len(SCHEDULES)
