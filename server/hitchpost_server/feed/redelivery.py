"""Redelivery: dead letters are tried once more, because somebody has asked for it.

An entry stays a dead letter until it was delivered and that is durable: if the
server ends in between it may be sent twice, and is never lost. What cannot be
sent any more is discarded, with the reason. Attempts keep to the route's allowance.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.engine import commands
from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.ids import ROUTE_STREAM
from hitchpost_server.engine.rows import DeadLetterRow, RouteRow, RowKey
from hitchpost_server.feed.allowance import Allowance
from hitchpost_server.feed.entries import page_of
from hitchpost_server.feed.matching import Matched, Matcher
from hitchpost_server.feed.route_runner import SCAN_ROWS, Parts, dead_letter
from hitchpost_server.feed.targets import Outcome, attempt
from hitchpost_server.store.protocol import Store

# What has become of a dead letter, and what went wrong if anything did.
Result = tuple[routes.RedeliveryOutcome, str]

# How long a caller is kept waiting because the receiver has asked to be left alone; for more,
# entries stay dead letters, and the caller is told how long it is.
HELD_SECONDS_MAX = 60.0
LEFT_ALONE = "the receiver has asked to be left alone: not tried, for"
# Why entries are dead letters no more that were not sent.
DISCARD_REASONS = {
    routes.ENTRY_ERASED: history.DISCARD_ENTRY_ERASED,
    routes.NOT_FOR_ROUTE: history.DISCARD_NOT_FOR_ROUTE,
}


class Redelivery:
    """Tries dead letters of one route as it is now."""

    def __init__(self, row: RouteRow, parts: Parts, allowance: Allowance) -> None:
        route = history.RoutePut.FromString(row.body).route
        self._row = row
        self._parts = parts
        self._target = parts.targets.of(route)
        self._matcher = Matcher(route, parts.evaluator, parts.tenant)
        self._allowance = allowance
        # How many dead letters there are, if this has changed it.
        self.left: int | None = None

    async def run(self, wanted: Sequence[int]) -> AsyncGenerator[routes.RedeliveryProgress, None]:
        """Try some, or all if none are named; yield what becomes of each.

        As many are tried together as the route may try at the same time.
        """
        positions = await dead_letters(self._parts.store, self._row.id, wanted)
        progress = routes.RedeliveryProgress(total=len(positions))
        while progress.done < len(positions):
            group = positions[progress.done : progress.done + self._allowance.slots]
            for position, (outcome, error) in zip(
                group, await asyncio.gather(*map(self._redeliver, group)), strict=True
            ):
                progress.done += 1
                progress.position, progress.outcome, progress.error = position, outcome, error
                yield copy_of(progress)

    async def aclose(self) -> None:
        """Let go of the target."""
        await self._target.close()

    async def _redeliver(self, position: int) -> Result:
        """Try one; return what has become of it, and what went wrong if anything did."""
        async with self._allowance.alone(position):
            return await self._redelivered(position)

    async def _redelivered(self, position: int) -> Result:
        letter = await self._letter(position)
        if letter is None:
            return routes.SETTLED_BEFORE, ""
        entry = await self._entry(position)
        if not isinstance(entry, Matched):
            reason = DISCARD_REASONS[entry]
            self.left, _ = await self._order(
                commands.DiscardEntries, positions=[position], reason=reason
            )
            return entry, ""
        outcome = await self._attempt(entry)
        if outcome is None:
            return (
                routes.REDELIVERY_FAILED,
                f"{LEFT_ALONE} {self._allowance.held_seconds():.0f} s more",
            )
        if not outcome.problem:
            self.left = await self._order(commands.RedeliverEntry, position=position)
            return routes.REDELIVERED, ""
        parked = dead_letter(entry, letter.attempts + 1, outcome.problem)
        self.left = await self._order(commands.ParkEntry, dead_letter=parked, again=True)
        return routes.REDELIVERY_FAILED, parked.error

    async def _attempt(self, entry: Matched) -> Outcome | None:
        """Try once, as soon as the route may; None if it may not for long."""
        while True:
            while (seconds := self._allowance.held_seconds()) > 0:
                if seconds > HELD_SECONDS_MAX:
                    return None
                await asyncio.sleep(seconds)
            await self._allowance.take()
            try:
                # While this waited for its turn, another may have been asked to stop.
                if self._allowance.held_seconds() <= 0:
                    outcome = await attempt(self._target, entry)
                    self._allowance.hold(outcome)
                    return outcome
            finally:
                self._allowance.give_back()

    async def _letter(self, position: int) -> routes.DeadLetter | None:
        key = RowKey(DeadLetterRow, (self._row.id, position))
        row = (await self._parts.store.lookup([key])).get(key)
        if not isinstance(row, DeadLetterRow):
            return None
        return routes.DeadLetter.FromString(row.body)

    async def _entry(self, position: int) -> "Matched | routes.RedeliveryOutcome":
        """Read an entry again, or say why it cannot be sent any more."""
        records = await self._parts.store.read_log(position - 1, 1)
        entries = page_of(position - 1, records, self._parts.seen).entries
        here = [one for one in entries if one.position == position]
        if not here:
            return routes.ENTRY_ERASED
        matched = await self._matcher.of_entries(here)
        return matched[0] if matched else routes.NOT_FOR_ROUTE

    async def _order(self, command: Any, **fields: Any) -> Any:
        stream, seed = ROUTE_STREAM + self._row.id, self._parts.new_seed()
        made: Command = command(stream=stream, seed=seed, born=self._row.born, **fields)
        return await self._parts.submit(made)


async def dead_letters(store: Store, route: str, wanted: Sequence[int]) -> list[int]:
    """Give the positions of dead letters: those that are wanted, or all if none are named."""
    if wanted:
        keys = [RowKey(DeadLetterRow, (route, position)) for position in sorted(set(wanted))]
        found = await store.lookup(keys)
        return [int(key.key[1]) for key in keys if key in found]
    positions: list[int] = []
    after: tuple[str | int, ...] = ()
    while rows := await store.scan(DeadLetterRow, (route,), after, SCAN_ROWS):
        positions += [row.position for row in rows if isinstance(row, DeadLetterRow)]
        after = (route, positions[-1])
    return positions
