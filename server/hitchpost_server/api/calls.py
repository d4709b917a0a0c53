"""Calls: from raw bytes to a typed request, and from any error to a status.

Deserializers never raise: requests arrive as bytes and are parsed here, so that
a malformed one gets a reason. The same methods are mounted under each path
that clients know the service by.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypedDict

import grpc
from google.protobuf.message import DecodeError, Message

from hitchpost_server.api.admission import Admission
from hitchpost_server.api.errors import MalformedRequest, RequestTooLarge, TenantUnknown, abort
from hitchpost_server.api.masked_fields import written
from hitchpost_server.config import DEFAULT_TENANT, Settings
from hitchpost_server.runtime.seeds import new_seed

TENANT_KEY = "tenantid"

ANONYMOUS = "anonymous"
TRACEPARENT_KEY = "traceparent"
TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")

Context = Any


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and within which trace."""

    principal: str
    traceparent: str


# Nearly everybody: made once, and not for each call.
_UNTRACED = Caller(ANONYMOUS, "")


@dataclass(frozen=True, slots=True)
class Unary:
    """A method that takes one request and gives one response."""

    request: type[Message]
    serve: Callable[[Caller, Any], Awaitable[Message]]


@dataclass(frozen=True, slots=True)
class ServerStream:
    """A method that takes one request and gives many responses."""

    request: type[Message]
    serve: Callable[[Caller, Any], AsyncGenerator[Any]]


@dataclass(frozen=True, slots=True)
class BidirectionalStream:
    """A method that takes many requests and gives many responses."""

    request: type[Message]
    serve: Callable[[Caller, AsyncIterator[Any]], AsyncGenerator[Any]]


Method = Unary | ServerStream | BidirectionalStream


class Sender(TypedDict):
    """What every command takes over from whoever calls."""

    seed: str
    principal: str
    traceparent: str


def sender(caller: Caller) -> Sender:
    """Fill in what every command takes over from its caller."""
    return {
        "seed": new_seed(),
        "principal": caller.principal,
        "traceparent": caller.traceparent,
    }


def caller_of(context: Context) -> Caller:
    """Read who calls from the metadata; of a key that comes twice, the last counts."""
    tenant, traceparent = DEFAULT_TENANT, ""
    for key, value in context.invocation_metadata() or ():
        if key == TENANT_KEY:
            tenant = value
        elif key == TRACEPARENT_KEY and TRACEPARENT.fullmatch(value):
            traceparent = value
    if tenant != DEFAULT_TENANT:
        raise TenantUnknown(tenant=tenant)
    return Caller(ANONYMOUS, traceparent) if traceparent else _UNTRACED


def parsed(request: type[Message], raw: bytes, bytes_max: int) -> Message:
    """Parse a request, within the size that the api takes."""
    if len(raw) > bytes_max:
        raise RequestTooLarge(bytes=len(raw), limit=bytes_max)
    try:
        return request.FromString(raw)
    except (DecodeError, RecursionError) as error:
        raise MalformedRequest(message=request.DESCRIPTOR.name) from error


def service(
    name: str, methods: Mapping[str, Method], admission: Admission, settings: Settings
) -> grpc.GenericRpcHandler:
    """Mount methods under a service's name."""
    handlers = {
        method_name: _handler(method, admission, settings.request_bytes_max)
        for method_name, method in methods.items()
    }
    return grpc.method_handlers_generic_handler(name, handlers)


def _handler(
    method: Method, admission: Admission, bytes_max: int
) -> "grpc.RpcMethodHandler[Any, Any]":
    # No deserializer: requests arrive as bytes.
    if isinstance(method, Unary):
        return grpc.unary_unary_rpc_method_handler(
            _unary(method, admission, bytes_max), response_serializer=_serialized
        )
    if isinstance(method, ServerStream):
        return grpc.unary_stream_rpc_method_handler(
            _server_stream(method, bytes_max), response_serializer=_serialized
        )
    return grpc.stream_stream_rpc_method_handler(
        _bidirectional(method, bytes_max), response_serializer=_serialized
    )


def _serialized(response: Message | bytes) -> bytes:
    """Write an answer; the feed's are masked and written once for all that they go to."""
    if isinstance(response, bytes):
        return response
    return written(response)


def _unary(
    method: Unary, admission: Admission, bytes_max: int
) -> Callable[[bytes, Context], Awaitable[Message]]:
    async def handle(raw: bytes, context: Context) -> Message:
        try:
            size = len(raw)
            admission.take(size)
            try:
                caller = caller_of(context)
                return await method.serve(caller, parsed(method.request, raw, bytes_max))
            finally:
                admission.drop(size)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            try:
                await abort(context, error)
            finally:
                del raw, context

    return handle


def _server_stream(
    method: ServerStream, bytes_max: int
) -> Callable[[bytes, Context], AsyncIterator[Message | bytes]]:
    async def handle(raw: bytes, context: Context) -> AsyncIterator[Message | bytes]:
        try:
            caller = caller_of(context)
            request = parsed(method.request, raw, bytes_max)
            # What is served ends with the call, not when somebody finds the time to tidy up.
            async with aclosing(method.serve(caller, request)) as responses:
                async for response in responses:
                    yield response
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except Exception as error:
            try:
                await abort(context, error)
            finally:
                del raw, context

    return handle


def _bidirectional(
    method: BidirectionalStream, bytes_max: int
) -> Callable[[AsyncIterator[bytes], Context], AsyncIterator[Message | bytes]]:
    async def requests(raws: AsyncIterator[bytes]) -> AsyncIterator[Message]:
        async for raw in raws:
            yield parsed(method.request, raw, bytes_max)

    async def handle(
        raws: AsyncIterator[bytes], context: Context
    ) -> AsyncIterator[Message | bytes]:
        try:
            async with aclosing(method.serve(caller_of(context), requests(raws))) as responses:
                async for response in responses:
                    yield response
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except Exception as error:
            try:
                await abort(context, error)
            finally:
                del raws, context

    return handle
