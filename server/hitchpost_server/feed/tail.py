"""The tail: the one reader of the log that all listeners share.

A commit leaves what it has written and rings a bell, so no commit waits for
anybody. While somebody listens, the tail goes on behind what it has, and wakes
those whose topics are among what has come; while nobody does, it does nothing.
It asks the store only for what is not at hand. Whoever is far behind reads the
store, a few at a time and not at the cost of callers, until the ring has what
follows.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from hitchpost_server.feed.catching_up import CatchingUp
from hitchpost_server.feed.entries import Page, Seen, page_of
from hitchpost_server.feed.limits import FeedLimits
from hitchpost_server.feed.patterns import Patterns
from hitchpost_server.feed.recent import Recent
from hitchpost_server.feed.ring import Ring
from hitchpost_server.store.protocol import LoggedRecord, Store, StoreUnavailableError, WriteSet

logger = logging.getLogger(__name__)


class FeedStopped(Exception):
    """The server is stopping: nothing more will come."""


class TooManyListeners(Exception):
    """As many listen as may."""


class Listener:
    """Somebody who reads the log from a position on; made by `Tail.listening`."""

    __slots__ = ("_committed", "_tail", "patterns", "position", "woken")

    def __init__(self, tail: "Tail", patterns: Patterns) -> None:
        self._tail = tail
        self._committed = 0
        self.patterns = patterns
        self.position = 0
        self.woken: asyncio.Future[None] | None = None

    async def page(self, position: int) -> Page:
        """Give what follows a position, all topics; an empty page at the end of the log.

        Raises FeedStopped, and StoreUnavailableError when the store cannot be read.
        """
        page = await self._tail.page(position)
        if page is None:
            page, self._committed = await self._tail.page_behind(position, self._committed)
        return page

    def floor(self) -> int:
        """Say up to which position the feed is gone: it begins behind that."""
        return self._tail.floor()

    async def wait(self, position: int, seconds: float) -> int:
        """Wait until there may be something for the patterns behind a position, at most so long.

        Give the position up to which there is nothing for them. Raises FeedStopped.
        """
        self.position = position
        self.woken = self._tail.sleep(self)
        if self.woken is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.woken, seconds)
            self.woken = None
            self._tail.check()
        return self.position


class Tail:
    """What follows the log of one store; `run` is its life.

    `floor` says up to which position the feed is gone; who reads from below it is told, not kept.
    """

    def __init__(
        self, store: Store, seen: Seen, floor: Callable[[], int], limits: FeedLimits
    ) -> None:
        self.floor = floor
        # How many entries subscribers were told.
        self.told = 0
        self._store = store
        self._seen = seen
        self._limits = limits
        self._listeners: set[Listener] = set()
        self._bell = asyncio.Event()
        self._awake = asyncio.Event()
        self._ring: Ring | None = None
        self._recent = Recent(limits.feed_recent_bytes_max)
        self._catching_up = CatchingUp(limits.feed_catch_up_times_growth)
        self._reading = asyncio.Semaphore(limits.feed_readers_max)
        self._stopped = False

    def committed(self, write: WriteSet, head: int) -> None:
        """Take note that the log has grown, and now ends at `head`."""
        # Where others write, too, what is at hand is not all that there is.
        if self._listeners and not self._store.is_shared:
            self._recent.add(write, head)
        if write.appends:
            self._catching_up.committed(len(write.appends))
            self._bell.set()

    @contextmanager
    def listening(self, patterns: Patterns) -> Iterator[Listener]:
        """Listen within the block. Raises FeedStopped and TooManyListeners at once."""
        self.check()
        if len(self._listeners) >= self._limits.feed_subscribers_max:
            raise TooManyListeners
        listener = Listener(self, patterns)
        self._listeners.add(listener)
        self._bell.set()
        try:
            yield listener
        finally:
            self._listeners.remove(listener)
            if not self._listeners:
                self._awake.clear()
                self._ring = None
                self._recent.clear()

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    async def head(self) -> int:
        """Say where the log ends."""
        return await self._store.head()

    async def page(self, position: int) -> Page | None:
        """Give what follows a position from the ring; None if it does not have it any more."""
        await self._awake.wait()
        self.check()
        return self._ring.behind(position) if self._ring is not None else None

    async def page_behind(self, position: int, committed: int) -> tuple[Page, int]:
        """Give what follows a position from the store, when it is the reader's turn.

        `committed` is what came with this reader's page before, and what the next one needs.
        """
        await self._catching_up.turn(committed, self._limits.feed_page_records)
        self.check()
        async with self._reading:
            committed = self._catching_up.records
            return page_of(position, await self._read(position), self._seen), committed

    async def _read(self, position: int) -> list[LoggedRecord]:
        limits = self._limits
        return await self._store.read_log(
            position, limits.feed_page_records, limits.feed_page_bytes_max
        )

    def check(self) -> None:
        """Raise FeedStopped if nothing more will come."""
        if self._stopped:
            raise FeedStopped

    def sleep(self, listener: Listener) -> "asyncio.Future[None] | None":
        """Let a listener sleep behind its position; None if something follows already."""
        self.check()
        if self._ring is None or self._ring.end > listener.position:
            return None
        return asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Follow the log for as long as somebody listens, again and again."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            if not self._listeners:
                continue
            try:
                await self._follow()
            except StoreUnavailableError as error:
                logger.warning("the feed cannot be read: %s", error.__cause__ or error)
                self._bell.set()
                await asyncio.sleep(self._limits.store_retry_seconds)

    async def _follow(self) -> None:
        """Read to the end of the log, in pages that are worth the while."""
        ring = self._ring or await self._new_ring()
        while self._ring is ring:
            records = await self._next(ring.end)
            # Meanwhile all may have left, and others come.
            if not records or self._ring is not ring:
                return
            page = page_of(ring.end, records, self._seen)
            ring.add(page)
            self._tell(page)
            if len(records) < self._limits.feed_page_records:
                await asyncio.sleep(self._limits.feed_gather_seconds)

    async def _next(self, position: int) -> list[LoggedRecord]:
        """Give what follows a position, as much as is taken apart at a time."""
        limits = self._limits
        records = self._recent.behind(
            position, limits.feed_page_records, limits.feed_page_bytes_max
        )
        return await self._read(position) if records is None else records

    async def _new_ring(self) -> Ring:
        """Begin at the end of the log: whatever is committed from now on rings the bell again."""
        ring = Ring(await self._store.head(), self._limits)
        if self._listeners:
            self._ring = ring
            self._awake.set()
        return ring

    def _tell(self, page: Page) -> None:
        """Wake the listeners that sleep and want something of it; the others are past it."""
        wanted: dict[tuple[str, ...], bool] = {}
        for listener in self._listeners:
            woken = listener.woken
            if woken is None or woken.done() or listener.position >= page.through:
                continue
            texts = listener.patterns.texts
            if texts not in wanted:
                wanted[texts] = any(map(listener.patterns.matches, page.topics))
            if wanted[texts]:
                woken.set_result(None)
            else:
                listener.position = page.through

    def stop(self) -> None:
        """Let nobody listen any more."""
        self._stopped = True
        self._awake.set()
        for listener in self._listeners:
            if listener.woken is not None and not listener.woken.done():
                listener.woken.set_result(None)
