"""A worker against a server that hands out tasks over a real stream."""

import asyncio
import threading
import time

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from scripted_server import Refusal, ScriptedServer, eventually
from task_host import UNAVAILABLE, TaskHost, task_def

import hitchpost
from hitchpost.v1 import status_pb2, task_pb2, value_pb2
from hitchpost.v1.task_pb2 import PollTaskResponse
from hitchpost.v1.value_pb2 import TypeDefinition

STR = TypeDefinition(primitive_type=value_pb2.STR)
INT = TypeDefinition(primitive_type=value_pb2.INT)


@pytest.fixture
def host(scripted: ScriptedServer) -> TaskHost:
    return TaskHost(scripted, task_def({"item": STR}, returns=INT))


async def length(item: str) -> int:
    return len(item)


class Gate:
    """A task that stays under way until it is opened, and counts how many are."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.under_way = 0
        self.most = 0

    async def pass_through(self, item: str) -> int:
        self.under_way += 1
        self.most = max(self.under_way, self.most)
        await self.opened.wait()
        self.under_way -= 1
        return len(item)


async def test_a_task_is_carried_out_and_reported(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    host.post("lamp", attempt=2)
    async with hitchpost.Worker(connected, "check", length):
        await eventually(lambda: host.reports)
    [report] = host.reports
    assert report.status == task_pb2.TASK_SUCCESS
    assert report.output.int == 4
    assert (report.task_run_id.task_guid, report.attempt_number) == ("0-1", 2)
    assert report.HasField("time")


async def test_sync_functions_run_in_threads_side_by_side(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    together = threading.Barrier(3, timeout=5)

    def wait_for_others(item: str) -> int:
        return together.wait()

    for _ in range(3):
        host.post("lamp")
    async with hitchpost.Worker(connected, "check", wait_for_others, concurrency=3):
        await eventually(lambda: len(host.reports) == 3)
    assert sorted(report.output.int for report in host.reports) == [0, 1, 2]


async def test_as_many_tasks_are_asked_for_as_there_are_free_slots(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    gate = Gate()
    for _ in range(5):
        host.post("lamp")
    async with hitchpost.Worker(connected, "check", gate.pass_through, concurrency=2):
        await eventually(lambda: gate.under_way == 2)
        assert host.waiting == 0
        gate.opened.set()
        await eventually(lambda: len(host.reports) == 5)
        await eventually(lambda: host.waiting == 2)
    assert gate.most == 2
    assert host.waiting_most == 2


async def test_a_stream_that_ends_is_opened_again_however_it_ended(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    host.end_stream()
    host.end_stream(UNAVAILABLE)
    host.post("lamp")
    async with hitchpost.Worker(connected, "check", length):
        await eventually(lambda: host.reports)
        await eventually(lambda: host.waiting == 8)
    assert host.streams == 3


async def test_slots_of_tasks_under_way_stay_taken_over_a_reconnect(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    gate = Gate()
    host.post("lamp")
    async with hitchpost.Worker(connected, "check", gate.pass_through, concurrency=2):
        await eventually(lambda: gate.under_way == 1)
        host.end_stream()
        await eventually(lambda: host.streams == 2 and host.waiting == 1)
        gate.opened.set()
        await eventually(lambda: host.waiting == 2)
    assert host.waiting_most == 2


async def test_an_answer_without_a_task_is_asked_again_after_a_while(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    host.tasks.append(PollTaskResponse())
    async with hitchpost.Worker(connected, "check", length, concurrency=1):
        await eventually(lambda: host.waiting == 0 and host.streams == 1)
        before = time.monotonic()
        await eventually(lambda: host.waiting == 1)
    assert time.monotonic() - before < 4


async def test_closing_finishes_what_is_under_way_and_takes_nothing_more(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    gate = Gate()
    host.post("lamp")
    async with hitchpost.Worker(connected, "check", gate.pass_through) as worker:
        await eventually(lambda: gate.under_way == 1)
        closing = asyncio.create_task(worker.close())
        await eventually(lambda: host.waiting == 0)
        host.post("another")
        gate.opened.set()
        await closing
    assert len(host.reports) == 1


async def test_closing_gives_up_after_its_timeout(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    gate = Gate()
    host.post("lamp")
    async with hitchpost.Worker(connected, "check", gate.pass_through) as worker:
        await eventually(lambda: gate.under_way == 1)
        await worker.close(timeout=0.1)
    assert host.reports == []


async def test_a_worker_that_runs_stops_gracefully_when_cancelled(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    gate = Gate()
    host.post("lamp")
    running = asyncio.create_task(hitchpost.Worker(connected, "check", gate.pass_through).run())
    await eventually(lambda: gate.under_way == 1)
    running.cancel()
    gate.opened.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(host.reports) == 1


async def test_the_heartbeat_moves_the_worker_to_other_hosts(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    async with ScriptedServer() as other_server:
        other = TaskHost(other_server, task_def({}))
        host.scripted.on("RegisterTaskWorker", host.hosts(host.scripted), host.hosts(other_server))
        async with hitchpost.Worker(connected, "check", length, heartbeat_seconds=0.05):
            await eventually(lambda: other.waiting == 8 and host.waiting == 0)
            other.post("lamp")
            await eventually(lambda: host.reports)


async def test_the_slots_are_shared_among_hosts(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    async with ScriptedServer() as other_server:
        other = TaskHost(other_server, task_def({}))
        both = host.hosts(host.scripted, other_server)
        host.scripted.on("RegisterTaskWorker", host.hosts(host.scripted), both)
        async with hitchpost.Worker(connected, "check", length, heartbeat_seconds=0.05):
            await eventually(lambda: other.waiting == 4 and host.waiting == 4)


async def test_a_heartbeat_that_fails_or_names_no_host_changes_nothing(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    first, nobody = host.hosts(host.scripted), host.hosts()
    broken = Refusal(grpc.StatusCode.INTERNAL, "INTERNAL_FAULT")
    host.scripted.on("RegisterTaskWorker", first, nobody, broken, nobody)
    async with hitchpost.Worker(connected, "check", length, heartbeat_seconds=0.02):
        await eventually(lambda: len(host.scripted.requests("RegisterTaskWorker")) > 4)
        assert host.streams == 1
        host.post("lamp")
        await eventually(lambda: host.reports)


async def test_a_report_is_tried_again(host: TaskHost, connected: hitchpost.Client) -> None:
    host.scripted.on("ReportTask", UNAVAILABLE, UNAVAILABLE, Empty())
    host.post("lamp")
    async with hitchpost.Worker(connected, "check", length):
        await eventually(lambda: len(host.reports) == 3)
    first, *others = host.reports
    assert others == [first, first]


async def test_an_output_that_the_server_refuses_ends_the_attempt(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    too_large = Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE")
    host.scripted.on("ReportTask", too_large, Empty())
    host.post("lamp")
    async with hitchpost.Worker(connected, "check", length):
        await eventually(lambda: len(host.reports) == 2)
    assert host.reports[1].status == task_pb2.TASK_OUTPUT_SERDE_ERROR
    assert "REQUEST_TOO_LARGE" in host.reports[1].error.message
    assert not host.reports[1].HasField("output")


async def test_a_worker_without_its_task_def_does_not_start(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetTaskDef", Refusal(grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND"))
    with pytest.raises(hitchpost.ObjectNotFound):
        await hitchpost.Worker(connected, "check", length).run()


async def test_a_function_that_does_not_fit_is_told_so_before_any_task(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    async def other(item: int) -> int:
        return item

    with pytest.raises(hitchpost.TaskMismatch, match="item takes INT"):
        await hitchpost.Worker(connected, "check", other).run()
    assert host.streams == 0


async def test_a_worker_says_who_it_is(host: TaskHost, connected: hitchpost.Client) -> None:
    worker = hitchpost.Worker(connected, "check", length, worker_id="w-1", version="7")
    async with worker:
        await eventually(lambda: host.waiting)
    [beat] = host.scripted.requests("RegisterTaskWorker")
    assert (beat.task_worker_id, beat.task_def_id.name) == ("w-1", "check")


async def raise_out_of_stock(item: str) -> int:
    raise hitchpost.TaskException("out-of-stock", "none left", {"item": item})


async def raise_value_error(item: str) -> int:
    raise ValueError("no such \ud800 thing")


async def await_something_cancelled(item: str) -> int:
    other = asyncio.create_task(asyncio.sleep(60))
    other.cancel()
    await other
    return 0


def raise_stop_iteration(item: str) -> int:
    return next(iter(()))


async def give_back_an_object(item: str) -> object:
    return object()


@pytest.mark.parametrize(
    ("function", "status", "kind"),
    [
        (raise_value_error, task_pb2.TASK_FAILED, status_pb2.TASK_FAILURE),
        (await_something_cancelled, task_pb2.TASK_FAILED, status_pb2.TASK_FAILURE),
        (raise_stop_iteration, task_pb2.TASK_FAILED, status_pb2.TASK_FAILURE),
        (give_back_an_object, task_pb2.TASK_OUTPUT_SERDE_ERROR, status_pb2.VAR_MUTATION_ERROR),
    ],
)
async def test_whatever_happens_is_reported(
    host: TaskHost,
    connected: hitchpost.Client,
    function: object,
    status: int,
    kind: int,
) -> None:
    host.post("lamp")
    async with hitchpost.Worker(connected, "check", function):
        await eventually(lambda: host.reports)
    [report] = host.reports
    assert (report.status, report.error.type) == (status, kind)
    assert report.error.message


async def test_an_error_is_reported_with_its_text_and_logged_with_its_place(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    host.post("lamp")
    async with hitchpost.Worker(connected, "check", raise_value_error):
        await eventually(lambda: host.reports)
    [report] = host.reports
    assert report.error.message == "ValueError: no such ? thing"
    assert "raise_value_error" in report.log_output.str


async def test_a_business_failure_is_reported_by_its_name(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    host.post("lamp")
    async with hitchpost.Worker(connected, "check", raise_out_of_stock):
        await eventually(lambda: host.reports)
    [report] = host.reports
    assert report.status == task_pb2.TASK_EXCEPTION
    assert (report.exception.name, report.exception.message) == ("out-of-stock", "none left")
    assert hitchpost.from_value(report.exception.content) == {"item": "lamp"}


@pytest.mark.parametrize("inputs", [(3,), (None,), (), ("a", "b")], ids=repr)
async def test_inputs_that_do_not_fit_are_reported(
    host: TaskHost, connected: hitchpost.Client, inputs: tuple[object, ...]
) -> None:
    host.post(*inputs)
    async with hitchpost.Worker(connected, "check", length):
        await eventually(lambda: host.reports)
    assert host.reports[0].status == task_pb2.TASK_INPUT_VAR_SUB_ERROR
    assert host.reports[0].error.type == status_pb2.VAR_SUB_ERROR


async def test_a_function_that_asks_for_it_gets_the_context(
    host: TaskHost, connected: hitchpost.Client
) -> None:
    def with_context(context: hitchpost.TaskContext, item: str) -> str:
        context.log("one")
        context.log("two")
        return f"{context.run_id} {context.task_run_id.task_guid} {context.attempt_number}"

    host.scripted.on("GetTaskDef", task_def({"item": STR}, returns=STR))
    host.post("lamp", attempt=1)
    async with hitchpost.Worker(connected, "check", with_context):
        await eventually(lambda: host.reports)
    assert host.reports[0].output.str == "run 0-1 1"
    assert host.reports[0].log_output.str == "one\ntwo"
