"""When an entry is tried again: later each time, by lot, and not before the receiver wants it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from hitchpost_server.config import Settings
from hitchpost_server.feed.allowance import Allowance, now
from hitchpost_server.feed.delivering import Delivery, Line, backoff_seconds
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.route_limits import RouteLimits
from hitchpost_server.feed.targets import Outcome

LIMITS = replace(
    Settings().route_limits,
    route_retry_seconds_min=0.01,
    route_retry_seconds_max=0.04,
    route_retry_after_seconds_max=0.3,
)


def entry(position: int) -> Matched:
    return Matched(position, "orders", None)


def line_with(limits: RouteLimits) -> Line:
    return Line(limits, Allowance(limits, 1))


async def following(line: Line) -> Delivery:
    await line.due()
    (found,) = line.take(alone)
    return found


def alone(_batch: Sequence[Delivery], _size: int, _one: Delivery) -> bool:
    return False


@pytest.mark.parametrize(("attempts", "longest"), [(0, 0.01), (1, 0.02), (2, 0.04), (99, 0.04)])
def test_pauses_grow_up_to_a_limit_and_are_spread_over_all_of_it(
    attempts: int, longest: float
) -> None:
    pauses = [backoff_seconds(attempts, LIMITS) for _ in range(2_000)]
    assert 0 <= min(pauses) < longest / 50
    assert longest * 0.98 < max(pauses) <= longest


async def test_what_is_due_comes_in_the_order_in_which_it_was_added() -> None:
    line = line_with(LIMITS)
    for position in (3, 1, 2):
        line.add(entry(position))
    assert [(await following(line)).position for _ in range(3)] == [3, 1, 2]


async def test_what_comes_later_does_not_wait_for_what_failed() -> None:
    line = line_with(replace(LIMITS, route_retry_seconds_min=50.0, route_retry_seconds_max=50.0))
    line.add(entry(1))
    failed = await following(line)
    failed.attempts = 1
    line.again(failed)
    line.add(entry(2))
    assert (await following(line)).position == 2


async def test_whoever_asks_to_be_left_alone_is_left_alone_by_all() -> None:
    allowance = Allowance(LIMITS, 1)
    line = Line(LIMITS, allowance)
    line.add(entry(1))
    began = now()
    allowance.hold(Outcome("HTTP 429", retry_after_seconds=0.1))
    line.add(entry(2))
    await following(line)
    assert now() - began >= 0.1


async def test_nobody_is_left_alone_for_ever() -> None:
    allowance = Allowance(LIMITS, 1)
    line = Line(LIMITS, allowance)
    line.add(entry(1))
    allowance.hold(Outcome("HTTP 429", retry_after_seconds=float("inf")))
    async with asyncio.timeout(20):
        assert (await following(line)).position == 1


async def test_a_line_that_is_empty_is_woken_by_what_comes() -> None:
    line = line_with(LIMITS)
    waiting = asyncio.create_task(following(line))
    await asyncio.sleep(0)
    line.add(entry(7))
    assert (await waiting).position == 7


async def test_what_is_not_due_any_more_is_not_taken() -> None:
    allowance = Allowance(LIMITS, 1)
    line = Line(LIMITS, allowance)
    line.add(entry(1))
    await line.due()
    allowance.hold(Outcome("HTTP 429", retry_after_seconds=0.1))
    assert line.take(alone) == []


async def test_a_slot_is_waited_for_until_one_is_free_or_there_are_more() -> None:
    allowance = Allowance(LIMITS, 1)
    await allowance.take()
    second, third = (asyncio.create_task(allowance.take()) for _ in range(2))
    await asyncio.sleep(0)
    assert not second.done()
    allowance.give_back()
    await second
    await asyncio.sleep(0)
    assert not third.done()
    allowance.slots = 2
    allowance.give_back()
    await third
