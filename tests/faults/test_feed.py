"""The feed of a server that is killed again and again: nothing is skipped or comes for nothing."""

import asyncio
import random
from contextlib import aclosing, suppress
from pathlib import Path

import grpc
import pytest
from tests.conftest import ServerProcess, eventually

import hitchpost
from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1.feed_pb2_grpc import FeedStub

TOPIC = "orders.signed"
PATIENT = hitchpost.Retry(tries_max=1_000, delay_seconds_max=0.3)


class Publisher:
    """Publishes numbers one after another, whatever happens to the server."""

    def __init__(self, client: hitchpost.Client) -> None:
        self._client = client
        self.published = 0
        self.done = False

    async def has_published_enough(self) -> bool:
        return self.published > 50

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
    async with hitchpost.connect(server.target, retry=PATIENT) as client:
        publisher = Publisher(client)
        publishing = asyncio.create_task(publisher.run())
        hearing = asyncio.create_task(hear(client, heard))
        await kill_now_and_then(server, 4, seed=1)
        await eventually(publisher.has_published_enough)
        publisher.done = True
        await publishing
        async with asyncio.timeout(30):
            while len(heard) < publisher.published:
                await asyncio.sleep(0.02)
        hearing.cancel()
    assert heard == list(range(publisher.published))


class ConsumerLog:
    """What a consumer's clients were given, and what the server has confirmed to be done."""

    def __init__(self) -> None:
        self.given: list[int] = []
        self.confirmed: set[int] = set()
        self.came_again: set[int] = set()

    def take(self, answer: feed.ConsumeResponse) -> list[int]:
        """Note an answer; give the positions that are new."""
        positions = [entry.event.position for entry in answer.entries]
        self.came_again |= self.confirmed & set(positions)
        self.given += positions
        self.confirmed |= set(answer.acknowledged)
        return positions


async def consume_once(target: str, log: ConsumerLog, draw: random.Random) -> None:
    """Be a client until the stream breaks; forget about some entries."""
    opening = feed.ConsumerOpening(name="billing", patterns=[TOPIC], from_beginning=True)
    async with grpc.aio.insecure_channel(target) as channel:
        call = FeedStub(channel).Consume()
        await call.write(feed.ConsumeRequest(opening=opening, credit=20))
        while isinstance(answer := await call.read(), feed.ConsumeResponse):
            done = [position for position in log.take(answer) if draw.random() < 0.8]
            if done:
                await call.write(feed.ConsumeRequest(acknowledged=done))


async def consume(server: ServerProcess, log: ConsumerLog, seed: int) -> None:
    draw = random.Random(seed)
    while True:
        with suppress(grpc.aio.AioRpcError, asyncio.InvalidStateError):
            await consume_once(server.target, log, draw)
        await asyncio.sleep(0.05)


@pytest.mark.timeout(180)
async def test_what_a_consumer_was_told_to_be_done_never_comes_again_and_nothing_is_skipped(
    tmp_path: Path,
) -> None:
    server = ServerProcess(tmp_path / "data", "--set", "consumer_ack_seconds=0.5")
    server.start()
    log = ConsumerLog()
    async with hitchpost.connect(server.target, retry=PATIENT) as client:
        publisher = Publisher(client)
        publishing = asyncio.create_task(publisher.run())
        consuming = [asyncio.create_task(consume(server, log, seed)) for seed in (1, 2)]
        await kill_now_and_then(server, 4, seed=2)
        await eventually(publisher.has_published_enough)
        publisher.done = True
        await publishing
        async with asyncio.timeout(60):
            while len(log.confirmed) < publisher.published:
                await asyncio.sleep(0.05)
        for task in consuming:
            task.cancel()
        await asyncio.wait(consuming)
    await asyncio.to_thread(server.end_well)
    assert log.came_again == set()
    assert len(log.given) > len(set(log.given)) == publisher.published
