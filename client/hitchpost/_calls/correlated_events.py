"""Calls about external events that name a correlation key instead of a run.

It knows nothing of what runs do with them. Each function is a method of Client.
"""

from hitchpost import _methods
from hitchpost._connection import Connection
from hitchpost._errors import CorrelatedEventExists
from hitchpost._values import to_value
from hitchpost.v1.correlated_event_pb2 import (
    CorrelatedEvent,
    DeleteCorrelatedEventRequest,
    PutCorrelatedEventRequest,
)
from hitchpost.v1.object_id_pb2 import CorrelatedEventId, ExternalEventDefId


async def post_correlated_event(
    self: Connection,
    key: str,
    def_name: str,
    content: object = None,
    *,
    timeout: float | None = None,
) -> CorrelatedEvent:
    """Post an external event to every node that waits for this key, now or later.

    The definition must allow it: see `correlation` of `put_external_event_def`. There is one
    such event of a key and name at a time; a second one raises
    CorrelatedEventExists. The answer names the
    external events that it has become so far.
    """
    request = PutCorrelatedEventRequest(
        key=key,
        external_event_def_id=ExternalEventDefId(name=def_name),
        content=to_value(content),
    )
    try:
        return await self.call(_methods.PUT_CORRELATED_EVENT, request, timeout=timeout)
    except CorrelatedEventExists as exists:
        if not exists.outcome_unknown:
            raise
    return await get_correlated_event(self, key, def_name)


async def get_correlated_event(self: Connection, key: str, def_name: str) -> CorrelatedEvent:
    """Get a correlated event as it stands. Raises ObjectNotFound."""
    return await self.call(_methods.GET_CORRELATED_EVENT, _id(key, def_name))


async def delete_correlated_event(self: Connection, key: str, def_name: str) -> None:
    """Delete a correlated event; the external events that it has become stay."""
    request = DeleteCorrelatedEventRequest(id=_id(key, def_name))
    await self.call(_methods.DELETE_CORRELATED_EVENT, request)


def _id(key: str, def_name: str) -> CorrelatedEventId:
    return CorrelatedEventId(key=key, external_event_def_id=ExternalEventDefId(name=def_name))
