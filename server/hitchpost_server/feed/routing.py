"""Routing: a runner for each route that is there and not paused.

It knows which routes there are from the rows that commits write; what a runner
does is its own matter. A runner that meets a defect is begun again later: one
route never takes the others with it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.engine.rows import RouteRow
from hitchpost_server.engine.times import timestamp
from hitchpost_server.feed.allowance import Allowance
from hitchpost_server.feed.entries import page_of
from hitchpost_server.feed.matching import Matched, Matcher
from hitchpost_server.feed.redelivery import Redelivery, dead_letters
from hitchpost_server.feed.route_checks import check_route, concurrency_of
from hitchpost_server.feed.route_progress import Progress
from hitchpost_server.feed.route_runner import SCAN_ROWS, Parts, RouteRunner
from hitchpost_server.feed.tail import FeedStopped, TooManyListeners
from hitchpost_server.store.protocol import StoreUnavailableError, WriteSet

logger = logging.getLogger(__name__)

# How long a route rests that has met a defect: it would meet it again.
DEFECT_SECONDS = 30.0
# What TestRoute reads at a time.
TEST_RECORDS = 100
TEST_BYTES = 512 * 1024


class _Keeper:
    """Keeps a runner for one route as it is wanted now: a row, or None to end."""

    def __init__(self, row: RouteRow, parts: Parts) -> None:
        self._row: RouteRow | None = row
        self._parts = parts
        self.allowance = Allowance(parts.limits, _slots_of(row))
        self._changed = asyncio.Event()
        self._born = row.born
        self.progress = Progress()

    def change(self, row: RouteRow | None) -> None:
        """Serve the route as another row says, or no more."""
        self._row = row
        if row is not None:
            self.allowance.slots = _slots_of(row)
        self._changed.set()

    async def run(self) -> None:
        """Serve until the route is wanted no more."""
        while (row := self._row) is not None:
            self._changed.clear()
            if row.born != self._born:
                self._born, self.progress = row.born, Progress()
            await self._serve(row)

    async def _serve(self, row: RouteRow) -> None:
        try:
            if history.RoutePut.FromString(row.body).route.paused:
                await self._stay_paused(row)
            else:
                runner = RouteRunner(row, self._parts, self.progress, self.allowance)
                await runner.run(self._changed)
        except FeedStopped:
            await self._changed.wait()
        except (StoreUnavailableError, TooManyListeners) as error:
            self.progress.failed(f"the log cannot be read: {error}")
            await self._rest(self._parts.limits.store_retry_seconds)
        except Exception:
            logger.exception("defect while serving route %s", row.id)
            self.progress.failed("a defect of the server: its log says more")
            await self._rest(DEFECT_SECONDS)

    async def _stay_paused(self, row: RouteRow) -> None:
        """Count what a runner would have counted, and wait."""
        self.progress.dead_letters = len(await dead_letters(self._parts.store, row.id, ()))
        await self._changed.wait()

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return


class Routing:
    """Serves all routes of a store."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._keepers: dict[str, _Keeper] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._is_open = True
        # Routes that were deleted while those that were there already are being read.
        self._gone: set[str] | None = set()

    def committed(self, write: WriteSet) -> None:
        """Take note of routes that a commit has changed."""
        for key in write.deletions:
            if key.table is RouteRow:
                self._change(str(key.key[0]), None)
                if self._gone is not None:
                    self._gone.add(str(key.key[0]))
        for row in write.rows:
            if isinstance(row, RouteRow):
                self._change(row.id, row)

    def _change(self, route: str, row: RouteRow | None) -> None:
        keeper = self._keepers.get(route)
        if keeper is not None:
            keeper.change(row)
        elif row is not None and self._is_open:
            keeper = self._keepers[route] = _Keeper(row, self._parts)
            self._tasks[route] = asyncio.create_task(self._keep(route, keeper), name="route")

    async def _keep(self, route: str, keeper: _Keeper) -> None:
        await keeper.run()
        # Nothing is awaited between the end of `run` and this: no change comes in between.
        del self._keepers[route], self._tasks[route]

    async def run(self) -> None:
        """Serve the routes that are there already; those that come later are told by commits."""
        after: tuple[str | int, ...] = ()
        while True:
            try:
                rows = await self._parts.store.scan(RouteRow, (), after, SCAN_ROWS)
            except StoreUnavailableError as error:
                logger.warning("routes cannot be read: %s", error)
                await asyncio.sleep(self._parts.limits.store_retry_seconds)
                continue
            if not rows:
                self._gone = None
                return
            self._begin([row for row in rows if isinstance(row, RouteRow)])
            after = (rows[-1][0],)

    def _begin(self, rows: Sequence[RouteRow]) -> None:
        """Serve routes as they were read; what commits have said since then counts more."""
        for row in rows:
            if row.id not in self._keepers and row.id not in (self._gone or ()):
                self._change(row.id, row)

    async def stop(self) -> None:
        """Let attempts under way end, note how far routes have come, and send no more."""
        self._is_open = False
        for keeper in self._keepers.values():
            keeper.change(None)
        tasks = list(self._tasks.values())
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._parts.targets.close()
        await self._parts.evaluator.close()

    def floor(self) -> int:
        """Say up to which position the feed is gone."""
        return self._parts.tail.floor()

    async def check(self, route: routes.Route, *, to_store: bool) -> None:
        """Refuse what is wrong with a route."""
        targets, evaluator = self._parts.targets, self._parts.evaluator
        await check_route(route, targets.rules, targets.nats, evaluator, to_store=to_store)

    def fill(self, progress: routes.RouteProgress, head: int) -> None:
        """Say how far a route has come that is being served."""
        keeper = self._keepers.get(progress.route.id)
        if keeper is not None:
            seen = keeper.progress
            progress.under_way = seen.under_way
            progress.delivered = seen.delivered
            progress.delivered_last_minute = seen.delivered_last_minute()
            progress.last_error = seen.last_error
            if seen.last_error_us:
                progress.last_error_at.CopyFrom(timestamp(seen.last_error_us))
            progress.position = max(progress.position, seen.position)
        progress.lag = max(0, head - progress.position)

    def progress(self, route: str) -> Progress | None:
        """Give how far a route has come since the server's start, if it is there."""
        keeper = self._keepers.get(route)
        return None if keeper is None else keeper.progress

    async def redeliver(
        self, row: RouteRow, positions: Sequence[int]
    ) -> AsyncGenerator[routes.RedeliveryProgress, None]:
        """Try dead letters once more; yield what becomes of each."""
        keeper = self._keepers.get(row.id)
        allowance = (
            Allowance(self._parts.limits, _slots_of(row)) if keeper is None else keeper.allowance
        )
        redelivery = Redelivery(row, self._parts, allowance)
        async with aclosing(redelivery), aclosing(redelivery.run(positions)) as told:
            async for one in told:
                self._count(row.id, redelivery.left, one.outcome)
                yield one

    def _count(self, route: str, left: int | None, outcome: routes.RedeliveryOutcome) -> None:
        progress = self.progress(route)
        if progress is not None and left is not None:
            progress.dead_letters = left
            progress.redelivered += outcome == routes.REDELIVERED
            progress.discarded += outcome in (routes.ENTRY_ERASED, routes.NOT_FOR_ROUTE)

    def count_discarded(self, route: str, number: int, left: int) -> None:
        """Take note of how many dead letters were discarded, and how many a route has left."""
        progress = self.progress(route)
        if progress is not None:
            progress.dead_letters = left
            progress.discarded += number

    async def dead_letters(self, row: RouteRow, wanted: Sequence[int]) -> list[int]:
        """Give the positions of a route's dead letters: those wanted, or all if none are named."""
        return await dead_letters(self._parts.store, row.id, wanted)

    async def tried(
        self, route: routes.Route, after: int, through: int, bytes_max: int
    ) -> list[Matched]:
        """Say what a route would send of what is between two positions, the latest of it.

        So much of it as `bytes_max` holds, and no more is kept at any time.
        """
        matcher = Matcher(route, self._parts.evaluator, self._parts.tenant)
        found: deque[Matched] = deque()
        size = 0
        while after < through:
            records = await self._parts.store.read_log(after, TEST_RECORDS, TEST_BYTES)
            page = page_of(after, records, self._parts.seen)
            wanted = [one for one in page.entries if one.position <= through]
            for one in await matcher.of_entries(wanted):
                found.append(one)
                size += _size(one)
                while size > bytes_max:
                    size -= _size(found.popleft())
            if page.through == after:
                break
            after = page.through
        return list(found)


def _slots_of(row: RouteRow) -> int:
    return concurrency_of(history.RoutePut.FromString(row.body).route)


def _size(one: Matched) -> int:
    """Say about how much an entry adds to an answer."""
    return 1_024 + (0 if one.message is None else len(one.message.body))
