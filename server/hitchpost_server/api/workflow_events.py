"""Puts, reads and deletes WorkflowEventDefs; reads the events that runs throw."""

from typing import Any

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.api.awaiting import Awaiting
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.searching import Searcher, time_range
from hitchpost_server.api.shapes import Shapes, not_negative
from hitchpost_server.engine import commands
from hitchpost_server.engine.definitions import built_in
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.ids import WORKFLOW_EVENT_DEF_STREAM, run_id
from hitchpost_server.engine.rows import WorkflowEventDefRow, WorkflowEventRow
from hitchpost_server.engine.searches import WORKFLOW_EVENT_INDEX, Search
from hitchpost_server.runtime.committer import Committer


class WorkflowEvents:
    """The methods about WorkflowEventDefs and WorkflowEvents."""

    def __init__(
        self,
        committer: Committer,
        reader: Reader,
        searcher: Searcher,
        shapes: Shapes,
        awaiting: Awaiting,
    ) -> None:
        self._committer = committer
        self._reader = reader
        self._searcher = searcher
        self._shapes = shapes
        self._awaiting = awaiting

    async def put_workflow_event_def(
        self, caller: Caller, request: workflow_events.PutWorkflowEventDefRequest
    ) -> workflow_events.WorkflowEventDef:
        """Store a WorkflowEventDef, or find that the same one is stored already."""
        check_name("name", request.name)
        command = commands.PutWorkflowEventDef(
            **sender(caller), stream=WORKFLOW_EVENT_DEF_STREAM + request.name, request=request
        )
        reply: workflow_events.WorkflowEventDef = await self._committer.submit(command)
        return reply

    async def get_workflow_event_def(
        self, _caller: Caller, request: ids.WorkflowEventDefId
    ) -> workflow_events.WorkflowEventDef:
        """Read a WorkflowEventDef."""
        message, name = workflow_events.WorkflowEventDef, request.name
        if name in built_in.WORKFLOW_EVENT_DEFS:
            return built_in.WORKFLOW_EVENT_DEFS[name]
        return await self._reader.get(message, WorkflowEventDefRow, (name,), name)

    async def delete_workflow_event_def(
        self, caller: Caller, request: workflow_events.DeleteWorkflowEventDefRequest
    ) -> Empty:
        """Delete a WorkflowEventDef."""
        check_name("id.name", request.id.name)
        stream = WORKFLOW_EVENT_DEF_STREAM + request.id.name
        await self._committer.submit(
            commands.DeleteWorkflowEventDef(**sender(caller), stream=stream)
        )
        return Empty()

    async def get_workflow_event(
        self, _caller: Caller, request: ids.WorkflowEventId
    ) -> workflow_events.WorkflowEvent:
        """Read an event that a run has thrown."""
        not_negative("number", request.number)
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        at = (run, request.workflow_event_def_id.name, request.number)
        written = "/".join(map(str, at))
        return await self._reader.get(workflow_events.WorkflowEvent, WorkflowEventRow, at, written)

    async def list_workflow_events(
        self, _caller: Caller, request: workflow_events.ListWorkflowEventsRequest
    ) -> workflow_events.WorkflowEventList:
        """List the events that a run has thrown by definition, then number."""
        response: workflow_events.WorkflowEventList = await self._reader.fill(
            workflow_events.WorkflowEventList(),
            workflow_events.WorkflowEvent,
            WorkflowEventRow,
            (self._shapes.run("wf_run_id", request.wf_run_id),),
            request,
            self._limit(request),
        )
        return response

    async def search_workflow_event(
        self, _caller: Caller, request: workflow_events.SearchWorkflowEventRequest
    ) -> workflow_events.WorkflowEventIdList:
        """Find the events of a definition, in all runs, oldest first."""
        name = request.workflow_event_def_id.name
        check_name("workflow_event_def_id.name", name)
        is_built_in = name in built_in.WORKFLOW_EVENT_DEFS
        if not is_built_in and await self._reader.find(WorkflowEventDefRow, (name,)) is None:
            problem = f"there is no WorkflowEventDef {name}"
            raise FieldInvalid(field="workflow_event_def_id", problem=problem)
        search = Search(WORKFLOW_EVENT_INDEX, (name,), (), *time_range(request))
        response: workflow_events.WorkflowEventIdList = await self._searcher.fill(
            workflow_events.WorkflowEventIdList(), [search], request, self._limit(request), _id_of
        )
        return response

    def _limit(self, request: Any) -> int:
        return self._shapes.page(request.limit if request.HasField("limit") else None)

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        of = workflow_events
        return {
            "PutWorkflowEventDef": Unary(
                of.PutWorkflowEventDefRequest, self.put_workflow_event_def
            ),
            "GetWorkflowEventDef": Unary(ids.WorkflowEventDefId, self.get_workflow_event_def),
            "DeleteWorkflowEventDef": Unary(
                of.DeleteWorkflowEventDefRequest, self.delete_workflow_event_def
            ),
            "GetWorkflowEvent": Unary(ids.WorkflowEventId, self.get_workflow_event),
            "ListWorkflowEvents": Unary(of.ListWorkflowEventsRequest, self.list_workflow_events),
            "SearchWorkflowEvent": Unary(of.SearchWorkflowEventRequest, self.search_workflow_event),
            "AwaitWorkflowEvent": Unary(
                of.AwaitWorkflowEventRequest, self._awaiting.await_workflow_event
            ),
        }


def _id_of(row: WorkflowEventRow) -> ids.WorkflowEventId:
    return ids.WorkflowEventId(
        wf_run_id=run_id(row.run),
        workflow_event_def_id=ids.WorkflowEventDefId(name=row.workflow_event_def),
        number=row.number,
    )
