"""Whatever comes in, each method stores it or refuses it with a reason; it never breaks."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import code_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_messages import any_message, spoilt_message
from raw_calls import LITTLEHORSES, Answer, answer_of, varint
from tests.conftest import ServerProcess
from workflows import does, waits_for

import hitchpost
from hitchpost.v1 import errors_pb2 as reasons
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import feed_pb2, route_pb2, runs_pb2, task_pb2, value_pb2, workflows_pb2
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.storage.v1 import storage_pb2 as storage

METHODS: list[MethodDescriptor] = [
    method
    for file, name in (
        (workflows_pb2.DESCRIPTOR, "Workflows"),
        (runs_pb2.DESCRIPTOR, "Runs"),
        (feed_pb2.DESCRIPTOR, "Feed"),
    )
    for method in file.services_by_name[name].methods
]

often = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)

# No tag, a field that ends too early, groups that never end.
UNREADABLE = (b"\xff", b"\x0a\x05", b"\x0b" * 200)

# Methods whose calls take as long as the caller allows if what they wait for does not come, and
# what messages by chance allow them. A refusal that takes longer counts as a wait.
WAITS_SECONDS = {"AwaitWorkflowEvent": 0.2, "WatchHistory": 0.2, "Subscribe": 0.2}

# What the server does by itself, at any time.
OF_ITSELF = {
    history.RECORD_REFUSAL,
    history.FIRE_TIMER,
    history.START_TASK,
    history.MARK_CORRELATION,
    history.MATCH_CORRELATED_EVENT,
    history.DELIVER_CORRELATED_EVENT,
    history.PARK_ENTRY,
}

A_RUN = {"wf_run_id": {"id": "run-1"}}
AN_EVENT = {"external_event_def_id": {"name": "signed"}}
GOOD: dict[str, Message] = {
    "PutTaskDef": task_pb2.PutTaskDefRequest(
        name="greet",
        input_vars=[value_pb2.VariableDef(name="item", type_def={"primitive_type": "STR"})],
        return_type={"return_type": {"primitive_type": "STR"}},
    ),
    "PutExternalEventDef": events.PutExternalEventDefRequest(name="signed", require_wfrun=True),
    "PutWfSpec": does("order", "greet", retries=2, backoff=hitchpost.Backoff()).compile(),
    "RunWf": wf_runs.RunWfRequest(
        wf_spec_name="order", id="run-3", variables={"item": value_pb2.VariableValue(str="x")}
    ),
    "ScheduleWf": schedules.ScheduleWfRequest(
        wf_spec_name="order",
        id="nightly",
        variables={"item": value_pb2.VariableValue(str="x")},
        cron_expression="0 0 1 1 *",
    ),
    "PutExternalEvent": events.PutExternalEventRequest(
        **A_RUN, **AN_EVENT, guid="guid-2", content={"json_obj": '{"a": 1}'}
    ),
    "GetExternalEvent": events.ExternalEvent(id={**A_RUN, **AN_EVENT, "guid": "guid-1"}).id,
    "ListExternalEvents": events.ListExternalEventsRequest(**A_RUN, limit=1, bookmark=b""),
    "ReportTask": task_pb2.ReportTaskRun(
        task_run_id={**A_RUN, "task_guid": "0-1"}, status="TASK_SUCCESS", output={"str": "x"}
    ),
    "Publish": feed_pb2.PublishRequest(
        topic="orders.signed", content={"json_obj": '{"a": 1}'}, id="message-1"
    ),
    "PutRoute": route_pb2.PutRouteRequest(
        route={
            "id": "route-1",
            "patterns": ["orders.*"],
            "filter": "sequence > 1",
            "webhook": {"url": "http://localhost:9/", "attempts_max": 1},
        }
    ),
    "TestRoute": route_pb2.TestRouteRequest(
        route={"patterns": ["orders.*"], "transform": "{'a': data}"}, entries=3
    ),
    "RedeliverDeadLetters": route_pb2.RedeliverDeadLettersRequest(
        route_id="route-1", positions=[1, 2]
    ),
    "GetHistory": runs_pb2.GetHistoryRequest(**A_RUN, execution=1, after_sequence=1),
    "WatchHistory": runs_pb2.WatchHistoryRequest(**A_RUN, after_sequence=1),
}


class Target:
    """A server under fire: calls to it, and what its log holds."""

    def __init__(self, server: ServerProcess, channel: grpc.Channel) -> None:
        self._file = server.data / "hitchpost.sqlite"
        self._channel = channel

    def call(self, path: str, method: MethodDescriptor, raw: bytes, seconds: float = 20) -> Answer:
        """Call a method with one request, and take all answers."""
        request: Any = iter([raw]) if method.client_streaming else raw
        opened = {
            (False, False): self._channel.unary_unary,
            (False, True): self._channel.unary_stream,
            (True, True): self._channel.stream_stream,
        }[method.client_streaming, method.server_streaming]
        try:
            answers = opened(path)(request, timeout=seconds)
            bodies = list(answers) if method.server_streaming else [answers]
        except grpc.RpcError as error:
            return answer_of(error)
        for body in bodies:
            GetMessageClass(method.output_type).FromString(body)
        return Answer(grpc.StatusCode.OK)

    def head(self) -> int:
        """Where the log ends."""
        with closing(opened_for_reading(self._file)) as connection:
            return int(connection.execute("SELECT position FROM head").fetchone()[0])

    def commands_behind(self, position: int) -> set[int]:
        """Which kinds of commands have written to the log since."""
        with closing(opened_for_reading(self._file)) as connection:
            query = "SELECT body FROM log WHERE position > ? AND body IS NOT NULL"
            bodies = [row[0] for row in connection.execute(query, (position,))]
        return {storage.LogRecord.FromString(body).cause.command for body in bodies}


def opened_for_reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A server of its own, since anything may come of this, with something in it to hit."""
    process = ServerProcess(tmp_path_factory.mktemp("bad-input") / "data")
    process.start()
    asyncio.run(furnish(process.target))
    options = [("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(process.target, options) as channel:
        yield Target(process, channel)
    process.end_well()


async def furnish(target: str) -> None:
    async with hitchpost.connect(target) as client:
        await client.put_task_def("greet", {"item": str}, returns=str)
        await client.put_external_event_def("signed")
        await client.put_external_event_def("counted", content_type=int)
        await client.put_external_event_def("strict", require_wfspec_reference=True)
        await client.put_workflow(does("order", "greet", retries=2))
        await client.put_workflow(waits_for("waiting", "signed", "counted"))
        await client.run("order", {"item": "x"}, id="run-1")
        await client.run("waiting", id="run-2")
        await client.post_event("run-1", "signed", "x", guid="guid-1")


def path_of(method: MethodDescriptor) -> str:
    return f"/{method.containing_service.full_name}/{method.name}"


def see_that_it_is_served_or_refused(target: Target, method: MethodDescriptor, raw: bytes) -> None:
    """Call, and judge the answer and what it has left behind."""
    before = target.head()
    seconds = WAITS_SECONDS.get(method.name, 20)
    answer = target.call(path_of(method), method, raw, seconds)
    if answer.code is grpc.StatusCode.OK or has_waited(method, answer):
        return
    assert answer.domain == "hitchpost", answer
    assert status_of(answer.reason) == answer.code.name, answer
    assert answer.code not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN), answer
    assert target.commands_behind(before) <= OF_ITSELF


def has_waited(method: MethodDescriptor, answer: Answer) -> bool:
    """Whether a call was understood, and waited in vain."""
    return method.name in WAITS_SECONDS and answer == Answer(grpc.StatusCode.DEADLINE_EXCEEDED)


def status_of(reason: str) -> str:
    """Look up in the contract which status a reason is sent with."""
    options: Any = reasons.ErrorReason.DESCRIPTOR.values_by_name[reason].GetOptions()
    return str(code_pb2.Code.Name(options.Extensions[reasons.status]))


@each_method
@often
@given(data=st.data())
def test_message_by_chance_is_served_or_refused(
    target: Target, method: MethodDescriptor, data: st.DataObject
) -> None:
    message = data.draw(any_message(GetMessageClass(method.input_type)))
    see_that_it_is_served_or_refused(target, method, message.SerializeToString())


@pytest.mark.parametrize(
    "method", [one for one in METHODS if one.name in GOOD], ids=lambda method: method.name
)
@often
@given(data=st.data())
def test_good_message_with_a_few_spoilt_fields_is_served_or_refused(
    target: Target, method: MethodDescriptor, data: st.DataObject
) -> None:
    message = data.draw(spoilt_message(GOOD[method.name]))
    see_that_it_is_served_or_refused(target, method, message.SerializeToString())


@often
@given(workflow=spoilt_message(GOOD["PutWfSpec"]), item=any_message(value_pb2.VariableValue))
def test_workflow_that_was_accepted_can_be_run(
    target: Target, workflow: Message, item: Message
) -> None:
    put, run = (one for one in METHODS if one.name in ("PutWfSpec", "RunWf"))
    if target.call(path_of(put), put, workflow.SerializeToString()).code is grpc.StatusCode.OK:
        request = wf_runs.RunWfRequest(wf_spec_name=workflow.name, variables={"item": item})
        see_that_it_is_served_or_refused(target, run, request.SerializeToString())


@each_method
@settings(often, max_examples=15)
@given(raw=st.binary(max_size=60))
def test_bytes_by_chance_are_served_or_refused(
    target: Target, method: MethodDescriptor, raw: bytes
) -> None:
    see_that_it_is_served_or_refused(target, method, raw)


@each_method
def test_bytes_that_are_no_message_are_malformed_on_every_path(
    target: Target, method: MethodDescriptor
) -> None:
    paths = [path_of(method)]
    if method.containing_service.name == "Workflows":
        paths.append(LITTLEHORSES + method.name)
    for path in paths:
        for raw in UNREADABLE:
            answer = target.call(path, method, raw)
            assert answer.says == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")


@each_method
def test_request_of_5_mb_is_refused_with_a_reason(target: Target, method: MethodDescriptor) -> None:
    answer = target.call(path_of(method), method, b"\x0a" + varint(5_000_000) + b"x" * 5_000_000)
    assert answer.says == (grpc.StatusCode.RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE")
    assert answer.facts["limit"] == str(4 * 1024 * 1024)


@each_method
def test_request_of_9_mb_is_refused_by_grpc(target: Target, method: MethodDescriptor) -> None:
    answer = target.call(path_of(method), method, b"x" * 9_000_000)
    assert answer == Answer(grpc.StatusCode.RESOURCE_EXHAUSTED)
