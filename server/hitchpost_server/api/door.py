"""The door: every call comes through it, and once it is closed none does.

Knows when calls came, and nothing of what they are about. gRPC's own way to
stop cancels the calls that have arrived and that no handler has taken up yet:
CANCELLED, with no reason, which no client tries again. So the door is closed
first, and refuses until the queue in front of it is empty.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import grpc

from hitchpost_server.api.admission import Admission
from hitchpost_server.api.errors import refusing
from hitchpost_server.api.knocking import Knocks
from hitchpost_server.runtime.errors import ShuttingDown

# While nobody comes for so long, nobody is waiting.
QUIET_SECONDS = 0.05
# Who is refused is asked to stay away until the server has gone, or is there again.
RETRY_SECONDS = 1.0
# Clients that keep coming must not keep the server from stopping.
CLOSING_SECONDS_MAX = 1.0

CLOSED = refusing(ShuttingDown(retry_after_seconds=RETRY_SECONDS))


class Door(grpc.GenericRpcHandler):
    """Hands calls on to the services behind it until it is closed."""

    def __init__(
        self, services: Sequence[grpc.GenericRpcHandler], admission: Admission, knocks: Knocks
    ) -> None:
        self._services = services
        self._admission = admission
        self._knocks = knocks
        self._closed = False
        self._latest = 0.0

    def service(self, handler_call_details: Any) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """Find who serves a call."""
        self._latest = time.monotonic()
        for service in self._services:
            handler = service.service(handler_call_details)
            if handler is not None:
                return CLOSED if self._closed else self._admitted(handler, handler_call_details)
        if handler_call_details.method == self._knocks.method:
            self._knocks.heard(self._latest)
        return None

    def _admitted(
        self, handler: "grpc.RpcMethodHandler[Any, Any]", handler_call_details: Any
    ) -> "grpc.RpcMethodHandler[Any, Any]":
        # Streams, and waits that look like them, have bounds of their own.
        if handler.unary_unary is None:
            return handler
        if self._admission.lets_in(handler_call_details.method, self._latest):
            return handler
        return self._admission.refusal

    async def close(self) -> None:
        """Refuse all that come from now on, until nobody comes any more."""
        self._closed = True
        began = self._latest = time.monotonic()
        while (now := time.monotonic()) < began + CLOSING_SECONDS_MAX:
            if now >= self._latest + QUIET_SECONDS:
                return
            await asyncio.sleep(self._latest + QUIET_SECONDS - now)
