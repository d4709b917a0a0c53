"""The NATS target: entries are published to a stream of JetStream, each under an id of its own.

It knows when an entry counts as delivered, and by which id a stream drops what
it has already; it knows nothing of when to try again.
"""

import asyncio
import random

from nats.errors import Error, MaxPayloadError
from nats.js.errors import APIError, NoStreamResponseError

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.feed.cloud_events import SOURCE_PREFIX
from hitchpost_server.feed.lookups import Lookups
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.nats_connection import NatsConnection
from hitchpost_server.feed.nats_servers import Servers
from hitchpost_server.feed.targets import DELIVERED, Outcome, why

MESSAGE_ID = "Nats-Msg-Id"
# How long one server may take to be connected to, before the next is tried.
CONNECT_SECONDS = 5.0
NO_CONNECTION = "the operator has removed the connection that the route names"


def message_id_prefix(route: routes.Route, tenant: str) -> str:
    """Begin the ids of a route's messages.

    A position alone is too little: streams hold messages of several routes and servers. When
    the route was made tells it from another of its name, also after the data was deleted.
    """
    born = route.created_at.ToMicroseconds()
    return f"{SOURCE_PREFIX}{tenant}/routes/{route.id}/{born}/"


class NatsTarget:
    """A route's subject, over a connection of its own."""

    def __init__(
        self,
        servers: Servers | None,
        timeout_seconds: float,
        message_id_prefix: str,
        lookups: Lookups,
    ) -> None:
        self._servers = servers
        self._lookups = lookups
        self._timeout_seconds = timeout_seconds
        self._prefix = message_id_prefix
        self._connection: NatsConnection | None = None
        self._connecting: asyncio.Task[NatsConnection] | None = None

    async def send(self, entry: Matched) -> Outcome:
        """Make one attempt; what a stream has already is delivered."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._publish(entry)
        except TimeoutError:
            return Outcome(self._no_acknowledgement())
        except NoStreamResponseError:
            return Outcome(f"no stream has the subject {_subject(entry)}")
        except MaxPayloadError:
            return Outcome("the message is larger than the server takes")
        except APIError as error:
            return Outcome(f"JetStream refuses it: {error.description or error}")
        except (Error, OSError) as error:
            return Outcome(why(error))
        except (ValueError, TypeError, KeyError, AttributeError):
            return Outcome("the answer is no acknowledgement of JetStream")

    def _no_acknowledgement(self) -> str:
        said = self._connection.complaint if self._connection is not None else ""
        problem = f"no acknowledgement within {self._timeout_seconds:g} s"
        return f"{problem}: {said}" if said else problem

    async def _publish(self, entry: Matched) -> Outcome:
        assert entry.message is not None
        headers = {**entry.message.headers, MESSAGE_ID: f"{self._prefix}{entry.position}"}
        connection = await self._connected()
        await connection.publish(entry.message.subject, entry.message.body, headers)
        return DELIVERED

    async def _connected(self) -> NatsConnection:
        """Give the connection; a new one, for all who wait, if there is none any more."""
        if self._connection is not None and not self._connection.is_lost:
            return self._connection
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._connect(), name="nats")
            self._connecting.add_done_callback(_is_known)
        return await asyncio.shield(self._connecting)

    async def _connect(self) -> NatsConnection:
        """Connect to one of the servers; raise what is wrong with the last if all fail."""
        if self._servers is None:
            raise ConnectionError(NO_CONNECTION)
        problem: Exception = ConnectionError("there is no server")
        for server in random.sample(self._servers.servers, len(self._servers.servers)):
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    self._connection = await NatsConnection.open(
                        server, self._servers, self._lookups
                    )
                    return self._connection
            except TimeoutError:
                problem = ConnectionError(f"{server.host} does not answer")
            except (Error, OSError, ValueError) as error:
                problem = ConnectionError(why(error))
        raise problem

    async def close(self) -> None:
        """Hang up."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()


def _subject(entry: Matched) -> str:
    assert entry.message is not None
    return entry.message.subject


def _is_known(connecting: "asyncio.Task[NatsConnection]") -> None:
    """Look at what is wrong, though nobody may wait for it any more."""
    if not connecting.cancelled():
        connecting.exception()
