"""The reader of a route: it takes what the route is for from the log, as long as there is room.

It begins with what was left unsettled, entry by entry, and goes on behind what
was read. It knows nothing of sending.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hitchpost_server.feed.delivering import Line
from hitchpost_server.feed.entries import Entry, Seen, page_of
from hitchpost_server.feed.matching import Matched, Matcher
from hitchpost_server.feed.route_limits import RouteLimits
from hitchpost_server.feed.route_progress import Progress
from hitchpost_server.feed.tail import Listener, Tail
from hitchpost_server.feed.unsettled import Unsettled
from hitchpost_server.store.protocol import Store, StoreUnavailableError

logger = logging.getLogger(__name__)

Found = TypeVar("Found")

# Entries that are matched together: as many go to the process of expressions at a time.
ENTRIES_AT_A_TIME = 64
# How long the log is listened to before the position is noted, if nothing is for this route.
LISTEN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where entries are read: what of `Parts` concerns that."""

    store: Store
    tail: Tail
    seen: Seen
    limits: RouteLimits


class RouteReader:
    """Reads for one route; what it finds goes into the line and is unsettled from then on."""

    def __init__(
        self,
        route: str,
        source: Source,
        matcher: Matcher,
        line: Line,
        unsettled: Unsettled,
        progress: Progress,
    ) -> None:
        self._route = route
        self._source = source
        self._matcher = matcher
        self._line = line
        self._unsettled = unsettled
        self._progress = progress

    async def run(self, left: Collection[int], passed_over: Collection[int]) -> None:
        """Read what was left, then the log as it grows, but for what is to be passed over."""
        with self._source.tail.listening(self._matcher.patterns) as listener:
            for position in left:
                await self._take_left(position)
            while True:
                await self._read_on(listener, passed_over)

    async def _read_on(self, listener: Listener, passed_over: Collection[int]) -> None:
        """Take in another page of the log, or wait for one."""
        unsettled = self._unsettled
        self._pass_to(listener.floor())
        page = await self._sooner_or_later(lambda: listener.page(unsettled.read_to))
        topics = {topic for topic in page.topics if self._matcher.is_for(topic)}
        wanted = [
            one for one in page.entries if one.topic in topics and one.position not in passed_over
        ]
        for some in self._blocks(wanted):
            for one in await self._matcher.of_entries(some):
                await unsettled.room()
                self._take(one)
            unsettled.reach(some[-1].position)
            await unsettled.room()
        if page.through > page.after:
            unsettled.reach(page.through)
        else:
            unsettled.reach(await listener.wait(unsettled.read_to, LISTEN_SECONDS))

    def _blocks(self, entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
        """Give entries a few at a time: no more than there is room for, and one at least."""
        start = 0
        while start < len(entries):
            size, end = 0, start
            for one in entries[start : start + ENTRIES_AT_A_TIME]:
                size += self._matcher.bytes_expected(one)
                if size > self._unsettled.bytes_free and end > start:
                    break
                end += 1
            yield entries[start:end]
            start = end

    async def _take_left(self, position: int) -> None:
        """Take an entry that was read before and not settled, if it is still for this route."""
        await self._unsettled.room_in_bytes()
        read = self._source.store.read_log
        records = await self._sooner_or_later(lambda: read(position - 1, 1))
        entries = page_of(position - 1, records, self._source.seen).entries
        here = [one for one in entries if one.position == position]
        if not here:
            self._say_lost(f"entry {position} was erased before it could be sent")
        matched = await self._matcher.of_entries(here)
        if matched:
            self._take(matched[0])
        else:
            self._unsettled.settle(position)

    async def _sooner_or_later(self, read: Callable[[], Awaitable[Found]]) -> Found:
        """Read, again and again while the store cannot be read."""
        while True:
            try:
                return await read()
            except StoreUnavailableError as error:
                self._progress.failed(f"the log cannot be read: {error}")
                await asyncio.sleep(self._source.limits.store_retry_seconds)

    def _take(self, entry: Matched) -> None:
        self._unsettled.add(entry.position, entry.size)
        self._line.add(entry)

    def _pass_to(self, floor: int) -> None:
        """Go on where the feed begins now, if that is behind where the route has come."""
        read_to = self._unsettled.read_to
        if read_to < floor:
            self._say_lost(f"the feed has lost what was between positions {read_to} and {floor}")
            self._unsettled.reach(floor)

    def _say_lost(self, problem: str) -> None:
        logger.warning("route %s: %s", self._route, problem)
        self._progress.failed(problem)
