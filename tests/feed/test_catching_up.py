"""Whoever is far behind reads as fast as can be, unless callers wait for commits."""

import asyncio

import pytest

from hitchpost_server.feed.catching_up import BUSY_SECONDS, WAITING_COMMANDS, CatchingUp


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catching_up(clock: Clock) -> CatchingUp:
    return CatchingUp(2.0, clock)


async def has_turn(catching_up: CatchingUp, since: int, records: int) -> bool:
    try:
        async with asyncio.timeout(0.03):
            await catching_up.turn(since, records)
    except TimeoutError:
        return False
    return True


async def test_nobody_waits_while_nothing_or_little_is_committed(catching_up: CatchingUp) -> None:
    assert await has_turn(catching_up, 0, 100)
    for _ in range(5):
        catching_up.committed(WAITING_COMMANDS - 1)
    assert await has_turn(catching_up, catching_up.records, 100)


async def test_while_callers_wait_one_reads_twice_as_much_as_is_committed(
    catching_up: CatchingUp,
) -> None:
    catching_up.committed(49)
    assert not await has_turn(catching_up, 0, 100)
    catching_up.committed(1)
    assert await has_turn(catching_up, 0, 100)
    assert not await has_turn(catching_up, catching_up.records, 100)


async def test_turn_comes_when_enough_is_committed(catching_up: CatchingUp) -> None:
    catching_up.committed(10)
    waiting = asyncio.create_task(catching_up.turn(10, 100))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    catching_up.committed(50)
    async with asyncio.timeout(20):
        await waiting


async def test_turn_comes_when_callers_wait_no_more(catching_up: CatchingUp, clock: Clock) -> None:
    catching_up.committed(10)
    waiting = asyncio.create_task(catching_up.turn(10, 100))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    clock.now += 2 * BUSY_SECONDS
    async with asyncio.timeout(20):
        await waiting
