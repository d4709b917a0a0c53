"""External events accepted while a durable consumer follows the whole feed.

Beside them the same without a consumer, in turns: what following costs.
"""

import asyncio

import hitchpost
from bench.figures.answers import answered_events
from bench.load import Load
from bench.requests import PUT_EXTERNAL_EVENT, event_template, numbered
from bench.samples import Sample
from bench.stage import Stage
from bench.stored import Stored

PREFIX = "followed"
CONSUMER = "follower"


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
        return samples

    async def _posted(self, stage: Stage) -> Load:
        return await stage.hitchpost.load(
            PUT_EXTERNAL_EVENT, self._requests, stage.callers, stage.seconds
        )

    async def _followed(self, stage: Stage) -> Load:
        async with hitchpost.connect(stage.hitchpost.process.target) as client:
            heard = asyncio.Event()
            following = asyncio.create_task(_follow(client, heard))
            while not heard.is_set():
                await client.publish("bench.begin")
                await asyncio.sleep(0.02)
            load = await self._posted(stage)
            following.cancel()
            await asyncio.wait([following])
            await client.delete_consumer(CONSUMER)
        return load

    def check(self, stored: Stored) -> None:
        """Hold that all accepted events are stored, unclaimed."""
        stored.holds_events(PREFIX, unclaimed=self._accepted, claimed=set())
        stored.holds_runs(PREFIX, running=set(), completed=set())


async def _follow(client: hitchpost.Client, heard: asyncio.Event) -> None:
    async with client.consume(CONSUMER) as deliveries:
        async for delivery in deliveries:
            heard.set()
            delivery.acknowledge()


def _cpu_each(load: Load) -> float:
    assert load.server_cpu_seconds is not None
    return load.server_cpu_seconds * 1e6 / len(load.answers)
