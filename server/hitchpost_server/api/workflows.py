"""The service that speaks LittleHorse's protocol, method by method.

Each method checks the shape of its request, then either reads or hands a
command to the committer. Rules are the engine's.
"""

import asyncio
from typing import Any

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import principal_pb2 as principals
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1 import workflows_pb2 as workflows
from hitchpost_server.api import masking
from hitchpost_server.api.calls import BidirectionalStream, Caller, Method, Unary
from hitchpost_server.api.correlated_event_field import normalise
from hitchpost_server.api.polling import Polling
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.shapes import Shapes, not_negative
from hitchpost_server.engine import commands
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.errors import ObjectNotFound
from hitchpost_server.engine.ids import (
    EXTERNAL_EVENT_DEF_STREAM,
    TASK_DEF_STREAM,
    WF_SPEC_STREAM,
    family_stream,
    wf_spec_name,
)
from hitchpost_server.engine.rows import (
    ExternalEventDefRow,
    ExternalEventRow,
    NodeRunRow,
    RunRow,
    TaskDefRow,
    TaskRunRow,
    VariableRow,
    WfSpecRow,
    WfSpecVersionRow,
)
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.seeds import new_seed

LATEST = -1
# The version of LittleHorse whose protocol this is.
PROTOCOL_VERSION = workflows.LittleHorseVersion(
    major_version=1, minor_version=3, patch_version=0, pre_release_identifier="hitchpost"
)


class Definitions:
    """Puts, reads and deletes definitions."""

    def __init__(self, committer: Committer, reader: Reader) -> None:
        self._committer = committer
        self._reader = reader

    async def put_task_def(self, caller: Caller, request: tasks.PutTaskDefRequest) -> tasks.TaskDef:
        check_name("name", request.name)
        command = commands.PutTaskDef(
            **_from(caller), stream=TASK_DEF_STREAM + request.name, request=request
        )
        reply: tasks.TaskDef = await self._committer.submit(command)
        return reply

    async def get_task_def(self, _caller: Caller, request: ids.TaskDefId) -> tasks.TaskDef:
        return await self._reader.get(tasks.TaskDef, TaskDefRow, (request.name,), request.name)

    async def delete_task_def(self, caller: Caller, request: tasks.DeleteTaskDefRequest) -> Empty:
        check_name("id.name", request.id.name)
        await self._committer.submit(
            commands.DeleteTaskDef(**_from(caller), stream=TASK_DEF_STREAM + request.id.name)
        )
        return Empty()

    async def put_external_event_def(
        self, caller: Caller, request: events.PutExternalEventDefRequest
    ) -> events.ExternalEventDef:
        normalise(request)
        check_name("name", request.name)
        command = commands.PutExternalEventDef(
            **_from(caller), stream=EXTERNAL_EVENT_DEF_STREAM + request.name, request=request
        )
        reply: events.ExternalEventDef = await self._committer.submit(command)
        return reply

    async def get_external_event_def(
        self, _caller: Caller, request: ids.ExternalEventDefId
    ) -> events.ExternalEventDef:
        return await self._reader.get(
            events.ExternalEventDef, ExternalEventDefRow, (request.name,), request.name
        )

    async def delete_external_event_def(
        self, caller: Caller, request: events.DeleteExternalEventDefRequest
    ) -> Empty:
        name = request.id.name
        check_name("id.name", name)
        await self._committer.submit(
            commands.DeleteExternalEventDef(
                **_from(caller), stream=EXTERNAL_EVENT_DEF_STREAM + name
            )
        )
        return Empty()

    async def put_wf_spec(
        self, caller: Caller, request: wf_specs.PutWfSpecRequest
    ) -> wf_specs.WfSpec:
        check_name("name", request.name)
        command = commands.PutWfSpec(
            **_from(caller), stream=WF_SPEC_STREAM + request.name, request=request
        )
        reply: wf_specs.WfSpec = await self._committer.submit(command)
        return reply

    async def get_wf_spec(self, _caller: Caller, request: ids.WfSpecId) -> wf_specs.WfSpec:
        not_negative("major_version", request.major_version)
        not_negative("revision", request.revision)
        at = (request.name, request.major_version, request.revision)
        return await self._wf_spec(at, wf_spec_name(request))

    async def get_latest_wf_spec(
        self, _caller: Caller, request: wf_specs.GetLatestWfSpecRequest
    ) -> wf_specs.WfSpec:
        major_version = LATEST
        if request.HasField("major_version"):
            not_negative("major_version", request.major_version)
            major_version = request.major_version
        return await self._wf_spec((request.name, major_version, LATEST), request.name)

    async def _wf_spec(self, version: tuple[str, int, int], written: str) -> wf_specs.WfSpec:
        pointer: Any = await self._reader.find(WfSpecVersionRow, version)
        if pointer is None:
            raise ObjectNotFound(kind="WfSpec", id=written)
        at = (version[0], pointer.sequence)
        return await self._reader.get(wf_specs.WfSpec, WfSpecRow, at, written)

    async def delete_wf_spec(self, caller: Caller, request: wf_specs.DeleteWfSpecRequest) -> Empty:
        check_name("id.name", request.id.name)
        command = commands.DeleteWfSpec(
            **_from(caller), stream=WF_SPEC_STREAM + request.id.name, wf_spec_id=request.id
        )
        await self._committer.submit(command)
        return Empty()


class Runs:
    """Starts, reads and deletes runs, and hands them external events."""

    def __init__(self, committer: Committer, reader: Reader, shapes: Shapes) -> None:
        self._committer = committer
        self._reader = reader
        self._shapes = shapes

    async def run_wf(self, caller: Caller, request: wf_runs.RunWfRequest) -> wf_runs.WfRun:
        self._shapes.start_run(request)
        sender = _from(caller)
        parent = request.parent_wf_run_id if request.HasField("parent_wf_run_id") else None
        run_id = ids.WfRunId(
            id=request.id if request.HasField("id") else sender["seed"], parent_wf_run_id=parent
        )
        run = self._shapes.run("id", run_id)
        command = commands.StartRun(**sender, stream=family_stream(run), run=run, request=request)
        reply: wf_runs.WfRun = await self._committer.submit(command)
        return reply

    async def get_wf_run(self, _caller: Caller, request: ids.WfRunId) -> wf_runs.WfRun:
        run = self._shapes.run("id", request)
        return await self._reader.get(wf_runs.WfRun, RunRow, (run,), run)

    async def delete_wf_run(self, caller: Caller, request: wf_runs.DeleteWfRunRequest) -> Empty:
        run = self._shapes.run("id", request.id)
        await self._committer.submit(
            commands.DeleteRun(**_from(caller), stream=family_stream(run), run=run)
        )
        return Empty()

    async def put_external_event(
        self, caller: Caller, request: events.PutExternalEventRequest
    ) -> events.ExternalEvent:
        run = self._shapes.external_event(request)
        command = commands.PostExternalEvent(
            **_from(caller), stream=family_stream(run), run=run, request=request
        )
        reply: events.ExternalEvent = await self._committer.submit(command)
        return reply

    async def get_external_event(
        self, _caller: Caller, request: ids.ExternalEventId
    ) -> events.ExternalEvent:
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        at = (run, request.external_event_def_id.name, request.guid)
        return await self._reader.get(events.ExternalEvent, ExternalEventRow, at, "/".join(at))

    async def list_external_events(
        self, _caller: Caller, request: events.ListExternalEventsRequest
    ) -> events.ExternalEventList:
        response: events.ExternalEventList = await self._reader.fill(
            events.ExternalEventList(),
            events.ExternalEvent,
            ExternalEventRow,
            (self._shapes.run("wf_run_id", request.wf_run_id),),
            request,
            self._limit(request),
        )
        return response

    async def get_node_run(self, _caller: Caller, request: ids.NodeRunId) -> node_runs.NodeRun:
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        at = (run, request.thread_run_number, request.position)
        written = f"{run}/{request.thread_run_number}/{request.position}"
        return masking.node_run(await self._reader.get(node_runs.NodeRun, NodeRunRow, at, written))

    async def list_node_runs(
        self, _caller: Caller, request: node_runs.ListNodeRunsRequest
    ) -> node_runs.NodeRunList:
        prefix: tuple[str | int, ...] = (self._shapes.run("wf_run_id", request.wf_run_id),)
        if request.HasField("thread_run_number"):
            prefix = (*prefix, request.thread_run_number)
        response: node_runs.NodeRunList = await self._reader.fill(
            node_runs.NodeRunList(),
            node_runs.NodeRun,
            NodeRunRow,
            prefix,
            request,
            self._limit(request),
            masking.node_run,
        )
        return response

    async def get_task_run(self, _caller: Caller, request: ids.TaskRunId) -> tasks.TaskRun:
        at = (self._shapes.run("wf_run_id", request.wf_run_id), request.task_guid)
        return masking.task_run(await self._reader.get(tasks.TaskRun, TaskRunRow, at, "/".join(at)))

    async def list_task_runs(
        self, _caller: Caller, request: tasks.ListTaskRunsRequest
    ) -> tasks.TaskRunList:
        response: tasks.TaskRunList = await self._reader.fill(
            tasks.TaskRunList(),
            tasks.TaskRun,
            TaskRunRow,
            (self._shapes.run("wf_run_id", request.wf_run_id),),
            request,
            self._limit(request),
            masking.task_run,
        )
        return response

    async def get_variable(self, _caller: Caller, request: ids.VariableId) -> values.Variable:
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        at = (run, request.thread_run_number, request.name)
        written = f"{run}/{request.thread_run_number}/{request.name}"
        return masking.variable(await self._reader.get(values.Variable, VariableRow, at, written))

    async def list_variables(
        self, _caller: Caller, request: wf_runs.ListVariablesRequest
    ) -> wf_runs.VariableList:
        response: wf_runs.VariableList = await self._reader.fill(
            wf_runs.VariableList(),
            values.Variable,
            VariableRow,
            (self._shapes.run("wf_run_id", request.wf_run_id),),
            request,
            self._limit(request),
            masking.variable,
        )
        return response

    def _limit(self, request: Any) -> int:
        return self._shapes.page(request.limit if request.HasField("limit") else None)


class Workers:
    """Tells workers where to ask, and takes their reports."""

    def __init__(
        self, committer: Committer, shapes: Shapes, advertised: "asyncio.Future[tasks.LHHostInfo]"
    ) -> None:
        self._committer = committer
        self._shapes = shapes
        self._advertised = advertised

    async def register_task_worker(
        self, _caller: Caller, request: tasks.RegisterTaskWorkerRequest
    ) -> tasks.RegisterTaskWorkerResponse:
        check_name("task_def_id.name", request.task_def_id.name)
        self._shapes.worker_text("task_worker_id", request.task_worker_id)
        return tasks.RegisterTaskWorkerResponse(your_hosts=[await self._advertised])

    async def report_task(self, caller: Caller, request: tasks.ReportTaskRun) -> Empty:
        run = self._shapes.run("task_run_id.wf_run_id", request.task_run_id.wf_run_id)
        self._shapes.guid("task_run_id.task_guid", request.task_run_id.task_guid)
        not_negative("attempt_number", request.attempt_number)
        command = commands.ReportTask(
            **_from(caller), stream=family_stream(run), run=run, report=request
        )
        await self._committer.submit(command)
        return Empty()


async def whoami(caller: Caller, _request: Empty) -> principals.Principal:
    """Answer who calls; without access control that is anonymous, who may do everything."""
    everything = principals.ServerACL(
        resources=[principals.ACL_ALL_RESOURCES], allowed_actions=[principals.ALL_ACTIONS]
    )
    return principals.Principal(
        id=ids.PrincipalId(id=caller.principal),
        global_acls=principals.ServerACLs(acls=[everything]),
    )


async def get_server_version(_caller: Caller, _request: Empty) -> workflows.LittleHorseVersion:
    """Answer which version of LittleHorse's protocol this is."""
    return PROTOCOL_VERSION


def _from(caller: Caller) -> dict[str, str]:
    """What every command takes over from its caller."""
    return {
        "seed": new_seed(),
        "principal": caller.principal,
        "traceparent": caller.traceparent,
    }


def methods(
    definitions: Definitions, runs: Runs, workers: Workers, polling: Polling
) -> dict[str, Method]:
    """List what is served, by the names that clients call."""
    return {
        "PutTaskDef": Unary(tasks.PutTaskDefRequest, definitions.put_task_def),
        "GetTaskDef": Unary(ids.TaskDefId, definitions.get_task_def),
        "DeleteTaskDef": Unary(tasks.DeleteTaskDefRequest, definitions.delete_task_def),
        "PutExternalEventDef": Unary(
            events.PutExternalEventDefRequest, definitions.put_external_event_def
        ),
        "GetExternalEventDef": Unary(ids.ExternalEventDefId, definitions.get_external_event_def),
        "DeleteExternalEventDef": Unary(
            events.DeleteExternalEventDefRequest, definitions.delete_external_event_def
        ),
        "PutWfSpec": Unary(wf_specs.PutWfSpecRequest, definitions.put_wf_spec),
        "GetWfSpec": Unary(ids.WfSpecId, definitions.get_wf_spec),
        "GetLatestWfSpec": Unary(wf_specs.GetLatestWfSpecRequest, definitions.get_latest_wf_spec),
        "DeleteWfSpec": Unary(wf_specs.DeleteWfSpecRequest, definitions.delete_wf_spec),
        "RunWf": Unary(wf_runs.RunWfRequest, runs.run_wf),
        "GetWfRun": Unary(ids.WfRunId, runs.get_wf_run),
        "DeleteWfRun": Unary(wf_runs.DeleteWfRunRequest, runs.delete_wf_run),
        "GetNodeRun": Unary(ids.NodeRunId, runs.get_node_run),
        "ListNodeRuns": Unary(node_runs.ListNodeRunsRequest, runs.list_node_runs),
        "GetTaskRun": Unary(ids.TaskRunId, runs.get_task_run),
        "ListTaskRuns": Unary(tasks.ListTaskRunsRequest, runs.list_task_runs),
        "GetVariable": Unary(ids.VariableId, runs.get_variable),
        "ListVariables": Unary(wf_runs.ListVariablesRequest, runs.list_variables),
        "PutExternalEvent": Unary(events.PutExternalEventRequest, runs.put_external_event),
        "GetExternalEvent": Unary(ids.ExternalEventId, runs.get_external_event),
        "ListExternalEvents": Unary(events.ListExternalEventsRequest, runs.list_external_events),
        "RegisterTaskWorker": Unary(tasks.RegisterTaskWorkerRequest, workers.register_task_worker),
        "PollTask": BidirectionalStream(tasks.PollTaskRequest, polling.poll_task),
        "ReportTask": Unary(tasks.ReportTaskRun, workers.report_task),
        "Whoami": Unary(Empty, whoami),
        "GetServerVersion": Unary(Empty, get_server_version),
    }
