"""Hitchpost's client: run workflows, post the external events they wait for, carry out tasks.

    async with hitchpost.connect("localhost:2023") as client:
        await client.run("order", {"item": "lamp"}, id="order-7")
        await client.post_event("order-7", "document-signed", {"by": "Ada"})

Workflows are functions that write them: `workflow` decorates one, and the `WorkflowBuilder`
that it gets has a verb for everything that a run can do. `Worker` carries out tasks with
functions. `struct` makes a class a StructDef; `Array`, `Map` and `Field` say what Python's
types cannot. Every method of `Client` is one call of the contract, and `CallFailed` in one
of its forms is how it fails.

Messages are those of the contract, in `hitchpost.v1`. The server's package is never needed.
"""

from hitchpost._building.builder import WorkflowBuilder
from hitchpost._building.expression import Expression, NodeOutput, Variable
from hitchpost._building.steps import Step, ThreadsWait
from hitchpost._building.tasks import Backoff
from hitchpost._building.thread import HANDLER_INPUT
from hitchpost._building.user_tasks import UserTaskOutput
from hitchpost._building.workflow import Workflow, workflow
from hitchpost._calls.consuming import Consumption, Delivery
from hitchpost._calls.event_streams import Posted, Posting
from hitchpost._calls.histories import TERMINATED
from hitchpost._calls.user_tasks import read_form
from hitchpost._client import Client, connect
from hitchpost._errors import (
    AccessDenied,
    BreakingChange,
    CallFailed,
    CommentUnavailable,
    ConsumerMismatch,
    ContentTooLarge,
    ContentTypeMismatch,
    CorrelatedEventExists,
    DeadlineExceeded,
    DefinitionBuiltIn,
    DefinitionExists,
    DefinitionInvalid,
    DefinitionRefused,
    ExecutionMismatch,
    ExternalEventDefNotFound,
    ExternalEventExists,
    ExternalEventRefused,
    FieldInvalid,
    HitchpostError,
    InputInvalid,
    InternalFault,
    MalformedRequest,
    MessageExists,
    NotReferencedByWfSpec,
    NotRescuable,
    NotServed,
    ObjectNotFound,
    ObjectTooLarge,
    Overloaded,
    ParentWfRunNotFound,
    Rejected,
    RequestInvalid,
    RequestTooLarge,
    ServerFault,
    ShuttingDown,
    StoreUnavailable,
    TaskMismatch,
    TenantUnknown,
    Unavailable,
    UnconsumedEventLimit,
    UnsupportedConstruct,
    UserTaskClaimed,
    UserTaskEnded,
    UserTaskRefused,
    ValueUnsupported,
    WaitFailed,
    WaitTimedOut,
    WfRunExists,
    WfRunNotFound,
    WfRunTerminated,
    WorkflowInvalid,
)
from hitchpost._ids import run_id_text, wf_run_id
from hitchpost._marks import Array, Field, Map, struct
from hitchpost._readings import from_value
from hitchpost._requests import Correlation
from hitchpost._retry import Retry
from hitchpost._targets import nats, webhook
from hitchpost._types import masked
from hitchpost._values import to_value
from hitchpost._working.attempt import TaskException
from hitchpost._working.checkpoints import TaskStopped
from hitchpost._working.context import TaskContext
from hitchpost._working.worker import Worker

__all__ = [
    "AccessDenied",
    "Array",
    "Backoff",
    "BreakingChange",
    "CallFailed",
    "Client",
    "CommentUnavailable",
    "ConsumerMismatch",
    "Consumption",
    "ContentTooLarge",
    "ContentTypeMismatch",
    "CorrelatedEventExists",
    "Correlation",
    "DeadlineExceeded",
    "DefinitionBuiltIn",
    "DefinitionExists",
    "DefinitionInvalid",
    "DefinitionRefused",
    "Delivery",
    "ExecutionMismatch",
    "Expression",
    "ExternalEventDefNotFound",
    "ExternalEventExists",
    "ExternalEventRefused",
    "Field",
    "FieldInvalid",
    "HANDLER_INPUT",
    "HitchpostError",
    "InputInvalid",
    "InternalFault",
    "MalformedRequest",
    "Map",
    "MessageExists",
    "NodeOutput",
    "NotReferencedByWfSpec",
    "NotRescuable",
    "NotServed",
    "ObjectNotFound",
    "ObjectTooLarge",
    "Overloaded",
    "ParentWfRunNotFound",
    "Posted",
    "Posting",
    "Rejected",
    "RequestInvalid",
    "RequestTooLarge",
    "Retry",
    "ServerFault",
    "ShuttingDown",
    "Step",
    "StoreUnavailable",
    "TERMINATED",
    "TaskContext",
    "TaskException",
    "TaskMismatch",
    "TaskStopped",
    "TenantUnknown",
    "ThreadsWait",
    "Unavailable",
    "UnconsumedEventLimit",
    "UnsupportedConstruct",
    "UserTaskClaimed",
    "UserTaskEnded",
    "UserTaskOutput",
    "UserTaskRefused",
    "ValueUnsupported",
    "Variable",
    "WaitFailed",
    "WaitTimedOut",
    "WfRunExists",
    "WfRunNotFound",
    "WfRunTerminated",
    "Worker",
    "Workflow",
    "WorkflowBuilder",
    "WorkflowInvalid",
    "connect",
    "from_value",
    "masked",
    "nats",
    "read_form",
    "run_id_text",
    "struct",
    "to_value",
    "webhook",
    "wf_run_id",
    "workflow",
]
