"""Dead letters: what routes have given up on is listed, tried once more, or discarded."""

from collections.abc import AsyncGenerator, Sequence

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.api.calls import Caller, Method, ServerStream, Unary, sender
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.routes import route_row
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.ids import ROUTE_STREAM
from hitchpost_server.engine.rows import DeadLetterRow
from hitchpost_server.feed.routing import Routing
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import StoreUnavailableError

POSITIONS_MAX = 1_000
# As many events are stored together: no call of many holds up the commits of others.
DISCARDED_AT_A_TIME = 100


class DeadLetters:
    """The methods about dead letters."""

    def __init__(
        self, committer: Committer, reader: Reader, shapes: Shapes, routing: Routing
    ) -> None:
        self._committer = committer
        self._reader = reader
        self._shapes = shapes
        self._routing = routing

    async def list_dead_letters(
        self, _caller: Caller, request: routes.ListDeadLettersRequest
    ) -> routes.ListDeadLettersResponse:
        """Read a page of what a route has given up on."""
        await route_row(self._reader, request.route_id)
        limit = self._shapes.page(request.limit if request.HasField("limit") else None)
        response = routes.ListDeadLettersResponse()
        found: routes.ListDeadLettersResponse = await self._reader.fill(
            response, routes.DeadLetter, DeadLetterRow, (request.route_id,), request, limit
        )
        return found

    async def redeliver_dead_letters(
        self, _caller: Caller, request: routes.RedeliverDeadLettersRequest
    ) -> AsyncGenerator[routes.RedeliveryProgress, None]:
        """Try dead letters once more, and tell of each."""
        _check_number(request.positions)
        row = await route_row(self._reader, request.route_id)
        try:
            async for one in self._routing.redeliver(row, request.positions):
                yield one
        except StoreUnavailableError as error:
            raise StoreUnavailable from error

    async def discard_dead_letters(
        self, caller: Caller, request: routes.DiscardDeadLettersRequest
    ) -> AsyncGenerator[routes.DiscardProgress, None]:
        """Give dead letters up for good, and tell of each."""
        _check_number(request.positions)
        if request.all == bool(request.positions):
            raise FieldInvalid(field="positions", problem="name some, or ask for all")
        row = await route_row(self._reader, request.route_id)
        try:
            positions = await self._routing.dead_letters(row, request.positions)
        except StoreUnavailableError as error:
            raise StoreUnavailable from error
        done, total = 0, len(positions)
        while done < total:
            some = positions[done : done + DISCARDED_AT_A_TIME]
            left, discarded = await self._committer.submit(
                commands.DiscardEntries(
                    **sender(caller),
                    stream=ROUTE_STREAM + row.id,
                    born=row.born,
                    positions=some,
                    reason=history.DISCARD_ASKED_FOR,
                )
            )
            self._routing.count_discarded(row.id, len(discarded), left)
            gone = set(discarded)
            for position in some:
                done += 1
                yield routes.DiscardProgress(
                    position=position, discarded=position in gone, done=done, total=total
                )

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "ListDeadLetters": Unary(routes.ListDeadLettersRequest, self.list_dead_letters),
            "RedeliverDeadLetters": ServerStream(
                routes.RedeliverDeadLettersRequest, self.redeliver_dead_letters
            ),
            "DiscardDeadLetters": ServerStream(
                routes.DiscardDeadLettersRequest, self.discard_dead_letters
            ),
        }


def _check_number(positions: Sequence[int]) -> None:
    if len(positions) > POSITIONS_MAX:
        problem = f"there may be at most {POSITIONS_MAX}"
        raise FieldInvalid(field="positions", problem=problem)
