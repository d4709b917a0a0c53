"""Tells workers where to ask, takes checkpoints and reports; giving out tasks is `polling.py`."""

import asyncio

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.api.calls import BidirectionalStream, Caller, Method, Unary, sender
from hitchpost_server.api.polling import Polling
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.shapes import Shapes, not_negative
from hitchpost_server.engine import commands
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.errors import ObjectNotFound
from hitchpost_server.engine.ids import family_stream
from hitchpost_server.engine.rows import CheckpointRow
from hitchpost_server.engine.times import timestamp
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.worker_groups import WorkerGroups


class Workers:
    """The methods that task workers call."""

    def __init__(
        self,
        committer: Committer,
        reader: Reader,
        shapes: Shapes,
        polling: Polling,
        groups: WorkerGroups,
        advertised: "asyncio.Future[tasks.LHHostInfo]",
    ) -> None:
        self._committer = committer
        self._reader = reader
        self._shapes = shapes
        self._polling = polling
        self._groups = groups
        self._advertised = advertised

    async def register_task_worker(
        self, _caller: Caller, request: tasks.RegisterTaskWorkerRequest
    ) -> tasks.RegisterTaskWorkerResponse:
        """Note that a worker is there, and tell it where to poll."""
        check_name("task_def_id.name", request.task_def_id.name)
        self._shapes.worker_text("task_worker_id", request.task_worker_id)
        self._groups.heartbeat(request.task_def_id.name, request.task_worker_id)
        return tasks.RegisterTaskWorkerResponse(your_hosts=[await self._advertised])

    async def get_task_worker_group(
        self, _caller: Caller, request: ids.TaskDefId
    ) -> tasks.TaskWorkerGroup:
        """Tell which workers of a TaskDef are there."""
        found = self._groups.find(request.name)
        if found is None:
            raise ObjectNotFound(kind="TaskWorkerGroup", id=request.name)
        group = tasks.TaskWorkerGroup(created_at=timestamp(found.created_us))
        group.id.task_def_id.name = request.name
        for worker_id, heard_us in found.heartbeats.items():
            group.task_workers[worker_id].CopyFrom(
                tasks.TaskWorkerMetadata(
                    task_worker_id=worker_id,
                    latest_heartbeat=timestamp(heard_us),
                    hosts=[await self._advertised],
                )
            )
        return group

    async def put_checkpoint(
        self, caller: Caller, request: tasks.PutCheckpointRequest
    ) -> tasks.PutCheckpointResponse:
        """Keep what a worker has reached in the middle of a task."""
        run = self._task_run("task_run_id", request.task_run_id)
        not_negative("task_attempt", request.task_attempt)
        command = commands.PutCheckpoint(
            **sender(caller), stream=family_stream(run), run=run, request=request
        )
        reply: tasks.PutCheckpointResponse = await self._committer.submit(command)
        return reply

    async def get_checkpoint(self, _caller: Caller, request: ids.CheckpointId) -> tasks.Checkpoint:
        """Read what a worker has saved."""
        run = self._task_run("task_run", request.task_run)
        not_negative("checkpoint_number", request.checkpoint_number)
        at = (run, request.task_run.task_guid, request.checkpoint_number)
        written = "/".join(map(str, at))
        return await self._reader.get(tasks.Checkpoint, CheckpointRow, at, written)

    def _task_run(self, field: str, task_run_id: ids.TaskRunId) -> str:
        """Check the id of a task and return its run's text form."""
        self._shapes.guid(f"{field}.task_guid", task_run_id.task_guid)
        return self._shapes.run(f"{field}.wf_run_id", task_run_id.wf_run_id)

    async def report_task(self, caller: Caller, request: tasks.ReportTaskRun) -> Empty:
        """Take a worker's report."""
        run = self._task_run("task_run_id", request.task_run_id)
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
            "GetTaskWorkerGroup": Unary(ids.TaskDefId, self.get_task_worker_group),
            "PollTask": BidirectionalStream(tasks.PollTaskRequest, self._polling.poll_task),
            "PutCheckpoint": Unary(tasks.PutCheckpointRequest, self.put_checkpoint),
            "GetCheckpoint": Unary(ids.CheckpointId, self.get_checkpoint),
            "ReportTask": Unary(tasks.ReportTaskRun, self.report_task),
        }
