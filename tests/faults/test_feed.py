"""Subscribers of a server that is killed again and again: every entry comes once, in order."""

import asyncio
import random
from contextlib import aclosing

import pytest
from tests.conftest import ServerProcess

import hitchpost

TOPIC = "orders.signed"


class Publisher:
    """Publishes numbers one after another, whatever happens to the server."""

    def __init__(self, client: hitchpost.Client) -> None:
        self._client = client
        self.published = 0
        self.done = False

    async def run(self) -> None:
        while not self.done:
            await self._client.publish(TOPIC, self.published, id=str(self.published), timeout=60)
            self.published += 1


async def hear(client: hitchpost.Client, heard: list[int]) -> None:
    """Subscribe from the beginning, for good."""
    async with aclosing(client.subscribe(TOPIC, from_beginning=True)) as answers:
        async for answer in answers:
            heard += [entry.event.message_published.content.int for entry in answer.entries]


async def kill_now_and_then(server: ServerProcess, times: int, seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(times):
        await asyncio.sleep(draw.uniform(0.3, 1.2))
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)


@pytest.mark.timeout(180)
async def test_subscriber_hears_everything_once_and_in_order_across_kills(
    server: ServerProcess,
) -> None:
    heard: list[int] = []
    async with hitchpost.connect(server.target) as client:
        publisher = Publisher(client)
        publishing = asyncio.create_task(publisher.run())
        hearing = asyncio.create_task(hear(client, heard))
        await kill_now_and_then(server, 4, seed=1)
        publisher.done = True
        await publishing
        async with asyncio.timeout(30):
            while len(heard) < publisher.published:
                await asyncio.sleep(0.02)
        hearing.cancel()
    assert publisher.published > 50
    assert heard == list(range(publisher.published))
