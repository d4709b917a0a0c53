"""A connection to a server: one channel, the tenant, and how calls are made and tried again.

It knows no subject of the contract; what is called is in the modules that take a Connection.
"""

import asyncio
import itertools
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import grpc

from hitchpost._errors import CallFailed, Overloaded
from hitchpost._methods import Method, Request, Response
from hitchpost._retry import Retry
from hitchpost._status import call_failed

# Idle streams of workers must notice a dead connection; servers allow pings from 15 s on.
_CHANNEL_OPTIONS = (
    ("grpc.keepalive_time_ms", 45_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    # A list of a hundred objects of 1 MB each is the most that a server may send at once.
    ("grpc.max_receive_message_length", 128 * 1024 * 1024),
    ("grpc.max_send_message_length", -1),  # the server's limit, and its reason, count
    # Retry paces the tries; the channel must not be slower than it.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 3_000),
)


class Connection:
    """What all calls share. Open it with `async with`."""

    def __init__(
        self,
        target: str,
        *,
        tenant: str | None,
        credentials: grpc.ChannelCredentials | None,
        timeout: float,
        retry: Retry,
        options: Sequence[tuple[str, Any]],
    ) -> None:
        self.target = target
        self.timeout = timeout
        self.retry = retry
        self.metadata = grpc.aio.Metadata(*([] if tenant is None else [("tenantid", tenant)]))
        self._credentials = credentials
        self._options = (*_CHANNEL_OPTIONS, *options)
        self._channel: grpc.aio.Channel | None = None

    def __repr__(self) -> str:
        state = "closed" if self._channel is None else "open"
        return f"<{type(self).__name__} {self.target} {state}>"

    async def __aenter__(self) -> Self:
        if self._channel is not None:
            raise RuntimeError(f"{self!r} is in use already")
        self._channel = self.dial(self.target)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        channel, self._channel = self.channel, None
        await channel.close()

    @property
    def channel(self) -> grpc.aio.Channel:
        """The channel, while the connection is open."""
        if self._channel is None:
            raise RuntimeError(f"{self!r}: use it inside of `async with`")
        return self._channel

    def dial(self, target: str) -> grpc.aio.Channel:
        """Open another channel with the same credentials and options. Close it after use."""
        if self._credentials is None:
            return grpc.aio.insecure_channel(target, self._options)
        return grpc.aio.secure_channel(target, self._credentials, self._options)

    async def call(
        self,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: float | None = None,
        retry: Retry | None = None,
    ) -> Response:
        """Call a method, with retries, and give its answer or raise CallFailed.

        `timeout` in seconds is for all tries together; absent means the connection's.
        """
        retry = retry or self.retry
        clock = asyncio.get_running_loop().time
        deadline = clock() + (self.timeout if timeout is None else timeout)
        outcome_unknown = False
        for tries in itertools.count(1):
            try:
                return await self._try(method, request, deadline - clock())
            except grpc.aio.AioRpcError as error:
                failure = call_failed(error)
                failure.outcome_unknown = outcome_unknown
                pause = retry.pause_seconds(failure, tries)
                if pause is None or clock() + pause >= deadline:
                    raise failure from error
                outcome_unknown |= may_have_happened(failure)
            await asyncio.sleep(pause)
        raise AssertionError("itertools.count never ends")

    async def _try(
        self, method: Method[Request, Response], request: Request, timeout: float
    ) -> Response:
        unary = self.channel.unary_unary(
            method.path, method.request.SerializeToString, method.response.FromString
        )
        return await unary(request, timeout=timeout, metadata=self.metadata)


def may_have_happened(failure: CallFailed) -> bool:
    """Say whether a call that failed may have been carried out all the same."""
    return not isinstance(failure, Overloaded) and failure.retry_after_seconds is None
