"""Searching: rows by what they hold, oldest first, page by page.

Knows how several searches make one list and what a bookmark in it looks like;
which searches a request comes to is said by its own method.
"""

import heapq
import json
from collections.abc import AsyncIterator, Callable, Iterable
from operator import attrgetter
from typing import Any

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost_server.api.reading import key_of_bookmark
from hitchpost_server.engine.searches import EARLIEST_US, LATEST_US, Index, Search
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import Store, StoreUnavailableError

# Large enough to be few reads, small enough to be held in memory.
PAGE_ROWS = 1_000


class Searcher:
    """Searches one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def fill(
        self,
        response: Any,
        searches: Iterable[Search],
        request: Any,
        limit: int,
        id_of: Callable[[Any], Message],
    ) -> Any:
        """Fill a list of ids: its `results` and, unless it is the end, its `bookmark`.

        All searches are by the same index. `id_of` makes a row's id.
        """
        rows: list[Any] = []
        order = None
        for search in searches:
            order = attrgetter(*search.index.order)
            after = _after(request.bookmark, search.index)
            rows.append(await self._found(search, after, limit + 1))
        merged = list(heapq.merge(*rows, key=order))
        response.results.extend(id_of(row) for row in merged[:limit])
        if order is not None and len(merged) > limit:
            response.bookmark = json.dumps(order(merged[limit - 1])).encode()
        return response

    async def every(self, search: Search) -> AsyncIterator[Any]:
        """Find all rows, a page at a time: for answers that have no bookmark."""
        after: tuple[Any, ...] = ()
        order = attrgetter(*search.index.order)
        while rows := await self._found(search, after, PAGE_ROWS):
            for row in rows:
                yield row
            after = order(rows[-1])

    async def _found(self, search: Search, after: tuple[Any, ...], limit: int) -> list[Any]:
        try:
            return await self._store.search(search, after, limit)
        except StoreUnavailableError as error:
            raise StoreUnavailable from error


def _after(bookmark: bytes, index: Index) -> tuple[str | int, ...]:
    """Decode a bookmark: what the last row of a page has in the columns of the order."""
    kinds = [index.table.__annotations__[name] for name in index.order]
    return key_of_bookmark(bookmark, kinds)


def time_range(request: Any) -> tuple[int, int]:
    """Read between which moments what is searched for began, in microseconds, ends included."""
    earliest, latest = EARLIEST_US, LATEST_US
    if request.HasField("earliest_start"):
        earliest = _microseconds(request.earliest_start, round_up=True)
    if request.HasField("latest_start"):
        latest = _microseconds(request.latest_start, round_up=False)
    return earliest, latest


def _microseconds(moment: Timestamp, *, round_up: bool) -> int:
    """Clip a moment, however odd, to what a store can compare with."""
    nanos = moment.seconds * 1_000_000_000 + moment.nanos
    whole = -(-nanos // 1000) if round_up else nanos // 1000
    return min(max(whole, EARLIEST_US), LATEST_US)
