"""Timers: armed ones become commands when they are due, also after a restart.

Only a window of the nearest timers is in memory; the rest stays in its table
until the window has run empty. A timer that does not matter any more changes
nothing when it fires, so an entry too many is harmless and one too few is not.
"""

import asyncio
import heapq
import logging

from hitchpost_server.engine.commands import FireTimer
from hitchpost_server.engine.rows import RowKey, TimerRow
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.errors import RuntimeFailure
from hitchpost_server.runtime.limits import RuntimeLimits
from hitchpost_server.runtime.retries import Retries, Submit
from hitchpost_server.runtime.seeds import new_seed
from hitchpost_server.store.protocol import Store, StoreUnavailableError, WriteSet

logger = logging.getLogger(__name__)

# How long the loop sleeps at most: wall clocks are sometimes set.
CHECK_SECONDS = 30.0
# Disarmed timers that may stay in the heap, however few are armed.
DISARMED_MAX = 256
# Behind nothing: where the table begins.
START = (0, "", 0)


class Timers:
    """Fires the timers of one store. `horizon` is the last due time that the window covers."""

    def __init__(self, store: Store, clock: Clock, submit: Submit, limits: RuntimeLimits) -> None:
        self._store = store
        self._clock = clock
        self._submit = submit
        self._limits = limits
        self._heap: list[tuple[int, str, int, str]] = []
        self._live: dict[tuple[str, int], int] = {}
        self._horizon_us: int | None = 0
        self._last_read = START
        self._passes_by = False
        self._firing: set[tuple[str, int]] = set()
        self._retries: Retries[tuple[str, int]] = Retries(limits)
        self._changed = asyncio.Event()
        self._in_flight = asyncio.Semaphore(limits.timers_in_flight_max)

    def committed(self, write: WriteSet) -> None:
        """Take note of the timers that a commit has armed or disarmed."""
        for row in write.rows:
            if type(row) is TimerRow:
                self._arm(row)
        for key in write.deletions:
            if key.table is TimerRow:
                self._disarm(key)

    def _arm(self, row: TimerRow) -> None:
        if self._horizon_us is not None and row.due_us > self._horizon_us:
            return
        is_first = not self._heap or row.due_us < self._heap[0][0]
        self._push(row)
        if len(self._heap) > self._entries_max:
            self._narrow()
        if is_first:
            self._changed.set()

    @property
    def _entries_max(self) -> int:
        """How many entries are too many: timers that were disarmed are taken out in one go."""
        return min(2 * self._limits.timer_window, 2 * len(self._live) + DISARMED_MAX)

    def _narrow(self) -> None:
        """Keep the nearest timers only, and those that are due when the last of them is."""
        self._heap = sorted(entry for entry in self._heap if self._is_live(entry))
        if len(self._heap) > self._limits.timer_window:
            self._look_no_further(self._heap[self._limits.timer_window - 1][0])

    def _look_no_further(self, horizon_us: int) -> None:
        """Leave later timers to their table: some that come before them are only there."""
        self._horizon_us = horizon_us
        near = (entry for entry in self._heap if entry[0] <= horizon_us and self._is_live(entry))
        self._heap = sorted(near)
        self._live = {(stream, timer): due for due, stream, timer, _ in self._heap}

    def _is_live(self, entry: tuple[int, str, int, str]) -> bool:
        return (entry[1], entry[2]) in self._live

    def _disarm(self, key: RowKey) -> None:
        stream, timer = str(key.key[0]), int(key.key[1])
        self._live.pop((stream, timer), None)
        self._retries.forget((stream, timer))

    async def run(self) -> None:
        """Fire timers for ever."""
        while True:
            try:
                await self._widen()
            except StoreUnavailableError as error:
                logger.warning("timers cannot be read: %s", error.__cause__ or error)
                await asyncio.sleep(self._limits.store_retry_seconds)
                continue
            await self._fire_due()
            await self._wait()

    async def _widen(self) -> None:
        """Read the next window when this one is empty and the table may hold more."""
        while self._heap and not self._is_live(self._heap[0]):
            heapq.heappop(self._heap)
        if self._heap or self._horizon_us is None or self._retries.is_full:
            return
        # What is armed while the table is read must not be missed: take in all of it.
        before, self._horizon_us = self._horizon_us, None
        try:
            after = self._last_read if self._passes_by else START
            rows = await self._next_window(after)
        except StoreUnavailableError:
            self._horizon_us = before
            raise
        if len(rows) == self._limits.timer_window:
            self._look_no_further(rows[-1].due_us)
            self._last_read = _place_of(rows[-1])
        elif self._passes_by:
            # The end of the table, but not all of it: the next time from the start again.
            self._look_no_further(before)
            self._passes_by = False
        for row in rows:
            if self._is_to_fire(row) and (row.stream, row.timer) not in self._live:
                self._push(row)

    async def _next_window(self, after: tuple[int, str, int]) -> list[TimerRow]:
        """Read the first timers of the table that are not all firing or put off."""
        limit = self._limits.timer_window
        while True:
            rows = await self._store.due_timers(after, limit)
            if len(rows) < limit or any(map(self._is_to_fire, rows)):
                return rows
            after = _place_of(rows[-1])

    def _is_to_fire(self, row: TimerRow) -> bool:
        key = (row.stream, row.timer)
        return key not in self._firing and key not in self._retries

    def _push(self, row: TimerRow) -> None:
        self._live[row.stream, row.timer] = row.due_us
        heapq.heappush(self._heap, (row.due_us, row.stream, row.timer, row.run))

    async def _fire_due(self) -> None:
        now_us = self._clock.now_us()
        while self._heap and self._heap[0][0] <= now_us:
            due_us, stream, timer, run = heapq.heappop(self._heap)
            if self._live.pop((stream, timer), None) is not None:
                await self._in_flight.acquire()
                self._fire(TimerRow(stream, timer, due_us, run))

    def _fire(self, row: TimerRow) -> None:
        key = (row.stream, row.timer)
        command = FireTimer(stream=row.stream, seed=new_seed(), run=row.run, timer=row.timer)
        try:
            answer = self._submit(command, is_retry=self._retries.has_met_a_defect(key))
        except RuntimeFailure:
            # Shutting down: the next start finds the timer in its table.
            self._in_flight.release()
            return
        self._firing.add(key)
        answer.add_done_callback(lambda done: self._fired(row, done))

    def _fired(self, row: TimerRow, answer: "asyncio.Future[object]") -> None:
        key = (row.stream, row.timer)
        self._in_flight.release()
        self._firing.discard(key)
        error = None if answer.cancelled() else answer.exception()
        if error is None:
            self._retries.forget(key)
            return
        if not isinstance(error, RuntimeFailure):
            logger.error("timer %d of %s cannot be carried out: %s", row.timer, row.stream, error)
        self._retries.put_off(key, error, lambda: self._fire_again(row))

    def _fire_again(self, row: TimerRow) -> None:
        """Fire what was put off, or leave it to its table when too much is.

        The table is then read on from where it was left, not from the start: so
        nothing is held up by what is before it and fails again and again.
        """
        if self._horizon_us is not None and self._retries.is_full:
            self._passes_by = True
        else:
            self._push(row)
        self._changed.set()

    async def _wait(self) -> None:
        """Sleep until the next timer is due or a nearer one is armed."""
        if self._heap:
            seconds = (self._heap[0][0] - self._clock.now_us()) / 1_000_000
        else:
            idle = self._horizon_us is None or self._retries.is_full
            seconds = CHECK_SECONDS if idle else 0
        if seconds > 0:
            try:
                async with asyncio.timeout(min(seconds, CHECK_SECONDS)):
                    await self._changed.wait()
            except TimeoutError:
                pass
        self._changed.clear()


def _place_of(row: TimerRow) -> tuple[int, str, int]:
    """Where a timer is in its table."""
    return row.due_us, row.stream, row.timer
