"""Delivering: entries that wait for an attempt, and when the next one is.

It knows the order of what is due and backoff; it knows nothing of the log or of
what becomes of an entry in the end.
"""

import asyncio
import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hitchpost_server.feed.allowance import Allowance, now
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.route_limits import RouteLimits


@dataclass(order=True, slots=True)
class Delivery:
    """An entry on its way; the first to come is the one that is due first."""

    due: float
    position: int
    entry: Matched = field(compare=False)
    attempts: int = field(compare=False, default=0)


# Whether an entry may go out together with others, which take so many bytes.
HasRoom = Callable[[Sequence[Delivery], int, Delivery], bool]


def backoff_seconds(attempts: int, limits: RouteLimits) -> float:
    """Say how long to wait after an attempt: anything up to twice as much each time.

    All of it by lot ("full jitter"), so that entries that failed together do not
    come back together.
    """
    longest = limits.route_retry_seconds_min * 2 ** min(attempts, 30)
    return random.uniform(0, min(longest, limits.route_retry_seconds_max))


class Line:
    """The deliveries of a route that wait for an attempt."""

    def __init__(self, limits: RouteLimits, allowance: Allowance) -> None:
        self._limits = limits
        self._allowance = allowance
        self._heap: list[Delivery] = []
        self._changed = asyncio.Event()

    def add(self, entry: Matched) -> None:
        """Let an entry be tried as soon as possible."""
        self._push(Delivery(now(), entry.position, entry))

    def again(self, delivery: Delivery) -> None:
        """Let an entry be tried again later."""
        delivery.due = now() + backoff_seconds(delivery.attempts, self._limits)
        self._push(delivery)

    def _push(self, delivery: Delivery) -> None:
        heapq.heappush(self._heap, delivery)
        self._changed.set()

    async def due(self) -> None:
        """Wait until an entry is due."""
        while (moment := self._next_due()) is None or moment > now():
            self._changed.clear()
            try:
                async with asyncio.timeout_at(moment):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def take(self, has_room: HasRoom) -> list[Delivery]:
        """Take the next that is due, and those behind it that may go with it; or none."""
        taken: list[Delivery] = []
        size = 0
        while (moment := self._next_due()) is not None and moment <= now():
            if taken and not has_room(taken, size, self._heap[0]):
                break
            taken.append(heapq.heappop(self._heap))
            size += taken[-1].entry.size
        return taken

    def _next_due(self) -> float | None:
        return max(self._heap[0].due, self._allowance.held_until) if self._heap else None
