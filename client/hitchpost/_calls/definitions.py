"""Calls about definitions: TaskDefs, ExternalEventDefs, WfSpecs. It knows nothing of runs.

Each function is a method of Client.
"""

from collections.abc import Mapping

from hitchpost import _methods
from hitchpost._building.workflow import Workflow
from hitchpost._connection import Connection
from hitchpost._errors import CallFailed, ObjectNotFound
from hitchpost._methods import Method, Request, Response
from hitchpost._requests import put_external_event_def_request, return_type
from hitchpost._types import DeclaredType, type_definition
from hitchpost.v1.external_event_pb2 import DeleteExternalEventDefRequest, ExternalEventDef
from hitchpost.v1.object_id_pb2 import ExternalEventDefId, TaskDefId, WfSpecId
from hitchpost.v1.task_pb2 import DeleteTaskDefRequest, PutTaskDefRequest, TaskDef
from hitchpost.v1.value_pb2 import ReturnType, VariableDef
from hitchpost.v1.wf_spec_pb2 import DeleteWfSpecRequest, GetLatestWfSpecRequest, WfSpec


async def put_task_def(
    self: Connection,
    name: str,
    inputs: Mapping[str, DeclaredType] | None = None,
    returns: DeclaredType | ReturnType | None = None,
    description: str | None = None,
) -> TaskDef:
    """Define a task: the names and types of its inputs, in order, and what it returns.

    Types are Python's (str, int, float, bool, bytes, datetime, dict, list, WfRunId), a
    VariableType or a TypeDefinition. The same definition again is answered with the stored
    one; another one of that name is refused with DefinitionExists.
    """
    request = PutTaskDefRequest(
        name=name,
        input_vars=[
            VariableDef(name=variable, type_def=type_definition(declared))
            for variable, declared in (inputs or {}).items()
        ],
        return_type=return_type(returns),
        description=description,
    )
    return await self.call(_methods.PUT_TASK_DEF, request)


async def get_task_def(self: Connection, name: str) -> TaskDef:
    """Get a task's definition. Raises ObjectNotFound."""
    return await self.call(_methods.GET_TASK_DEF, TaskDefId(name=name))


async def delete_task_def(self: Connection, name: str) -> None:
    """Delete a task's definition. Raises ObjectNotFound."""
    request = DeleteTaskDefRequest(id=TaskDefId(name=name))
    await _delete(self, _methods.DELETE_TASK_DEF, request)


async def put_external_event_def(
    self: Connection,
    name: str,
    *,
    content_type: DeclaredType | ReturnType | None = None,
    require_wfrun: bool | None = None,
    require_wfspec_reference: bool | None = None,
    retention_seconds: int | None = None,
) -> ExternalEventDef:
    """Define an external event, or define it anew.

    `content_type` None means that content is not checked. `require_wfrun` refuses events for
    runs that do not exist, `require_wfspec_reference` events that the run's WfSpec does not
    refer to; None leaves what is stored, which is False at first. `retention_seconds` is how
    long an event that nobody claims is kept; None means for as long as its run.
    """
    request = put_external_event_def_request(
        name,
        content_type=content_type,
        require_wfrun=require_wfrun,
        require_wfspec_reference=require_wfspec_reference,
        retention_seconds=retention_seconds,
    )
    return await self.call(_methods.PUT_EXTERNAL_EVENT_DEF, request)


async def get_external_event_def(self: Connection, name: str) -> ExternalEventDef:
    """Get an external event's definition. Raises ObjectNotFound."""
    return await self.call(_methods.GET_EXTERNAL_EVENT_DEF, ExternalEventDefId(name=name))


async def delete_external_event_def(self: Connection, name: str) -> None:
    """Delete an external event's definition. Raises ObjectNotFound."""
    request = DeleteExternalEventDefRequest(id=ExternalEventDefId(name=name))
    await _delete(self, _methods.DELETE_EXTERNAL_EVENT_DEF, request)


async def put_workflow(self: Connection, workflow: Workflow) -> WfSpec:
    """Define a workflow, after the external events that it asks to register.

    A workflow that equals the latest version is answered with that version.
    """
    request = workflow.compile()
    for definition in workflow.external_event_defs():
        await self.call(_methods.PUT_EXTERNAL_EVENT_DEF, definition)
    return await self.call(_methods.PUT_WF_SPEC, request)


async def get_wf_spec(
    self: Connection, name: str, major: int | None = None, revision: int | None = None
) -> WfSpec:
    """Get a version of a WfSpec: the latest, the latest of a major version, or exactly one.

    Raises ObjectNotFound.
    """
    if major is not None and revision is not None:
        exactly = WfSpecId(name=name, major_version=major, revision=revision)
        return await self.call(_methods.GET_WF_SPEC, exactly)
    if revision is not None:
        raise TypeError("a revision needs a major version")
    latest = GetLatestWfSpecRequest(name=name, major_version=major)
    return await self.call(_methods.GET_LATEST_WF_SPEC, latest)


async def delete_wf_spec(self: Connection, name: str, major: int, revision: int) -> None:
    """Delete one version of a WfSpec; runs that follow it go on. Raises ObjectNotFound."""
    exactly = WfSpecId(name=name, major_version=major, revision=revision)
    await _delete(self, _methods.DELETE_WF_SPEC, DeleteWfSpecRequest(id=exactly))


async def _delete(self: Connection, method: Method[Request, Response], request: Request) -> None:
    """Delete. What an earlier try of the same call has deleted is deleted."""
    try:
        await self.call(method, request)
    except CallFailed as failure:
        if not (isinstance(failure, ObjectNotFound) and failure.outcome_unknown):
            raise
