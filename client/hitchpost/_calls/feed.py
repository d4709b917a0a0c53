"""Calls about the change feed. It knows nothing of what the entries are about.

Each function is a method of Client.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import uuid4

import grpc

from hitchpost import _methods
from hitchpost._connection import Connection
from hitchpost._errors import CallFailed, Unavailable
from hitchpost._status import call_failed
from hitchpost._values import to_value
from hitchpost.v1.feed_pb2 import (
    PublishReceipt,
    PublishRequest,
    SubscribeRequest,
    SubscribeResponse,
)


async def publish(
    self: Connection,
    topic: str,
    content: object = None,
    *,
    id: str | None = None,
    timeout: float | None = None,
) -> PublishReceipt:
    """Put a message into the log, where the subscribers of its topic find it.

    `id` tells it from other messages of the topic; without one it gets a new one, so that it
    happens once however often it must be sent. Once this returns, the message is stored.
    Raises MessageExists if there is another one with that id.
    """
    request = PublishRequest(
        topic=topic, content=to_value(content), id=uuid4().hex if id is None else id
    )
    return await self.call(_methods.PUBLISH, request, timeout=timeout)


async def subscribe(
    self: Connection, *patterns: str, cursor: str | None = None, from_beginning: bool = False
) -> AsyncGenerator[SubscribeResponse]:
    """Yield what happens in some topics, in the order of the log, for as long as it is asked for.

    Each answer has `entries`, none if it is a checkpoint, and a `cursor` that says how far
    that is complete: kept and given back here, it lets another subscription go on from there.
    One with `resync` set says that entries are missing, and goes on with all that there is.
    Patterns have the wildcards of NATS, `run.*` or `orders.>`; without one it is every topic.
    The default is what happens from now on. A stream that breaks is taken up again, however
    long the server is away.
    """
    request = SubscribeRequest(patterns=patterns)
    if cursor is not None:
        request.cursor = cursor
    elif from_beginning:
        request.from_beginning = True
    tries = 1
    while True:
        try:
            async with aclosing(_stream(self, request)) as answers:
                async for answer in answers:
                    request.cursor, tries = answer.cursor, 1
                    yield answer
            failure: CallFailed = Unavailable("the stream ended", status=grpc.StatusCode.OK)
        except CallFailed as failed:
            failure = failed
        await asyncio.sleep(_pause_seconds(self, failure, tries, request.cursor))
        tries += 1


def _pause_seconds(self: Connection, failure: CallFailed, tries: int, cursor: str) -> float:
    """Say how long to wait, or raise: who has been answered before does not give up."""
    if cursor:
        tries = min(tries, self.retry.tries_max - 1)
    pause = self.retry.pause_seconds(failure, tries)
    if pause is None:
        raise failure
    return pause


async def _stream(self: Connection, request: SubscribeRequest) -> AsyncGenerator[SubscribeResponse]:
    """Yield one stream's answers. Leaving it early cancels the call."""
    method = _methods.SUBSCRIBE
    open_stream = self.channel.unary_stream(
        method.path, method.request.SerializeToString, method.response.FromString
    )
    call = open_stream(request, metadata=self.metadata)
    try:
        while isinstance(answer := await call.read(), SubscribeResponse):
            yield answer
    except grpc.aio.AioRpcError as error:
        raise call_failed(error) from error
    finally:
        call.cancel()
