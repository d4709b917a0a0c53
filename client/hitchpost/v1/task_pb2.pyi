import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from hitchpost.v1 import object_id_pb2 as _object_id_pb2
from hitchpost.v1 import status_pb2 as _status_pb2
from hitchpost.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TaskStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_SCHEDULED: _ClassVar[TaskStatus]
    TASK_RUNNING: _ClassVar[TaskStatus]
    TASK_SUCCESS: _ClassVar[TaskStatus]
    TASK_FAILED: _ClassVar[TaskStatus]
    TASK_TIMEOUT: _ClassVar[TaskStatus]
    TASK_OUTPUT_SERDE_ERROR: _ClassVar[TaskStatus]
    TASK_INPUT_VAR_SUB_ERROR: _ClassVar[TaskStatus]
    TASK_EXCEPTION: _ClassVar[TaskStatus]
    TASK_PENDING: _ClassVar[TaskStatus]
TASK_SCHEDULED: TaskStatus
TASK_RUNNING: TaskStatus
TASK_SUCCESS: TaskStatus
TASK_FAILED: TaskStatus
TASK_TIMEOUT: TaskStatus
TASK_OUTPUT_SERDE_ERROR: TaskStatus
TASK_INPUT_VAR_SUB_ERROR: TaskStatus
TASK_EXCEPTION: TaskStatus
TASK_PENDING: TaskStatus

class ExponentialBackoffRetryPolicy(_message.Message):
    __slots__ = ("base_interval_ms", "max_delay_ms", "multiplier")
    BASE_INTERVAL_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_DELAY_MS_FIELD_NUMBER: _ClassVar[int]
    MULTIPLIER_FIELD_NUMBER: _ClassVar[int]
    base_interval_ms: int
    max_delay_ms: int
    multiplier: float
    def __init__(self, base_interval_ms: _Optional[int] = ..., max_delay_ms: _Optional[int] = ..., multiplier: _Optional[float] = ...) -> None: ...

class PutTaskDefRequest(_message.Message):
    __slots__ = ("name", "input_vars", "return_type", "description")
    NAME_FIELD_NUMBER: _ClassVar[int]
    INPUT_VARS_FIELD_NUMBER: _ClassVar[int]
    RETURN_TYPE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    name: str
    input_vars: _containers.RepeatedCompositeFieldContainer[_value_pb2.VariableDef]
    return_type: _value_pb2.ReturnType
    description: str
    def __init__(self, name: _Optional[str] = ..., input_vars: _Optional[_Iterable[_Union[_value_pb2.VariableDef, _Mapping]]] = ..., return_type: _Optional[_Union[_value_pb2.ReturnType, _Mapping]] = ..., description: _Optional[str] = ...) -> None: ...

class DeleteTaskDefRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.TaskDefId
    def __init__(self, id: _Optional[_Union[_object_id_pb2.TaskDefId, _Mapping]] = ...) -> None: ...

class RegisterTaskWorkerRequest(_message.Message):
    __slots__ = ("task_worker_id", "task_def_id")
    TASK_WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    task_worker_id: str
    task_def_id: _object_id_pb2.TaskDefId
    def __init__(self, task_worker_id: _Optional[str] = ..., task_def_id: _Optional[_Union[_object_id_pb2.TaskDefId, _Mapping]] = ...) -> None: ...

class RegisterTaskWorkerResponse(_message.Message):
    __slots__ = ("your_hosts", "is_cluster_healthy")
    YOUR_HOSTS_FIELD_NUMBER: _ClassVar[int]
    IS_CLUSTER_HEALTHY_FIELD_NUMBER: _ClassVar[int]
    your_hosts: _containers.RepeatedCompositeFieldContainer[LHHostInfo]
    is_cluster_healthy: bool
    def __init__(self, your_hosts: _Optional[_Iterable[_Union[LHHostInfo, _Mapping]]] = ..., is_cluster_healthy: bool = ...) -> None: ...

class LHHostInfo(_message.Message):
    __slots__ = ("host", "port")
    HOST_FIELD_NUMBER: _ClassVar[int]
    PORT_FIELD_NUMBER: _ClassVar[int]
    host: str
    port: int
    def __init__(self, host: _Optional[str] = ..., port: _Optional[int] = ...) -> None: ...

class PollTaskRequest(_message.Message):
    __slots__ = ("task_def_id", "client_id", "task_worker_version")
    TASK_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_WORKER_VERSION_FIELD_NUMBER: _ClassVar[int]
    task_def_id: _object_id_pb2.TaskDefId
    client_id: str
    task_worker_version: str
    def __init__(self, task_def_id: _Optional[_Union[_object_id_pb2.TaskDefId, _Mapping]] = ..., client_id: _Optional[str] = ..., task_worker_version: _Optional[str] = ...) -> None: ...

class ScheduledTask(_message.Message):
    __slots__ = ("task_run_id", "task_def_id", "attempt_number", "variables", "created_at", "source", "total_observed_checkpoints")
    TASK_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_OBSERVED_CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    task_run_id: _object_id_pb2.TaskRunId
    task_def_id: _object_id_pb2.TaskDefId
    attempt_number: int
    variables: _containers.RepeatedCompositeFieldContainer[_value_pb2.VarNameAndVal]
    created_at: _timestamp_pb2.Timestamp
    source: TaskRunSource
    total_observed_checkpoints: int
    def __init__(self, task_run_id: _Optional[_Union[_object_id_pb2.TaskRunId, _Mapping]] = ..., task_def_id: _Optional[_Union[_object_id_pb2.TaskDefId, _Mapping]] = ..., attempt_number: _Optional[int] = ..., variables: _Optional[_Iterable[_Union[_value_pb2.VarNameAndVal, _Mapping]]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., source: _Optional[_Union[TaskRunSource, _Mapping]] = ..., total_observed_checkpoints: _Optional[int] = ...) -> None: ...

class PollTaskResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: ScheduledTask
    def __init__(self, result: _Optional[_Union[ScheduledTask, _Mapping]] = ...) -> None: ...

class ReportTaskRun(_message.Message):
    __slots__ = ("task_run_id", "time", "status", "log_output", "attempt_number", "output", "error", "exception", "total_checkpoints")
    TASK_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LOG_OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    EXCEPTION_FIELD_NUMBER: _ClassVar[int]
    TOTAL_CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    task_run_id: _object_id_pb2.TaskRunId
    time: _timestamp_pb2.Timestamp
    status: TaskStatus
    log_output: _value_pb2.VariableValue
    attempt_number: int
    output: _value_pb2.VariableValue
    error: LHTaskError
    exception: LHTaskException
    total_checkpoints: int
    def __init__(self, task_run_id: _Optional[_Union[_object_id_pb2.TaskRunId, _Mapping]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[TaskStatus, str]] = ..., log_output: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., attempt_number: _Optional[int] = ..., output: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., error: _Optional[_Union[LHTaskError, _Mapping]] = ..., exception: _Optional[_Union[LHTaskException, _Mapping]] = ..., total_checkpoints: _Optional[int] = ...) -> None: ...

class ListTaskRunsRequest(_message.Message):
    __slots__ = ("wf_run_id", "bookmark", "limit")
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    wf_run_id: _object_id_pb2.WfRunId
    bookmark: bytes
    limit: int
    def __init__(self, wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., bookmark: _Optional[bytes] = ..., limit: _Optional[int] = ...) -> None: ...

class TaskRunList(_message.Message):
    __slots__ = ("results", "bookmark")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[TaskRun]
    bookmark: bytes
    def __init__(self, results: _Optional[_Iterable[_Union[TaskRun, _Mapping]]] = ..., bookmark: _Optional[bytes] = ...) -> None: ...

class TaskDef(_message.Message):
    __slots__ = ("id", "input_vars", "created_at", "return_type", "description")
    ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_VARS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    RETURN_TYPE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.TaskDefId
    input_vars: _containers.RepeatedCompositeFieldContainer[_value_pb2.VariableDef]
    created_at: _timestamp_pb2.Timestamp
    return_type: _value_pb2.ReturnType
    description: str
    def __init__(self, id: _Optional[_Union[_object_id_pb2.TaskDefId, _Mapping]] = ..., input_vars: _Optional[_Iterable[_Union[_value_pb2.VariableDef, _Mapping]]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., return_type: _Optional[_Union[_value_pb2.ReturnType, _Mapping]] = ..., description: _Optional[str] = ...) -> None: ...

class TaskRun(_message.Message):
    __slots__ = ("id", "task_def_id", "attempts", "input_variables", "source", "scheduled_at", "status", "timeout_seconds", "total_attempts", "exponential_backoff", "total_checkpoints")
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    INPUT_VARIABLES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SCHEDULED_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    EXPONENTIAL_BACKOFF_FIELD_NUMBER: _ClassVar[int]
    TOTAL_CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.TaskRunId
    task_def_id: _object_id_pb2.TaskDefId
    attempts: _containers.RepeatedCompositeFieldContainer[TaskAttempt]
    input_variables: _containers.RepeatedCompositeFieldContainer[_value_pb2.VarNameAndVal]
    source: TaskRunSource
    scheduled_at: _timestamp_pb2.Timestamp
    status: TaskStatus
    timeout_seconds: int
    total_attempts: int
    exponential_backoff: ExponentialBackoffRetryPolicy
    total_checkpoints: int
    def __init__(self, id: _Optional[_Union[_object_id_pb2.TaskRunId, _Mapping]] = ..., task_def_id: _Optional[_Union[_object_id_pb2.TaskDefId, _Mapping]] = ..., attempts: _Optional[_Iterable[_Union[TaskAttempt, _Mapping]]] = ..., input_variables: _Optional[_Iterable[_Union[_value_pb2.VarNameAndVal, _Mapping]]] = ..., source: _Optional[_Union[TaskRunSource, _Mapping]] = ..., scheduled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[TaskStatus, str]] = ..., timeout_seconds: _Optional[int] = ..., total_attempts: _Optional[int] = ..., exponential_backoff: _Optional[_Union[ExponentialBackoffRetryPolicy, _Mapping]] = ..., total_checkpoints: _Optional[int] = ...) -> None: ...

class TaskAttempt(_message.Message):
    __slots__ = ("log_output", "schedule_time", "start_time", "end_time", "task_worker_id", "task_worker_version", "status", "output", "error", "exception", "masked_value")
    LOG_OUTPUT_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    TASK_WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_WORKER_VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    EXCEPTION_FIELD_NUMBER: _ClassVar[int]
    MASKED_VALUE_FIELD_NUMBER: _ClassVar[int]
    log_output: _value_pb2.VariableValue
    schedule_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    task_worker_id: str
    task_worker_version: str
    status: TaskStatus
    output: _value_pb2.VariableValue
    error: LHTaskError
    exception: LHTaskException
    masked_value: bool
    def __init__(self, log_output: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., schedule_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., task_worker_id: _Optional[str] = ..., task_worker_version: _Optional[str] = ..., status: _Optional[_Union[TaskStatus, str]] = ..., output: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., error: _Optional[_Union[LHTaskError, _Mapping]] = ..., exception: _Optional[_Union[LHTaskException, _Mapping]] = ..., masked_value: bool = ...) -> None: ...

class TaskRunSource(_message.Message):
    __slots__ = ("task_node", "user_task_trigger", "wf_spec_id")
    TASK_NODE_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_TRIGGER_FIELD_NUMBER: _ClassVar[int]
    WF_SPEC_ID_FIELD_NUMBER: _ClassVar[int]
    task_node: TaskNodeReference
    user_task_trigger: UserTaskTriggerReference
    wf_spec_id: _object_id_pb2.WfSpecId
    def __init__(self, task_node: _Optional[_Union[TaskNodeReference, _Mapping]] = ..., user_task_trigger: _Optional[_Union[UserTaskTriggerReference, _Mapping]] = ..., wf_spec_id: _Optional[_Union[_object_id_pb2.WfSpecId, _Mapping]] = ...) -> None: ...

class TaskNodeReference(_message.Message):
    __slots__ = ("node_run_id",)
    NODE_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    node_run_id: _object_id_pb2.NodeRunId
    def __init__(self, node_run_id: _Optional[_Union[_object_id_pb2.NodeRunId, _Mapping]] = ...) -> None: ...

class LHTaskError(_message.Message):
    __slots__ = ("type", "message")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    type: _status_pb2.LHErrorType
    message: str
    def __init__(self, type: _Optional[_Union[_status_pb2.LHErrorType, str]] = ..., message: _Optional[str] = ...) -> None: ...

class LHTaskException(_message.Message):
    __slots__ = ("name", "message", "content")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    message: str
    content: _value_pb2.VariableValue
    def __init__(self, name: _Optional[str] = ..., message: _Optional[str] = ..., content: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ...) -> None: ...

class UserTaskTriggerReference(_message.Message):
    __slots__ = ("node_run_id", "user_task_event_number", "user_id", "user_group")
    NODE_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_EVENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    USER_GROUP_FIELD_NUMBER: _ClassVar[int]
    node_run_id: _object_id_pb2.NodeRunId
    user_task_event_number: int
    user_id: str
    user_group: str
    def __init__(self, node_run_id: _Optional[_Union[_object_id_pb2.NodeRunId, _Mapping]] = ..., user_task_event_number: _Optional[int] = ..., user_id: _Optional[str] = ..., user_group: _Optional[str] = ...) -> None: ...

class PutCheckpointRequest(_message.Message):
    __slots__ = ("task_run_id", "task_attempt", "value", "logs")
    TASK_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LOGS_FIELD_NUMBER: _ClassVar[int]
    task_run_id: _object_id_pb2.TaskRunId
    task_attempt: int
    value: _value_pb2.VariableValue
    logs: str
    def __init__(self, task_run_id: _Optional[_Union[_object_id_pb2.TaskRunId, _Mapping]] = ..., task_attempt: _Optional[int] = ..., value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., logs: _Optional[str] = ...) -> None: ...

class PutCheckpointResponse(_message.Message):
    __slots__ = ("flow_control_continue_type", "created_checkpoint")
    class FlowControlContinue(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        CONTINUE_TASK: _ClassVar[PutCheckpointResponse.FlowControlContinue]
        STOP_TASK: _ClassVar[PutCheckpointResponse.FlowControlContinue]
    CONTINUE_TASK: PutCheckpointResponse.FlowControlContinue
    STOP_TASK: PutCheckpointResponse.FlowControlContinue
    FLOW_CONTROL_CONTINUE_TYPE_FIELD_NUMBER: _ClassVar[int]
    CREATED_CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    flow_control_continue_type: PutCheckpointResponse.FlowControlContinue
    created_checkpoint: Checkpoint
    def __init__(self, flow_control_continue_type: _Optional[_Union[PutCheckpointResponse.FlowControlContinue, str]] = ..., created_checkpoint: _Optional[_Union[Checkpoint, _Mapping]] = ...) -> None: ...

class TaskWorkerMetadata(_message.Message):
    __slots__ = ("task_worker_id", "latest_heartbeat", "hosts")
    TASK_WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    LATEST_HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    HOSTS_FIELD_NUMBER: _ClassVar[int]
    task_worker_id: str
    latest_heartbeat: _timestamp_pb2.Timestamp
    hosts: _containers.RepeatedCompositeFieldContainer[LHHostInfo]
    def __init__(self, task_worker_id: _Optional[str] = ..., latest_heartbeat: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., hosts: _Optional[_Iterable[_Union[LHHostInfo, _Mapping]]] = ...) -> None: ...

class TaskWorkerGroup(_message.Message):
    __slots__ = ("id", "created_at", "task_workers")
    class TaskWorkersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: TaskWorkerMetadata
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[TaskWorkerMetadata, _Mapping]] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    TASK_WORKERS_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.TaskWorkerGroupId
    created_at: _timestamp_pb2.Timestamp
    task_workers: _containers.MessageMap[str, TaskWorkerMetadata]
    def __init__(self, id: _Optional[_Union[_object_id_pb2.TaskWorkerGroupId, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., task_workers: _Optional[_Mapping[str, TaskWorkerMetadata]] = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ("id", "value", "logs", "created_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LOGS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.CheckpointId
    value: _value_pb2.VariableValue
    logs: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[_Union[_object_id_pb2.CheckpointId, _Mapping]] = ..., value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., logs: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
