"""More than a server can take: it says so, goes on, and is none the worse afterwards.

What is held are kinds of answers, what is stored, memory, and that the server is
alive; how fast it is meanwhile is a measurement.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice
from pathlib import Path

import grpc
import pytest
from bench.overload.flood import Flood, flood
from bench.overload.http2 import Connection
from bench.overload.outcomes import ACCEPTED, REFUSED, kind_of
from bench.requests import (
    EVENT_DEF,
    PUT_EXTERNAL_EVENT,
    event_template,
    numbered,
    with_number,
)
from bench.stored import stored_in
from tests.conftest import ServerProcess, eventually

import hitchpost
from hitchpost.v1 import external_event_pb2 as events

MB = 1_000_000
LARGE = 250

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


def most_bytes(server: ServerProcess) -> int:
    """Read how much memory a server has had at most."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    (line,) = (one for one in status.splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


@pytest.fixture
def server_with(tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    """Start a server with settings."""
    started: list[ServerProcess] = []

    def start(**settings: object) -> ServerProcess:
        options = [word for name, one in settings.items() for word in ("--set", f"{name}={one}")]
        started.append(ServerProcess(tmp_path / "data", *options))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.end_well()


@pytest.fixture
async def channels() -> AsyncIterator[Callable[[ServerProcess, int], list[grpc.aio.Channel]]]:
    """Open channels that share no connection."""
    opened: list[grpc.aio.Channel] = []

    def open_some(server: ServerProcess, count: int) -> list[grpc.aio.Channel]:
        options = (("grpc.use_local_subchannel_pool", 1),)
        opened.extend(grpc.aio.insecure_channel(server.target, options) for _ in range(count))
        return opened[-count:]

    yield open_some
    for channel in opened:
        await channel.close()


async def put_definition(server: ServerProcess) -> None:
    async with hitchpost.connect(server.target) as client:
        await client.put_external_event_def(EVENT_DEF)


async def is_calm(server: ServerProcess) -> bool:
    """Whether a caller that does not come again is served."""
    async with hitchpost.connect(server.target, retry=hitchpost.Retry(tries_max=1)) as client:
        try:
            await client.post_event(os.urandom(8).hex(), EVENT_DEF)
        except hitchpost.Overloaded:
            return False
        return True


async def test_flooded_server_refuses_in_due_form_and_keeps_what_it_has_accepted(
    server_with: Callable[..., ServerProcess],
) -> None:
    """Four thousand calls at a time take longer than it lets anybody wait."""
    server = server_with(arrival_wait_seconds_max=0.05)
    await put_definition(server)
    before = most_bytes(server)
    shape = Flood(per_second=30_000, seconds=3.0, connections=4)
    requests = numbered(event_template("flood"))
    flooded = await flood(server.target, PUT_EXTERNAL_EVENT, requests, shape)
    assert {kind_of(trailers) for trailers in flooded.endings} == {ACCEPTED, REFUSED}
    assert flooded.unanswered == 0
    assert most_bytes(server) - before < 200 * MB
    await eventually(lambda: is_calm(server))
    server.stop()
    accepted = {number for number, _ in flooded.answers}
    assert len(accepted) == len(flooded.answers)
    with stored_in(server.data) as stored:
        stored.holds_events("flood", unclaimed=accepted, claimed=set())


async def test_large_requests_do_not_fill_the_memory(
    server_with: Callable[..., ServerProcess],
    channels: Callable[[ServerProcess, int], list[grpc.aio.Channel]],
) -> None:
    """All come at once, and again until they are served: each event takes eight times its size."""
    server = server_with(calls_bytes_max=16 * MB, calls_arriving_max=32)
    await put_definition(server)
    before = most_bytes(server)
    request = events.PutExternalEventRequest.FromString(event_template("large"))
    request.content.str = "x" * 950_000
    template = request.SerializeToString()

    async def post(channel: grpc.aio.Channel, number: int) -> None:
        call = channel.unary_unary(PUT_EXTERNAL_EVENT)
        while True:
            try:
                await call(with_number(template, number))
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                    raise
                await asyncio.sleep(0.2)
            else:
                return

    opened = channels(server, 8)
    await asyncio.gather(*(post(opened[number % 8], number) for number in range(LARGE)))
    assert most_bytes(server) - before < 600 * MB
    server.stop()
    with stored_in(server.data) as stored:
        stored.holds_events("large", unclaimed=set(range(LARGE)), claimed=set())


async def test_callers_that_vanish_leave_nothing_behind(
    server_with: Callable[..., ServerProcess],
) -> None:
    """Time and again a crowd comes, and is gone before it has got an answer."""
    server = server_with(calls_bytes_max=MB, calls_arriving_max=100, inbox_commands_max=500)
    await put_definition(server)
    host, _, port = server.target.rpartition(":")
    requests = numbered(event_template("vanished"))
    for _ in range(10):
        http2 = Connection(PUT_EXTERNAL_EVENT, server.target)
        for _, request in islice(requests, 190):
            http2.call(request)
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(bytes(http2.outgoing))
        await writer.drain()
        writer.transport.abort()
    for _ in range(200):
        await eventually(lambda: is_calm(server))


async def test_requests_that_never_arrive_make_room_for_others(
    server_with: Callable[..., ServerProcess],
) -> None:
    server = server_with(calls_arriving_max=10, call_arrival_seconds_max=1.0)
    await put_definition(server)
    host, _, port = server.target.rpartition(":")
    http2 = Connection(PUT_EXTERNAL_EVENT, server.target)
    for _ in range(50):
        http2.begin_call()
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(bytes(http2.outgoing))
    await eventually(lambda: is_calm(server))
    writer.transport.abort()
