"""Calls about the events that runs throw. It knows nothing of external events.

Each function is a method of Client.
"""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime

from hitchpost import _methods
from hitchpost._calls.pages import every_item
from hitchpost._connection import Connection
from hitchpost._ids import NamedRun, wf_run_id
from hitchpost.v1.object_id_pb2 import WorkflowEventDefId, WorkflowEventId
from hitchpost.v1.workflow_event_pb2 import (
    AwaitWorkflowEventRequest,
    ListWorkflowEventsRequest,
    SearchWorkflowEventRequest,
    WorkflowEvent,
)


async def await_workflow_event(
    self: Connection,
    run: NamedRun,
    *def_names: str,
    ignore: Iterable[WorkflowEvent | WorkflowEventId] = (),
    timeout: float | None = None,
) -> WorkflowEvent:
    """Wait until a run throws an event of one of these names, or any event without names.

    One that was thrown before counts, unless it is among those to `ignore`. The run need not
    exist yet. `timeout` in seconds; absent means the connection's. Raises DeadlineExceeded.
    """
    request = AwaitWorkflowEventRequest(
        wf_run_id=wf_run_id(run),
        event_def_ids=[WorkflowEventDefId(name=name) for name in def_names],
        workflow_events_to_ignore=[_id(event) for event in ignore],
    )
    return await self.call(_methods.AWAIT_WORKFLOW_EVENT, request, timeout=timeout)


async def get_workflow_event(
    self: Connection, run: NamedRun, def_name: str, number: int = 0
) -> WorkflowEvent:
    """Get an event that a run has thrown, counted from 0 by name. Raises ObjectNotFound."""
    thrown = WorkflowEventId(
        wf_run_id=wf_run_id(run),
        workflow_event_def_id=WorkflowEventDefId(name=def_name),
        number=number,
    )
    return await self.call(_methods.GET_WORKFLOW_EVENT, thrown)


def list_workflow_events(self: Connection, run: NamedRun) -> AsyncIterator[WorkflowEvent]:
    """Yield the events that a run has thrown."""
    request = ListWorkflowEventsRequest(wf_run_id=wf_run_id(run))
    return every_item(self, _methods.LIST_WORKFLOW_EVENTS, request, WorkflowEvent)


def search_workflow_events(
    self: Connection,
    def_name: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AsyncIterator[WorkflowEventId]:
    """Yield the ids of all events of a name, oldest first; the times are inclusive."""
    request = SearchWorkflowEventRequest(
        workflow_event_def_id=WorkflowEventDefId(name=def_name),
        earliest_start=since,
        latest_start=until,
    )
    return every_item(self, _methods.SEARCH_WORKFLOW_EVENT, request, WorkflowEventId)


def _id(event: WorkflowEvent | WorkflowEventId) -> WorkflowEventId:
    return event.id if isinstance(event, WorkflowEvent) else event
