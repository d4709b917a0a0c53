"""What of the log a route has read, and which of its entries are not settled yet.

It knows positions and sizes only. Both are noted together, so that after a
crash what was settled is not sent again, however long an older entry fails.
Entries come to it in the order of the log.
"""

import asyncio
from collections.abc import Iterable

from hitchpost_server.feed.route_limits import RouteLimits
from hitchpost_server.feed.route_progress import Progress
from hitchpost_server.storage.v1 import storage_pb2 as storage


class Unsettled:
    """The entries that a route has read and not settled, with how many bytes they take."""

    def __init__(self, limits: RouteLimits, progress: Progress) -> None:
        self.read_to = 0
        self._limits = limits
        self._progress = progress
        self._sizes: dict[int, int] = {}
        self._bytes = 0
        self._settled = asyncio.Event()

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._sizes)

    @property
    def floor(self) -> int:
        """The position up to which everything is settled."""
        return next(iter(self._sizes), self.read_to + 1) - 1

    @property
    def bytes_free(self) -> int:
        """How much more may be taken."""
        return self._limits.route_window_bytes - self._bytes

    def begin(self, read_to: int, left: Iterable[int]) -> None:
        """Begin where the route was left: what was not settled then is still to be read again."""
        self._sizes = dict.fromkeys(left, 0)
        self.reach(read_to)

    def add(self, position: int, size: int) -> None:
        """Take an entry; one that was left unsettled is there already."""
        self._bytes += size - self._sizes.get(position, 0)
        self._sizes[position] = size
        self.reach(position)

    def reach(self, position: int) -> None:
        """Note that the log was read up to a position."""
        self.read_to = max(self.read_to, position)
        self._note()

    def settle(self, position: int) -> None:
        """Note that an entry is done with."""
        self._bytes -= self._sizes.pop(position)
        self._settled.set()
        self._note()

    async def room(self) -> None:
        """Wait until fewer entries are unsettled than the window holds."""
        while len(self._sizes) >= self._limits.route_window_entries or self.bytes_free <= 0:
            await self._one_settled()

    async def room_in_bytes(self) -> None:
        """Wait until those that are unsettled take less than the window holds."""
        while self.bytes_free <= 0:
            await self._one_settled()

    async def _one_settled(self) -> None:
        self._settled.clear()
        await self._settled.wait()

    def _note(self) -> None:
        self._progress.under_way = len(self._sizes)
        self._progress.position = self.floor
        self._progress.read_to = self.read_to

    def stored(self) -> storage.StoredRouteCursor:
        """Say how far the route has come."""
        return storage.StoredRouteCursor(read_to=self.read_to, open=self._sizes)
