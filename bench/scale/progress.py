"""How far something long has come: said now and then, with its rate and the time that is left."""

from collections.abc import Callable
from time import perf_counter

Say = Callable[[str], None]

EVERY_SECONDS = 5.0


class Progress:
    """Counts towards a goal."""

    def __init__(self, what: str, goal: int, say: Say) -> None:
        self._what = what
        self._goal = goal
        self._say = say
        self._done = 0
        self._begin = self._said = perf_counter()

    def add(self, number: int) -> None:
        """Note that so many more are done."""
        self._done += number
        now = perf_counter()
        is_there = self._done >= self._goal > self._done - number
        if is_there or now - self._said >= EVERY_SECONDS:
            self._said = now
            self._say(self._line(now - self._begin))

    def _line(self, seconds: float) -> str:
        rate = self._done / max(seconds, 1e-9)
        left = max(0, self._goal - self._done) / max(rate, 1e-9)
        return f"{self._what}: {self._done:,} of {self._goal:,}, {rate:,.0f}/s, {left:,.0f} s to go"
