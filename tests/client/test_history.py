"""Reading what has happened, and waiting for what will."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import pytest
from scripted_server import Refusal, ScriptedServer

import hitchpost
from hitchpost._calls import histories
from hitchpost.v1 import status_pb2
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.wf_run_pb2 import WfRun

BROKEN = Refusal(grpc.StatusCode.UNAVAILABLE)


def stream_of(*sequences: int, end: Refusal | None = None) -> Callable[[Any], Any]:
    async def play(_: Any) -> AsyncIterator[Any]:
        for sequence in sequences:
            yield HistoryEvent(sequence=sequence)
        if end:
            yield end

    return play


def run_that_is(status: status_pb2.LHStatus) -> WfRun:
    return WfRun(id=WfRunId(id="order-7"), status=status)


async def test_history_is_read_to_its_end(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetHistory", stream_of(3, 4, 5))
    events = connected.history("order-7", execution=2, after=2)
    assert [event.sequence async for event in events] == [3, 4, 5]
    [request] = scripted.requests("GetHistory")
    assert (request.wf_run_id.id, request.execution, request.after_sequence) == ("order-7", 2, 2)


async def test_history_that_breaks_goes_on_after_the_last_event(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetHistory", stream_of(1, 2, end=BROKEN), BROKEN, stream_of(3))
    assert [event.sequence async for event in connected.history("order-7")] == [1, 2, 3]
    asked = [request.after_sequence for request in scripted.requests("GetHistory")]
    assert asked == [0, 2, 2]


async def test_history_of_no_run_is_not_found(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetHistory", Refusal(grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND"))
    with pytest.raises(hitchpost.ObjectNotFound):
        [event async for event in connected.history("order-7")]


async def test_history_that_falls_silent_is_a_timeout(scripted: ScriptedServer) -> None:
    async def silent(_: Any) -> AsyncIterator[Any]:
        yield HistoryEvent(sequence=1)
        await asyncio.Event().wait()

    scripted.on("GetHistory", silent)
    async with hitchpost.connect(scripted.target, timeout=0.2) as client:
        with pytest.raises(hitchpost.DeadlineExceeded):
            [event async for event in client.history("order-7")]


async def test_watch_goes_on_behind_the_last_event_when_the_server_stops(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    stopping = Refusal(grpc.StatusCode.UNAVAILABLE, "SHUTTING_DOWN")
    scripted.on("WatchHistory", stream_of(1, 2, end=stopping), BROKEN, stream_of(3))
    assert [event.sequence async for event in connected.watch_history("order-7")] == [1, 2, 3]
    asked = [request.after_sequence for request in scripted.requests("WatchHistory")]
    assert asked == [0, 2, 2]


async def test_watch_gives_up_on_a_server_that_does_not_come_back(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("WatchHistory", stream_of(1, end=BROKEN), BROKEN)
    with pytest.raises(hitchpost.Unavailable):
        [event async for event in connected.watch_history("order-7")]
    assert len(scripted.calls) == connected.retry.tries_max


async def test_breaks_of_a_watch_that_stood_for_long_are_not_counted(
    scripted: ScriptedServer, connected: hitchpost.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has happened for as long as many servers lived: each was reached all the same."""
    monkeypatch.setattr(histories, "GOT_THROUGH_SECONDS", 0.0)
    breaks = [BROKEN] * (2 * connected.retry.tries_max)
    scripted.on("WatchHistory", *breaks, stream_of(1))
    assert [event.sequence async for event in connected.watch_history("order-7")] == [1]


async def test_watch_may_be_silent_for_longer_than_a_call_may_take(
    scripted: ScriptedServer,
) -> None:
    async def silent_first(_: Any) -> AsyncIterator[Any]:
        await asyncio.sleep(0.3)
        yield HistoryEvent(sequence=1)

    scripted.on("WatchHistory", silent_first)
    async with hitchpost.connect(scripted.target, timeout=0.1) as client:
        assert [event.sequence async for event in client.watch_history("order-7")] == [1]


async def test_waiting_ends_when_the_run_does(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    running, failed = run_that_is(status_pb2.RUNNING), run_that_is(status_pb2.ERROR)
    scripted.on("GetWfRun", running, running, failed)
    assert (await connected.wait_for_run("order-7")).status == status_pb2.ERROR


async def test_waiting_for_one_status_fails_when_the_run_ends_with_another(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetWfRun", run_that_is(status_pb2.EXCEPTION))
    with pytest.raises(hitchpost.WaitFailed, match="order-7 is EXCEPTION") as caught:
        await connected.wait_for_run("order-7", {status_pb2.COMPLETED})
    assert caught.value.run.status == status_pb2.EXCEPTION


async def test_waiting_has_an_end_of_its_own(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetWfRun", run_that_is(status_pb2.RUNNING))
    with pytest.raises(TimeoutError, match="order-7 is RUNNING") as caught:
        await connected.wait_for_run("order-7", timeout=0.3)
    assert isinstance(caught.value, hitchpost.WaitTimedOut)
    assert 2 <= len(scripted.calls) < 10
