"""Schedules: runs that the clock starts."""

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost_server.api import masking
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.searching import Searcher
from hitchpost_server.api.shapes import VERSION_FIELDS, Shapes, check_version
from hitchpost_server.engine import commands
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.ids import SCHEDULE_STREAM
from hitchpost_server.engine.rows import ScheduledWfRunRow
from hitchpost_server.engine.searches import SCHEDULED_WF_RUN_INDEX, Search
from hitchpost_server.runtime.committer import Committer


class Schedules:
    """The methods about ScheduledWfRuns."""

    def __init__(
        self, committer: Committer, reader: Reader, searcher: Searcher, shapes: Shapes
    ) -> None:
        self._committer = committer
        self._reader = reader
        self._searcher = searcher
        self._shapes = shapes

    async def schedule_wf(
        self, caller: Caller, request: schedules.ScheduleWfRequest
    ) -> schedules.ScheduledWfRun:
        """Have runs started from the next tick on."""
        sent = sender(caller)
        name = request.id if request.HasField("id") else sent["seed"]
        self._shapes.schedule(name, request)
        command = commands.ScheduleWf(**sent, stream=SCHEDULE_STREAM + name, request=request)
        return masking.scheduled_wf_run(await self._committer.submit(command))

    async def get_scheduled_wf_run(
        self, _caller: Caller, request: ids.ScheduledWfRunId
    ) -> schedules.ScheduledWfRun:
        """Read a schedule."""
        return masking.scheduled_wf_run(
            await self._reader.get(
                schedules.ScheduledWfRun, ScheduledWfRunRow, (request.id,), request.id
            )
        )

    async def delete_scheduled_wf_run(
        self, caller: Caller, request: schedules.DeleteScheduledWfRunRequest
    ) -> Empty:
        """Start no more runs; there may be no such schedule."""
        check_name("id.id", request.id.id)
        stream = SCHEDULE_STREAM + request.id.id
        await self._committer.submit(commands.DeleteSchedule(**sender(caller), stream=stream))
        return Empty()

    async def search_scheduled_wf_run(
        self, _caller: Caller, request: schedules.SearchScheduledWfRunRequest
    ) -> schedules.ScheduledWfRunIdList:
        """Find the schedules of a WfSpec or of one of its versions, oldest first."""
        check_name("wf_spec_name", request.wf_spec_name)
        check_version(request)
        if request.HasField("revision") and not request.HasField("major_version"):
            raise FieldInvalid(field="revision", problem="a revision needs a major_version")
        found = schedules.ScheduledWfRunIdList()
        version = tuple(
            getattr(request, field) if request.HasField(field) else None for field in VERSION_FIELDS
        )
        search = Search(SCHEDULED_WF_RUN_INDEX, (request.wf_spec_name,), version)
        async for row in self._searcher.every(search):
            found.results.add(id=row.id)
        return found

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "ScheduleWf": Unary(schedules.ScheduleWfRequest, self.schedule_wf),
            "GetScheduledWfRun": Unary(ids.ScheduledWfRunId, self.get_scheduled_wf_run),
            "DeleteScheduledWfRun": Unary(
                schedules.DeleteScheduledWfRunRequest, self.delete_scheduled_wf_run
            ),
            "SearchScheduledWfRun": Unary(
                schedules.SearchScheduledWfRunRequest, self.search_scheduled_wf_run
            ),
        }
