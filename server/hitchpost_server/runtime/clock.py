"""The clock of a store: wall time that never goes back."""

import time
from collections.abc import Callable


class Clock:
    """Gives microseconds since 1970, never less than before or than `floor_us`.

    Two commands may have the same time: order is by sequence, never by clock.
    """

    def __init__(self, floor_us: int = 0, wall_ns: Callable[[], int] = time.time_ns) -> None:
        self._latest_us = floor_us
        self._wall_ns = wall_ns

    def now_us(self) -> int:
        """Read the clock."""
        self._latest_us = max(self._latest_us, self._wall_ns() // 1000)
        return self._latest_us
