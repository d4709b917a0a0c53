"""Who reads the feed for good, and where each stands: routes and durable consumers.

Those who subscribe are not among them: what they have read they know themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.rows import ConsumerRow, RouteCursorRow, RouteRow, RowKey
from hitchpost_server.feed.consumer import ConsumerCounts
from hitchpost_server.feed.consumers import Consumers
from hitchpost_server.feed.route_progress import Progress
from hitchpost_server.feed.routing import Routing
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import Store

CONSUMER, ROUTE = "consumer", "route"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands: up to `position` it is done with everything.

    It has no need of the feed up to `reads_from`: what a route has read and not settled it sends
    also if the floor has passed it.
    """

    kind: str
    name: str
    position: int
    reads_from: int


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
        noted = {row[0]: row for row in cursors.values() if isinstance(row, RouteCursorRow)}
        return [self._of_route(row, noted.get(row.id)) for row in routes]

    def _of_route(self, row: RouteRow, noted: RouteCursorRow | None) -> Place:
        if noted is None:
            position = read_to = history.RoutePut.FromString(row.body).start_position
        else:
            position = noted.position
            read_to = storage.StoredRouteCursor.FromString(noted.body).read_to
        progress = self.routing.progress(row.id)
        if progress is not None:
            position, read_to = max(position, progress.position), max(read_to, progress.read_to)
        return Place(ROUTE, row.id, position, read_to)

    async def _of_consumers(self) -> list[Place]:
        rows = await self.store.scan(ConsumerRow, (), (), self.readers_max)
        return [self._of_consumer(row) for row in rows if isinstance(row, ConsumerRow)]

    def _of_consumer(self, row: ConsumerRow) -> Place:
        live = self.consumers.find(row.name)
        position = row.position if live is None else max(row.position, live.floor)
        return Place(CONSUMER, row.name, position, position)

    def progress(self, routes: list[Place]) -> Iterator[tuple[str, Progress]]:
        """Give what those of them have done that are routes."""
        for place in routes:
            if place.kind == ROUTE:
                yield place.name, self.routing.progress(place.name) or Progress()

    def consumed(self, places: list[Place]) -> Iterator[tuple[str, ConsumerCounts, int]]:
        """Give what clients of those of them were given that are consumers, and have now."""
        for place in places:
            if place.kind == CONSUMER:
                live = self.consumers.find(place.name)
                under_way = 0 if live is None else live.under_way
                yield place.name, self.consumers.counts(place.name), under_way
