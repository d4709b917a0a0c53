"""Calls about definitions: TaskDefs and WfSpecs. It knows nothing of runs.

Each function is a method of Client.
"""

from collections.abc import Callable, Mapping

from hitchpost import _methods
from hitchpost._building.workflow import Workflow
from hitchpost._connection import Connection
from hitchpost._errors import CallFailed, ObjectNotFound
from hitchpost._methods import Method, Request, Response
from hitchpost._requests import return_type
from hitchpost._types import DeclaredType, type_definition
from hitchpost._working.task_function import signature_types
from hitchpost.v1.object_id_pb2 import TaskDefId, WfSpecId
from hitchpost.v1.task_pb2 import DeleteTaskDefRequest, PutTaskDefRequest, TaskDef
from hitchpost.v1.value_pb2 import ReturnType, VariableDef
from hitchpost.v1.wf_spec_pb2 import DeleteWfSpecRequest, GetLatestWfSpecRequest, WfSpec


async def put_task_def(
    self: Connection,
    name: str,
    inputs: Mapping[str, DeclaredType] | Callable[..., object] | None = None,
    returns: DeclaredType | ReturnType | None = None,
    description: str | None = None,
) -> TaskDef:
    """Define a task: the names and types of its inputs, in order, and what it returns.

    Types are Python's (str, int, float, bool, bytes, datetime, dict, list, WfRunId), Array,
    Map, a class of `struct`, a VariableType or a TypeDefinition. Instead of inputs, the
    function that carries out the task may be given: its annotations say both. The same
    definition again is answered with the stored one; another one of that name is refused
    with DefinitionExists.
    """
    if callable(inputs):
        inputs, returns = signature_types(inputs)
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
    await delete(self, _methods.DELETE_TASK_DEF, request)


async def put_workflow(self: Connection, workflow: Workflow) -> WfSpec:
    """Define a workflow, after the events, from outside and its own, that it asks to register.

    A workflow that equals the latest version is answered with that version.
    """
    request = workflow.compile()
    for definition in workflow.external_event_defs():
        await self.call(_methods.PUT_EXTERNAL_EVENT_DEF, definition)
    for thrown in workflow.workflow_event_defs():
        await self.call(_methods.PUT_WORKFLOW_EVENT_DEF, thrown)
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
    await delete(self, _methods.DELETE_WF_SPEC, DeleteWfSpecRequest(id=exactly))


async def delete(self: Connection, method: Method[Request, Response], request: Request) -> None:
    """Delete. What an earlier try of the same call has deleted is deleted."""
    try:
        await self.call(method, request)
    except CallFailed as failure:
        if not (isinstance(failure, ObjectNotFound) and failure.outcome_unknown):
            raise
