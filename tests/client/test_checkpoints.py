"""Checkpoints: what an attempt has done is not done again by the next one."""

import asyncio

import grpc
import pytest
from google.protobuf.message import Message
from scripted_server import Refusal, ScriptedServer, eventually
from task_host import UNAVAILABLE, TaskHost, task_def

import hitchpost
from hitchpost import TaskContext
from hitchpost._types import type_definition
from hitchpost.v1 import task_pb2
from hitchpost.v1.object_id_pb2 import CheckpointId, NodeRunId
from hitchpost.v1.task_pb2 import (
    Checkpoint,
    PutCheckpointRequest,
    PutCheckpointResponse,
    ReportTaskRun,
    ScheduledTask,
    TaskRunSource,
    UserTaskTriggerReference,
)

NOT_THERE = Refusal(grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")


@hitchpost.struct("seat")
class Seat:
    row: int


class Trip:
    """A task of two parts, which counts how often each is done."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def book(self, name: str, context: TaskContext) -> str:
        seat = await context.checkpoint(self.flight, name, row=7)
        context.log("between")
        hotel = await context.checkpoint(self.hotel)
        return f"{seat.row} {hotel}"

    async def flight(self, name: str, row: int) -> Seat:
        self.done.append(name)
        return Seat(row)

    def hotel(self) -> str:
        self.done.append("hotel")
        return "Ritz"

    def book_sync(self, name: str, context: TaskContext) -> str:
        first = context.checkpoint_sync(self.noted, name, context)
        return first + context.checkpoint_sync(self.hotel)

    def noted(self, name: str, context: TaskContext) -> str:
        context.log(f"for {name}")
        return name


class Store:
    """The checkpoints of the task, as a server keeps them."""

    def __init__(self, scripted: ScriptedServer) -> None:
        self.scripted = scripted
        self.kept: list[Checkpoint] = []
        scripted.on("PutCheckpoint", self.put)
        scripted.on("GetCheckpoint", self.get)

    def put(self, request: PutCheckpointRequest) -> Message:
        id = CheckpointId(task_run=request.task_run_id, checkpoint_number=len(self.kept))
        self.kept.append(Checkpoint(id=id, value=request.value, logs=request.logs))
        return PutCheckpointResponse(created_checkpoint=self.kept[-1])

    def get(self, request: CheckpointId) -> Message | Refusal:
        number = request.checkpoint_number
        return self.kept[number] if number < len(self.kept) else NOT_THERE

    def put_and_be_silent(self, request: PutCheckpointRequest) -> Refusal:
        self.put(request)
        return UNAVAILABLE


@pytest.fixture
def host(scripted: ScriptedServer) -> TaskHost:
    text = type_definition(str)
    return TaskHost(scripted, task_def({"name": text}, returns=text))


@pytest.fixture
def store(scripted: ScriptedServer) -> Store:
    return Store(scripted)


async def carried_out(host: TaskHost, client: hitchpost.Client, function: object) -> ReportTaskRun:
    assert callable(function)
    async with hitchpost.Worker(client, "check", function):
        await eventually(lambda: host.reports)
    return host.reports[-1]


async def test_each_part_is_stored_when_it_is_done(
    host: TaskHost, store: Store, connected: hitchpost.Client
) -> None:
    host.post("Ada")
    report = await carried_out(host, connected, Trip().book)
    assert report.output.str == "7 Ritz"
    assert [hitchpost.from_value(one.value) for one in store.kept] == [{"row": 7}, "Ritz"]
    first = store.scripted.requests("PutCheckpoint")[0]
    assert (first.task_run_id.task_guid, first.task_attempt) == ("0-1", 0)


async def test_a_later_attempt_takes_up_what_is_stored(
    host: TaskHost, store: Store, connected: hitchpost.Client
) -> None:
    trip = Trip()
    store.kept.append(Checkpoint(value=hitchpost.to_value(Seat(9))))
    host.post("Ada", attempt=1, checkpoints=1)
    report = await carried_out(host, connected, trip.book)
    assert report.output.str == "9 Ritz"
    assert trip.done == ["hotel"]
    assert len(store.kept) == 2


async def test_sync_functions_have_checkpoints_with_their_logs(
    host: TaskHost, store: Store, connected: hitchpost.Client
) -> None:
    host.post("Ada")
    report = await carried_out(host, connected, Trip().book_sync)
    assert report.output.str == "AdaRitz"
    assert [one.logs for one in store.kept] == ["for Ada", ""]
    assert not report.HasField("log_output")


async def test_a_part_that_is_stored_although_nobody_said_so_is_not_stored_twice(
    host: TaskHost, store: Store, connected: hitchpost.Client
) -> None:
    store.scripted.on("PutCheckpoint", UNAVAILABLE, store.put_and_be_silent, store.put)
    host.post("Ada")
    await carried_out(host, connected, Trip().book)
    assert len(store.kept) == 2


async def test_an_attempt_that_is_over_stops(
    host: TaskHost, store: Store, connected: hitchpost.Client
) -> None:
    trip = Trip()
    over = PutCheckpointResponse(flow_control_continue_type=PutCheckpointResponse.STOP_TASK)
    store.scripted.on("PutCheckpoint", over)
    host.post("Ada")
    report = await carried_out(host, connected, trip.book)
    assert trip.done == ["Ada"]
    assert report.status == task_pb2.TASK_FAILED
    assert "TaskStopped" in report.error.message


async def test_checkpoints_that_are_begun_together_are_done_in_order(
    host: TaskHost, store: Store, connected: hitchpost.Client
) -> None:
    async def slowly(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    async def both(name: str, context: TaskContext) -> str:
        works = [context.checkpoint(slowly, 0.02), context.checkpoint(slowly, 0.0)]
        return name + str(await asyncio.gather(*works))

    host.post("Ada")
    await carried_out(host, connected, both)
    assert [one.value.double for one in store.kept] == [0.02, 0.0]


async def test_a_function_can_be_tested_without_a_worker() -> None:
    trip, context = Trip(), TaskContext(ScheduledTask())
    assert await trip.book("Ada", context) == "7 Ritz"
    assert trip.book_sync("Ada", context) == "AdaRitz"


def test_a_reminder_knows_whom_it_reminds() -> None:
    visit = NodeRunId(position=3)
    trigger = UserTaskTriggerReference(node_run_id=visit, user_id="ada")
    context = TaskContext(ScheduledTask(source=TaskRunSource(user_task_trigger=trigger)))
    assert (context.user_id, context.user_group, context.node_run_id) == ("ada", None, visit)
