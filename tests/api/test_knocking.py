"""Knocking: what a server finds out about the queue in front of it, where it cannot look."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from tests.conftest import eventually

from hitchpost_server.api.knocking import NEWS_SECONDS, Knocks


class Entrance(grpc.GenericRpcHandler):
    """Lets nobody in, and hears who knocks."""

    def __init__(self, knocks: Knocks) -> None:
        self._knocks = knocks
        self.heard = 0
        self.heard_at = 0.0

    def service(self, handler_call_details: Any) -> None:
        if handler_call_details.method == self._knocks.method:
            self.heard_at = time.monotonic()
            self._knocks.heard(self.heard_at)
            self.heard += 1


@pytest.fixture
async def knocks() -> AsyncIterator[Knocks]:
    """Knocks that nobody hears until there is an entrance."""
    knocks = Knocks()
    yield knocks
    await knocks.end()


@pytest.fixture
async def entrance(knocks: Knocks) -> AsyncIterator[Entrance]:
    """The entrance of a server that calls can get to."""
    entrance, server = Entrance(knocks), grpc.aio.server()
    server.add_generic_rpc_handlers((entrance,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    knocks.begin(f"127.0.0.1:{port}")

    async def has_knocked() -> bool:
        knocks.waited_seconds(time.monotonic())
        return entrance.heard > 0

    await eventually(has_knocked)
    yield entrance
    await server.stop(None)


async def crowded(knocks: Knocks, entrance: Entrance) -> None:
    """Let calls stand in front for a while: nobody is let in while the loop is held up."""
    heard = entrance.heard
    while entrance.heard == heard:
        knocks.waited_seconds(time.monotonic())
        time.sleep(0.3)
        await asyncio.sleep(0.01)


async def test_how_long_calls_stand_in_front_is_found_out(
    knocks: Knocks, entrance: Entrance
) -> None:
    await crowded(knocks, entrance)
    assert knocks.waited_seconds(entrance.heard_at) > 0.2


async def test_what_was_found_out_long_ago_counts_for_nothing(
    knocks: Knocks, entrance: Entrance
) -> None:
    await crowded(knocks, entrance)
    later = entrance.heard_at + NEWS_SECONDS + 1
    assert knocks.waited_seconds(later) == 0
    # Nor while the next knock is under way.
    assert knocks.waited_seconds(later + 0.01) < 0.1


async def test_knock_that_is_not_heard_yet_tells_as_much(
    knocks: Knocks, entrance: Entrance
) -> None:
    now = entrance.heard_at + 1
    knocks.waited_seconds(now)
    assert knocks.waited_seconds(now + 5) == pytest.approx(5)


async def test_server_that_cannot_reach_itself_does_without(knocks: Knocks) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        knocks.begin(f"127.0.0.1:{unused.getsockname()[1]}")
        for _ in range(20):
            assert knocks.waited_seconds(time.monotonic()) < 0.5
            await asyncio.sleep(0.02)
    assert knocks.waited_seconds(time.monotonic() + 60) < 0.5
