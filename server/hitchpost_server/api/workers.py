"""Tells workers where to ask, and takes their reports; giving them tasks is `polling.py`."""

import asyncio

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.api.calls import BidirectionalStream, Caller, Method, Unary, sender
from hitchpost_server.api.polling import Polling
from hitchpost_server.api.shapes import Shapes, not_negative
from hitchpost_server.engine import commands
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.ids import family_stream
from hitchpost_server.runtime.committer import Committer


class Workers:
    """The methods that task workers call."""

    def __init__(
        self,
        committer: Committer,
        shapes: Shapes,
        polling: Polling,
        advertised: "asyncio.Future[tasks.LHHostInfo]",
    ) -> None:
        self._committer = committer
        self._shapes = shapes
        self._polling = polling
        self._advertised = advertised

    async def register_task_worker(
        self, _caller: Caller, request: tasks.RegisterTaskWorkerRequest
    ) -> tasks.RegisterTaskWorkerResponse:
        """Tell a worker where to poll."""
        check_name("task_def_id.name", request.task_def_id.name)
        self._shapes.worker_text("task_worker_id", request.task_worker_id)
        return tasks.RegisterTaskWorkerResponse(your_hosts=[await self._advertised])

    async def report_task(self, caller: Caller, request: tasks.ReportTaskRun) -> Empty:
        """Take a worker's report."""
        run = self._shapes.run("task_run_id.wf_run_id", request.task_run_id.wf_run_id)
        self._shapes.guid("task_run_id.task_guid", request.task_run_id.task_guid)
        not_negative("attempt_number", request.attempt_number)
        command = commands.ReportTask(
            **sender(caller), stream=family_stream(run), run=run, report=request
        )
        await self._committer.submit(command)
        return Empty()

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "RegisterTaskWorker": Unary(tasks.RegisterTaskWorkerRequest, self.register_task_worker),
            "PollTask": BidirectionalStream(tasks.PollTaskRequest, self._polling.poll_task),
            "ReportTask": Unary(tasks.ReportTaskRun, self.report_task),
        }
