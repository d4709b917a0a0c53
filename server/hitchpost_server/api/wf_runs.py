"""Starts, reads and deletes runs, and hands them external events."""

from collections.abc import Awaitable
from typing import Any

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.api import masking
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import family_stream
from hitchpost_server.engine.rows import (
    ExternalEventRow,
    InactiveThreadRow,
    NodeRunRow,
    PastExternalEventRow,
    RunRow,
    TaskRunRow,
    VariableRow,
)
from hitchpost_server.runtime.committer import Committer


class WfRuns:
    """The methods about runs and what belongs to them."""

    def __init__(self, committer: Committer, reader: Reader, shapes: Shapes) -> None:
        self._committer = committer
        self._reader = reader
        self._shapes = shapes

    async def run_wf(self, caller: Caller, request: wf_runs.RunWfRequest) -> wf_runs.WfRun:
        """Start a run; the answer is the run when it can move no further."""
        self._shapes.start_run(request)
        sent = sender(caller)
        parent = request.parent_wf_run_id if request.HasField("parent_wf_run_id") else None
        run_id = ids.WfRunId(
            id=request.id if request.HasField("id") else sent["seed"], parent_wf_run_id=parent
        )
        run = self._shapes.run("id", run_id)
        command = commands.StartRun(**sent, stream=family_stream(run), run=run, request=request)
        reply: wf_runs.WfRun = await self._committer.submit(command)
        return reply

    async def get_wf_run(self, _caller: Caller, request: ids.WfRunId) -> wf_runs.WfRun:
        """Read a run."""
        run = self._shapes.run("id", request)
        return await self._reader.get(wf_runs.WfRun, RunRow, (run,), run)

    async def delete_wf_run(self, caller: Caller, request: wf_runs.DeleteWfRunRequest) -> Empty:
        """Erase a run; there may be none."""
        run = self._shapes.run("id", request.id)
        await self._committer.submit(
            commands.DeleteRun(**sender(caller), stream=family_stream(run), run=run)
        )
        return Empty()

    def put_external_event(
        self, caller: Caller, request: events.PutExternalEventRequest
    ) -> Awaitable[events.ExternalEvent]:
        """Accept an external event, or refuse it."""
        run = self._shapes.external_event(request)
        command = commands.PostExternalEvent(
            **sender(caller), stream=family_stream(run), run=run, request=request
        )
        return self._committer.submit(command)

    async def get_external_event(
        self, _caller: Caller, request: ids.ExternalEventId
    ) -> events.ExternalEvent:
        """Read an external event, also of an execution that has ended.

        A row moves there and never back: looked for in this order, it is found.
        """
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        at = (run, request.external_event_def_id.name, request.guid)
        current = await self._reader.find(ExternalEventRow, at)
        if isinstance(current, ExternalEventRow):
            return events.ExternalEvent.FromString(current.body)
        return await self._reader.get(events.ExternalEvent, PastExternalEventRow, at, "/".join(at))

    async def list_external_events(
        self, _caller: Caller, request: events.ListExternalEventsRequest
    ) -> events.ExternalEventList:
        """List the external events of a run by definition, then guid."""
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
        """Read a NodeRun."""
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        at = (run, request.thread_run_number, request.position)
        written = f"{run}/{request.thread_run_number}/{request.position}"
        return masking.node_run(await self._reader.get(node_runs.NodeRun, NodeRunRow, at, written))

    async def list_node_runs(
        self, _caller: Caller, request: node_runs.ListNodeRunsRequest
    ) -> node_runs.NodeRunList:
        """List the NodeRuns of a run, or of one of its threads, by thread and position."""
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
        """Read a TaskRun."""
        at = (self._shapes.run("wf_run_id", request.wf_run_id), request.task_guid)
        return masking.task_run(await self._reader.get(tasks.TaskRun, TaskRunRow, at, "/".join(at)))

    async def list_task_runs(
        self, _caller: Caller, request: tasks.ListTaskRunsRequest
    ) -> tasks.TaskRunList:
        """List the TaskRuns of a run by guid."""
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
        """Read a Variable."""
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        at = (run, request.thread_run_number, request.name)
        written = f"{run}/{request.thread_run_number}/{request.name}"
        return masking.variable(await self._reader.get(values.Variable, VariableRow, at, written))

    async def list_variables(
        self, _caller: Caller, request: wf_runs.ListVariablesRequest
    ) -> wf_runs.VariableList:
        """List the Variables of a run by thread, then name."""
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

    async def get_inactive_thread_run(
        self, _caller: Caller, request: ids.InactiveThreadRunId
    ) -> wf_runs.InactiveThreadRun:
        """Read a thread that was moved out of its run."""
        at = (self._shapes.run("wf_run_id", request.wf_run_id), request.thread_run_number)
        written = f"{at[0]}/{at[1]}"
        return await self._reader.get(wf_runs.InactiveThreadRun, InactiveThreadRow, at, written)

    def _limit(self, request: Any) -> int:
        return self._shapes.page(request.limit if request.HasField("limit") else None)

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "RunWf": Unary(wf_runs.RunWfRequest, self.run_wf),
            "GetWfRun": Unary(ids.WfRunId, self.get_wf_run),
            "DeleteWfRun": Unary(wf_runs.DeleteWfRunRequest, self.delete_wf_run),
            "GetInactiveThreadRun": Unary(ids.InactiveThreadRunId, self.get_inactive_thread_run),
            "GetNodeRun": Unary(ids.NodeRunId, self.get_node_run),
            "ListNodeRuns": Unary(node_runs.ListNodeRunsRequest, self.list_node_runs),
            "GetTaskRun": Unary(ids.TaskRunId, self.get_task_run),
            "ListTaskRuns": Unary(tasks.ListTaskRunsRequest, self.list_task_runs),
            "GetVariable": Unary(ids.VariableId, self.get_variable),
            "ListVariables": Unary(wf_runs.ListVariablesRequest, self.list_variables),
            "PutExternalEvent": Unary(events.PutExternalEventRequest, self.put_external_event),
            "GetExternalEvent": Unary(ids.ExternalEventId, self.get_external_event),
            "ListExternalEvents": Unary(
                events.ListExternalEventsRequest, self.list_external_events
            ),
        }
