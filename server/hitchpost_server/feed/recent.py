"""What was committed lately, as far as it is at hand: what the tail would otherwise read again.

It knows what commits have written and where the log ended behind each. Nothing
is decoded here, so that a commit pays next to nothing for those who listen.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from hitchpost_server.store.protocol import Append, LoggedRecord, WriteSet


@dataclass(frozen=True, slots=True)
class _Commit:
    """What one commit has appended: the positions behind `after`, up to `through`."""

    after: int
    through: int
    appends: list[Append]
    size: int

    def records(self, after: int) -> Iterator[LoggedRecord]:
        """Give what was appended behind a position as the store would give it back."""
        position = self.after + 1
        for one in self.appends:
            first, last = one.expected_sequence + 1, one.last_sequence
            if position + last - first > after:
                yield LoggedRecord(position, one.stream, first, last, one.body)
            position += last - first + 1


class Recent:
    """The latest commits, without a gap, as many as take no more than so many bytes."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._commits: deque[_Commit] = deque()
        self._bytes = 0
        self._end: int | None = None

    def add(self, write: WriteSet, head: int) -> None:
        """Take what a commit has appended, behind which the log ends at `head`.

        What one erases is forgotten, and what is left of it is in the store.
        """
        events = sum(one.last_sequence - one.expected_sequence for one in write.appends)
        if write.erasures or head - events != self._end:
            self.clear()
        self._end = head
        if write.erasures:
            return
        size = sum(len(one.body) for one in write.appends)
        self._commits.append(_Commit(head - events, head, write.appends, size))
        self._bytes += size
        while self._bytes > self._bytes_max:
            self._drop()

    def behind(self, position: int, limit: int, bytes_max: int) -> list[LoggedRecord] | None:
        """Take records that follow a position, none at the end; None if the store has to be asked.

        About `limit`, of no more than `bytes_max`: those of whole commits. What is before them is
        forgotten.
        """
        while self._commits and self._commits[0].through <= position:
            self._drop()
        if not self._commits:
            return [] if self._end is not None and self._end <= position else None
        if self._commits[0].after > position or self._commits[0].size > bytes_max:
            return None
        found: list[LoggedRecord] = []
        for commit in self._commits:
            bytes_max -= commit.size
            if bytes_max < 0 or len(found) >= limit:
                break
            found.extend(commit.records(position))
        return found

    def _drop(self) -> None:
        self._bytes -= self._commits.popleft().size

    def clear(self) -> None:
        """Forget all of it."""
        self._commits.clear()
        self._bytes = 0
        self._end = None
