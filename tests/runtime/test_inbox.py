"""The inbox: who is turned away, by how long it would wait rather than by how many there are."""

import asyncio

import orders
import pytest

from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.config import Settings
from hitchpost_server.engine import commands
from hitchpost_server.runtime import inbox as inboxes
from hitchpost_server.runtime.errors import Overloaded
from hitchpost_server.runtime.inbox import Inbox


class Clock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(inboxes, "time", clock)
    return clock


def inbox_of(**settings: float) -> Inbox:
    return Inbox(Settings(batch_commands_max=2, **settings).runtime_limits)


def put(inbox: Inbox, count: int) -> "list[asyncio.Future[object]]":
    return [inbox.put(orders.post("noted", "a", str(number))) for number in range(count)]


async def take(inbox: Inbox, clock: Clock, batches: int, seconds_each: float) -> None:
    """Take batches of two, each of which takes some time."""
    for _ in range(batches):
        assert len(await inbox.take()) == 2
        clock.now += 2 * seconds_each


async def test_fast_inbox_takes_more_than_a_slow_one(clock: Clock) -> None:
    inbox = inbox_of(inbox_wait_seconds_max=2.0)
    put(inbox, 100)
    assert not inbox.is_full
    await take(inbox, clock, 40, 0.5)
    assert len(inbox) == 20
    with pytest.raises(Overloaded):
        put(inbox, 1)
    await take(inbox, clock, 10, 0.001)
    put(inbox, 20)
    assert not inbox.is_full


async def test_inbox_that_was_slow_once_is_not_full_for_ever(clock: Clock) -> None:
    """What waits goes with each batch, so nothing is ever left, and still it learns."""
    inbox = inbox_of(inbox_wait_seconds_max=1.0)
    put(inbox, 42)
    await take(inbox, clock, 21, 1.0)
    for _ in range(40):
        put(inbox, 2)
        await take(inbox, clock, 1, 0.01)
    put(inbox, 20)
    assert not inbox.is_full


async def test_idle_time_is_not_taken_for_slowness(clock: Clock) -> None:
    inbox = inbox_of(inbox_wait_seconds_max=1.0)
    for _ in range(10):
        taking = asyncio.create_task(inbox.take())
        await asyncio.sleep(0)
        clock.now += 60
        put(inbox, 2)
        await taking
    put(inbox, 20)
    assert not inbox.is_full


async def test_inbox_from_which_nothing_is_taken_is_full_after_a_while(clock: Clock) -> None:
    inbox = inbox_of(inbox_wait_seconds_max=1.0)
    put(inbox, 3)
    assert not inbox.is_full
    clock.now += 1.1
    assert inbox.oldest_seconds > 1
    with pytest.raises(Overloaded):
        put(inbox, 1)


async def test_reports_of_workers_are_taken_while_others_are_turned_away(clock: Clock) -> None:
    inbox = inbox_of(inbox_wait_seconds_max=1.0, inbox_commands_max=5)
    put(inbox, 4)
    clock.now += 2
    report = commands.ReportTask(stream="run/a", seed="", run="a", report=tasks.ReportTaskRun())
    inbox.put(report)
    with pytest.raises(Overloaded):
        inbox.put(report)
    inbox.put(report, internal=True)


async def test_who_has_left_is_passed_over(clock: Clock) -> None:
    inbox = inbox_of()
    answers = put(inbox, 5)
    for answer in answers[:3]:
        answer.cancel()
    taken = await inbox.take()
    assert [pending.answer for pending in taken] == answers[3:]


async def test_batch_waits_for_as_many_as_it_is_told_to() -> None:
    inbox = inbox_of()
    inbox.wait_for(2)
    batch = asyncio.ensure_future(inbox.take())
    put(inbox, 1)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not batch.done()
    put(inbox, 1)
    assert len(await batch) == 2


@pytest.mark.parametrize("hurry", [lambda inbox: inbox.wait_for(1), Inbox.close])
async def test_batch_that_waits_for_more_goes_when_it_need_not_any_more(hurry) -> None:
    inbox = inbox_of()
    inbox.wait_for(2)
    batch = asyncio.ensure_future(inbox.take())
    put(inbox, 1)
    await asyncio.sleep(0)
    hurry(inbox)
    assert len(await batch) == 1


async def test_of_commands_that_come_together_the_first_are_taken_that_fit(clock: Clock) -> None:
    inbox = inbox_of(inbox_commands_max=3)
    together = [orders.post("noted", "a", str(number)) for number in range(5)]
    assert len(inbox.put_all(together)) == 3
    assert inbox.put_all(together[3:]) == []
    assert [pending.command for pending in await inbox.take()] == together[:2]
    assert len(inbox.put_all(together[3:])) == 2


async def test_commands_that_come_together_wake_whoever_takes_them(clock: Clock) -> None:
    inbox = inbox_of()
    taking = asyncio.create_task(inbox.take())
    await asyncio.sleep(0)
    answers = inbox.put_all([orders.post("noted", "a", "1")])
    async with asyncio.timeout(20):
        assert [pending.answer for pending in await taking] == answers
