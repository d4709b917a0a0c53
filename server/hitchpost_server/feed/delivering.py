"""Delivering: entries that wait for an attempt, and when the next one is.

It knows the order of what is due, backoff, and what a receiver has asked for;
it knows nothing of the log or of what becomes of an entry in the end.
"""

import asyncio
import heapq
import random
from dataclasses import dataclass, field

from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.route_limits import RouteLimits
from hitchpost_server.feed.targets import Outcome


@dataclass(order=True, slots=True)
class Delivery:
    """An entry on its way; the first to come is the one that is due first."""

    due: float
    position: int
    entry: Matched = field(compare=False)
    attempts: int = field(compare=False, default=0)


def backoff_seconds(attempts: int, limits: RouteLimits) -> float:
    """Say how long to wait after an attempt: anything up to twice as much each time.

    All of it by lot ("full jitter"), so that entries that failed together do not
    come back together.
    """
    longest = limits.route_retry_seconds_min * 2 ** min(attempts, 30)
    return random.uniform(0, min(longest, limits.route_retry_seconds_max))


class Line:
    """The deliveries of a route that wait for an attempt."""

    def __init__(self, limits: RouteLimits) -> None:
        self._limits = limits
        self._heap: list[Delivery] = []
        self._changed = asyncio.Event()
        self._held_until = 0.0

    def add(self, entry: Matched) -> None:
        """Let an entry be tried as soon as possible."""
        self._push(Delivery(_now(), entry.position, entry))

    def again(self, delivery: Delivery) -> None:
        """Let an entry be tried again later."""
        delivery.due = _now() + backoff_seconds(delivery.attempts, self._limits)
        self._push(delivery)

    def hold(self, outcome: Outcome) -> None:
        """Let nothing be tried before the time that the receiver has asked for, if it has."""
        if outcome.retry_after_seconds is not None:
            longest = self._limits.route_retry_after_seconds_max
            asked = _now() + min(outcome.retry_after_seconds, longest)
            self._held_until = max(self._held_until, asked)

    def _push(self, delivery: Delivery) -> None:
        heapq.heappush(self._heap, delivery)
        self._changed.set()

    async def next(self) -> Delivery:
        """Wait for the next that is due."""
        while True:
            due = max(self._heap[0].due, self._held_until) if self._heap else None
            if due is not None and due <= _now():
                return heapq.heappop(self._heap)
            self._changed.clear()
            try:
                async with asyncio.timeout_at(due):
                    await self._changed.wait()
            except TimeoutError:
                continue


def _now() -> float:
    return asyncio.get_running_loop().time()
