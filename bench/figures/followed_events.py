"""External events accepted while a durable consumer follows the whole feed.

Beside them the same without a consumer, in turns: what following costs. Then
the consumer stays away for a while, and comes back to what it has missed while
as much is posted as before: how far behind it is by the end.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from math import inf

import hitchpost
from bench.figures.answers import answered_events
from bench.load import Load
from bench.requests import PUT_EXTERNAL_EVENT, event_template, numbered
from bench.samples import Sample
from bench.stage import Stage
from bench.stored import Stored
from bench.streams import streamed

PREFIX = "followed"
CONSUMER = "follower"
# What it misses, for each second of a load: more than twice what is accepted in one.
MISSED_ENTRIES_PER_SECOND = 10_000


class FollowedEvents:
    """Callers post events; every other time somebody listens."""

    def __init__(self) -> None:
        self._requests = numbered(event_template(PREFIX))
        self._accepted: set[int] = set()

    async def measure(self, stage: Stage) -> list[Sample]:
        """Post events alone and followed; give what is left of the rate."""
        followed, alone = await stage.in_turns(
            lambda: self._followed(stage), lambda: self._posted(stage)
        )
        for load in (followed, alone):
            self._accepted |= answered_events(load, PREFIX)
        name = "Accepted while a consumer follows, of alone"
        share = 100 * followed.per_second / alone.per_second
        samples = [Sample(name, "%", share)]
        if followed.server_cpu_seconds and alone.server_cpu_seconds:
            cost = 100 * _cpu_each(followed) / _cpu_each(alone)
            samples.append(Sample(f"{name}: server CPU each", "%", cost))
        return samples + await self._returned(stage, alone)

    async def _posted(self, stage: Stage) -> Load:
        return await stage.hitchpost.load(
            PUT_EXTERNAL_EVENT, self._requests, stage.callers, stage.seconds
        )

    async def _followed(self, stage: Stage) -> Load:
        async with hitchpost.connect(stage.hitchpost.process.target) as client:
            async with _following(client):
                load = await self._posted(stage)
            await client.delete_consumer(CONSUMER)
        return load

    async def _returned(self, stage: Stage, alone: Load) -> list[Sample]:
        """Let the consumer miss some entries and come back; look how far behind it is."""
        async with hitchpost.connect(stage.hitchpost.process.target) as client:
            async with _following(client):
                pass
            missed = islice(self._requests, int(MISSED_ENTRIES_PER_SECOND * stage.seconds))
            loads = [await streamed(stage.hitchpost, missed, inf)]
            before = await _lag(client)
            async with _following(client):
                loads.append(await self._posted(stage))
                after = await _lag(client)
            await client.delete_consumer(CONSUMER)
        for load in loads:
            self._accepted |= answered_events(load, PREFIX)
        share = 100 * loads[-1].per_second / alone.per_second
        return [
            Sample("Accepted while a consumer catches up, of alone", "%", share),
            Sample("That consumer's lag at the beginning", "entries", before),
            Sample("That consumer's lag at the end", "entries", after),
        ]

    def check(self, stored: Stored) -> None:
        """Hold that all accepted events are stored, unclaimed."""
        stored.holds_events(PREFIX, unclaimed=self._accepted, claimed=set())
        stored.holds_runs(PREFIX, running=set(), completed=set())


@asynccontextmanager
async def _following(client: hitchpost.Client) -> AsyncIterator[None]:
    """Let the consumer take entries within the block; there is one by the time it begins."""
    heard = asyncio.Event()
    following = asyncio.create_task(_follow(client, heard))
    while not heard.is_set():
        await client.publish("bench.begin")
        await asyncio.sleep(0.02)
    yield
    following.cancel()
    await asyncio.wait([following])


async def _lag(client: hitchpost.Client) -> int:
    return next(one.lag for one in [one async for one in client.list_consumers()])


async def _follow(client: hitchpost.Client, heard: asyncio.Event) -> None:
    async with client.consume(CONSUMER) as deliveries:
        async for delivery in deliveries:
            heard.set()
            delivery.acknowledge()


def _cpu_each(load: Load) -> float:
    assert load.server_cpu_seconds is not None
    return load.server_cpu_seconds * 1e6 / len(load.answers)
