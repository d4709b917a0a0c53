"""Calls about routes and their dead letters. It knows nothing of what the entries are about.

Each function is a method of Client.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from hitchpost import _methods
from hitchpost._calls.pages import every_item
from hitchpost._connection import Connection
from hitchpost._status import call_failed
from hitchpost._targets import webhook
from hitchpost.v1.route_pb2 import (
    DeadLetter,
    DiscardDeadLettersRequest,
    DiscardProgress,
    ListDeadLettersRequest,
    ListRoutesRequest,
    NatsTarget,
    PutRouteRequest,
    RedeliverDeadLettersRequest,
    RedeliveryProgress,
    Route,
    RouteId,
    RouteProgress,
    TestRouteRequest,
    TestRouteResponse,
    WebhookTarget,
)

Target = WebhookTarget | NatsTarget
Told = TypeVar("Told", bound=Message)


def _field(target: str | Target) -> dict[str, Any]:
    """Give a target by the name of its field."""
    if isinstance(target, NatsTarget):
        return {"nats": target}
    return {"webhook": webhook(target) if isinstance(target, str) else target}


async def put_route(
    self: Connection,
    id: str,
    target: str | Target,
    *patterns: str,
    filter: str | None = None,
    transform: str | None = None,
    from_beginning: bool = False,
) -> Route:
    """Have the entries of some topics sent to a target, each at least once.

    A target is a `webhook` or a `nats`; a text is the URL of a webhook. `filter` and `transform`
    are CEL. A route that is there already goes on where it is, as it says now. Raises
    FieldInvalid with what is wrong.
    """
    route = Route(id=id, patterns=patterns, filter=filter, transform=transform, **_field(target))
    request = PutRouteRequest(route=route, from_beginning=from_beginning)
    return await self.call(_methods.PUT_ROUTE, request)


async def get_route(self: Connection, id: str) -> RouteProgress:
    """Get a route and how far it has come. Raises ObjectNotFound."""
    return await self.call(_methods.GET_ROUTE, RouteId(id=id))


def list_routes(self: Connection) -> AsyncIterator[RouteProgress]:
    """Yield all routes and how far they have come."""
    return every_item(self, _methods.LIST_ROUTES, ListRoutesRequest(), RouteProgress)


async def delete_route(self: Connection, id: str) -> None:
    """Delete a route with its dead letters; there may be none."""
    await self.call(_methods.DELETE_ROUTE, RouteId(id=id))


async def pause_route(self: Connection, id: str) -> Route:
    """Let a route send nothing. Raises ObjectNotFound."""
    return await self.call(_methods.PAUSE_ROUTE, RouteId(id=id))


async def resume_route(self: Connection, id: str) -> Route:
    """Let a paused route go on where it was. Raises ObjectNotFound."""
    return await self.call(_methods.RESUME_ROUTE, RouteId(id=id))


async def try_route(
    self: Connection,
    *patterns: str,
    filter: str | None = None,
    transform: str | None = None,
    target: str | Target = "",
    entries: int | None = None,
) -> TestRouteResponse:
    """Ask what a route would have sent of the latest entries; nothing is.

    Of a target only counts what it makes of an entry. Raises FieldInvalid with what is wrong.
    """
    route = Route(patterns=patterns, filter=filter, transform=transform, **_field(target))
    request = TestRouteRequest(route=route, entries=entries)
    return await self.call(_methods.TEST_ROUTE, request)


def dead_letters(self: Connection, route: str) -> AsyncIterator[DeadLetter]:
    """Yield what a route has given up on, oldest first. Raises ObjectNotFound."""
    request = ListDeadLettersRequest(route_id=route)
    return every_item(self, _methods.LIST_DEAD_LETTERS, request, DeadLetter)


async def redeliver(
    self: Connection, route: str, positions: Iterable[int] = ()
) -> AsyncGenerator[RedeliveryProgress]:
    """Have dead letters tried once more, all of them if none are named; yield what becomes of each.

    It ends when nobody goes on asking. Raises ObjectNotFound.
    """
    request = RedeliverDeadLettersRequest(route_id=route, positions=positions)
    async with aclosing(_told(self, _methods.REDELIVER_DEAD_LETTERS, request)) as answers:
        async for one in answers:
            yield one


async def discard_dead_letters(
    self: Connection, route: str, positions: Iterable[int] = (), *, all: bool = False
) -> AsyncGenerator[DiscardProgress]:
    """Give dead letters up for good, some or `all`; yield what becomes of each.

    It ends when nobody goes on asking. Raises ObjectNotFound.
    """
    request = DiscardDeadLettersRequest(route_id=route, positions=positions, all=all)
    async with aclosing(_told(self, _methods.DISCARD_DEAD_LETTERS, request)) as answers:
        async for one in answers:
            yield one


async def _told(
    self: Connection, method: _methods.Method[Any, Told], request: Message
) -> AsyncGenerator[Told]:
    """Yield what a call tells, and end the call when nobody goes on listening."""
    open_stream = self.channel.unary_stream(
        method.path, method.request.SerializeToString, method.response.FromString
    )
    call = open_stream(request, metadata=self.metadata)
    try:
        while isinstance(told := await call.read(), method.response):
            yield told
    except grpc.aio.AioRpcError as error:
        raise call_failed(error) from error
    finally:
        call.cancel()
