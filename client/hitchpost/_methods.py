"""The methods of the contract that this client calls: path, request and response of each."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from hitchpost.v1 import correlated_event_pb2 as correlated_event
from hitchpost.v1 import external_event_pb2 as external_event
from hitchpost.v1 import node_run_pb2 as node_run
from hitchpost.v1 import object_id_pb2 as object_id
from hitchpost.v1 import route_pb2 as route
from hitchpost.v1 import scheduled_wf_run_pb2 as scheduled
from hitchpost.v1 import struct_def_pb2 as struct_def
from hitchpost.v1 import task_pb2 as task
from hitchpost.v1 import user_task_pb2 as user_task
from hitchpost.v1 import value_pb2 as value
from hitchpost.v1 import wf_run_pb2 as wf_run
from hitchpost.v1 import wf_spec_pb2 as wf_spec
from hitchpost.v1 import workflow_event_pb2 as workflow_event
from hitchpost.v1.feed_pb2 import (
    ConsumeRequest,
    ConsumeResponse,
    DeleteConsumerRequest,
    DeleteConsumerResponse,
    ListConsumersRequest,
    ListConsumersResponse,
    PublishReceipt,
    PublishRequest,
    SubscribeRequest,
    SubscribeResponse,
)
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.principal_pb2 import Principal
from hitchpost.v1.runs_pb2 import (
    ContinueAsNewRequest,
    GetHistoryRequest,
    PutExternalEventsRequest,
    PutExternalEventsResponse,
    WatchHistoryRequest,
)
from hitchpost.v1.workflows_pb2 import LittleHorseVersion

Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response", bound=Message)


@dataclass(frozen=True)
class Method(Generic[Request, Response]):
    """One method. `name` is service and method, as in `Workflows/RunWf`."""

    name: str
    request: type[Request]
    response: type[Response]

    @property
    def path(self) -> str:
        """The path that the method is mounted under."""
        return f"/hitchpost.v1.{self.name}"


PUT_TASK_DEF = Method("Workflows/PutTaskDef", task.PutTaskDefRequest, task.TaskDef)
GET_TASK_DEF = Method("Workflows/GetTaskDef", object_id.TaskDefId, task.TaskDef)
DELETE_TASK_DEF = Method("Workflows/DeleteTaskDef", task.DeleteTaskDefRequest, Empty)

PUT_EXTERNAL_EVENT_DEF = Method(
    "Workflows/PutExternalEventDef",
    external_event.PutExternalEventDefRequest,
    external_event.ExternalEventDef,
)
GET_EXTERNAL_EVENT_DEF = Method(
    "Workflows/GetExternalEventDef", object_id.ExternalEventDefId, external_event.ExternalEventDef
)
DELETE_EXTERNAL_EVENT_DEF = Method(
    "Workflows/DeleteExternalEventDef", external_event.DeleteExternalEventDefRequest, Empty
)

PUT_WORKFLOW_EVENT_DEF = Method(
    "Workflows/PutWorkflowEventDef",
    workflow_event.PutWorkflowEventDefRequest,
    workflow_event.WorkflowEventDef,
)
GET_WORKFLOW_EVENT_DEF = Method(
    "Workflows/GetWorkflowEventDef", object_id.WorkflowEventDefId, workflow_event.WorkflowEventDef
)
DELETE_WORKFLOW_EVENT_DEF = Method(
    "Workflows/DeleteWorkflowEventDef", workflow_event.DeleteWorkflowEventDefRequest, Empty
)

PUT_STRUCT_DEF = Method(
    "Workflows/PutStructDef", struct_def.PutStructDefRequest, struct_def.StructDef
)
GET_STRUCT_DEF = Method("Workflows/GetStructDef", object_id.StructDefId, struct_def.StructDef)
VALIDATE_STRUCT_DEF_EVOLUTION = Method(
    "Workflows/ValidateStructDefEvolution",
    struct_def.ValidateStructDefEvolutionRequest,
    struct_def.ValidateStructDefEvolutionResponse,
)
DELETE_STRUCT_DEF = Method("Workflows/DeleteStructDef", struct_def.DeleteStructDefRequest, Empty)

PUT_USER_TASK_DEF = Method(
    "Workflows/PutUserTaskDef", user_task.PutUserTaskDefRequest, user_task.UserTaskDef
)
GET_USER_TASK_DEF = Method(
    "Workflows/GetUserTaskDef", object_id.UserTaskDefId, user_task.UserTaskDef
)
GET_LATEST_USER_TASK_DEF = Method(
    "Workflows/GetLatestUserTaskDef", user_task.GetLatestUserTaskDefRequest, user_task.UserTaskDef
)
DELETE_USER_TASK_DEF = Method(
    "Workflows/DeleteUserTaskDef", user_task.DeleteUserTaskDefRequest, Empty
)

PUT_WF_SPEC = Method("Workflows/PutWfSpec", wf_spec.PutWfSpecRequest, wf_spec.WfSpec)
GET_WF_SPEC = Method("Workflows/GetWfSpec", object_id.WfSpecId, wf_spec.WfSpec)
GET_LATEST_WF_SPEC = Method(
    "Workflows/GetLatestWfSpec", wf_spec.GetLatestWfSpecRequest, wf_spec.WfSpec
)
DELETE_WF_SPEC = Method("Workflows/DeleteWfSpec", wf_spec.DeleteWfSpecRequest, Empty)

RUN_WF = Method("Workflows/RunWf", wf_run.RunWfRequest, wf_run.WfRun)
GET_WF_RUN = Method("Workflows/GetWfRun", object_id.WfRunId, wf_run.WfRun)
DELETE_WF_RUN = Method("Workflows/DeleteWfRun", wf_run.DeleteWfRunRequest, Empty)

STOP_WF_RUN = Method("Workflows/StopWfRun", wf_run.StopWfRunRequest, Empty)
RESUME_WF_RUN = Method("Workflows/ResumeWfRun", wf_run.ResumeWfRunRequest, Empty)
RESCUE_THREAD_RUN = Method("Workflows/RescueThreadRun", wf_run.RescueThreadRunRequest, wf_run.WfRun)
GET_INACTIVE_THREAD_RUN = Method(
    "Workflows/GetInactiveThreadRun", object_id.InactiveThreadRunId, wf_run.InactiveThreadRun
)

SCHEDULE_WF = Method("Workflows/ScheduleWf", scheduled.ScheduleWfRequest, scheduled.ScheduledWfRun)
GET_SCHEDULED_WF_RUN = Method(
    "Workflows/GetScheduledWfRun", object_id.ScheduledWfRunId, scheduled.ScheduledWfRun
)
SEARCH_SCHEDULED_WF_RUN = Method(
    "Workflows/SearchScheduledWfRun",
    scheduled.SearchScheduledWfRunRequest,
    scheduled.ScheduledWfRunIdList,
)
DELETE_SCHEDULED_WF_RUN = Method(
    "Workflows/DeleteScheduledWfRun", scheduled.DeleteScheduledWfRunRequest, Empty
)

GET_NODE_RUN = Method("Workflows/GetNodeRun", object_id.NodeRunId, node_run.NodeRun)
LIST_NODE_RUNS = Method(
    "Workflows/ListNodeRuns", node_run.ListNodeRunsRequest, node_run.NodeRunList
)
GET_TASK_RUN = Method("Workflows/GetTaskRun", object_id.TaskRunId, task.TaskRun)
LIST_TASK_RUNS = Method("Workflows/ListTaskRuns", task.ListTaskRunsRequest, task.TaskRunList)
GET_VARIABLE = Method("Workflows/GetVariable", object_id.VariableId, value.Variable)
LIST_VARIABLES = Method("Workflows/ListVariables", wf_run.ListVariablesRequest, wf_run.VariableList)

PUT_EXTERNAL_EVENT = Method(
    "Workflows/PutExternalEvent",
    external_event.PutExternalEventRequest,
    external_event.ExternalEvent,
)
GET_EXTERNAL_EVENT = Method(
    "Workflows/GetExternalEvent", object_id.ExternalEventId, external_event.ExternalEvent
)
LIST_EXTERNAL_EVENTS = Method(
    "Workflows/ListExternalEvents",
    external_event.ListExternalEventsRequest,
    external_event.ExternalEventList,
)

PUT_CORRELATED_EVENT = Method(
    "Workflows/PutCorrelatedEvent",
    correlated_event.PutCorrelatedEventRequest,
    correlated_event.CorrelatedEvent,
)
GET_CORRELATED_EVENT = Method(
    "Workflows/GetCorrelatedEvent", object_id.CorrelatedEventId, correlated_event.CorrelatedEvent
)
DELETE_CORRELATED_EVENT = Method(
    "Workflows/DeleteCorrelatedEvent", correlated_event.DeleteCorrelatedEventRequest, Empty
)

GET_WORKFLOW_EVENT = Method(
    "Workflows/GetWorkflowEvent", object_id.WorkflowEventId, workflow_event.WorkflowEvent
)
LIST_WORKFLOW_EVENTS = Method(
    "Workflows/ListWorkflowEvents",
    workflow_event.ListWorkflowEventsRequest,
    workflow_event.WorkflowEventList,
)
SEARCH_WORKFLOW_EVENT = Method(
    "Workflows/SearchWorkflowEvent",
    workflow_event.SearchWorkflowEventRequest,
    workflow_event.WorkflowEventIdList,
)
AWAIT_WORKFLOW_EVENT = Method(
    "Workflows/AwaitWorkflowEvent",
    workflow_event.AwaitWorkflowEventRequest,
    workflow_event.WorkflowEvent,
)

GET_USER_TASK_RUN = Method(
    "Workflows/GetUserTaskRun", object_id.UserTaskRunId, user_task.UserTaskRun
)
ASSIGN_USER_TASK_RUN = Method(
    "Workflows/AssignUserTaskRun", user_task.AssignUserTaskRunRequest, Empty
)
COMPLETE_USER_TASK_RUN = Method(
    "Workflows/CompleteUserTaskRun", user_task.CompleteUserTaskRunRequest, Empty
)
CANCEL_USER_TASK_RUN = Method(
    "Workflows/CancelUserTaskRun", user_task.CancelUserTaskRunRequest, Empty
)
SAVE_USER_TASK_RUN_PROGRESS = Method(
    "Workflows/SaveUserTaskRunProgress",
    user_task.SaveUserTaskRunProgressRequest,
    user_task.UserTaskRun,
)
LIST_USER_TASK_RUNS = Method(
    "Workflows/ListUserTaskRuns", user_task.ListUserTaskRunRequest, user_task.UserTaskRunList
)
SEARCH_USER_TASK_RUN = Method(
    "Workflows/SearchUserTaskRun", user_task.SearchUserTaskRunRequest, user_task.UserTaskRunIdList
)
PUT_USER_TASK_RUN_COMMENT = Method(
    "Workflows/PutUserTaskRunComment", user_task.PutUserTaskRunCommentRequest, user_task.UserTaskRun
)
EDIT_USER_TASK_RUN_COMMENT = Method(
    "Workflows/EditUserTaskRunComment",
    user_task.EditUserTaskRunCommentRequest,
    user_task.UserTaskRun,
)
DELETE_USER_TASK_RUN_COMMENT = Method(
    "Workflows/DeleteUserTaskRunComment",
    user_task.DeleteUserTaskRunCommentRequest,
    user_task.UserTaskRun,
)

REGISTER_TASK_WORKER = Method(
    "Workflows/RegisterTaskWorker", task.RegisterTaskWorkerRequest, task.RegisterTaskWorkerResponse
)
POLL_TASK = Method("Workflows/PollTask", task.PollTaskRequest, task.PollTaskResponse)
REPORT_TASK = Method("Workflows/ReportTask", task.ReportTaskRun, Empty)

GET_TASK_WORKER_GROUP = Method(
    "Workflows/GetTaskWorkerGroup", object_id.TaskDefId, task.TaskWorkerGroup
)
PUT_CHECKPOINT = Method(
    "Workflows/PutCheckpoint", task.PutCheckpointRequest, task.PutCheckpointResponse
)
GET_CHECKPOINT = Method("Workflows/GetCheckpoint", object_id.CheckpointId, task.Checkpoint)

WHOAMI = Method("Workflows/Whoami", Empty, Principal)
GET_SERVER_VERSION = Method("Workflows/GetServerVersion", Empty, LittleHorseVersion)

CONTINUE_AS_NEW = Method("Runs/ContinueAsNew", ContinueAsNewRequest, wf_run.WfRun)
GET_HISTORY = Method("Runs/GetHistory", GetHistoryRequest, HistoryEvent)
WATCH_HISTORY = Method("Runs/WatchHistory", WatchHistoryRequest, HistoryEvent)
PUT_EXTERNAL_EVENTS = Method(
    "Runs/PutExternalEvents", PutExternalEventsRequest, PutExternalEventsResponse
)

PUBLISH = Method("Feed/Publish", PublishRequest, PublishReceipt)
PUT_ROUTE = Method("Feed/PutRoute", route.PutRouteRequest, route.Route)
GET_ROUTE = Method("Feed/GetRoute", route.RouteId, route.RouteProgress)
LIST_ROUTES = Method("Feed/ListRoutes", route.ListRoutesRequest, route.ListRoutesResponse)
DELETE_ROUTE = Method("Feed/DeleteRoute", route.RouteId, route.DeleteRouteResponse)
PAUSE_ROUTE = Method("Feed/PauseRoute", route.RouteId, route.Route)
RESUME_ROUTE = Method("Feed/ResumeRoute", route.RouteId, route.Route)
TEST_ROUTE = Method("Feed/TestRoute", route.TestRouteRequest, route.TestRouteResponse)
LIST_DEAD_LETTERS = Method(
    "Feed/ListDeadLetters", route.ListDeadLettersRequest, route.ListDeadLettersResponse
)
REDELIVER_DEAD_LETTERS = Method(
    "Feed/RedeliverDeadLetters", route.RedeliverDeadLettersRequest, route.RedeliveryProgress
)
DISCARD_DEAD_LETTERS = Method(
    "Feed/DiscardDeadLetters", route.DiscardDeadLettersRequest, route.DiscardProgress
)
CONSUME = Method("Feed/Consume", ConsumeRequest, ConsumeResponse)
LIST_CONSUMERS = Method("Feed/ListConsumers", ListConsumersRequest, ListConsumersResponse)
DELETE_CONSUMER = Method("Feed/DeleteConsumer", DeleteConsumerRequest, DeleteConsumerResponse)
SUBSCRIBE = Method("Feed/Subscribe", SubscribeRequest, SubscribeResponse)
