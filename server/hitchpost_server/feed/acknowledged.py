"""What of the log a consumer is done with: all up to a floor, and some entries behind it.

It knows positions only. Entries come to it in the order of the log.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator


class Acknowledged:
    """The floor, and what is done behind it; `read_to` is how far entries have come."""

    def __init__(self, position: int, ranges: Iterable[tuple[int, int]]) -> None:
        self.read_to = position
        self._before = sorted(ranges)
        self._order: deque[int] = deque()
        self._done: set[int] = set()

    def __len__(self) -> int:
        """Count the entries behind the floor, done or not."""
        return len(self._order)

    @property
    def floor(self) -> int:
        """The position up to which everything is done."""
        return self._order[0] - 1 if self._order else self.read_to

    def add(self, position: int) -> bool:
        """Take an entry; tell whether it was done before the consumer was last closed."""
        self._order.append(position)
        number = bisect_right(self._before, position, key=lambda one: one[0]) - 1
        was_done = number >= 0 and position <= self._before[number][1]
        if was_done:
            self._done.add(position)
        return was_done

    def reach(self, position: int) -> None:
        """Note that entries have come up to a position."""
        self.read_to = position
        self._advance()

    def acknowledge(self, position: int) -> None:
        """Note that an entry that has come is done."""
        self._done.add(position)
        if self._order and self._order[0] == position:
            self._advance()

    def has(self, position: int) -> bool:
        """Whether an entry that has come is done."""
        return position <= self.floor or position in self._done

    def _advance(self) -> None:
        order, done = self._order, self._done
        while order and order[0] in done:
            done.discard(order.popleft())

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Give what is done behind the floor, entries that follow one another as one."""
        first = last = 0
        for position in self._order:
            if position in self._done:
                first, last = first or position, position
            elif first:
                yield first, last
                first = 0
        if first:
            yield first, last
        # What had been done and has not come yet.
        yield from (one for one in self._before if one[1] > self.read_to)
