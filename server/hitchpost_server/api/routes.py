"""Routes: what is sent on to whoever has to know. What could not be is in `dead_letters.py`."""

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.api import masking
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.engine import commands
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.errors import FieldInvalid, ObjectNotFound
from hitchpost_server.engine.ids import ROUTE_STREAM
from hitchpost_server.engine.rows import DeadLetterRow, RouteCursorRow, RouteRow
from hitchpost_server.feed.routing import Routing
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import Store, StoreUnavailableError

TESTED_ENTRIES_DEFAULT = 100
TESTED_ENTRIES_MAX = 1_000
# Rows that are read at a time.
SCAN_ROWS = 1_000
# Clients of gRPC receive 4 MiB: of larger answers the latest part is sent.
TESTED_BYTES_MAX = 3 * 1024 * 1024


class Routes:
    """The methods about routes."""

    def __init__(
        self, committer: Committer, store: Store, reader: Reader, shapes: Shapes, routing: Routing
    ) -> None:
        self._committer = committer
        self._store = store
        self._reader = reader
        self._shapes = shapes
        self._routing = routing

    async def put_route(self, caller: Caller, request: routes.PutRouteRequest) -> routes.Route:
        """Store a route, once it is known to be sound."""
        check_name("route.id", request.route.id)
        await self._routing.check(request.route, to_store=True)
        start = self._routing.floor() if request.from_beginning else await self._head()
        command = commands.PutRoute(
            **sender(caller),
            stream=ROUTE_STREAM + request.route.id,
            route=request.route,
            start_position=start,
        )
        return masking.route(await self._committer.submit(command))

    async def _head(self) -> int:
        try:
            return await self._store.head()
        except StoreUnavailableError as error:
            raise StoreUnavailable from error

    async def get_route(self, _caller: Caller, request: routes.RouteId) -> routes.RouteProgress:
        """Read a route and how far it has come."""
        row = await route_row(self._reader, request.id)
        return await self._progress(row, await self._head())

    async def _progress(self, row: RouteRow, head: int) -> routes.RouteProgress:
        put = history.RoutePut.FromString(row.body)
        progress = routes.RouteProgress(route=masking.route(put.route), position=put.start_position)
        cursor = await self._reader.find(RouteCursorRow, (row.id,))
        if isinstance(cursor, RouteCursorRow):
            progress.position = cursor.position
        progress.dead_letters = await self._dead_letters(row.id)
        self._routing.fill(progress, head)
        return progress

    async def _dead_letters(self, route: str) -> int:
        count, after = 0, tuple[str | int, ...]()
        while rows := await self._reader.scan(DeadLetterRow, (route,), after, SCAN_ROWS):
            count += len(rows)
            after = (route, rows[-1].position)
        return count

    async def list_routes(
        self, _caller: Caller, request: routes.ListRoutesRequest
    ) -> routes.ListRoutesResponse:
        """Read a page of routes."""
        limit = self._shapes.page(request.limit if request.HasField("limit") else None)
        rows, bookmark = await self._reader.page(RouteRow, (), request.bookmark, limit)
        head = await self._head()
        found = routes.ListRoutesResponse()
        for row in rows:
            found.results.append(await self._progress(row, head))
        if bookmark is not None:
            found.bookmark = bookmark
        return found

    async def delete_route(
        self, caller: Caller, request: routes.RouteId
    ) -> routes.DeleteRouteResponse:
        """End a route; there may be none."""
        check_name("id", request.id)
        stream = ROUTE_STREAM + request.id
        await self._committer.submit(commands.DeleteRoute(**sender(caller), stream=stream))
        return routes.DeleteRouteResponse()

    async def pause_route(self, caller: Caller, request: routes.RouteId) -> routes.Route:
        """Let a route send nothing."""
        check_name("id", request.id)
        command = commands.PauseRoute(**sender(caller), stream=ROUTE_STREAM + request.id)
        return masking.route(await self._committer.submit(command))

    async def resume_route(self, caller: Caller, request: routes.RouteId) -> routes.Route:
        """Let a route go on."""
        check_name("id", request.id)
        command = commands.ResumeRoute(**sender(caller), stream=ROUTE_STREAM + request.id)
        return masking.route(await self._committer.submit(command))

    async def try_route(
        self, _caller: Caller, request: routes.TestRouteRequest
    ) -> routes.TestRouteResponse:
        """Say what a route would have sent for the latest entries."""
        entries = request.entries if request.HasField("entries") else TESTED_ENTRIES_DEFAULT
        if not 1 <= entries <= TESTED_ENTRIES_MAX:
            problem = f"must be between 1 and {TESTED_ENTRIES_MAX}"
            raise FieldInvalid(field="entries", problem=problem)
        await self._routing.check(request.route, to_store=False)
        head = await self._head()
        after = max(0, head - entries)
        tested = routes.TestRouteResponse(entries_seen=head - after)
        try:
            matched = await self._routing.tried(request.route, after, head, TESTED_BYTES_MAX)
        except StoreUnavailableError as error:
            raise StoreUnavailable from error
        for one in matched:
            sent = tested.sent.add(position=one.position, topic=one.topic, error=one.problem)
            if one.message is not None:
                sent.headers.update(one.message.headers)
                sent.body = one.message.body
                sent.subject = one.message.subject
        return tested

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "PutRoute": Unary(routes.PutRouteRequest, self.put_route),
            "GetRoute": Unary(routes.RouteId, self.get_route),
            "ListRoutes": Unary(routes.ListRoutesRequest, self.list_routes),
            "DeleteRoute": Unary(routes.RouteId, self.delete_route),
            "PauseRoute": Unary(routes.RouteId, self.pause_route),
            "ResumeRoute": Unary(routes.RouteId, self.resume_route),
            "TestRoute": Unary(routes.TestRouteRequest, self.try_route),
        }


async def route_row(reader: Reader, route: str) -> RouteRow:
    """Find the row of a route. Raises ObjectNotFound."""
    row = await reader.find(RouteRow, (route,))
    if not isinstance(row, RouteRow):
        raise ObjectNotFound(kind="Route", id=route)
    return row
