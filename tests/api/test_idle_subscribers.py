"""Subscribers who hear nothing cost little, however many there are."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import grpc
import pytest
from tests.conftest import ServerProcess

import hitchpost
from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1.feed_pb2_grpc import FeedStub

SUBSCRIBERS = 1_000
CHANNELS = 10
BYTES_MAX = 50_000_000

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


def resident_bytes(server: ServerProcess) -> int:
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
async def stubs(own_server: ServerProcess) -> AsyncIterator[list[FeedStub]]:
    """Several channels to one server."""
    options = (("grpc.use_local_subchannel_pool", 1),)
    async with AsyncExitStack() as stack:
        channels = [
            await stack.enter_async_context(
                grpc.aio.insecure_channel(own_server.target, options=options)
            )
            for _ in range(CHANNELS)
        ]
        yield [FeedStub(channel) for channel in channels]


async def test_a_thousand_idle_subscribers_cost_little_and_hold_up_nobody(
    own_server: ServerProcess, stubs: list[FeedStub]
) -> None:
    async with hitchpost.connect(own_server.target) as client:
        await client.publish("warm.up")
        before = resident_bytes(own_server)
        request = feed.SubscribeRequest(patterns=["nothing.here"])
        calls = [stubs[number % CHANNELS].Subscribe(request) for number in range(SUBSCRIBERS)]
        await asyncio.gather(*(call.read() for call in calls))
        for number in range(50):
            await client.publish("elsewhere", number, timeout=10)
        cost = resident_bytes(own_server) - before
        for call in calls:
            call.cancel()
        await asyncio.gather(*(call.code() for call in calls))
        await asyncio.to_thread(own_server.stop)
    assert cost < BYTES_MAX
