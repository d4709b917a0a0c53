"""A connection to a NATS server: messages go out, acknowledgements of JetStream come back.

It knows the client library and what a server may do to whoever connects to it.
A connection that is lost is lost for good, with all that waits on it: what is
kept to be sent later might be sent after its entry was given up.
"""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import ParseResult

from aiohappyeyeballs import start_connection
from nats.aio.client import Client
from nats.aio.transport import TcpTransport
from nats.errors import MaxPayloadError
from nats.js.api import PubAck
from nkeys import NkeysError

from hitchpost_server.feed.addresses import AddressRules
from hitchpost_server.feed.lookups import Lookups
from hitchpost_server.feed.nats_servers import Server, Servers, check_identity

CLIENT_NAME = "hitchpost"
# Lines of the protocol, and what is read at a time.
LINE_BYTES_MAX = 64 * 1024
# What a server may send for nothing, and for each time that something is sent to it. An
# acknowledgement has about 100 bytes; a message without end would be kept in memory.
UNASKED_BYTES_MAX = 1024 * 1024
ANSWER_BYTES_MAX = 16 * 1024
# A server that is silent for two of these is gone.
PING_SECONDS = 10
# Longer than an attempt may take, which is what ends a wait.
ANSWER_SECONDS_MAX = 120.0
CLOSE_SECONDS_MAX = 1.0

_IDENTITY_OPTIONS = {
    "user": "user",
    "password": "password",
    "token": "token",
    "credentials": "user_credentials",
    "nkey": "nkeys_seed",
}


class _Transport(TcpTransport):
    """A socket to an allowed address, over which a server can only send so much."""

    def __init__(self, *, is_tls: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._needs_tls = is_tls
        self._may_come = UNASKED_BYTES_MAX

    async def open(self, server: Server, rules: AddressRules, lookups: Lookups) -> None:
        """Connect; each address that the host stands for is looked at before."""
        found = await lookups.find(server.host, server.port)
        socket = await start_connection(found, socket_factory=rules.socket)
        streams = await asyncio.open_connection(sock=socket, limit=LINE_BYTES_MAX)
        self._bare_io_reader, self._bare_io_writer = streams
        self._io_reader, self._io_writer = streams

    async def connect(self, uri: ParseResult, buffer_size: int, connect_timeout: int) -> None:
        """Do nothing: it is connected already."""

    async def connect_tls(self, *args: Any, **options: Any) -> None:
        """Go on encrypted."""
        await super().connect_tls(*args, **options)
        self._needs_tls = False

    def abort(self) -> None:
        """Close the socket, whatever was to be sent."""
        if self._io_writer is not None:
            self._io_writer.transport.abort()

    def write(self, payload: bytes) -> None:
        """Send, unless it were readable to others and should not be."""
        if self._needs_tls:
            raise ConnectionError("the server does not offer TLS")
        self._may_come += ANSWER_BYTES_MAX
        super().write(payload)  # type: ignore[no-untyped-call]

    def writelines(self, payload: list[bytes]) -> None:
        """Send several."""
        self._may_come += ANSWER_BYTES_MAX * len(payload)
        super().writelines(payload)  # type: ignore[no-untyped-call]

    async def read(self, buffer_size: int) -> bytes:
        """Read what has come; break off with a server that sends without end."""
        found: bytes = await super().read(buffer_size)
        self._may_come -= len(found)
        if self._may_come < 0:
            raise ConnectionError("the server sends more than it was asked for")
        return found


class NatsConnection:
    """One connection to one server."""

    def __init__(self, transport: _Transport) -> None:
        self._transport = transport
        self._client = Client()
        # The library has no other place for a transport; `open` makes sure that it is used.
        self._client._transport = transport
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # What the server has complained of last, for people to read.
        self.complaint = ""

    @classmethod
    async def open(cls, server: Server, servers: Servers, lookups: Lookups) -> "NatsConnection":
        """Connect; raises OSError, ValueError or the library's errors."""
        transport = _Transport(is_tls=server.is_tls)
        one = cls(transport)
        try:
            await transport.open(server, servers.rules, lookups)
            await one._begin(server, servers.identity)
            assert one._client._transport is transport
        except BaseException:
            await one.close()
            raise
        return one

    async def _begin(self, server: Server, identity: Mapping[str, str]) -> None:
        check_identity(identity)
        host = f"[{server.host}]" if ":" in server.host else server.host
        options: dict[str, Any] = {
            option: identity[name] for name, option in _IDENTITY_OPTIONS.items() if name in identity
        }
        if "ca" in identity:
            options["tls"] = ssl.create_default_context(cafile=identity["ca"])
        try:
            await self._client.connect(
                f"nats://{host}:{server.port}",
                name=CLIENT_NAME,
                allow_reconnect=False,
                ping_interval=PING_SECONDS,
                error_cb=self._complain,
                closed_cb=self._end,
                **options,
            )
        except NkeysError as error:
            raise ConnectionError(f"the key is none: {error}") from error

    async def _complain(self, error: Exception) -> None:
        self.complaint = str(error)

    async def _end(self) -> None:
        if not self._lost.done():
            self._lost.set_result(None)

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be sent over it any more."""
        return self._lost.done() or self._client.is_closed

    async def publish(self, subject: str, body: bytes, headers: Mapping[str, str]) -> PubAck:
        """Publish, and wait until a stream has it; whoever waits sets the time.

        Raises the library's errors, ConnectionError when the connection is lost, and whatever
        comes of an answer that is none of JetStream.
        """
        # The server counts headers too, and hangs up on what is too large.
        size = len(body) + sum(len(name) + len(value) + 4 for name, value in headers.items()) + 12
        if size > self._client.max_payload:
            raise MaxPayloadError
        publishing: asyncio.Future[Any] = asyncio.ensure_future(
            self._client.jetstream().publish(
                subject, body, timeout=ANSWER_SECONDS_MAX, headers=dict(headers)
            )
        )
        try:
            await asyncio.wait((publishing, self._lost), return_when=asyncio.FIRST_COMPLETED)
            if not publishing.done():
                raise ConnectionError("the connection was lost")
            acknowledgement: PubAck = publishing.result()
            return acknowledgement
        finally:
            publishing.cancel()

    async def close(self) -> None:
        """Hang up, in time for others if the server does not let go."""
        try:
            # A client that has not come as far as to have a queue says so by an assertion.
            with suppress(TimeoutError, AssertionError):
                async with asyncio.timeout(CLOSE_SECONDS_MAX):
                    await self._client.close()
        finally:
            self._transport.abort()
