"""Redelivery: dead letters are tried once more, because somebody has asked for it.

An entry stays a dead letter until it was delivered and that is durable: if the
server ends in between it may be sent twice, and is never lost.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.engine import commands
from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.ids import ROUTE_STREAM
from hitchpost_server.engine.rows import DeadLetterRow, RouteRow, RowKey
from hitchpost_server.feed.entries import page_of
from hitchpost_server.feed.matching import Matched, Matcher
from hitchpost_server.feed.route_checks import concurrency_of
from hitchpost_server.feed.route_runner import SCAN_ROWS, Parts, dead_letter
from hitchpost_server.feed.targets import attempt


class Redelivery:
    """Tries dead letters of one route as it is now."""

    def __init__(self, row: RouteRow, parts: Parts) -> None:
        route = history.RoutePut.FromString(row.body).route
        self._row = row
        self._parts = parts
        self._target = parts.targets.of(route)
        self._matcher = Matcher(route, parts.evaluator, parts.tenant)
        self._at_a_time = concurrency_of(route)
        self.left = 0

    async def run(self, wanted: Sequence[int]) -> AsyncGenerator[routes.RedeliveryProgress, None]:
        """Try some, or all if none are named; yield what becomes of each.

        As many are tried together as the route may try at the same time.
        """
        positions = await self._positions(wanted)
        progress = routes.RedeliveryProgress(total=len(positions))
        for start in range(0, len(positions), self._at_a_time):
            group = positions[start : start + self._at_a_time]
            errors = await asyncio.gather(*map(self._redeliver, group))
            for position, error in zip(group, errors, strict=True):
                progress.done += 1
                progress.position, progress.error = position, error
                yield routes.RedeliveryProgress.FromString(progress.SerializeToString())

    async def aclose(self) -> None:
        """Let go of the target."""
        await self._target.close()

    async def _positions(self, wanted: Sequence[int]) -> list[int]:
        store, route = self._parts.store, self._row.id
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

    async def _redeliver(self, position: int) -> str:
        """Try one; return what went wrong, if anything did."""
        letter = await self._letter(position)
        if letter is None:
            return ""  # somebody else was faster
        entry = await self._entry(position)
        problem = "" if entry is None else (await attempt(self._target, entry)).problem
        if entry is None or not problem:
            self.left = await self._order(commands.RedeliverEntry, position=position)
            return ""
        parked = dead_letter(entry, letter.attempts + 1, problem)
        self.left = await self._order(commands.ParkEntry, dead_letter=parked, again=True)
        return parked.error

    async def _letter(self, position: int) -> routes.DeadLetter | None:
        key = RowKey(DeadLetterRow, (self._row.id, position))
        row = (await self._parts.store.lookup([key])).get(key)
        if not isinstance(row, DeadLetterRow):
            return None
        return routes.DeadLetter.FromString(row.body)

    async def _entry(self, position: int) -> Matched | None:
        """Read an entry again; None if it was erased, or is not for this route any more."""
        records = await self._parts.store.read_log(position - 1, 1)
        entries = page_of(position - 1, records, self._parts.seen).entries
        matched = await self._matcher.of_entries(
            [one for one in entries if one.position == position]
        )
        return matched[0] if matched else None

    async def _order(self, command: Any, **fields: Any) -> int:
        stream, seed = ROUTE_STREAM + self._row.id, self._parts.new_seed()
        made: Command = command(stream=stream, seed=seed, born=self._row.born, **fields)
        left: int = await self._parts.submit(made)
        return left
