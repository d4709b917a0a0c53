"""Admission: which calls are let in, and which are asked to come back later.

Refusing costs a fraction of serving, but not nothing, and thousands may come: so
a call is refused before it is read, and only as many are as is needed for the
others to be served in time. The longer those have waited who are let in now, the
larger is the part that is not: none at first, every other one in the end. That is
random early detection (Floyd and Jacobson, 1993), by the time spent in the queue,
as CoDel has it (RFC 8289); by lot, so that who calls most is refused most. Knows
names of methods, sizes and times, and nothing else of calls.
"""

import asyncio
import random
from collections.abc import Callable

from hitchpost_server.api.errors import refusing
from hitchpost_server.api.knocking import Knocks
from hitchpost_server.config import Settings
from hitchpost_server.runtime.errors import Overloaded

# From which part of the longest wait on some are refused.
PATIENCE = 0.5
# At least every other one is served, or refusing would be all that the server does: a refusal costs
# it half of what it costs to accept an event, so little is won by more of them.
REFUSED_SHARE_MAX = 0.5

# What ends work that was begun rather than begins more: to refuse that would not help.
ALWAYS_LET_IN = frozenset({"ReportTask", "PutCheckpoint", "RegisterTaskWorker"})
# What changes nothing has one of LittleHorse's words for it before its name.
READING = ("Get", "List", "Search", "Await")


class Admission:
    """Lets in calls that have one request and one answer; counts what they bring."""

    def __init__(
        self, settings: Settings, knocks: Knocks, inbox_is_full: Callable[[], bool]
    ) -> None:
        self._knocks = knocks
        self._inbox_is_full = inbox_is_full
        self._wait_seconds_max = settings.arrival_wait_seconds_max
        self._arriving_max = settings.calls_arriving_max
        self._arrival_seconds_max = settings.call_arrival_seconds_max
        self._bytes_max = settings.calls_bytes_max
        self._retry_seconds = settings.overload_retry_seconds
        self._arriving: dict[asyncio.Task[object] | None, float] = {}
        # What requests take that were read and are not answered.
        self.bytes = 0
        # What a call gets that is not let in.
        self.refusal = refusing(Overloaded(retry_after_seconds=self._retry_seconds))

    def lets_in(self, method: str, now: float) -> bool:
        """Whether a call is to be read. To be asked once, in its own task."""
        waited = self.waited_seconds(now)
        if self._is_crowded(waited, now) and name_of(method) not in ALWAYS_LET_IN:
            return False
        if self._inbox_is_full() and not name_of(method).startswith(READING):
            return name_of(method) in ALWAYS_LET_IN
        self._arriving[asyncio.current_task()] = now
        return True

    def waited_seconds(self, now: float) -> float:
        """Tell how long those have waited who are let in now."""
        return self._knocks.waited_seconds(now)

    def _is_crowded(self, waited: float, now: float) -> bool:
        return (
            self.bytes >= self._bytes_max
            or self._loses_its_lot(waited / self._wait_seconds_max)
            or (len(self._arriving) >= self._arriving_max and not self._has_made_room(now))
        )

    def _loses_its_lot(self, waited: float) -> bool:
        if waited <= PATIENCE:
            return False
        return random.random() < min((waited - PATIENCE) / (1 - PATIENCE), REFUSED_SHARE_MAX)

    def _has_made_room(self, now: float) -> bool:
        """Forget those that are gone, and hang up on those that have taken too long to arrive."""
        for call, came in list(self._arriving.items()):
            if call is None or call.done():
                del self._arriving[call]
            elif now - came > self._arrival_seconds_max:
                call.cancel()
                del self._arriving[call]
        return len(self._arriving) < self._arriving_max

    def take(self, size: int) -> None:
        """Note that a call's request has arrived. Raises Overloaded; else `drop` must follow."""
        self._arriving.pop(asyncio.current_task(), None)
        if self.bytes and self.bytes + size > self._bytes_max:
            raise Overloaded(retry_after_seconds=self._retry_seconds)
        self.bytes += size

    def drop(self, size: int) -> None:
        """Note that a call is answered that has brought so much."""
        self.bytes -= size


def name_of(method: str) -> str:
    """Take the path away from a method's name."""
    return method.rpartition("/")[2]
