"""What each call asks the server for, in the contract's words."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from scripted_server import Refusal, ScriptedServer

import hitchpost
from hitchpost import Client
from hitchpost.v1 import user_task_pb2
from hitchpost.v1.correlated_event_pb2 import (
    CorrelatedEvent,
    DeleteCorrelatedEventRequest,
    PutCorrelatedEventRequest,
)
from hitchpost.v1.object_id_pb2 import (
    CheckpointId,
    CorrelatedEventId,
    ExternalEventDefId,
    InactiveThreadRunId,
    ScheduledWfRunId,
    TaskDefId,
    TaskRunId,
    UserTaskDefId,
    UserTaskRunId,
    WfRunId,
    WorkflowEventDefId,
    WorkflowEventId,
)
from hitchpost.v1.scheduled_wf_run_pb2 import (
    DeleteScheduledWfRunRequest,
    ScheduledWfRun,
    ScheduledWfRunIdList,
    SearchScheduledWfRunRequest,
)
from hitchpost.v1.task_pb2 import Checkpoint, TaskWorkerGroup
from hitchpost.v1.user_task_pb2 import (
    AssignUserTaskRunRequest,
    CancelUserTaskRunRequest,
    CompleteUserTaskRunRequest,
    DeleteUserTaskDefRequest,
    DeleteUserTaskRunCommentRequest,
    EditUserTaskRunCommentRequest,
    GetLatestUserTaskDefRequest,
    ListUserTaskRunRequest,
    PutUserTaskRunCommentRequest,
    SaveUserTaskRunProgressRequest,
    SearchUserTaskRunRequest,
    UserTaskDef,
    UserTaskRun,
    UserTaskRunIdList,
    UserTaskRunList,
)
from hitchpost.v1.value_pb2 import ReturnType
from hitchpost.v1.wf_run_pb2 import (
    InactiveThreadRun,
    RescueThreadRunRequest,
    ResumeWfRunRequest,
    StopWfRunRequest,
    WfRun,
)
from hitchpost.v1.workflow_event_pb2 import (
    AwaitWorkflowEventRequest,
    DeleteWorkflowEventDefRequest,
    ListWorkflowEventsRequest,
    PutWorkflowEventDefRequest,
    SearchWorkflowEventRequest,
    WorkflowEvent,
    WorkflowEventDef,
    WorkflowEventIdList,
    WorkflowEventList,
)


@dataclass
class Approval:
    approved: bool
    reason: str | None = None


RUN = WfRunId(id="order-7")
TASK = UserTaskRunId(wf_run_id=RUN, user_task_guid="0-1")
TASK_RUN = TaskRunId(wf_run_id=RUN, task_guid="0-1")
SHIPPED = WorkflowEventDefId(name="shipped")
THROWN = WorkflowEventId(wf_run_id=RUN, workflow_event_def_id=SHIPPED, number=2)
KEY = CorrelatedEventId(key="7", external_event_def_id=ExternalEventDefId(name="paid"))
WHEN = datetime(2030, 1, 1, tzinfo=UTC)
APPROVED = {"approved": hitchpost.to_value(True)}
SAVE = SaveUserTaskRunProgressRequest

Call = Callable[[Client], Any]

# What is called, the method, what the server is asked, and what it answers.
CALLS: list[tuple[Call, str, Message, Message]] = [
    (
        lambda client: client.put_workflow_event_def("shipped"),
        "PutWorkflowEventDef",
        PutWorkflowEventDefRequest(name="shipped", content_type=ReturnType()),
        WorkflowEventDef(),
    ),
    (
        lambda client: client.get_workflow_event_def("shipped"),
        "GetWorkflowEventDef",
        SHIPPED,
        WorkflowEventDef(),
    ),
    (
        lambda client: client.delete_workflow_event_def("shipped"),
        "DeleteWorkflowEventDef",
        DeleteWorkflowEventDefRequest(id=SHIPPED),
        Empty(),
    ),
    (
        lambda client: client.get_user_task_def("approve"),
        "GetLatestUserTaskDef",
        GetLatestUserTaskDefRequest(name="approve"),
        UserTaskDef(),
    ),
    (
        lambda client: client.get_user_task_def("approve", 0),
        "GetUserTaskDef",
        UserTaskDefId(name="approve", version=0),
        UserTaskDef(),
    ),
    (
        lambda client: client.delete_user_task_def("approve", 1),
        "DeleteUserTaskDef",
        DeleteUserTaskDefRequest(id=UserTaskDefId(name="approve", version=1)),
        Empty(),
    ),
    (
        lambda client: client.stop_run("order-7"),
        "StopWfRun",
        StopWfRunRequest(wf_run_id=RUN),
        Empty(),
    ),
    (
        lambda client: client.resume_run("order-7", 2),
        "ResumeWfRun",
        ResumeWfRunRequest(wf_run_id=RUN, thread_run_number=2),
        Empty(),
    ),
    (
        lambda client: client.rescue_run("order-7", skip_node=True),
        "RescueThreadRun",
        RescueThreadRunRequest(wf_run_id=RUN, skip_current_node=True),
        WfRun(id=RUN),
    ),
    (
        lambda client: client.get_inactive_thread("order-7", 3),
        "GetInactiveThreadRun",
        InactiveThreadRunId(wf_run_id=RUN, thread_run_number=3),
        InactiveThreadRun(),
    ),
    (
        lambda client: client.get_scheduled_run("weekly"),
        "GetScheduledWfRun",
        ScheduledWfRunId(id="weekly"),
        ScheduledWfRun(),
    ),
    (
        lambda client: client.search_scheduled_runs("report", 1),
        "SearchScheduledWfRun",
        SearchScheduledWfRunRequest(wf_spec_name="report", major_version=1),
        ScheduledWfRunIdList(results=[ScheduledWfRunId(id="weekly")]),
    ),
    (
        lambda client: client.delete_scheduled_run("weekly"),
        "DeleteScheduledWfRun",
        DeleteScheduledWfRunRequest(id=ScheduledWfRunId(id="weekly")),
        Empty(),
    ),
    (
        lambda client: client.post_correlated_event("7", "paid", 3),
        "PutCorrelatedEvent",
        PutCorrelatedEventRequest(
            key="7",
            external_event_def_id=KEY.external_event_def_id,
            content=hitchpost.to_value(3),
        ),
        CorrelatedEvent(),
    ),
    (
        lambda client: client.get_correlated_event("7", "paid"),
        "GetCorrelatedEvent",
        KEY,
        CorrelatedEvent(),
    ),
    (
        lambda client: client.delete_correlated_event("7", "paid"),
        "DeleteCorrelatedEvent",
        DeleteCorrelatedEventRequest(id=KEY),
        Empty(),
    ),
    (
        lambda client: client.await_workflow_event("order-7", "shipped", ignore=[THROWN]),
        "AwaitWorkflowEvent",
        AwaitWorkflowEventRequest(
            wf_run_id=RUN, event_def_ids=[SHIPPED], workflow_events_to_ignore=[THROWN]
        ),
        WorkflowEvent(),
    ),
    (
        lambda client: client.get_workflow_event("order-7", "shipped", 2),
        "GetWorkflowEvent",
        THROWN,
        WorkflowEvent(),
    ),
    (
        lambda client: client.list_workflow_events("order-7"),
        "ListWorkflowEvents",
        ListWorkflowEventsRequest(wf_run_id=RUN),
        WorkflowEventList(results=[WorkflowEvent(id=THROWN)]),
    ),
    (
        lambda client: client.search_workflow_events("shipped", since=WHEN),
        "SearchWorkflowEvent",
        SearchWorkflowEventRequest(workflow_event_def_id=SHIPPED, earliest_start=WHEN),
        WorkflowEventIdList(results=[THROWN]),
    ),
    (lambda client: client.get_user_task(TASK), "GetUserTaskRun", TASK, UserTaskRun()),
    (
        lambda client: client.assign_user_task(UserTaskRun(id=TASK), user="ada", override=True),
        "AssignUserTaskRun",
        AssignUserTaskRunRequest(user_task_run_id=TASK, user_id="ada", override_claim=True),
        Empty(),
    ),
    (
        lambda client: client.complete_user_task(TASK, Approval(True), user="ada"),
        "CompleteUserTaskRun",
        CompleteUserTaskRunRequest(user_task_run_id=TASK, results=APPROVED, user_id="ada"),
        Empty(),
    ),
    (
        lambda client: client.save_user_task(TASK, {"approved": True}, user="ada"),
        "SaveUserTaskRunProgress",
        SAVE(user_task_run_id=TASK, results=APPROVED, user_id="ada"),
        UserTaskRun(),
    ),
    (
        lambda client: client.save_user_task(TASK, {}, user="bob", ignore_claim=True),
        "SaveUserTaskRunProgress",
        SAVE(user_task_run_id=TASK, user_id="bob", policy=SAVE.IGNORE_CLAIM),
        UserTaskRun(),
    ),
    (
        lambda client: client.cancel_user_task(TASK),
        "CancelUserTaskRun",
        CancelUserTaskRunRequest(user_task_run_id=TASK),
        Empty(),
    ),
    (
        lambda client: client.list_user_tasks("order-7"),
        "ListUserTaskRuns",
        ListUserTaskRunRequest(wf_run_id=RUN),
        UserTaskRunList(results=[UserTaskRun(id=TASK)]),
    ),
    (
        lambda client: client.search_user_tasks(status=user_task_pb2.ASSIGNED, user="ada"),
        "SearchUserTaskRun",
        SearchUserTaskRunRequest(status=user_task_pb2.ASSIGNED, user_id="ada"),
        UserTaskRunIdList(results=[TASK]),
    ),
    (
        lambda client: client.comment_user_task(TASK, "why?", user="ada"),
        "PutUserTaskRunComment",
        PutUserTaskRunCommentRequest(user_task_run_id=TASK, user_id="ada", comment="why?"),
        UserTaskRun(),
    ),
    (
        lambda client: client.edit_user_task_comment(TASK, 1, "how?", user="ada"),
        "EditUserTaskRunComment",
        EditUserTaskRunCommentRequest(
            user_comment_id=1, user_task_run_id=TASK, user_id="ada", comment="how?"
        ),
        UserTaskRun(),
    ),
    (
        lambda client: client.delete_user_task_comment(TASK, 1, user="ada"),
        "DeleteUserTaskRunComment",
        DeleteUserTaskRunCommentRequest(user_task_run_id=TASK, user_comment_id=1, user_id="ada"),
        UserTaskRun(),
    ),
    (
        lambda client: client.get_task_worker_group("charge"),
        "GetTaskWorkerGroup",
        TaskDefId(name="charge"),
        TaskWorkerGroup(),
    ),
    (
        lambda client: client.get_checkpoint(TASK_RUN, 1),
        "GetCheckpoint",
        CheckpointId(task_run=TASK_RUN, checkpoint_number=1),
        Checkpoint(),
    ),
]


@pytest.mark.parametrize(
    ("call", "method", "asked", "answer"), CALLS, ids=[method for _, method, _, _ in CALLS]
)
async def test_a_call_asks_for_this(
    scripted: ScriptedServer,
    connected: Client,
    call: Call,
    method: str,
    asked: Message,
    answer: Message,
) -> None:
    scripted.on(method, answer)
    given = call(connected)
    if isinstance(given, AsyncIterator):
        assert [item async for item in given] == list(answer.results)  # type: ignore[attr-defined]
    else:
        await given
    assert scripted.requests(method) == [asked]


async def test_a_schedule_gets_an_id_so_that_it_is_made_once(
    scripted: ScriptedServer, connected: Client
) -> None:
    scripted.on("ScheduleWf", UNAVAILABLE, ScheduledWfRun())
    await connected.schedule_run("report", "0 6 * * 1", {"copies": 2}, parent="order-7")
    first, second = scripted.requests("ScheduleWf")
    assert first == second
    assert first.id
    assert first.variables["copies"].int == 2
    assert first.parent_wf_run_id == RUN


async def test_a_form_is_put(scripted: ScriptedServer, connected: Client) -> None:
    scripted.on("PutUserTaskDef", UserTaskDef())
    await connected.put_user_task_def("approve", Approval, "Shall we?")
    [request] = scripted.requests("PutUserTaskDef")
    assert [field.name for field in request.fields] == ["approved", "reason"]
    assert request.description == "Shall we?"


UNAVAILABLE = Refusal(grpc.StatusCode.UNAVAILABLE)
EXISTS = Refusal(grpc.StatusCode.ALREADY_EXISTS, "CORRELATED_EVENT_EXISTS")
RUNS = Refusal(grpc.StatusCode.FAILED_PRECONDITION, "NOT_RESCUABLE")
CLAIMED = Refusal(grpc.StatusCode.FAILED_PRECONDITION, "USER_TASK_CLAIMED")


async def test_a_correlated_event_that_an_earlier_try_has_posted_is_got(
    scripted: ScriptedServer, connected: Client
) -> None:
    scripted.on("PutCorrelatedEvent", UNAVAILABLE, EXISTS)
    scripted.on("GetCorrelatedEvent", CorrelatedEvent(id=KEY))
    assert (await connected.post_correlated_event("7", "paid")).id == KEY
    with pytest.raises(hitchpost.CorrelatedEventExists):
        await connected.post_correlated_event("7", "paid")


async def test_a_run_that_an_earlier_try_has_rescued_is_got(
    scripted: ScriptedServer, connected: Client
) -> None:
    scripted.on("RescueThreadRun", UNAVAILABLE, RUNS)
    scripted.on("GetWfRun", WfRun(id=RUN))
    assert (await connected.rescue_run("order-7")).id == RUN
    with pytest.raises(hitchpost.NotRescuable):
        await connected.rescue_run("order-7")


async def test_a_user_task_that_an_earlier_try_has_assigned_is_assigned(
    scripted: ScriptedServer, connected: Client
) -> None:
    scripted.on("AssignUserTaskRun", UNAVAILABLE, CLAIMED, UNAVAILABLE, CLAIMED)
    scripted.on("GetUserTaskRun", UserTaskRun(id=TASK, user_id="ada"))
    await connected.assign_user_task(TASK, user="ada")
    with pytest.raises(hitchpost.UserTaskClaimed):
        await connected.assign_user_task(TASK, user="bob")


async def test_a_comment_is_tried_once(scripted: ScriptedServer, connected: Client) -> None:
    scripted.on("PutUserTaskRunComment", UNAVAILABLE, UserTaskRun())
    with pytest.raises(hitchpost.Unavailable):
        await connected.comment_user_task(TASK, "why?", user="ada")


async def test_results_are_a_dataclass_or_a_mapping(connected: Client) -> None:
    for results in (Approval, 3):
        with pytest.raises(TypeError, match="neither"):
            await connected.complete_user_task(TASK, results, user="ada")


async def test_waiting_for_an_event_that_is_not_thrown_ends_in_time(
    scripted: ScriptedServer, connected: Client
) -> None:
    scripted.on("AwaitWorkflowEvent", Refusal(grpc.StatusCode.DEADLINE_EXCEEDED))
    with pytest.raises(hitchpost.DeadlineExceeded):
        await connected.await_workflow_event("order-7", timeout=0.1)
    [request] = scripted.requests("AwaitWorkflowEvent")
    assert not request.event_def_ids
