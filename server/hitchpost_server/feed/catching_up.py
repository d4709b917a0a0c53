"""Catching up: how fast somebody who is far behind may read the log.

As fast as can be while nothing else goes on. While callers wait for commits,
reading for them would make all of them wait longer; then it is so much faster
than the log grows and no more, so that whoever is behind still catches up.
"""

import asyncio
from collections.abc import Callable
from time import monotonic

# A commit of so many commands at once: their callers have waited for the one before.
WAITING_COMMANDS = 4
# How long that is taken to go on.
BUSY_SECONDS = 0.1
# How often somebody who is behind looks whether it is their turn.
LOOK_SECONDS = 0.005


class CatchingUp:
    """Counts what is committed; `times_growth` is how much faster than that it may be read."""

    def __init__(self, times_growth: float, clock: Callable[[], float] = monotonic) -> None:
        self.records = 0
        self._times_growth = times_growth
        self._clock = clock
        self._busy_at: float | None = None

    def committed(self, records: int) -> None:
        """Take note of a commit that has added so many records to the log."""
        self.records += records
        if records >= WAITING_COMMANDS:
            self._busy_at = self._clock()

    @property
    def is_busy(self) -> bool:
        """Whether callers wait."""
        return self._busy_at is not None and self._clock() - self._busy_at < BUSY_SECONDS

    async def turn(self, since: int, records: int) -> None:
        """Wait until somebody may read so many records again.

        `since` is how many had been committed when they did the last time.
        """
        while self.is_busy and (self.records - since) * self._times_growth < records:
            await asyncio.sleep(LOOK_SECONDS)
