from hitchpost.v1 import errors_pb2 as _errors_pb2
from hitchpost.v1 import external_event_pb2 as _external_event_pb2
from hitchpost.v1 import history_pb2 as _history_pb2
from hitchpost.v1 import node_run_pb2 as _node_run_pb2
from hitchpost.v1 import object_id_pb2 as _object_id_pb2
from hitchpost.v1 import struct_def_pb2 as _struct_def_pb2
from hitchpost.v1 import task_pb2 as _task_pb2
from hitchpost.v1 import user_task_pb2 as _user_task_pb2
from hitchpost.v1 import value_pb2 as _value_pb2
from hitchpost.v1 import wf_run_pb2 as _wf_run_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MarkStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MARK_STATUS_UNSPECIFIED: _ClassVar[MarkStatus]
    MARK_WAITING: _ClassVar[MarkStatus]
    MARK_MATCHED: _ClassVar[MarkStatus]
    MARK_LEFT: _ClassVar[MarkStatus]
MARK_STATUS_UNSPECIFIED: MarkStatus
MARK_WAITING: MarkStatus
MARK_MATCHED: MarkStatus
MARK_LEFT: MarkStatus

class LogRecord(_message.Message):
    __slots__ = ("time_us", "cause", "traceparent", "events", "recalled", "archived")
    TIME_US_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    RECALLED_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    time_us: int
    cause: _history_pb2.Cause
    traceparent: str
    events: _containers.RepeatedCompositeFieldContainer[_history_pb2.HistoryEvent]
    recalled: _containers.RepeatedCompositeFieldContainer[RunSnapshot]
    archived: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, time_us: _Optional[int] = ..., cause: _Optional[_Union[_history_pb2.Cause, _Mapping]] = ..., traceparent: _Optional[str] = ..., events: _Optional[_Iterable[_Union[_history_pb2.HistoryEvent, _Mapping]]] = ..., recalled: _Optional[_Iterable[_Union[RunSnapshot, _Mapping]]] = ..., archived: _Optional[_Iterable[str]] = ...) -> None: ...

class RecordParts(_message.Message):
    __slots__ = ("time_us", "cause", "traceparent", "events")
    TIME_US_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    time_us: int
    cause: bytes
    traceparent: str
    events: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, time_us: _Optional[int] = ..., cause: _Optional[bytes] = ..., traceparent: _Optional[str] = ..., events: _Optional[_Iterable[bytes]] = ...) -> None: ...

class EventParts(_message.Message):
    __slots__ = ("stream", "wf_run_id", "execution", "sequence", "position", "time", "cause", "traceparent")
    STREAM_FIELD_NUMBER: _ClassVar[int]
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    stream: str
    wf_run_id: bytes
    execution: int
    sequence: int
    position: int
    time: bytes
    cause: bytes
    traceparent: str
    def __init__(self, stream: _Optional[str] = ..., wf_run_id: _Optional[bytes] = ..., execution: _Optional[int] = ..., sequence: _Optional[int] = ..., position: _Optional[int] = ..., time: _Optional[bytes] = ..., cause: _Optional[bytes] = ..., traceparent: _Optional[str] = ...) -> None: ...

class FamilySnapshot(_message.Message):
    __slots__ = ("incarnation", "runs", "archived")
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    incarnation: int
    runs: _containers.RepeatedCompositeFieldContainer[RunSnapshot]
    archived: int
    def __init__(self, incarnation: _Optional[int] = ..., runs: _Optional[_Iterable[_Union[RunSnapshot, _Mapping]]] = ..., archived: _Optional[int] = ...) -> None: ...

class RunSnapshot(_message.Message):
    __slots__ = ("wf_run_id", "wf_run", "wf_spec_sequence", "threads", "tasks", "unclaimed", "timers", "interrupts", "incarnation", "waiting", "thrown", "user_tasks", "all_unclaimed")
    class ThrownEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    WF_RUN_FIELD_NUMBER: _ClassVar[int]
    WF_SPEC_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    UNCLAIMED_FIELD_NUMBER: _ClassVar[int]
    TIMERS_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTS_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    THROWN_FIELD_NUMBER: _ClassVar[int]
    USER_TASKS_FIELD_NUMBER: _ClassVar[int]
    ALL_UNCLAIMED_FIELD_NUMBER: _ClassVar[int]
    wf_run_id: _object_id_pb2.WfRunId
    wf_run: _wf_run_pb2.WfRun
    wf_spec_sequence: int
    threads: _containers.RepeatedCompositeFieldContainer[ThreadSnapshot]
    tasks: _containers.RepeatedCompositeFieldContainer[_task_pb2.TaskRun]
    unclaimed: _containers.RepeatedCompositeFieldContainer[UnclaimedSnapshot]
    timers: _containers.RepeatedCompositeFieldContainer[TimerSnapshot]
    interrupts: _containers.RepeatedCompositeFieldContainer[InterruptSnapshot]
    incarnation: int
    waiting: _containers.RepeatedCompositeFieldContainer[_object_id_pb2.NodeRunId]
    thrown: _containers.ScalarMap[str, int]
    user_tasks: _containers.RepeatedCompositeFieldContainer[_user_task_pb2.UserTaskRun]
    all_unclaimed: bool
    def __init__(self, wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., wf_run: _Optional[_Union[_wf_run_pb2.WfRun, _Mapping]] = ..., wf_spec_sequence: _Optional[int] = ..., threads: _Optional[_Iterable[_Union[ThreadSnapshot, _Mapping]]] = ..., tasks: _Optional[_Iterable[_Union[_task_pb2.TaskRun, _Mapping]]] = ..., unclaimed: _Optional[_Iterable[_Union[UnclaimedSnapshot, _Mapping]]] = ..., timers: _Optional[_Iterable[_Union[TimerSnapshot, _Mapping]]] = ..., interrupts: _Optional[_Iterable[_Union[InterruptSnapshot, _Mapping]]] = ..., incarnation: _Optional[int] = ..., waiting: _Optional[_Iterable[_Union[_object_id_pb2.NodeRunId, _Mapping]]] = ..., thrown: _Optional[_Mapping[str, int]] = ..., user_tasks: _Optional[_Iterable[_Union[_user_task_pb2.UserTaskRun, _Mapping]]] = ..., all_unclaimed: bool = ...) -> None: ...

class InterruptSnapshot(_message.Message):
    __slots__ = ("external_event_def", "guid", "content")
    EXTERNAL_EVENT_DEF_FIELD_NUMBER: _ClassVar[int]
    GUID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    external_event_def: str
    guid: str
    content: _value_pb2.VariableValue
    def __init__(self, external_event_def: _Optional[str] = ..., guid: _Optional[str] = ..., content: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ...) -> None: ...

class ThreadSnapshot(_message.Message):
    __slots__ = ("thread_run_number", "node_run", "variables", "outputs", "failure")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NODE_RUN_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    node_run: _node_run_pb2.NodeRun
    variables: _containers.RepeatedCompositeFieldContainer[_value_pb2.Variable]
    outputs: _containers.RepeatedCompositeFieldContainer[NodeOutput]
    failure: _node_run_pb2.Failure
    def __init__(self, thread_run_number: _Optional[int] = ..., node_run: _Optional[_Union[_node_run_pb2.NodeRun, _Mapping]] = ..., variables: _Optional[_Iterable[_Union[_value_pb2.Variable, _Mapping]]] = ..., outputs: _Optional[_Iterable[_Union[NodeOutput, _Mapping]]] = ..., failure: _Optional[_Union[_node_run_pb2.Failure, _Mapping]] = ...) -> None: ...

class NodeOutput(_message.Message):
    __slots__ = ("node_name", "value")
    NODE_NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    node_name: str
    value: _value_pb2.VariableValue
    def __init__(self, node_name: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ...) -> None: ...

class UnclaimedSnapshot(_message.Message):
    __slots__ = ("external_event", "requires_reference", "received_sequence")
    EXTERNAL_EVENT_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    external_event: _external_event_pb2.ExternalEvent
    requires_reference: bool
    received_sequence: int
    def __init__(self, external_event: _Optional[_Union[_external_event_pb2.ExternalEvent, _Mapping]] = ..., requires_reference: bool = ..., received_sequence: _Optional[int] = ...) -> None: ...

class TimerSnapshot(_message.Message):
    __slots__ = ("timer", "set")
    TIMER_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    timer: int
    set: _history_pb2.TimerSet
    def __init__(self, timer: _Optional[int] = ..., set: _Optional[_Union[_history_pb2.TimerSet, _Mapping]] = ...) -> None: ...

class DefinitionSnapshot(_message.Message):
    __slots__ = ("task_def_put", "external_event_def_put", "versions", "workflow_event_def_put", "user_task_defs", "struct_defs")
    TASK_DEF_PUT_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_DEF_PUT_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_EVENT_DEF_PUT_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_DEFS_FIELD_NUMBER: _ClassVar[int]
    STRUCT_DEFS_FIELD_NUMBER: _ClassVar[int]
    task_def_put: _history_pb2.TaskDefPut
    external_event_def_put: _history_pb2.ExternalEventDefPut
    versions: _containers.RepeatedCompositeFieldContainer[WfSpecVersion]
    workflow_event_def_put: _history_pb2.WorkflowEventDefPut
    user_task_defs: _containers.RepeatedCompositeFieldContainer[_user_task_pb2.UserTaskDef]
    struct_defs: _containers.RepeatedCompositeFieldContainer[_struct_def_pb2.StructDef]
    def __init__(self, task_def_put: _Optional[_Union[_history_pb2.TaskDefPut, _Mapping]] = ..., external_event_def_put: _Optional[_Union[_history_pb2.ExternalEventDefPut, _Mapping]] = ..., versions: _Optional[_Iterable[_Union[WfSpecVersion, _Mapping]]] = ..., workflow_event_def_put: _Optional[_Union[_history_pb2.WorkflowEventDefPut, _Mapping]] = ..., user_task_defs: _Optional[_Iterable[_Union[_user_task_pb2.UserTaskDef, _Mapping]]] = ..., struct_defs: _Optional[_Iterable[_Union[_struct_def_pb2.StructDef, _Mapping]]] = ...) -> None: ...

class WfSpecVersion(_message.Message):
    __slots__ = ("major_version", "revision", "sequence")
    MAJOR_VERSION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    major_version: int
    revision: int
    sequence: int
    def __init__(self, major_version: _Optional[int] = ..., revision: _Optional[int] = ..., sequence: _Optional[int] = ...) -> None: ...

class CorrelationSnapshot(_message.Message):
    __slots__ = ("put", "ttl_timer", "marks")
    PUT_FIELD_NUMBER: _ClassVar[int]
    TTL_TIMER_FIELD_NUMBER: _ClassVar[int]
    MARKS_FIELD_NUMBER: _ClassVar[int]
    put: _history_pb2.CorrelatedEventPut
    ttl_timer: int
    marks: _containers.RepeatedCompositeFieldContainer[MarkSnapshot]
    def __init__(self, put: _Optional[_Union[_history_pb2.CorrelatedEventPut, _Mapping]] = ..., ttl_timer: _Optional[int] = ..., marks: _Optional[_Iterable[_Union[MarkSnapshot, _Mapping]]] = ...) -> None: ...

class MarkSnapshot(_message.Message):
    __slots__ = ("waiting", "status")
    WAITING_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    waiting: _history_pb2.CorrelatedWait
    status: MarkStatus
    def __init__(self, waiting: _Optional[_Union[_history_pb2.CorrelatedWait, _Mapping]] = ..., status: _Optional[_Union[MarkStatus, str]] = ...) -> None: ...

class AuditSnapshot(_message.Message):
    __slots__ = ("windows", "marks")
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    MARKS_FIELD_NUMBER: _ClassVar[int]
    windows: _containers.RepeatedCompositeFieldContainer[AuditWindow]
    marks: _containers.RepeatedCompositeFieldContainer[AuditMark]
    def __init__(self, windows: _Optional[_Iterable[_Union[AuditWindow, _Mapping]]] = ..., marks: _Optional[_Iterable[_Union[AuditMark, _Mapping]]] = ...) -> None: ...

class AuditMark(_message.Message):
    __slots__ = ("time_us", "sequence")
    TIME_US_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    time_us: int
    sequence: int
    def __init__(self, time_us: _Optional[int] = ..., sequence: _Optional[int] = ...) -> None: ...

class AuditWindow(_message.Message):
    __slots__ = ("external_event_def", "wf_run", "opened_us", "entries")
    EXTERNAL_EVENT_DEF_FIELD_NUMBER: _ClassVar[int]
    WF_RUN_FIELD_NUMBER: _ClassVar[int]
    OPENED_US_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    external_event_def: str
    wf_run: str
    opened_us: int
    entries: int
    def __init__(self, external_event_def: _Optional[str] = ..., wf_run: _Optional[str] = ..., opened_us: _Optional[int] = ..., entries: _Optional[int] = ...) -> None: ...

class RouteSnapshot(_message.Message):
    __slots__ = ("route_put", "dead_letters", "born")
    ROUTE_PUT_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    BORN_FIELD_NUMBER: _ClassVar[int]
    route_put: _history_pb2.RoutePut
    dead_letters: _containers.RepeatedScalarFieldContainer[int]
    born: int
    def __init__(self, route_put: _Optional[_Union[_history_pb2.RoutePut, _Mapping]] = ..., dead_letters: _Optional[_Iterable[int]] = ..., born: _Optional[int] = ...) -> None: ...

class ScheduleSnapshot(_message.Message):
    __slots__ = ("schedule_put", "timers")
    SCHEDULE_PUT_FIELD_NUMBER: _ClassVar[int]
    TIMERS_FIELD_NUMBER: _ClassVar[int]
    schedule_put: _history_pb2.SchedulePut
    timers: _containers.RepeatedCompositeFieldContainer[TimerSnapshot]
    def __init__(self, schedule_put: _Optional[_Union[_history_pb2.SchedulePut, _Mapping]] = ..., timers: _Optional[_Iterable[_Union[TimerSnapshot, _Mapping]]] = ...) -> None: ...

class FollowUp(_message.Message):
    __slots__ = ("principal", "record_refusal", "mark_correlation", "unmark_correlation", "match_correlated_event", "deliver_correlated_event", "start_run")
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    RECORD_REFUSAL_FIELD_NUMBER: _ClassVar[int]
    MARK_CORRELATION_FIELD_NUMBER: _ClassVar[int]
    UNMARK_CORRELATION_FIELD_NUMBER: _ClassVar[int]
    MATCH_CORRELATED_EVENT_FIELD_NUMBER: _ClassVar[int]
    DELIVER_CORRELATED_EVENT_FIELD_NUMBER: _ClassVar[int]
    START_RUN_FIELD_NUMBER: _ClassVar[int]
    principal: str
    record_refusal: RecordRefusal
    mark_correlation: _history_pb2.CorrelatedWait
    unmark_correlation: _history_pb2.CorrelatedWait
    match_correlated_event: MatchCorrelatedEvent
    deliver_correlated_event: DeliverCorrelatedEvent
    start_run: _wf_run_pb2.RunWfRequest
    def __init__(self, principal: _Optional[str] = ..., record_refusal: _Optional[_Union[RecordRefusal, _Mapping]] = ..., mark_correlation: _Optional[_Union[_history_pb2.CorrelatedWait, _Mapping]] = ..., unmark_correlation: _Optional[_Union[_history_pb2.CorrelatedWait, _Mapping]] = ..., match_correlated_event: _Optional[_Union[MatchCorrelatedEvent, _Mapping]] = ..., deliver_correlated_event: _Optional[_Union[DeliverCorrelatedEvent, _Mapping]] = ..., start_run: _Optional[_Union[_wf_run_pb2.RunWfRequest, _Mapping]] = ...) -> None: ...

class RecordRefusal(_message.Message):
    __slots__ = ("external_event_def", "wf_run_id", "reason")
    EXTERNAL_EVENT_DEF_FIELD_NUMBER: _ClassVar[int]
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    external_event_def: str
    wf_run_id: _object_id_pb2.WfRunId
    reason: _errors_pb2.ErrorReason
    def __init__(self, external_event_def: _Optional[str] = ..., wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., reason: _Optional[_Union[_errors_pb2.ErrorReason, str]] = ...) -> None: ...

class MatchCorrelatedEvent(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeliverCorrelatedEvent(_message.Message):
    __slots__ = ("request", "waiting")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    request: _external_event_pb2.PutExternalEventRequest
    waiting: _history_pb2.CorrelatedWait
    def __init__(self, request: _Optional[_Union[_external_event_pb2.PutExternalEventRequest, _Mapping]] = ..., waiting: _Optional[_Union[_history_pb2.CorrelatedWait, _Mapping]] = ...) -> None: ...

class FeedFloor(_message.Message):
    __slots__ = ("forgotten_position", "stretches")
    FORGOTTEN_POSITION_FIELD_NUMBER: _ClassVar[int]
    STRETCHES_FIELD_NUMBER: _ClassVar[int]
    forgotten_position: int
    stretches: _containers.RepeatedCompositeFieldContainer[FeedStretch]
    def __init__(self, forgotten_position: _Optional[int] = ..., stretches: _Optional[_Iterable[_Union[FeedStretch, _Mapping]]] = ...) -> None: ...

class FeedStretch(_message.Message):
    __slots__ = ("through_position", "bytes")
    THROUGH_POSITION_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    through_position: int
    bytes: int
    def __init__(self, through_position: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...

class StoredConsumer(_message.Message):
    __slots__ = ("patterns", "created_us", "position", "acknowledged")
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    CREATED_US_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    patterns: _containers.RepeatedScalarFieldContainer[str]
    created_us: int
    position: int
    acknowledged: _containers.RepeatedCompositeFieldContainer[AcknowledgedRange]
    def __init__(self, patterns: _Optional[_Iterable[str]] = ..., created_us: _Optional[int] = ..., position: _Optional[int] = ..., acknowledged: _Optional[_Iterable[_Union[AcknowledgedRange, _Mapping]]] = ...) -> None: ...

class StoredRouteCursor(_message.Message):
    __slots__ = ("read_to", "open")
    READ_TO_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    read_to: int
    open: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, read_to: _Optional[int] = ..., open: _Optional[_Iterable[int]] = ...) -> None: ...

class AcknowledgedRange(_message.Message):
    __slots__ = ("first", "last")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    first: int
    last: int
    def __init__(self, first: _Optional[int] = ..., last: _Optional[int] = ...) -> None: ...
