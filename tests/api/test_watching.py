"""Histories that are followed: over the wire, past a stop of the server, by many at once."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import grpc
import pytest
from raw_calls import answer_of
from tests.conftest import ServerProcess, eventually
from workflows import waiting_run

import hitchpost
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.runs_pb2 import WatchHistoryRequest

Fresh = Callable[[str], str]
Client = hitchpost.Client

WATCH = "/hitchpost.v1.Runs/WatchHistory"
SECONDS = 20


async def take(events: AsyncGenerator[HistoryEvent], count: int) -> list[HistoryEvent]:
    async with asyncio.timeout(SECONDS):
        return [await anext(events) for _ in range(count)]


async def taken_until(events: AsyncGenerator[HistoryEvent], kind: str) -> list[HistoryEvent]:
    taken: list[HistoryEvent] = []
    while not taken or taken[-1].WhichOneof("event") != kind:
        taken += await take(events, 1)
    return taken


def watch(channel: grpc.aio.Channel, run: str) -> Any:
    """Call without the client: nobody tries again."""
    request = WatchHistoryRequest(wf_run_id={"id": run})
    return channel.unary_stream(WATCH)(request.SerializeToString())


async def test_everybody_who_watches_is_told_the_same(client: Client, fresh: Fresh) -> None:
    name = fresh("order")
    run = await waiting_run(client, name, f"{name}-signed")
    watches = [client.watch_history(run) for _ in range(5)]
    for events in watches:
        await taken_until(events, "transition_completed")
    await client.post_event(run, f"{name}-signed", "x")
    told = [await taken_until(events, "transition_completed") for events in watches]
    whole = [event async for event in client.history(run)]
    assert all(one == whole[-len(one) :] for one in told)
    assert any(event.HasField("run_completed") for event in told[0])
    for events in watches:
        await events.aclose()


async def test_a_run_is_followed_from_one_execution_into_the_next(
    client: Client, fresh: Fresh
) -> None:
    run = await waiting_run(client, name := fresh("order"), f"{name}-signed")
    async with aclosing(client.watch_history(run)) as events:
        first = await taken_until(events, "transition_completed")
        await client.continue_as_new(run)
        following = await taken_until(events, "transition_completed")
        assert {event.execution for event in first} == {1}
        assert following[-1].execution == 2
        assert [event.sequence for event in first + following] == list(
            range(1, following[-1].sequence + 1)
        )


async def test_a_watch_outlives_the_server(own_server: ServerProcess) -> None:
    """Nothing is told twice, and nothing is left out."""
    async with hitchpost.connect(own_server.target) as client:
        run = await waiting_run(client, "order", "signed")
        async with aclosing(client.watch_history(run)) as events:
            before = await taken_until(events, "transition_completed")
            following = asyncio.ensure_future(taken_until(events, "run_completed"))
            for end in (own_server.stop, own_server.kill):
                await asyncio.to_thread(end)
                await asyncio.to_thread(own_server.start)
            await client.post_event(run, "signed", "x")
            told = before + await following
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))


async def test_watches_do_not_hold_up_a_stop(own_server: ServerProcess) -> None:
    async with hitchpost.connect(own_server.target) as client:
        run = await waiting_run(client, "order", "signed")
    async with grpc.aio.insecure_channel(own_server.target) as channel:
        watches = [watch(channel, run) for _ in range(3)]
        for one in watches:
            await one.read()
        began = time.monotonic()
        assert await asyncio.to_thread(own_server.stop) == 0
        assert time.monotonic() - began < 5
        stopping = (grpc.StatusCode.UNAVAILABLE, "SHUTTING_DOWN")
        assert [await ended(one) for one in watches] == [stopping] * 3


async def ended(one: Any) -> tuple[grpc.StatusCode, str]:
    """Read a watch until it ends; give code and reason."""
    try:
        while True:
            await one.read()
    except grpc.aio.AioRpcError as error:
        return answer_of(error).says


async def test_whoever_leaves_makes_room(server_with: Callable[..., ServerProcess]) -> None:
    server = server_with(history_watches_max=1)
    once = hitchpost.Retry(tries_max=1)
    async with hitchpost.connect(server.target, retry=once) as client:
        run = await waiting_run(client, "order", "signed")
        first = client.watch_history(run)
        await take(first, 1)
        with pytest.raises(hitchpost.Overloaded):
            await take(client.watch_history(run), 1)
        await first.aclose()
        await eventually(lambda: can_watch(client, run))


async def can_watch(client: Client, run: str) -> bool:
    async with aclosing(client.watch_history(run)) as events:
        try:
            return bool(await take(events, 1))
        except hitchpost.Overloaded:
            return False


async def test_whoever_stops_reading_and_leaves_makes_room(
    server_with: Callable[..., ServerProcess],
) -> None:
    """A watch is left while the server waits for it to read on."""
    server = server_with(history_watches_max=1)
    async with hitchpost.connect(server.target, retry=hitchpost.Retry(tries_max=1)) as client:
        run = await waiting_run(client, "order", "never", "signed")
        for _ in range(20):
            await client.post_event(run, "signed", "x" * 900_000)
        async with grpc.aio.insecure_channel(server.target) as channel:
            stuck = watch(channel, run)
            await stuck.read()
            assert not await can_watch(client, run)
            stuck.cancel()
            await eventually(lambda: can_watch(client, run))
