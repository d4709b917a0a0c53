"""The runner of a route: it reads the log from the route's cursor and has entries delivered.

An entry is settled when it was delivered, is not for this route, or has durably
become a dead letter. How far the log was read and what is not settled is
written down a few times a second. So after whatever end the next runner finds
all that is missing; what was sent and not noted is sent again. An entry that is
a dead letter is passed over: it is tried only on demand.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.engine import commands
from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.errors import ReasonedError
from hitchpost_server.engine.ids import ROUTE_STREAM
from hitchpost_server.engine.rows import DeadLetterRow, RouteCursorRow, RouteRow, RowKey
from hitchpost_server.engine.tables import cursor_floor
from hitchpost_server.feed.allowance import Allowance
from hitchpost_server.feed.batches import Batching, joined
from hitchpost_server.feed.delivering import Delivery, Line
from hitchpost_server.feed.entries import Seen
from hitchpost_server.feed.evaluator import Evaluator
from hitchpost_server.feed.matching import Matched, Matcher
from hitchpost_server.feed.route_checks import attempts_of
from hitchpost_server.feed.route_limits import RouteLimits
from hitchpost_server.feed.route_progress import Progress, error_text
from hitchpost_server.feed.route_reader import RouteReader, Source
from hitchpost_server.feed.tail import Tail
from hitchpost_server.feed.target_kinds import Targets
from hitchpost_server.feed.targets import attempt
from hitchpost_server.feed.unsettled import Unsettled
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import Store

logger = logging.getLogger(__name__)

SCAN_ROWS = 1_000
# How long before the position is written down if nothing is for this route.
IDLE_SECONDS = 5.0
# How long attempts under way may take to end when a route is paused or the server stops.
END_SECONDS = 5.0


class Submit(Protocol):
    """How commands about routes reach the store."""

    def __call__(self, command: Command) -> "asyncio.Future[Any]":
        """Submit a command; the future gives its reply once it is durable."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What all runners share. `new_seed` makes seeds of commands."""

    store: Store
    submit: Submit
    new_seed: Callable[[], str]
    evaluator: Evaluator
    targets: Targets
    tail: Tail
    seen: Seen
    tenant: str
    limits: RouteLimits


class RouteRunner:
    """Serves one route as it was put, until `run` is told to stop."""

    def __init__(
        self, row: RouteRow, parts: Parts, progress: Progress, allowance: Allowance
    ) -> None:
        self._row = row
        self._put = history.RoutePut.FromString(row.body)
        self._parts = parts
        self._limits = parts.limits
        self._progress = progress
        route = self._put.route
        self._target = parts.targets.of(route)
        self._unsettled = Unsettled(parts.limits, progress)
        self._allowance = allowance
        self._batching = Batching(route)
        self._line = Line(parts.limits, allowance)
        source = Source(parts.store, parts.tail, parts.seen, parts.limits)
        matcher = Matcher(route, parts.evaluator, parts.tenant)
        self._reader = RouteReader(
            row.id, source, matcher, self._line, self._unsettled, self._progress
        )
        self._saved = storage.StoredRouteCursor()
        self._is_unsaved = False
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self, until: asyncio.Event) -> None:
        """Serve until the event is set; then let attempts end, and note how far it has come."""
        reading = self._reader.run(*await self._begin())
        work: list[asyncio.Task[Any]] = [
            asyncio.create_task(one)
            for one in (reading, self._deliver(), self._move(), until.wait())
        ]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            await _cancelled(work[:-1])
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=END_SECONDS)
            await self._save()
        finally:
            await _cancelled([*work, *self._under_way])
            await self._target.close()
        for task in work:
            if not task.cancelled():
                task.result()

    async def _begin(self) -> tuple[list[int], set[int]]:
        """Find where the route stands.

        Return what was left unsettled, and what is still to be read and a dead letter already.
        """
        at = RowKey(RouteCursorRow, (self._row.id,))
        cursor = (await self._parts.store.lookup([at])).get(at)
        self._saved = storage.StoredRouteCursor(read_to=self._put.start_position)
        if isinstance(cursor, RouteCursorRow):
            self._saved.ParseFromString(cursor.body)
        parked, after = set[int](), tuple[str | int, ...]()
        self._progress.dead_letters = 0
        while rows := await self._dead_letter_rows(after):
            self._progress.dead_letters += len(rows)
            parked.update(one.position for one in rows if one.position > cursor_floor(self._saved))
            after = (self._row.id, rows[-1].position)
        left = [position for position in self._saved.open if position not in parked]
        self._unsettled.begin(self._saved.read_to, left)
        return left, parked

    async def _dead_letter_rows(self, after: tuple[str | int, ...]) -> list[Any]:
        scan = self._parts.store.scan
        return await scan(DeadLetterRow, (self._row.id,), after, SCAN_ROWS)

    # Delivering

    async def _deliver(self) -> None:
        """Begin an attempt whenever one is due and there is a slot."""
        while True:
            await self._may_go_on()
            await self._line.due()
            await self._allowance.take()
            # While this waited for a slot, others may have been asked to leave the receiver alone,
            # or have given up.
            batch = [] if self._stands_still() else self._line.take(self._batching.has_room)
            if not batch:
                self._allowance.give_back()
                continue
            task = asyncio.create_task(self._try(batch))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _may_go_on(self) -> None:
        """Stand still while there are so many dead letters that something must be wrong."""
        while self._stands_still():
            letters = self._progress.dead_letters
            self._progress.failed(f"it has {letters} dead letters and stands still")
            await asyncio.sleep(self._limits.store_retry_seconds)

    def _stands_still(self) -> bool:
        return self._progress.dead_letters >= self._limits.dead_letters_per_route_max

    async def _try(self, batch: Sequence[Delivery]) -> None:
        try:
            outcome = await attempt(self._target, joined([one.entry for one in batch]))
            if outcome.problem:
                self._progress.failed(outcome.problem)
                self._progress.failed_attempts += 1
                self._allowance.hold(outcome)
            for delivery in batch:
                delivery.attempts += 1
                await self._tried(delivery, outcome.problem)
        finally:
            self._allowance.give_back()

    async def _tried(self, delivery: Delivery, problem: str) -> None:
        """Let an entry be settled, tried again, or become a dead letter."""
        is_last = delivery.attempts >= attempts_of(self._put.route)
        if not problem:
            self._progress.count_delivered()
            self._settle(delivery.position)
        elif is_last or delivery.entry.message is None:
            await self._park(delivery, problem)
        else:
            self._line.again(delivery)

    async def _park(self, delivery: Delivery, problem: str) -> None:
        """Make an entry a dead letter; until that is durable it is neither tried nor settled."""
        letter = dead_letter(delivery.entry, delivery.attempts, problem)
        logger.warning("route %s gives up on entry %d", self._row.id, delivery.position)
        while True:
            try:
                self._progress.dead_letters = await self._parked(letter)
                break
            except ReasonedError as error:
                self._progress.failed(f"a dead letter cannot be stored: {error}")
                await asyncio.sleep(self._limits.store_retry_seconds)
        self._progress.parked += 1
        self._settle(delivery.position)

    async def _parked(self, letter: routes.DeadLetter) -> int:
        """Store a dead letter; not even whoever cancels this leaves before it is known."""
        answer = self._order(commands.ParkEntry, dead_letter=letter)
        try:
            count: int = await asyncio.shield(answer)
            return count
        except asyncio.CancelledError:
            await asyncio.wait([answer])
            answer.exception()
            raise

    def _settle(self, position: int) -> None:
        self._unsettled.settle(position)
        self._is_unsaved = True

    # How far it has come

    async def _move(self) -> None:
        """Write down how far the route has come, a few times a second at most.

        Where nothing was settled there is nothing to send again, and seldom is enough.
        """
        clock = asyncio.get_running_loop().time
        latest = clock()
        while True:
            await asyncio.sleep(self._limits.route_cursor_seconds)
            if self._is_unsaved or clock() - latest > IDLE_SECONDS:
                self._is_unsaved, latest = False, clock()
                await self._save()

    async def _save(self) -> None:
        cursor = self._unsettled.stored()
        if cursor == self._saved:
            return
        try:
            await self._order(commands.MoveRoute, cursor=cursor)
            self._saved = cursor
        except ReasonedError as error:
            logger.info("route %s: the cursor is not stored: %s", self._row.id, error)

    def _order(self, command: Callable[..., Command], **fields: Any) -> "asyncio.Future[Any]":
        stream, born = ROUTE_STREAM + self._row.id, self._row.born
        seed = self._parts.new_seed()
        return self._parts.submit(command(stream=stream, seed=seed, born=born, **fields))


def dead_letter(entry: Matched, attempts: int, problem: str) -> routes.DeadLetter:
    """Describe an entry that a route gives up on."""
    return routes.DeadLetter(
        position=entry.position, topic=entry.topic, attempts=attempts, error=error_text(problem)
    )


async def _cancelled(tasks: "list[asyncio.Task[Any]] | list[asyncio.Task[None]]") -> None:
    """Cancel tasks and wait for their end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
