"""The allowance of a route: how many attempts it may make at the same time, and when again.

Whoever sends for a route shares it: the runner, and all who redeliver dead
letters. So a receiver that has asked to be left alone is, and never has more to
do than the route says.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hitchpost_server.feed.route_limits import RouteLimits
from hitchpost_server.feed.targets import Outcome


class Allowance:
    """The slots of one route, and until when its receiver wants nothing.

    `slots` may change at any time; more attempts than that end, and no other begins before.
    """

    def __init__(self, limits: RouteLimits, slots: int) -> None:
        self.slots = slots
        self.held_until = 0.0
        self._limits = limits
        self._taken = 0
        self._freed = asyncio.Event()
        self._redelivered: dict[int, asyncio.Event] = {}

    async def take(self) -> None:
        """Wait for a slot and take it."""
        while self._taken >= self.slots:
            self._freed.clear()
            await self._freed.wait()
        self._taken += 1

    def give_back(self) -> None:
        """Free a slot."""
        self._taken -= 1
        self._freed.set()

    @asynccontextmanager
    async def alone(self, position: int) -> AsyncIterator[None]:
        """Redeliver an entry within the block: nobody else does so meanwhile."""
        while position in self._redelivered:
            await self._redelivered[position].wait()
        done = self._redelivered[position] = asyncio.Event()
        try:
            yield
        finally:
            del self._redelivered[position]
            done.set()

    def hold(self, outcome: Outcome) -> None:
        """Let nothing be tried before the time that the receiver has asked for, if it has."""
        if outcome.retry_after_seconds is not None:
            longest = self._limits.route_retry_after_seconds_max
            asked = now() + min(outcome.retry_after_seconds, longest)
            self.held_until = max(self.held_until, asked)

    def held_seconds(self) -> float:
        """Say how long nothing may be tried from now on; 0 or less: something may."""
        return self.held_until - now()


def now() -> float:
    """Read the clock that attempts are timed by."""
    return asyncio.get_running_loop().time()
