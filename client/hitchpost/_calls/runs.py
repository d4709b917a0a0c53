"""Calls about runs and what is in them. It knows nothing of definitions and of events.

Each function is a method of Client. A run is named by its id as text (`order-7`, or
`order-7_child` for a child), by its WfRunId, or by the WfRun itself.
"""

from collections.abc import AsyncIterator, Mapping
from uuid import uuid4

from hitchpost import _methods
from hitchpost._calls.pages import every_item
from hitchpost._connection import Connection
from hitchpost._errors import ExecutionMismatch, WfRunExists
from hitchpost._ids import NamedRun, wf_run_id
from hitchpost._values import to_value
from hitchpost.v1.node_run_pb2 import ListNodeRunsRequest, NodeRun
from hitchpost.v1.object_id_pb2 import NodeRunId, TaskRunId, VariableId, WfRunId
from hitchpost.v1.runs_pb2 import ContinueAsNewRequest
from hitchpost.v1.task_pb2 import ListTaskRunsRequest, TaskRun
from hitchpost.v1.value_pb2 import Variable
from hitchpost.v1.wf_run_pb2 import (
    DeleteWfRunRequest,
    ListVariablesRequest,
    RunWfRequest,
    WfRun,
)


async def run(
    self: Connection,
    wf_spec_name: str,
    inputs: Mapping[str, object] | None = None,
    *,
    id: str | None = None,
    major: int | None = None,
    revision: int | None = None,
    parent: NamedRun | None = None,
    timeout: float | None = None,
) -> WfRun:
    """Start a run of a workflow, and answer it as it stands where it first waits.

    `id` names the run; without one it gets a new one, so that a try whose outcome is unknown
    can be repeated and a run is started once. `major` and `revision` choose a version; the
    latest is the default. Raises WfRunExists, ObjectNotFound, InputInvalid.
    """
    request = RunWfRequest(
        wf_spec_name=wf_spec_name,
        major_version=major,
        revision=revision,
        variables={name: to_value(given) for name, given in (inputs or {}).items()},
        id=uuid4().hex if id is None else id,
        parent_wf_run_id=None if parent is None else wf_run_id(parent),
    )
    try:
        return await self.call(_methods.RUN_WF, request, timeout=timeout)
    except WfRunExists as exists:
        return await _started_before(self, request, exists)


async def _started_before(self: Connection, request: RunWfRequest, exists: WfRunExists) -> WfRun:
    """Get the run that an earlier try of the same call has started, or raise again."""
    if exists.outcome_unknown:
        parent = request.parent_wf_run_id if request.HasField("parent_wf_run_id") else None
        there = await get_run(self, WfRunId(id=request.id, parent_wf_run_id=parent))
        if there.wf_spec_id.name == request.wf_spec_name:
            return there
    raise exists


async def continue_as_new(
    self: Connection,
    run: NamedRun,
    inputs: Mapping[str, object] | None = None,
    *,
    latest_wf_spec: bool = False,
    execution: int | None = None,
    timeout: float | None = None,
) -> WfRun:
    """Let a run start over under its id, and answer it as it stands where it first waits.

    Its threads end, and the next execution begins with these inputs and the external events
    that nobody has claimed. `latest_wf_spec` lets it follow the latest version. `execution`
    is the one that is to end; without it the run is asked first at which it is, so that a try
    whose outcome is unknown can be repeated and the run starts over once. Raises
    ObjectNotFound, WfRunTerminated, InputInvalid, and ExecutionMismatch if somebody else lets
    the run start over first.
    """
    if execution is None:
        execution = (await get_run(self, run)).execution
    request = ContinueAsNewRequest(
        wf_run_id=wf_run_id(run),
        variables={name: to_value(given) for name, given in (inputs or {}).items()},
        latest_wf_spec=latest_wf_spec,
        execution=execution,
    )
    try:
        return await self.call(_methods.CONTINUE_AS_NEW, request, timeout=timeout)
    except ExecutionMismatch as mismatch:
        # The execution that was to end has ended, by an earlier try as far as can be told.
        if not mismatch.outcome_unknown or int(mismatch.metadata.get("current", 0)) < execution:
            raise
    return await get_run(self, run)


async def get_run(self: Connection, run: NamedRun) -> WfRun:
    """Get a run as it stands. Raises ObjectNotFound."""
    return await self.call(_methods.GET_WF_RUN, wf_run_id(run))


async def delete_run(self: Connection, run: NamedRun) -> None:
    """Delete a run and all that belongs to it, whether it has ended or not."""
    await self.call(_methods.DELETE_WF_RUN, DeleteWfRunRequest(id=wf_run_id(run)))


async def node_run(self: Connection, run: NamedRun, thread: int, position: int) -> NodeRun:
    """Get one visit of a thread to a node. Raises ObjectNotFound."""
    visit = NodeRunId(wf_run_id=wf_run_id(run), thread_run_number=thread, position=position)
    return await self.call(_methods.GET_NODE_RUN, visit)


def node_runs(self: Connection, run: NamedRun, thread: int | None = None) -> AsyncIterator[NodeRun]:
    """Yield the visits of a run's threads, or of one thread, to nodes."""
    request = ListNodeRunsRequest(wf_run_id=wf_run_id(run), thread_run_number=thread)
    return every_item(self, _methods.LIST_NODE_RUNS, request, NodeRun)


async def task_run(self: Connection, run: NamedRun, task_guid: str) -> TaskRun:
    """Get one task of a run, with its attempts. Raises ObjectNotFound."""
    scheduled = TaskRunId(wf_run_id=wf_run_id(run), task_guid=task_guid)
    return await self.call(_methods.GET_TASK_RUN, scheduled)


def task_runs(self: Connection, run: NamedRun) -> AsyncIterator[TaskRun]:
    """Yield the tasks of a run, with their attempts."""
    request = ListTaskRunsRequest(wf_run_id=wf_run_id(run))
    return every_item(self, _methods.LIST_TASK_RUNS, request, TaskRun)


async def variable(self: Connection, run: NamedRun, name: str, thread: int = 0) -> Variable:
    """Get a variable of a thread; its value is for `from_value`. Raises ObjectNotFound."""
    variable_id = VariableId(wf_run_id=wf_run_id(run), thread_run_number=thread, name=name)
    return await self.call(_methods.GET_VARIABLE, variable_id)


def variables(self: Connection, run: NamedRun) -> AsyncIterator[Variable]:
    """Yield the variables of all threads of a run."""
    request = ListVariablesRequest(wf_run_id=wf_run_id(run))
    return every_item(self, _methods.LIST_VARIABLES, request, Variable)
