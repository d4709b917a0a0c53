"""Calls about the definitions of events: external ones, and those that runs throw.

It knows nothing of runs. Each function is a method of Client.
"""

from hitchpost import _methods
from hitchpost._calls.definitions import delete
from hitchpost._connection import Connection
from hitchpost._requests import (
    Correlation,
    put_external_event_def_request,
    put_workflow_event_def_request,
)
from hitchpost._types import DeclaredType
from hitchpost.v1.external_event_pb2 import DeleteExternalEventDefRequest, ExternalEventDef
from hitchpost.v1.object_id_pb2 import ExternalEventDefId, WorkflowEventDefId
from hitchpost.v1.value_pb2 import ReturnType
from hitchpost.v1.workflow_event_pb2 import DeleteWorkflowEventDefRequest, WorkflowEventDef


async def put_external_event_def(
    self: Connection,
    name: str,
    *,
    content_type: DeclaredType | ReturnType | None = None,
    require_wfrun: bool | None = None,
    require_wfspec_reference: bool | None = None,
    retention_seconds: int | None = None,
    correlation: Correlation | None = None,
) -> ExternalEventDef:
    """Define an external event, or define it anew.

    `content_type` None means that content is not checked. `require_wfrun` refuses events for
    runs that do not exist, `require_wfspec_reference` events that the run's WfSpec does not
    refer to; None leaves what is stored, which is False at first. `retention_seconds` is how
    long an event that nobody claims is kept; None means for as long as its run.
    `correlation` lets events name a correlation key instead of a run; None refuses them.
    """
    request = put_external_event_def_request(
        name,
        content_type=content_type,
        require_wfrun=require_wfrun,
        require_wfspec_reference=require_wfspec_reference,
        retention_seconds=retention_seconds,
        correlation=correlation,
    )
    return await self.call(_methods.PUT_EXTERNAL_EVENT_DEF, request)


async def get_external_event_def(self: Connection, name: str) -> ExternalEventDef:
    """Get an external event's definition. Raises ObjectNotFound."""
    return await self.call(_methods.GET_EXTERNAL_EVENT_DEF, ExternalEventDefId(name=name))


async def delete_external_event_def(self: Connection, name: str) -> None:
    """Delete an external event's definition. Raises ObjectNotFound."""
    request = DeleteExternalEventDefRequest(id=ExternalEventDefId(name=name))
    await delete(self, _methods.DELETE_EXTERNAL_EVENT_DEF, request)


async def put_workflow_event_def(
    self: Connection, name: str, content_type: DeclaredType | ReturnType | None = None
) -> WorkflowEventDef:
    """Define an event that runs throw, and what it carries; None means nothing.

    The same definition again is answered with the stored one; another content type is
    refused with DefinitionExists.
    """
    request = put_workflow_event_def_request(name, content_type)
    return await self.call(_methods.PUT_WORKFLOW_EVENT_DEF, request)


async def get_workflow_event_def(self: Connection, name: str) -> WorkflowEventDef:
    """Get a workflow event's definition. Raises ObjectNotFound."""
    return await self.call(_methods.GET_WORKFLOW_EVENT_DEF, WorkflowEventDefId(name=name))


async def delete_workflow_event_def(self: Connection, name: str) -> None:
    """Delete a workflow event's definition. Raises ObjectNotFound."""
    request = DeleteWorkflowEventDefRequest(id=WorkflowEventDefId(name=name))
    await delete(self, _methods.DELETE_WORKFLOW_EVENT_DEF, request)
