"""A consumer: entries of some topics, each given to one of its clients until it is acknowledged.

It knows who has which entry, and what is to be given again; how far it has come
is in `acknowledged.py`. All of it happens in memory, between two awaits: what
is read comes in through `take`, what is noted goes out through `stored`.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

from hitchpost.v1 import feed_pb2 as feed
from hitchpost_server.feed.acknowledged import Acknowledged
from hitchpost_server.feed.entries import Entry, Page
from hitchpost_server.feed.limits import FeedLimits
from hitchpost_server.feed.patterns import Patterns
from hitchpost_server.storage.v1 import storage_pb2 as storage

# What a client may have under way that says nothing else.
CREDIT_DEFAULT = 1_000


class Client:
    """One stream of a consumer: what it has, and what it is to be told."""

    def __init__(self) -> None:
        self.credit = CREDIT_DEFAULT
        self.held: set[int] = set()
        self.unconfirmed: list[int] = []
        self.confirmed: list[int] = []
        # How many of its acknowledgements it has not been told to be durable.
        self.waits_for = 0
        self.has_finished = False
        self.misses = False
        self.end: Exception | None = None
        self.wake = asyncio.Event()
        self._told = asyncio.Event()

    def tell(self) -> list[int]:
        """Take what it is to be told to be durable."""
        confirmed, self.confirmed = self.confirmed, []
        self._told.set()
        return confirmed

    async def has_room(self, untold_max: int) -> None:
        """Wait while it has said much more than it has let itself be told."""
        while self.waits_for + len(self.confirmed) > untold_max:
            self._told.clear()
            await self._told.wait()

    def finish(self, end: Exception | None = None) -> None:
        """Give it nothing more; with an error, end it at once."""
        self.has_finished = True
        self.end = end
        self.wake.set()


@dataclass(slots=True)
class ConsumerCounts:
    """What a consumer's clients were given and have acknowledged, since the server's start."""

    delivered: int = 0
    redelivered: int = 0
    acknowledged: int = 0


class _Item:
    """An entry that is not acknowledged: who has it, and how often it was given."""

    __slots__ = ("deliveries", "entry", "holder")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.holder: Client | None = None
        self.deliveries = 0

    def frame(self) -> bytes:
        """Write the entry as a part of an answer, as it is given this time."""
        if self.deliveries == 1:
            return self.entry.frame
        again = feed.ConsumeResponse.FromString(self.entry.frame)
        again.entries[0].deliveries = self.deliveries - 1
        return again.SerializeToString()


class Consumer:
    """One consumer with its clients."""

    def __init__(
        self,
        name: str,
        stored: storage.StoredConsumer,
        limits: FeedLimits,
        counts: ConsumerCounts | None = None,
    ) -> None:
        self.name = name
        self.counts = counts or ConsumerCounts()
        self.patterns = Patterns(stored.patterns)
        self.clients: list[Client] = []
        self.room = asyncio.Event()
        self.has_changed = False
        self._stored = stored
        self._limits = limits
        ranges = [(one.first, one.last) for one in stored.acknowledged]
        self._done = Acknowledged(stored.position, ranges)
        self._items: dict[int, _Item] = {}
        self._bytes = 0
        self._fresh: deque[int] = deque()
        self._again: list[int] = []
        self._deadlines: deque[tuple[float, int, int]] = deque()

    @property
    def read_to(self) -> int:
        """How far entries have come."""
        return self._done.read_to

    @property
    def floor(self) -> int:
        """The position up to which everything is acknowledged."""
        return self._done.floor

    @property
    def under_way(self) -> int:
        """How many entries its clients have and have not acknowledged."""
        return sum(len(client.held) for client in self.clients)

    @property
    def is_full(self) -> bool:
        """Whether there is no room for more entries, or no need of any."""
        limits = self._limits
        return (
            len(self._fresh) >= 2 * limits.feed_batch_entries_max
            or len(self._done) >= limits.consumer_window_entries_max
            or self._bytes >= limits.consumer_window_bytes_max
        )

    # Entries come.

    def take(self, page: Page) -> None:
        """Take the entries of a page that are for this consumer."""
        matching = {topic for topic in page.topics if self.patterns.matches(topic)}
        for entry in page.entries if matching else ():
            if entry.topic in matching and not self._done.add(entry.position):
                self._items[entry.position] = _Item(entry)
                self._bytes += len(entry.frame)
                self._fresh.append(entry.position)
        self.reach(page.through)
        if self._fresh:
            self._wake_all()

    def skip(self, position: int) -> None:
        """Go on behind a position: what is before it is gone, and clients are told."""
        self.reach(position)
        for client in self.clients:
            client.misses = True
            client.wake.set()

    def reach(self, position: int) -> None:
        """Note that up to a position nothing more is for this consumer."""
        if position > self.read_to:
            self._done.reach(position)
            self.has_changed = True

    # They are given out.

    def give(self, client: Client, now: float) -> list[bytes]:
        """Give a client as much as it may have and a batch holds."""
        frames: list[bytes] = []
        size = 0
        limits = self._limits
        if client.has_finished:
            return frames
        most = min(client.credit - len(client.held), limits.feed_batch_entries_max, self._share())
        while len(frames) < most and size < limits.feed_batch_bytes_max:
            position = self._next()
            if position is None:
                break
            item = self._items[position]
            item.holder = client
            item.deliveries += 1
            self.counts.redelivered += item.deliveries > 1
            client.held.add(position)
            due = now + limits.consumer_ack_seconds
            self._deadlines.append((due, position, item.deliveries))
            frames.append(item.frame())
            size += len(frames[-1])
        self.counts.delivered += len(frames)
        if frames and not self.is_full:
            self.room.set()
        return frames

    def _share(self) -> int:
        """How much one client takes at a time, so that others have some, too."""
        return -(-(len(self._fresh) + len(self._again)) // max(len(self.clients), 1))

    def _next(self) -> int | None:
        """Find the next entry to give: what comes again comes first."""
        while self._again:
            position = heappop(self._again)
            item = self._items.get(position)
            if item is not None and item.holder is None:
                return position
        while self._fresh:
            position = self._fresh.popleft()
            if position in self._items:
                return position
        return None

    # They are done, or come back.

    def acknowledge(self, client: Client, positions: Iterable[int]) -> None:
        """Take entries for done, also those still to be given out; others are passed over."""
        for position in positions:
            item = self._items.pop(position, None)
            if item is not None:
                self._bytes -= len(item.entry.frame)
                if item.holder is not None:
                    item.holder.held.discard(position)
                    item.holder.wake.set()
                self._done.acknowledge(position)
                self.counts.acknowledged += 1
            elif position > self.read_to or not self._done.has(position):
                continue
            client.unconfirmed.append(position)
            client.waits_for += 1
        self.has_changed = True
        self.room.set()

    def leave(self, client: Client) -> None:
        """Let a client go; what it has goes to others."""
        self.clients.remove(client)
        self._give_back(client.held)
        client.held = set()

    def expire(self, now: float) -> None:
        """Take back what has been under way for too long, and forget deadlines that were met."""
        late: list[int] = []
        while self._deadlines:
            due, position, number = self._deadlines[0]
            item = self._items.get(position)
            if item is not None and item.holder is not None and item.deliveries == number:
                if due > now:
                    break
                item.holder.held.discard(position)
                late.append(position)
            self._deadlines.popleft()
        self._give_back(late)

    def _give_back(self, positions: Iterable[int]) -> None:
        for position in positions:
            self._items[position].holder = None
            heappush(self._again, position)
        if self._again:
            self._wake_all()

    def _wake_all(self) -> None:
        """Wake all, each time another one first."""
        self.clients = self.clients[1:] + self.clients[:1]
        for client in self.clients:
            client.wake.set()

    # What is noted.

    def to_store(self) -> storage.StoredConsumer:
        """Say how far it has come."""
        return storage.StoredConsumer(
            patterns=self._stored.patterns,
            created_us=self._stored.created_us,
            position=self.floor,
            acknowledged=[
                storage.AcknowledgedRange(first=first, last=last)
                for first, last in self._done.ranges()
            ],
        )

    def begin_saving(self) -> dict[Client, list[int]]:
        """Take what is to be confirmed once all that is noted now is durable."""
        self.has_changed = False
        unconfirmed = {client: client.unconfirmed for client in self.clients}
        for client in self.clients:
            client.unconfirmed = []
        return unconfirmed

    def saved(self, confirmed: dict[Client, list[int]]) -> None:
        """Tell clients what will not come again."""
        for client, positions in confirmed.items():
            client.confirmed += positions
            client.waits_for -= len(positions)
            if positions:
                client.wake.set()

    def not_saved(self, unconfirmed: dict[Client, list[int]]) -> None:
        """Let it be tried again."""
        self.has_changed = True
        for client, positions in unconfirmed.items():
            client.unconfirmed = positions + client.unconfirmed

    def stop(self, end: Exception) -> None:
        """End all streams with an error."""
        for client in self.clients:
            client.finish(end)
