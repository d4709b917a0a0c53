"""Cyclic garbage: what is new is looked through soon, what was in use for long some day."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from tests.conftest import eventually

from hitchpost_server.runtime import garbage
from hitchpost_server.runtime.garbage import YOUNG_COMMANDS, GarbageCollection
from hitchpost_server.store.protocol import Append, WriteSet


class Knot:
    """Something that only the collector can free, once nobody else has it."""

    def __init__(self) -> None:
        self.self = self


def written(commands: int) -> WriteSet:
    return WriteSet(appends=[Append("run/r", at, at + 1, 0, b"") for at in range(commands)])


@pytest.fixture
async def start() -> AsyncIterator:
    """Let a collection run; afterwards all is as it was."""
    threshold, tasks = gc.get_threshold(), []

    async def started(**options: float) -> GarbageCollection:
        collection = GarbageCollection(**options)
        tasks.append(asyncio.create_task(collection.run()))
        await asyncio.sleep(0)
        return collection

    yield started
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert gc.get_threshold() == threshold
    assert gc.get_freeze_count() == 0


async def test_new_garbage_goes_after_some_commands(start) -> None:
    collection = await start()
    knot = weakref.ref(Knot())
    collection.committed(written(YOUNG_COMMANDS - 1))
    await asyncio.sleep(0)
    assert knot() is not None
    collection.committed(written(1))
    assert knot() is not None, "answers go first"
    await asyncio.sleep(0)
    assert knot() is None


async def test_what_is_in_use_is_not_looked_through_again(start) -> None:
    collection = await start()
    kept, before = [Knot() for _ in range(1_000)], gc.get_freeze_count()
    collection.committed(written(YOUNG_COMMANDS))
    await asyncio.sleep(0)
    assert gc.get_freeze_count() - before >= len(kept)
    assert gc.get_count()[1:] == (0, 0)


async def test_garbage_that_was_in_use_for_long_goes_when_all_is_looked_through(start) -> None:
    collection = await start(full_seconds=0.05)
    kept = Knot()
    knot = weakref.ref(kept)
    collection.committed(written(YOUNG_COMMANDS))
    await asyncio.sleep(0)
    del kept

    async def is_gone() -> bool:
        return knot() is None

    await eventually(is_gone)
    assert gc.get_freeze_count() > 0


async def test_all_is_looked_through_when_nothing_is_written(
    start, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []
    is_busy = True
    monkeypatch.setattr(garbage, "QUIET_SECONDS", 0.2)
    monkeypatch.setattr(gc, "unfreeze", lambda: looked.append(is_busy))
    collection = await start(full_seconds=0.01)
    for _ in range(50):
        collection.committed(written(1))
        await asyncio.sleep(0.01)
    assert not looked
    is_busy = False

    async def has_looked() -> bool:
        return bool(looked)

    await eventually(has_looked)
    monkeypatch.undo()
    gc.unfreeze()
    assert not any(looked)


async def test_server_that_is_never_quiet_is_interrupted(
    start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "QUIET_WITHIN_SECONDS", 0.1)
    collection = await start(full_seconds=0.01)
    knot = weakref.ref(Knot())
    async with asyncio.timeout(30):
        while knot() is not None:
            collection.committed(WriteSet())
            await asyncio.sleep(0.01)
