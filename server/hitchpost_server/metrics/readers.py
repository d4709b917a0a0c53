"""Who reads the feed for good, and where each stands: routes and durable consumers.

Those who subscribe are not among them: what they have read they know themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.rows import ConsumerRow, RouteCursorRow, RouteRow, RowKey
from hitchpost_server.feed.consumers import Consumers
from hitchpost_server.feed.route_progress import Progress
from hitchpost_server.feed.routing import Routing
from hitchpost_server.store.protocol import Store

CONSUMER, ROUTE = "consumer", "route"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands: it has no need of anything up to there."""

    kind: str
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of one store; the first `readers_max` of each kind by name."""

    store: Store
    routing: Routing
    consumers: Consumers
    readers_max: int

    async def places(self) -> list[Place]:
        """Give where all stand, also those that are paused or have no client now."""
        return [*await self._of_routes(), *await self._of_consumers()]

    async def _of_routes(self) -> list[Place]:
        rows = await self.store.scan(RouteRow, (), (), self.readers_max)
        routes = [row for row in rows if isinstance(row, RouteRow)]
        cursors = await self.store.lookup([RowKey(RouteCursorRow, (row.id,)) for row in routes])
        noted = {
            row[0]: row.position for row in cursors.values() if isinstance(row, RouteCursorRow)
        }
        return [Place(ROUTE, row.id, self._of_route(row, noted.get(row.id))) for row in routes]

    def _of_route(self, row: RouteRow, noted: int | None) -> int:
        start = history.RoutePut.FromString(row.body).start_position if noted is None else noted
        progress = self.routing.progress(row.id)
        return start if progress is None else max(start, progress.position)

    async def _of_consumers(self) -> list[Place]:
        rows = await self.store.scan(ConsumerRow, (), (), self.readers_max)
        return [
            Place(CONSUMER, row.name, self._of_consumer(row))
            for row in rows
            if isinstance(row, ConsumerRow)
        ]

    def _of_consumer(self, row: ConsumerRow) -> int:
        live = self.consumers.find(row.name)
        return row.position if live is None else max(row.position, live.floor)

    def progress(self, routes: list[Place]) -> Iterator[tuple[str, Progress]]:
        """Give what those of them have done that are routes."""
        for place in routes:
            if place.kind == ROUTE:
                yield place.name, self.routing.progress(place.name) or Progress()
