"""Puts, reads and deletes correlated events: for whoever waits for a key, in any run."""

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.reading import Reader
from hitchpost_server.engine import commands
from hitchpost_server.engine.correlation_marks import key_problem
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.ids import correlation_stream
from hitchpost_server.engine.rows import CorrelatedEventRow
from hitchpost_server.runtime.committer import Committer


class CorrelatedEvents:
    """The methods about correlated events."""

    def __init__(self, committer: Committer, reader: Reader) -> None:
        self._committer = committer
        self._reader = reader

    async def put_correlated_event(
        self, caller: Caller, request: correlated_events.PutCorrelatedEventRequest
    ) -> correlated_events.CorrelatedEvent:
        """Accept a correlated event; those who wait for it get it a moment later."""
        _check_key("key", request.key)
        name = request.external_event_def_id.name
        check_name("external_event_def_id.name", name)
        command = commands.PutCorrelatedEvent(
            **sender(caller), stream=correlation_stream(name, request.key), request=request
        )
        reply: correlated_events.CorrelatedEvent = await self._committer.submit(command)
        return reply

    async def get_correlated_event(
        self, _caller: Caller, request: ids.CorrelatedEventId
    ) -> correlated_events.CorrelatedEvent:
        """Read a correlated event."""
        at = (request.external_event_def_id.name, request.key)
        return await self._reader.get(
            correlated_events.CorrelatedEvent, CorrelatedEventRow, at, "/".join(at)
        )

    async def delete_correlated_event(
        self, caller: Caller, request: correlated_events.DeleteCorrelatedEventRequest
    ) -> Empty:
        """Delete a correlated event; there may be none."""
        _check_key("id.key", request.id.key)
        name = request.id.external_event_def_id.name
        check_name("id.external_event_def_id.name", name)
        await self._committer.submit(
            commands.DeleteCorrelatedEvent(
                **sender(caller), stream=correlation_stream(name, request.id.key)
            )
        )
        return Empty()

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "PutCorrelatedEvent": Unary(
                correlated_events.PutCorrelatedEventRequest, self.put_correlated_event
            ),
            "GetCorrelatedEvent": Unary(ids.CorrelatedEventId, self.get_correlated_event),
            "DeleteCorrelatedEvent": Unary(
                correlated_events.DeleteCorrelatedEventRequest, self.delete_correlated_event
            ),
        }


def _check_key(field: str, key: str) -> None:
    problem = key_problem(key)
    if problem is not None:
        raise FieldInvalid(field=field, problem=problem)
