"""The methods of the contract that this client calls: path, request and response of each."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from hitchpost.v1 import external_event_pb2 as external_event
from hitchpost.v1 import node_run_pb2 as node_run
from hitchpost.v1 import object_id_pb2 as object_id
from hitchpost.v1 import task_pb2 as task
from hitchpost.v1 import value_pb2 as value
from hitchpost.v1 import wf_run_pb2 as wf_run
from hitchpost.v1 import wf_spec_pb2 as wf_spec
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.principal_pb2 import Principal
from hitchpost.v1.runs_pb2 import GetHistoryRequest
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

PUT_WF_SPEC = Method("Workflows/PutWfSpec", wf_spec.PutWfSpecRequest, wf_spec.WfSpec)
GET_WF_SPEC = Method("Workflows/GetWfSpec", object_id.WfSpecId, wf_spec.WfSpec)
GET_LATEST_WF_SPEC = Method(
    "Workflows/GetLatestWfSpec", wf_spec.GetLatestWfSpecRequest, wf_spec.WfSpec
)
DELETE_WF_SPEC = Method("Workflows/DeleteWfSpec", wf_spec.DeleteWfSpecRequest, Empty)

RUN_WF = Method("Workflows/RunWf", wf_run.RunWfRequest, wf_run.WfRun)
GET_WF_RUN = Method("Workflows/GetWfRun", object_id.WfRunId, wf_run.WfRun)
DELETE_WF_RUN = Method("Workflows/DeleteWfRun", wf_run.DeleteWfRunRequest, Empty)

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

REGISTER_TASK_WORKER = Method(
    "Workflows/RegisterTaskWorker", task.RegisterTaskWorkerRequest, task.RegisterTaskWorkerResponse
)
POLL_TASK = Method("Workflows/PollTask", task.PollTaskRequest, task.PollTaskResponse)
REPORT_TASK = Method("Workflows/ReportTask", task.ReportTaskRun, Empty)

WHOAMI = Method("Workflows/Whoami", Empty, Principal)
GET_SERVER_VERSION = Method("Workflows/GetServerVersion", Empty, LittleHorseVersion)

GET_HISTORY = Method("Runs/GetHistory", GetHistoryRequest, HistoryEvent)
