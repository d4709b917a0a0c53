"""How far routes have come, for people: counted in memory, since the server's start."""

import time
from collections import deque
from dataclasses import dataclass, field

MINUTE = 60
# What a failed attempt may say, in a dead letter too.
ERROR_CHARACTERS_MAX = 1_000


@dataclass(slots=True)
class Progress:
    """What a route has done: counts, and what went wrong last."""

    position: int = 0
    read_to: int = 0
    under_way: int = 0
    delivered: int = 0
    failed_attempts: int = 0
    parked: int = 0
    redelivered: int = 0
    discarded: int = 0
    dead_letters: int = 0
    last_error: str = ""
    last_error_us: int = 0
    _seconds: deque[list[int]] = field(default_factory=deque)

    def count_delivered(self) -> None:
        """Count an entry that was delivered now."""
        self.delivered += 1
        second = int(time.monotonic())
        if not self._seconds or self._seconds[-1][0] != second:
            self._seconds.append([second, 0])
            self._forget_old(second)
        self._seconds[-1][1] += 1

    def delivered_last_minute(self) -> int:
        """Say how many were delivered in the last minute."""
        self._forget_old(int(time.monotonic()))
        return sum(count for _, count in self._seconds)

    def _forget_old(self, second: int) -> None:
        while self._seconds and self._seconds[0][0] <= second - MINUTE:
            self._seconds.popleft()

    def failed(self, problem: str) -> None:
        """Note what went wrong."""
        self.last_error, self.last_error_us = error_text(problem), time.time_ns() // 1_000


def error_text(problem: str) -> str:
    """Give what may be told of a problem: receivers have a word in it, and terminals show it."""
    told = problem[:ERROR_CHARACTERS_MAX]
    return "".join(one if one.isprintable() else "?" for one in told)
