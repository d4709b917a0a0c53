"""The connections of webhooks: to allowed addresses, kept open, and bounded in what comes.

It knows the HTTP client's library from inside; it knows nothing of messages.
"""

import asyncio
import socket
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

from hitchpost_server.feed.addresses import AddressRules
from hitchpost_server.feed.lookups import Lookups

# What may come in all, with headers and answers that are only the first of others: more than
# comes before a body that nobody reads is held back.
RECEIVED_BYTES_MAX = 512 * 1024


@dataclass(slots=True)
class Request:
    """What is known of a request besides its answer; put it into `REQUEST` before."""

    is_on_kept: bool = False
    is_answered: bool = False

    @property
    def came_too_late(self) -> bool:
        """Whether it went out on a kept connection, and not a byte has come back.

        Receivers close connections when they please: so it looks if one does so just now.
        """
        return self.is_on_kept and not self.is_answered


REQUEST: ContextVar[Request | None] = ContextVar("REQUEST", default=None)


class _Connection(ResponseHandler):
    """A connection on which a receiver may send only so much for each request.

    Without that, one that says "go on" again and again keeps the whole server busy.
    """

    _may_come = 0
    _requests = 0
    _request: Request | None = None

    def set_response_params(self, **params: Any) -> None:
        """Begin to wait for the answer to a request."""
        self._may_come = RECEIVED_BYTES_MAX
        self._request = REQUEST.get()
        if self._request is not None:
            self._request.is_on_kept = self._requests > 0
        self._requests += 1
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Take in what has come; break off if it is too much."""
        if self._request is not None:
            self._request.is_answered = True
        self._may_come -= len(data)
        if self._may_come >= 0:
            super().data_received(data)
        elif self.transport is not None:
            self.set_exception(aiohttp.ClientError("the receiver sends without end"))
            self.transport.abort()


class _Resolver(AbstractResolver):
    """Looks names up as `Lookups` does."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Give the addresses of a host."""
        return [
            ResolveResult(
                hostname=host,
                host=_numeric(address),
                port=port,
                family=family,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for family, _, protocol, _, address in await self._lookups.find(host, port, family)
        ]

    async def close(self) -> None:
        """Let go of nothing: lookups are shared."""


def _numeric(address: tuple[Any, ...]) -> str:
    """Write an address as text, one of a link with the link that it belongs to."""
    scope = address[3] if len(address) > 3 else 0
    return f"{address[0]}%{scope}" if scope else str(address[0])


def session(rules: AddressRules, lookups: Lookups, *, keeps: bool) -> aiohttp.ClientSession:
    """Open a session that `keeps` connections for other requests, or has a new one for each."""
    connector = aiohttp.TCPConnector(
        limit=0, socket_factory=rules.socket, resolver=_Resolver(lookups), force_close=not keeps
    )
    # The library has no other place for it; a test shows that it is used.
    loop = asyncio.get_running_loop()
    connector._factory = partial(_Connection, loop=loop)  # type: ignore[assignment]
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        # What is compressed might be endless when it is not.
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),
    )
