"""A scripted server that hands out tasks and keeps the reports."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from scripted_server import Refusal, ScriptedServer

import hitchpost
from hitchpost.v1.object_id_pb2 import TaskDefId, TaskRunId
from hitchpost.v1.task_pb2 import (
    LHHostInfo,
    PollTaskResponse,
    RegisterTaskWorkerResponse,
    ReportTaskRun,
    ScheduledTask,
    TaskDef,
)
from hitchpost.v1.value_pb2 import ReturnType, TypeDefinition, VariableDef


def task_def(inputs: dict[str, TypeDefinition], returns: TypeDefinition | None = None) -> TaskDef:
    variables = [VariableDef(name=name, type_def=type_def) for name, type_def in inputs.items()]
    return TaskDef(
        id=TaskDefId(name="check"),
        input_vars=variables,
        return_type=ReturnType(return_type=returns),
    )


class TaskHost:
    """Hands each task to the next waiting request, and counts what is open."""

    def __init__(self, scripted: ScriptedServer, definition: TaskDef) -> None:
        self.scripted = scripted
        self.tasks: deque[PollTaskResponse | Refusal | None] = deque()
        self.streams = 0
        self.waiting = 0
        self.waiting_most = 0
        self._posted = 0
        scripted.on("GetTaskDef", definition)
        scripted.on("RegisterTaskWorker", self.hosts(scripted))
        scripted.on("PollTask", self._hand_out)
        scripted.on("ReportTask", Empty())

    @staticmethod
    def hosts(*servers: ScriptedServer) -> RegisterTaskWorkerResponse:
        hosts = [LHHostInfo(host="127.0.0.1", port=server.port) for server in servers]
        return RegisterTaskWorkerResponse(your_hosts=hosts)

    @property
    def reports(self) -> list[ReportTaskRun]:
        return self.scripted.requests("ReportTask")

    def post(self, *inputs: object, attempt: int = 0, checkpoints: int = 0) -> None:
        """Put a task into the queue."""
        self._posted += 1
        guid = TaskRunId(wf_run_id=hitchpost.wf_run_id("run"), task_guid=f"0-{self._posted}")
        task = ScheduledTask(
            task_run_id=guid, attempt_number=attempt, total_observed_checkpoints=checkpoints
        )
        for position, given in enumerate(inputs):
            task.variables.add(var_name=f"in-{position}").value.CopyFrom(hitchpost.to_value(given))
        self.tasks.append(PollTaskResponse(result=task))

    def end_stream(self, refusal: Refusal | None = None) -> None:
        """End a stream, with OK or otherwise."""
        self.tasks.append(refusal)

    async def _hand_out(self, requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Answer each request with a task, until the worker or the test ends the stream."""
        self.streams += 1
        stream = Stream()
        reading = asyncio.create_task(self._count(requests, stream))
        try:
            while not reading.done():
                if not (stream.waiting and self.tasks):
                    await asyncio.sleep(0.005)
                    continue
                stream.waiting -= 1
                self.waiting -= 1
                if (answer := self.tasks.popleft()) is None:
                    return
                yield answer
        finally:
            reading.cancel()
            self.waiting -= stream.waiting

    async def _count(self, requests: AsyncIterator[Any], stream: "Stream") -> None:
        """Count the requests of a stream until the worker half-closes it."""
        async for _ in requests:
            stream.waiting += 1
            self.waiting += 1
            self.waiting_most = max(self.waiting, self.waiting_most)


@dataclass
class Stream:
    """A stream of one worker, and how many of its requests have no answer yet."""

    waiting: int = 0


UNAVAILABLE = Refusal(grpc.StatusCode.UNAVAILABLE)
