"""Admission: who is let in and who is to come back, by waits, sizes and how many are arriving."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hitchpost_server.api.admission import REFUSED_SHARE_MAX, Admission
from hitchpost_server.api.knocking import Knocks
from hitchpost_server.config import Settings
from hitchpost_server.runtime.errors import Overloaded

POST, REPORT, READ = (
    f"/hitchpost.v1.Workflows/{name}" for name in ("PutExternalEvent", "ReportTask", "GetWfRun")
)


class Waits(Knocks):
    """Calls wait as long as they are told to."""

    seconds = 0.0

    def waited_seconds(self, now: float) -> float:
        return self.seconds


class Gate:
    """An admission, and what it goes by."""

    def __init__(self, **settings: float) -> None:
        self.waits = Waits()
        self.inbox_is_full = False
        self.now = 0.0
        self.admission = Admission(Settings(**settings), self.waits, lambda: self.inbox_is_full)

    def lets_in(self, method: str) -> bool:
        return self.admission.lets_in(method, self.now)

    def share_let_in(self, method: str, seconds: float) -> float:
        self.waits.seconds = seconds
        return sum(self.lets_in(method) for _ in range(2_000)) / 2_000


async def test_nobody_is_refused_while_waits_are_short() -> None:
    assert Gate(arrival_wait_seconds_max=2).share_let_in(POST, 1.0) == 1.0


async def test_the_longer_the_wait_the_more_are_refused() -> None:
    gate = Gate(arrival_wait_seconds_max=2)
    shares = [gate.share_let_in(POST, seconds) for seconds in (1.0, 1.15, 1.3, 1.45)]
    assert shares == sorted(shares, reverse=True)
    assert 0.65 < gate.share_let_in(POST, 1.25) < 0.85


async def test_some_are_let_in_however_long_they_wait() -> None:
    share = Gate(arrival_wait_seconds_max=2).share_let_in(POST, 60.0)
    assert abs(share - (1 - REFUSED_SHARE_MAX)) < 0.1


async def test_workers_end_what_they_have_begun_however_long_they_wait() -> None:
    gate = Gate()
    gate.inbox_is_full = True
    assert gate.share_let_in(REPORT, 60.0) == 1.0


async def test_full_inbox_keeps_orders_out_and_lets_readers_in() -> None:
    gate = Gate()
    gate.inbox_is_full = True
    assert not gate.lets_in(POST)
    assert gate.lets_in(READ)


async def test_requests_that_take_too_much_together_are_refused() -> None:
    gate = Gate(calls_bytes_max=100)
    gate.admission.take(60)
    with pytest.raises(Overloaded):
        gate.admission.take(60)
    gate.admission.take(40)
    assert not gate.lets_in(READ)
    gate.admission.drop(40)
    assert gate.lets_in(READ)


async def test_one_request_is_taken_however_large() -> None:
    gate = Gate(calls_bytes_max=100)
    gate.admission.take(1_000)
    assert gate.admission.bytes == 1_000


async def arriving(gate: Gate, until: "asyncio.Event") -> bool:
    """Be a call whose request takes its time."""
    if not gate.lets_in(POST):
        return False
    await until.wait()
    gate.admission.take(1)
    return True


async def test_so_many_are_on_their_way_at_a_time() -> None:
    gate, arrived = Gate(calls_arriving_max=3), asyncio.Event()
    calls = [asyncio.create_task(arriving(gate, arrived)) for _ in range(5)]
    await asyncio.sleep(0)
    arrived.set()
    assert await asyncio.gather(*calls) == [True, True, True, False, False]
    assert await asyncio.create_task(arriving(gate, arrived))


@pytest.mark.parametrize("leave", [lambda call: call.cancel(), lambda call: None])
async def test_who_has_left_or_takes_too_long_makes_room(
    leave: Callable[["asyncio.Task[bool]"], Awaitable[None]],
) -> None:
    gate, never = Gate(calls_arriving_max=1, call_arrival_seconds_max=10), asyncio.Event()
    call = asyncio.create_task(arriving(gate, never))
    await asyncio.sleep(0)
    leave(call)
    await asyncio.sleep(0)
    gate.now += 11
    assert gate.lets_in(POST)
    assert call.cancelled() or (await asyncio.wait([call], timeout=1))[0]
