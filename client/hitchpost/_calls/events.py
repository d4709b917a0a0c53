"""Calls about external events. It knows nothing of what a run does with them.

Each function is a method of Client.
"""

from collections.abc import AsyncIterator
from uuid import uuid4

from hitchpost import _methods
from hitchpost._calls.pages import every_item
from hitchpost._connection import Connection
from hitchpost._errors import ExternalEventExists
from hitchpost._ids import NamedRun, wf_run_id
from hitchpost._values import to_value
from hitchpost.v1.external_event_pb2 import (
    ExternalEvent,
    ListExternalEventsRequest,
    PutExternalEventRequest,
)
from hitchpost.v1.object_id_pb2 import ExternalEventDefId, ExternalEventId


async def post_event(
    self: Connection,
    run: NamedRun,
    def_name: str,
    content: object = None,
    *,
    guid: str | None = None,
    thread: int | None = None,
    position: int | None = None,
    timeout: float | None = None,
) -> ExternalEvent:
    """Post an external event to a run, whether or not the run waits for it or exists yet.

    `guid` tells this event from others; without one it gets a new one, so that a try whose
    outcome is unknown can be repeated and the event is accepted once. `thread` and
    `position` aim the event at one thread or one visit to a node. Once this returns, the
    event is stored for good. Raises ExternalEventRefused in one of its forms.
    """
    request = put_external_event_request(
        run, def_name, content, uuid4().hex if guid is None else guid, thread, position
    )
    try:
        return await self.call(_methods.PUT_EXTERNAL_EVENT, request, timeout=timeout)
    except ExternalEventExists as exists:
        if not exists.outcome_unknown:
            raise
    return await get_event(self, run, def_name, request.guid)


def put_external_event_request(
    run: NamedRun,
    def_name: str,
    content: object,
    guid: str,
    thread: int | None,
    position: int | None,
) -> PutExternalEventRequest:
    """Describe an external event."""
    return PutExternalEventRequest(
        wf_run_id=wf_run_id(run),
        external_event_def_id=ExternalEventDefId(name=def_name),
        guid=guid,
        content=to_value(content),
        thread_run_number=thread,
        node_run_position=position,
    )


async def get_event(self: Connection, run: NamedRun, def_name: str, guid: str) -> ExternalEvent:
    """Get an external event as it stands. Raises ObjectNotFound."""
    event_id = ExternalEventId(
        wf_run_id=wf_run_id(run),
        external_event_def_id=ExternalEventDefId(name=def_name),
        guid=guid,
    )
    return await self.call(_methods.GET_EXTERNAL_EVENT, event_id)


def list_events(self: Connection, run: NamedRun) -> AsyncIterator[ExternalEvent]:
    """Yield the external events of a run, claimed or not."""
    request = ListExternalEventsRequest(wf_run_id=wf_run_id(run))
    return every_item(self, _methods.LIST_EXTERNAL_EVENTS, request, ExternalEvent)
