import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from hitchpost.v1 import correlated_event_pb2 as _correlated_event_pb2
from hitchpost.v1 import errors_pb2 as _errors_pb2
from hitchpost.v1 import external_event_pb2 as _external_event_pb2
from hitchpost.v1 import node_run_pb2 as _node_run_pb2
from hitchpost.v1 import object_id_pb2 as _object_id_pb2
from hitchpost.v1 import route_pb2 as _route_pb2
from hitchpost.v1 import scheduled_wf_run_pb2 as _scheduled_wf_run_pb2
from hitchpost.v1 import status_pb2 as _status_pb2
from hitchpost.v1 import struct_def_pb2 as _struct_def_pb2
from hitchpost.v1 import task_pb2 as _task_pb2
from hitchpost.v1 import user_task_pb2 as _user_task_pb2
from hitchpost.v1 import value_pb2 as _value_pb2
from hitchpost.v1 import wf_run_pb2 as _wf_run_pb2
from hitchpost.v1 import wf_spec_pb2 as _wf_spec_pb2
from hitchpost.v1 import workflow_event_pb2 as _workflow_event_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CommandKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMMAND_KIND_UNSPECIFIED: _ClassVar[CommandKind]
    PUT_DEFINITION: _ClassVar[CommandKind]
    DELETE_DEFINITION: _ClassVar[CommandKind]
    START_RUN: _ClassVar[CommandKind]
    POST_EXTERNAL_EVENT: _ClassVar[CommandKind]
    START_TASK: _ClassVar[CommandKind]
    REPORT_TASK: _ClassVar[CommandKind]
    FIRE_TIMER: _ClassVar[CommandKind]
    DELETE_RUN: _ClassVar[CommandKind]
    RECORD_REFUSAL: _ClassVar[CommandKind]
    STOP_THREAD: _ClassVar[CommandKind]
    RESUME_THREAD: _ClassVar[CommandKind]
    RESCUE_THREAD: _ClassVar[CommandKind]
    CONTINUE_AS_NEW: _ClassVar[CommandKind]
    ASSIGN_USER_TASK: _ClassVar[CommandKind]
    COMPLETE_USER_TASK: _ClassVar[CommandKind]
    CANCEL_USER_TASK: _ClassVar[CommandKind]
    SAVE_USER_TASK: _ClassVar[CommandKind]
    COMMENT_USER_TASK: _ClassVar[CommandKind]
    PUT_CHECKPOINT: _ClassVar[CommandKind]
    SCHEDULE_WF: _ClassVar[CommandKind]
    DELETE_SCHEDULE: _ClassVar[CommandKind]
    RETURN_TASK: _ClassVar[CommandKind]
    PUT_CORRELATED_EVENT: _ClassVar[CommandKind]
    DELETE_CORRELATED_EVENT: _ClassVar[CommandKind]
    MARK_CORRELATION: _ClassVar[CommandKind]
    MATCH_CORRELATED_EVENT: _ClassVar[CommandKind]
    DELIVER_CORRELATED_EVENT: _ClassVar[CommandKind]
    PUBLISH_MESSAGE: _ClassVar[CommandKind]
    PUT_ROUTE: _ClassVar[CommandKind]
    DELETE_ROUTE: _ClassVar[CommandKind]
    PAUSE_ROUTE: _ClassVar[CommandKind]
    RESUME_ROUTE: _ClassVar[CommandKind]
    PARK_ENTRY: _ClassVar[CommandKind]
    REDELIVER_ENTRY: _ClassVar[CommandKind]
    MOVE_ROUTE: _ClassVar[CommandKind]
    SAVE_CONSUMER: _ClassVar[CommandKind]
    DELETE_CONSUMER: _ClassVar[CommandKind]
    FORGET_MESSAGES: _ClassVar[CommandKind]
    DISCARD_ENTRIES: _ClassVar[CommandKind]

class DropReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DROP_REASON_UNSPECIFIED: _ClassVar[DropReason]
    NO_REFERENCE_AT_START: _ClassVar[DropReason]
    CARRY_LIMIT: _ClassVar[DropReason]
    AIMED_AT_ENDED_EXECUTION: _ClassVar[DropReason]

class TimerKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TIMER_KIND_UNSPECIFIED: _ClassVar[TimerKind]
    NODE_TIMEOUT: _ClassVar[TimerKind]
    SLEEP_END: _ClassVar[TimerKind]
    TASK_DEADLINE: _ClassVar[TimerKind]
    TASK_BACKOFF: _ClassVar[TimerKind]
    EVENT_RETENTION: _ClassVar[TimerKind]
    RUN_RETENTION: _ClassVar[TimerKind]
    USER_TASK_ACTION: _ClassVar[TimerKind]
    CORRELATED_EVENT_TTL: _ClassVar[TimerKind]
    SCHEDULE: _ClassVar[TimerKind]

class DiscardReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISCARD_REASON_UNSPECIFIED: _ClassVar[DiscardReason]
    DISCARD_ASKED_FOR: _ClassVar[DiscardReason]
    DISCARD_ENTRY_ERASED: _ClassVar[DiscardReason]
    DISCARD_NOT_FOR_ROUTE: _ClassVar[DiscardReason]
COMMAND_KIND_UNSPECIFIED: CommandKind
PUT_DEFINITION: CommandKind
DELETE_DEFINITION: CommandKind
START_RUN: CommandKind
POST_EXTERNAL_EVENT: CommandKind
START_TASK: CommandKind
REPORT_TASK: CommandKind
FIRE_TIMER: CommandKind
DELETE_RUN: CommandKind
RECORD_REFUSAL: CommandKind
STOP_THREAD: CommandKind
RESUME_THREAD: CommandKind
RESCUE_THREAD: CommandKind
CONTINUE_AS_NEW: CommandKind
ASSIGN_USER_TASK: CommandKind
COMPLETE_USER_TASK: CommandKind
CANCEL_USER_TASK: CommandKind
SAVE_USER_TASK: CommandKind
COMMENT_USER_TASK: CommandKind
PUT_CHECKPOINT: CommandKind
SCHEDULE_WF: CommandKind
DELETE_SCHEDULE: CommandKind
RETURN_TASK: CommandKind
PUT_CORRELATED_EVENT: CommandKind
DELETE_CORRELATED_EVENT: CommandKind
MARK_CORRELATION: CommandKind
MATCH_CORRELATED_EVENT: CommandKind
DELIVER_CORRELATED_EVENT: CommandKind
PUBLISH_MESSAGE: CommandKind
PUT_ROUTE: CommandKind
DELETE_ROUTE: CommandKind
PAUSE_ROUTE: CommandKind
RESUME_ROUTE: CommandKind
PARK_ENTRY: CommandKind
REDELIVER_ENTRY: CommandKind
MOVE_ROUTE: CommandKind
SAVE_CONSUMER: CommandKind
DELETE_CONSUMER: CommandKind
FORGET_MESSAGES: CommandKind
DISCARD_ENTRIES: CommandKind
DROP_REASON_UNSPECIFIED: DropReason
NO_REFERENCE_AT_START: DropReason
CARRY_LIMIT: DropReason
AIMED_AT_ENDED_EXECUTION: DropReason
TIMER_KIND_UNSPECIFIED: TimerKind
NODE_TIMEOUT: TimerKind
SLEEP_END: TimerKind
TASK_DEADLINE: TimerKind
TASK_BACKOFF: TimerKind
EVENT_RETENTION: TimerKind
RUN_RETENTION: TimerKind
USER_TASK_ACTION: TimerKind
CORRELATED_EVENT_TTL: TimerKind
SCHEDULE: TimerKind
DISCARD_REASON_UNSPECIFIED: DiscardReason
DISCARD_ASKED_FOR: DiscardReason
DISCARD_ENTRY_ERASED: DiscardReason
DISCARD_NOT_FOR_ROUTE: DiscardReason

class HistoryEvent(_message.Message):
    __slots__ = ("stream", "wf_run_id", "execution", "sequence", "position", "time", "cause", "traceparent", "transition_started", "transition_completed", "run_started", "run_completed", "run_faulted", "run_deleted", "thread_started", "thread_ended", "node_entered", "node_exited", "node_failed", "edge_taken", "task_scheduled", "task_started", "task_attempt_ended", "external_event_received", "external_event_claimed", "external_event_expired", "external_event_dropped", "timer_set", "timer_fired", "thread_halted", "thread_resumed", "failures_handled", "interrupt_triggered", "waiting_threads_changed", "threads_archived", "run_halted", "run_resumed", "thread_rescued", "run_continued_as_new", "external_event_carried", "child_run_started", "child_run_awaited", "variables_changed", "workflow_event_thrown", "checkpoint_put", "task_returned", "correlation_key_computed", "task_def_put", "task_def_deleted", "external_event_def_put", "external_event_def_deleted", "wf_spec_put", "wf_spec_deleted", "workflow_event_def_put", "workflow_event_def_deleted", "user_task_def_put", "user_task_def_deleted", "struct_def_put", "struct_def_deleted", "external_event_refused", "user_task_run_started", "user_task_run_assigned", "user_task_run_saved", "user_task_run_completed", "user_task_run_cancelled", "user_task_run_commented", "correlated_event_put", "correlated_event_matched", "correlated_event_deleted", "correlation_marked", "correlation_unmarked", "schedule_put", "schedule_deleted", "schedule_ticked", "message_published", "route_put", "route_deleted", "route_paused", "route_resumed", "entry_parked", "entry_redelivered", "entry_discarded")
    STREAM_FIELD_NUMBER: _ClassVar[int]
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    TRANSITION_STARTED_FIELD_NUMBER: _ClassVar[int]
    TRANSITION_COMPLETED_FIELD_NUMBER: _ClassVar[int]
    RUN_STARTED_FIELD_NUMBER: _ClassVar[int]
    RUN_COMPLETED_FIELD_NUMBER: _ClassVar[int]
    RUN_FAULTED_FIELD_NUMBER: _ClassVar[int]
    RUN_DELETED_FIELD_NUMBER: _ClassVar[int]
    THREAD_STARTED_FIELD_NUMBER: _ClassVar[int]
    THREAD_ENDED_FIELD_NUMBER: _ClassVar[int]
    NODE_ENTERED_FIELD_NUMBER: _ClassVar[int]
    NODE_EXITED_FIELD_NUMBER: _ClassVar[int]
    NODE_FAILED_FIELD_NUMBER: _ClassVar[int]
    EDGE_TAKEN_FIELD_NUMBER: _ClassVar[int]
    TASK_SCHEDULED_FIELD_NUMBER: _ClassVar[int]
    TASK_STARTED_FIELD_NUMBER: _ClassVar[int]
    TASK_ATTEMPT_ENDED_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_CLAIMED_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_EXPIRED_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_DROPPED_FIELD_NUMBER: _ClassVar[int]
    TIMER_SET_FIELD_NUMBER: _ClassVar[int]
    TIMER_FIRED_FIELD_NUMBER: _ClassVar[int]
    THREAD_HALTED_FIELD_NUMBER: _ClassVar[int]
    THREAD_RESUMED_FIELD_NUMBER: _ClassVar[int]
    FAILURES_HANDLED_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_TRIGGERED_FIELD_NUMBER: _ClassVar[int]
    WAITING_THREADS_CHANGED_FIELD_NUMBER: _ClassVar[int]
    THREADS_ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    RUN_HALTED_FIELD_NUMBER: _ClassVar[int]
    RUN_RESUMED_FIELD_NUMBER: _ClassVar[int]
    THREAD_RESCUED_FIELD_NUMBER: _ClassVar[int]
    RUN_CONTINUED_AS_NEW_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_CARRIED_FIELD_NUMBER: _ClassVar[int]
    CHILD_RUN_STARTED_FIELD_NUMBER: _ClassVar[int]
    CHILD_RUN_AWAITED_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_CHANGED_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_EVENT_THROWN_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_PUT_FIELD_NUMBER: _ClassVar[int]
    TASK_RETURNED_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_KEY_COMPUTED_FIELD_NUMBER: _ClassVar[int]
    TASK_DEF_PUT_FIELD_NUMBER: _ClassVar[int]
    TASK_DEF_DELETED_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_DEF_PUT_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_DEF_DELETED_FIELD_NUMBER: _ClassVar[int]
    WF_SPEC_PUT_FIELD_NUMBER: _ClassVar[int]
    WF_SPEC_DELETED_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_EVENT_DEF_PUT_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_EVENT_DEF_DELETED_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_DEF_PUT_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_DEF_DELETED_FIELD_NUMBER: _ClassVar[int]
    STRUCT_DEF_PUT_FIELD_NUMBER: _ClassVar[int]
    STRUCT_DEF_DELETED_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_REFUSED_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_RUN_STARTED_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_RUN_ASSIGNED_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_RUN_SAVED_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_RUN_COMPLETED_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_RUN_CANCELLED_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_RUN_COMMENTED_FIELD_NUMBER: _ClassVar[int]
    CORRELATED_EVENT_PUT_FIELD_NUMBER: _ClassVar[int]
    CORRELATED_EVENT_MATCHED_FIELD_NUMBER: _ClassVar[int]
    CORRELATED_EVENT_DELETED_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_MARKED_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_UNMARKED_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_PUT_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_DELETED_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TICKED_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    ROUTE_PUT_FIELD_NUMBER: _ClassVar[int]
    ROUTE_DELETED_FIELD_NUMBER: _ClassVar[int]
    ROUTE_PAUSED_FIELD_NUMBER: _ClassVar[int]
    ROUTE_RESUMED_FIELD_NUMBER: _ClassVar[int]
    ENTRY_PARKED_FIELD_NUMBER: _ClassVar[int]
    ENTRY_REDELIVERED_FIELD_NUMBER: _ClassVar[int]
    ENTRY_DISCARDED_FIELD_NUMBER: _ClassVar[int]
    stream: str
    wf_run_id: _object_id_pb2.WfRunId
    execution: int
    sequence: int
    position: int
    time: _timestamp_pb2.Timestamp
    cause: Cause
    traceparent: str
    transition_started: TransitionStarted
    transition_completed: TransitionCompleted
    run_started: RunStarted
    run_completed: RunCompleted
    run_faulted: RunFaulted
    run_deleted: RunDeleted
    thread_started: ThreadStarted
    thread_ended: ThreadEnded
    node_entered: NodeEntered
    node_exited: NodeExited
    node_failed: NodeFailed
    edge_taken: EdgeTaken
    task_scheduled: TaskScheduled
    task_started: TaskStarted
    task_attempt_ended: TaskAttemptEnded
    external_event_received: ExternalEventReceived
    external_event_claimed: ExternalEventClaimed
    external_event_expired: ExternalEventExpired
    external_event_dropped: ExternalEventDropped
    timer_set: TimerSet
    timer_fired: TimerFired
    thread_halted: ThreadHalted
    thread_resumed: ThreadResumed
    failures_handled: FailuresHandled
    interrupt_triggered: InterruptTriggered
    waiting_threads_changed: WaitingThreadsChanged
    threads_archived: ThreadsArchived
    run_halted: RunHalted
    run_resumed: RunResumed
    thread_rescued: ThreadRescued
    run_continued_as_new: RunContinuedAsNew
    external_event_carried: ExternalEventCarried
    child_run_started: ChildRunStarted
    child_run_awaited: ChildRunAwaited
    variables_changed: VariablesChanged
    workflow_event_thrown: WorkflowEventThrown
    checkpoint_put: CheckpointPut
    task_returned: TaskReturned
    correlation_key_computed: CorrelationKeyComputed
    task_def_put: TaskDefPut
    task_def_deleted: TaskDefDeleted
    external_event_def_put: ExternalEventDefPut
    external_event_def_deleted: ExternalEventDefDeleted
    wf_spec_put: WfSpecPut
    wf_spec_deleted: WfSpecDeleted
    workflow_event_def_put: WorkflowEventDefPut
    workflow_event_def_deleted: WorkflowEventDefDeleted
    user_task_def_put: UserTaskDefPut
    user_task_def_deleted: UserTaskDefDeleted
    struct_def_put: StructDefPut
    struct_def_deleted: StructDefDeleted
    external_event_refused: ExternalEventRefused
    user_task_run_started: UserTaskRunStarted
    user_task_run_assigned: UserTaskRunAssigned
    user_task_run_saved: UserTaskRunSaved
    user_task_run_completed: UserTaskRunCompleted
    user_task_run_cancelled: UserTaskRunCancelled
    user_task_run_commented: UserTaskRunCommented
    correlated_event_put: CorrelatedEventPut
    correlated_event_matched: CorrelatedEventMatched
    correlated_event_deleted: CorrelatedEventDeleted
    correlation_marked: CorrelationMarked
    correlation_unmarked: CorrelationUnmarked
    schedule_put: SchedulePut
    schedule_deleted: ScheduleDeleted
    schedule_ticked: ScheduleTicked
    message_published: MessagePublished
    route_put: RoutePut
    route_deleted: RouteDeleted
    route_paused: RoutePaused
    route_resumed: RouteResumed
    entry_parked: EntryParked
    entry_redelivered: EntryRedelivered
    entry_discarded: EntryDiscarded
    def __init__(self, stream: _Optional[str] = ..., wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., execution: _Optional[int] = ..., sequence: _Optional[int] = ..., position: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cause: _Optional[_Union[Cause, _Mapping]] = ..., traceparent: _Optional[str] = ..., transition_started: _Optional[_Union[TransitionStarted, _Mapping]] = ..., transition_completed: _Optional[_Union[TransitionCompleted, _Mapping]] = ..., run_started: _Optional[_Union[RunStarted, _Mapping]] = ..., run_completed: _Optional[_Union[RunCompleted, _Mapping]] = ..., run_faulted: _Optional[_Union[RunFaulted, _Mapping]] = ..., run_deleted: _Optional[_Union[RunDeleted, _Mapping]] = ..., thread_started: _Optional[_Union[ThreadStarted, _Mapping]] = ..., thread_ended: _Optional[_Union[ThreadEnded, _Mapping]] = ..., node_entered: _Optional[_Union[NodeEntered, _Mapping]] = ..., node_exited: _Optional[_Union[NodeExited, _Mapping]] = ..., node_failed: _Optional[_Union[NodeFailed, _Mapping]] = ..., edge_taken: _Optional[_Union[EdgeTaken, _Mapping]] = ..., task_scheduled: _Optional[_Union[TaskScheduled, _Mapping]] = ..., task_started: _Optional[_Union[TaskStarted, _Mapping]] = ..., task_attempt_ended: _Optional[_Union[TaskAttemptEnded, _Mapping]] = ..., external_event_received: _Optional[_Union[ExternalEventReceived, _Mapping]] = ..., external_event_claimed: _Optional[_Union[ExternalEventClaimed, _Mapping]] = ..., external_event_expired: _Optional[_Union[ExternalEventExpired, _Mapping]] = ..., external_event_dropped: _Optional[_Union[ExternalEventDropped, _Mapping]] = ..., timer_set: _Optional[_Union[TimerSet, _Mapping]] = ..., timer_fired: _Optional[_Union[TimerFired, _Mapping]] = ..., thread_halted: _Optional[_Union[ThreadHalted, _Mapping]] = ..., thread_resumed: _Optional[_Union[ThreadResumed, _Mapping]] = ..., failures_handled: _Optional[_Union[FailuresHandled, _Mapping]] = ..., interrupt_triggered: _Optional[_Union[InterruptTriggered, _Mapping]] = ..., waiting_threads_changed: _Optional[_Union[WaitingThreadsChanged, _Mapping]] = ..., threads_archived: _Optional[_Union[ThreadsArchived, _Mapping]] = ..., run_halted: _Optional[_Union[RunHalted, _Mapping]] = ..., run_resumed: _Optional[_Union[RunResumed, _Mapping]] = ..., thread_rescued: _Optional[_Union[ThreadRescued, _Mapping]] = ..., run_continued_as_new: _Optional[_Union[RunContinuedAsNew, _Mapping]] = ..., external_event_carried: _Optional[_Union[ExternalEventCarried, _Mapping]] = ..., child_run_started: _Optional[_Union[ChildRunStarted, _Mapping]] = ..., child_run_awaited: _Optional[_Union[ChildRunAwaited, _Mapping]] = ..., variables_changed: _Optional[_Union[VariablesChanged, _Mapping]] = ..., workflow_event_thrown: _Optional[_Union[WorkflowEventThrown, _Mapping]] = ..., checkpoint_put: _Optional[_Union[CheckpointPut, _Mapping]] = ..., task_returned: _Optional[_Union[TaskReturned, _Mapping]] = ..., correlation_key_computed: _Optional[_Union[CorrelationKeyComputed, _Mapping]] = ..., task_def_put: _Optional[_Union[TaskDefPut, _Mapping]] = ..., task_def_deleted: _Optional[_Union[TaskDefDeleted, _Mapping]] = ..., external_event_def_put: _Optional[_Union[ExternalEventDefPut, _Mapping]] = ..., external_event_def_deleted: _Optional[_Union[ExternalEventDefDeleted, _Mapping]] = ..., wf_spec_put: _Optional[_Union[WfSpecPut, _Mapping]] = ..., wf_spec_deleted: _Optional[_Union[WfSpecDeleted, _Mapping]] = ..., workflow_event_def_put: _Optional[_Union[WorkflowEventDefPut, _Mapping]] = ..., workflow_event_def_deleted: _Optional[_Union[WorkflowEventDefDeleted, _Mapping]] = ..., user_task_def_put: _Optional[_Union[UserTaskDefPut, _Mapping]] = ..., user_task_def_deleted: _Optional[_Union[UserTaskDefDeleted, _Mapping]] = ..., struct_def_put: _Optional[_Union[StructDefPut, _Mapping]] = ..., struct_def_deleted: _Optional[_Union[StructDefDeleted, _Mapping]] = ..., external_event_refused: _Optional[_Union[ExternalEventRefused, _Mapping]] = ..., user_task_run_started: _Optional[_Union[UserTaskRunStarted, _Mapping]] = ..., user_task_run_assigned: _Optional[_Union[UserTaskRunAssigned, _Mapping]] = ..., user_task_run_saved: _Optional[_Union[UserTaskRunSaved, _Mapping]] = ..., user_task_run_completed: _Optional[_Union[UserTaskRunCompleted, _Mapping]] = ..., user_task_run_cancelled: _Optional[_Union[UserTaskRunCancelled, _Mapping]] = ..., user_task_run_commented: _Optional[_Union[UserTaskRunCommented, _Mapping]] = ..., correlated_event_put: _Optional[_Union[CorrelatedEventPut, _Mapping]] = ..., correlated_event_matched: _Optional[_Union[CorrelatedEventMatched, _Mapping]] = ..., correlated_event_deleted: _Optional[_Union[CorrelatedEventDeleted, _Mapping]] = ..., correlation_marked: _Optional[_Union[CorrelationMarked, _Mapping]] = ..., correlation_unmarked: _Optional[_Union[CorrelationUnmarked, _Mapping]] = ..., schedule_put: _Optional[_Union[SchedulePut, _Mapping]] = ..., schedule_deleted: _Optional[_Union[ScheduleDeleted, _Mapping]] = ..., schedule_ticked: _Optional[_Union[ScheduleTicked, _Mapping]] = ..., message_published: _Optional[_Union[MessagePublished, _Mapping]] = ..., route_put: _Optional[_Union[RoutePut, _Mapping]] = ..., route_deleted: _Optional[_Union[RouteDeleted, _Mapping]] = ..., route_paused: _Optional[_Union[RoutePaused, _Mapping]] = ..., route_resumed: _Optional[_Union[RouteResumed, _Mapping]] = ..., entry_parked: _Optional[_Union[EntryParked, _Mapping]] = ..., entry_redelivered: _Optional[_Union[EntryRedelivered, _Mapping]] = ..., entry_discarded: _Optional[_Union[EntryDiscarded, _Mapping]] = ...) -> None: ...

class Cause(_message.Message):
    __slots__ = ("command", "principal")
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    command: CommandKind
    principal: str
    def __init__(self, command: _Optional[_Union[CommandKind, str]] = ..., principal: _Optional[str] = ...) -> None: ...

class TransitionStarted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TransitionCompleted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RunStarted(_message.Message):
    __slots__ = ("wf_spec_id", "wf_spec_sequence", "parent_trigger", "incarnation", "execution")
    WF_SPEC_ID_FIELD_NUMBER: _ClassVar[int]
    WF_SPEC_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PARENT_TRIGGER_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    wf_spec_id: _object_id_pb2.WfSpecId
    wf_spec_sequence: int
    parent_trigger: _wf_run_pb2.WfRun.ParentTriggerReference
    incarnation: int
    execution: int
    def __init__(self, wf_spec_id: _Optional[_Union[_object_id_pb2.WfSpecId, _Mapping]] = ..., wf_spec_sequence: _Optional[int] = ..., parent_trigger: _Optional[_Union[_wf_run_pb2.WfRun.ParentTriggerReference, _Mapping]] = ..., incarnation: _Optional[int] = ..., execution: _Optional[int] = ...) -> None: ...

class RunContinuedAsNew(_message.Message):
    __slots__ = ("next_execution", "workflow_event_id")
    NEXT_EXECUTION_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    next_execution: int
    workflow_event_id: _object_id_pb2.WorkflowEventId
    def __init__(self, next_execution: _Optional[int] = ..., workflow_event_id: _Optional[_Union[_object_id_pb2.WorkflowEventId, _Mapping]] = ...) -> None: ...

class RunCompleted(_message.Message):
    __slots__ = ("kept_variables",)
    KEPT_VARIABLES_FIELD_NUMBER: _ClassVar[int]
    kept_variables: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kept_variables: _Optional[_Iterable[str]] = ...) -> None: ...

class RunFaulted(_message.Message):
    __slots__ = ("status", "failure_name", "message")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_NAME_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    status: _status_pb2.LHStatus
    failure_name: str
    message: str
    def __init__(self, status: _Optional[_Union[_status_pb2.LHStatus, str]] = ..., failure_name: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class RunDeleted(_message.Message):
    __slots__ = ("incarnation",)
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    incarnation: int
    def __init__(self, incarnation: _Optional[int] = ...) -> None: ...

class ThreadStarted(_message.Message):
    __slots__ = ("thread_run_number", "thread_spec_name", "type", "variables", "parent_thread_id", "interrupt_trigger_id", "failure_being_handled")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    THREAD_SPEC_NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_FIELD_NUMBER: _ClassVar[int]
    PARENT_THREAD_ID_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_TRIGGER_ID_FIELD_NUMBER: _ClassVar[int]
    FAILURE_BEING_HANDLED_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    thread_spec_name: str
    type: _wf_run_pb2.ThreadType
    variables: _containers.RepeatedCompositeFieldContainer[_value_pb2.VarNameAndVal]
    parent_thread_id: int
    interrupt_trigger_id: _object_id_pb2.ExternalEventId
    failure_being_handled: _wf_run_pb2.FailureBeingHandled
    def __init__(self, thread_run_number: _Optional[int] = ..., thread_spec_name: _Optional[str] = ..., type: _Optional[_Union[_wf_run_pb2.ThreadType, str]] = ..., variables: _Optional[_Iterable[_Union[_value_pb2.VarNameAndVal, _Mapping]]] = ..., parent_thread_id: _Optional[int] = ..., interrupt_trigger_id: _Optional[_Union[_object_id_pb2.ExternalEventId, _Mapping]] = ..., failure_being_handled: _Optional[_Union[_wf_run_pb2.FailureBeingHandled, _Mapping]] = ...) -> None: ...

class ThreadEnded(_message.Message):
    __slots__ = ("thread_run_number", "status", "error_message", "output", "failure")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    status: _status_pb2.LHStatus
    error_message: str
    output: _value_pb2.VariableValue
    failure: _node_run_pb2.Failure
    def __init__(self, thread_run_number: _Optional[int] = ..., status: _Optional[_Union[_status_pb2.LHStatus, str]] = ..., error_message: _Optional[str] = ..., output: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., failure: _Optional[_Union[_node_run_pb2.Failure, _Mapping]] = ...) -> None: ...

class NodeEntered(_message.Message):
    __slots__ = ("thread_run_number", "node_name", "task", "external_event", "entrypoint", "exit", "start_thread", "wait_for_threads", "sleep", "user_task", "start_multiple_threads", "throw_event", "wait_for_condition", "run_child_wf", "wait_for_child_wf")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NODE_NAME_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_FIELD_NUMBER: _ClassVar[int]
    ENTRYPOINT_FIELD_NUMBER: _ClassVar[int]
    EXIT_FIELD_NUMBER: _ClassVar[int]
    START_THREAD_FIELD_NUMBER: _ClassVar[int]
    WAIT_FOR_THREADS_FIELD_NUMBER: _ClassVar[int]
    SLEEP_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_FIELD_NUMBER: _ClassVar[int]
    START_MULTIPLE_THREADS_FIELD_NUMBER: _ClassVar[int]
    THROW_EVENT_FIELD_NUMBER: _ClassVar[int]
    WAIT_FOR_CONDITION_FIELD_NUMBER: _ClassVar[int]
    RUN_CHILD_WF_FIELD_NUMBER: _ClassVar[int]
    WAIT_FOR_CHILD_WF_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    node_name: str
    task: _node_run_pb2.TaskNodeRun
    external_event: _node_run_pb2.ExternalEventNodeRun
    entrypoint: _node_run_pb2.EntrypointRun
    exit: _node_run_pb2.ExitRun
    start_thread: _node_run_pb2.StartThreadRun
    wait_for_threads: _node_run_pb2.WaitForThreadsRun
    sleep: _node_run_pb2.SleepNodeRun
    user_task: _node_run_pb2.UserTaskNodeRun
    start_multiple_threads: _node_run_pb2.StartMultipleThreadsRun
    throw_event: _node_run_pb2.ThrowEventNodeRun
    wait_for_condition: _node_run_pb2.WaitForConditionRun
    run_child_wf: _node_run_pb2.RunChildWfNodeRun
    wait_for_child_wf: _node_run_pb2.WaitForChildWfNodeRun
    def __init__(self, thread_run_number: _Optional[int] = ..., node_name: _Optional[str] = ..., task: _Optional[_Union[_node_run_pb2.TaskNodeRun, _Mapping]] = ..., external_event: _Optional[_Union[_node_run_pb2.ExternalEventNodeRun, _Mapping]] = ..., entrypoint: _Optional[_Union[_node_run_pb2.EntrypointRun, _Mapping]] = ..., exit: _Optional[_Union[_node_run_pb2.ExitRun, _Mapping]] = ..., start_thread: _Optional[_Union[_node_run_pb2.StartThreadRun, _Mapping]] = ..., wait_for_threads: _Optional[_Union[_node_run_pb2.WaitForThreadsRun, _Mapping]] = ..., sleep: _Optional[_Union[_node_run_pb2.SleepNodeRun, _Mapping]] = ..., user_task: _Optional[_Union[_node_run_pb2.UserTaskNodeRun, _Mapping]] = ..., start_multiple_threads: _Optional[_Union[_node_run_pb2.StartMultipleThreadsRun, _Mapping]] = ..., throw_event: _Optional[_Union[_node_run_pb2.ThrowEventNodeRun, _Mapping]] = ..., wait_for_condition: _Optional[_Union[_node_run_pb2.WaitForConditionRun, _Mapping]] = ..., run_child_wf: _Optional[_Union[_node_run_pb2.RunChildWfNodeRun, _Mapping]] = ..., wait_for_child_wf: _Optional[_Union[_node_run_pb2.WaitForChildWfNodeRun, _Mapping]] = ...) -> None: ...

class NodeExited(_message.Message):
    __slots__ = ("thread_run_number", "output", "masked")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    MASKED_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    output: _value_pb2.VariableValue
    masked: bool
    def __init__(self, thread_run_number: _Optional[int] = ..., output: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., masked: bool = ...) -> None: ...

class NodeFailed(_message.Message):
    __slots__ = ("thread_run_number", "failure", "while_waiting", "handler_spec_name")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    WHILE_WAITING_FIELD_NUMBER: _ClassVar[int]
    HANDLER_SPEC_NAME_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    failure: _node_run_pb2.Failure
    while_waiting: bool
    handler_spec_name: str
    def __init__(self, thread_run_number: _Optional[int] = ..., failure: _Optional[_Union[_node_run_pb2.Failure, _Mapping]] = ..., while_waiting: bool = ..., handler_spec_name: _Optional[str] = ...) -> None: ...

class EdgeTaken(_message.Message):
    __slots__ = ("thread_run_number", "sink_node_name", "changes")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SINK_NODE_NAME_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    sink_node_name: str
    changes: _containers.RepeatedCompositeFieldContainer[VariableChange]
    def __init__(self, thread_run_number: _Optional[int] = ..., sink_node_name: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[VariableChange, _Mapping]]] = ...) -> None: ...

class VariablesChanged(_message.Message):
    __slots__ = ("changes",)
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[VariableChange]
    def __init__(self, changes: _Optional[_Iterable[_Union[VariableChange, _Mapping]]] = ...) -> None: ...

class ChildRunStarted(_message.Message):
    __slots__ = ("thread_run_number", "child_wf_run_id", "wf_spec_id", "inputs")
    class InputsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _value_pb2.VariableValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ...) -> None: ...
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CHILD_WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    WF_SPEC_ID_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    child_wf_run_id: _object_id_pb2.WfRunId
    wf_spec_id: _object_id_pb2.WfSpecId
    inputs: _containers.MessageMap[str, _value_pb2.VariableValue]
    def __init__(self, thread_run_number: _Optional[int] = ..., child_wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., wf_spec_id: _Optional[_Union[_object_id_pb2.WfSpecId, _Mapping]] = ..., inputs: _Optional[_Mapping[str, _value_pb2.VariableValue]] = ...) -> None: ...

class ChildRunAwaited(_message.Message):
    __slots__ = ("thread_run_number", "child_wf_run_id")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CHILD_WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    child_wf_run_id: _object_id_pb2.WfRunId
    def __init__(self, thread_run_number: _Optional[int] = ..., child_wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ...) -> None: ...

class VariableChange(_message.Message):
    __slots__ = ("thread_run_number", "name", "value", "masked")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    MASKED_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    name: str
    value: _value_pb2.VariableValue
    masked: bool
    def __init__(self, thread_run_number: _Optional[int] = ..., name: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., masked: bool = ...) -> None: ...

class TaskScheduled(_message.Message):
    __slots__ = ("task_guid", "attempt_number", "task_run", "pending")
    TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TASK_RUN_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    task_guid: str
    attempt_number: int
    task_run: _task_pb2.TaskRun
    pending: bool
    def __init__(self, task_guid: _Optional[str] = ..., attempt_number: _Optional[int] = ..., task_run: _Optional[_Union[_task_pb2.TaskRun, _Mapping]] = ..., pending: bool = ...) -> None: ...

class TaskStarted(_message.Message):
    __slots__ = ("task_guid", "task_worker_id", "task_worker_version")
    TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    TASK_WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_WORKER_VERSION_FIELD_NUMBER: _ClassVar[int]
    task_guid: str
    task_worker_id: str
    task_worker_version: str
    def __init__(self, task_guid: _Optional[str] = ..., task_worker_id: _Optional[str] = ..., task_worker_version: _Optional[str] = ...) -> None: ...

class TaskAttemptEnded(_message.Message):
    __slots__ = ("task_guid", "status", "end_time", "log_output", "output", "error", "exception", "masked", "ends_reminder")
    TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    LOG_OUTPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    EXCEPTION_FIELD_NUMBER: _ClassVar[int]
    MASKED_FIELD_NUMBER: _ClassVar[int]
    ENDS_REMINDER_FIELD_NUMBER: _ClassVar[int]
    task_guid: str
    status: _task_pb2.TaskStatus
    end_time: _timestamp_pb2.Timestamp
    log_output: _value_pb2.VariableValue
    output: _value_pb2.VariableValue
    error: _task_pb2.LHTaskError
    exception: _task_pb2.LHTaskException
    masked: bool
    ends_reminder: bool
    def __init__(self, task_guid: _Optional[str] = ..., status: _Optional[_Union[_task_pb2.TaskStatus, str]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., log_output: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., output: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., error: _Optional[_Union[_task_pb2.LHTaskError, _Mapping]] = ..., exception: _Optional[_Union[_task_pb2.LHTaskException, _Mapping]] = ..., masked: bool = ..., ends_reminder: bool = ...) -> None: ...

class ExternalEventReceived(_message.Message):
    __slots__ = ("external_event", "requires_reference")
    EXTERNAL_EVENT_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    external_event: _external_event_pb2.ExternalEvent
    requires_reference: bool
    def __init__(self, external_event: _Optional[_Union[_external_event_pb2.ExternalEvent, _Mapping]] = ..., requires_reference: bool = ...) -> None: ...

class ExternalEventCarried(_message.Message):
    __slots__ = ("external_event_id", "received_sequence", "external_event")
    EXTERNAL_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_FIELD_NUMBER: _ClassVar[int]
    external_event_id: _object_id_pb2.ExternalEventId
    received_sequence: int
    external_event: _external_event_pb2.ExternalEvent
    def __init__(self, external_event_id: _Optional[_Union[_object_id_pb2.ExternalEventId, _Mapping]] = ..., received_sequence: _Optional[int] = ..., external_event: _Optional[_Union[_external_event_pb2.ExternalEvent, _Mapping]] = ...) -> None: ...

class ExternalEventClaimed(_message.Message):
    __slots__ = ("external_event_id", "thread_run_number", "node_run_position")
    EXTERNAL_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NODE_RUN_POSITION_FIELD_NUMBER: _ClassVar[int]
    external_event_id: _object_id_pb2.ExternalEventId
    thread_run_number: int
    node_run_position: int
    def __init__(self, external_event_id: _Optional[_Union[_object_id_pb2.ExternalEventId, _Mapping]] = ..., thread_run_number: _Optional[int] = ..., node_run_position: _Optional[int] = ...) -> None: ...

class ExternalEventExpired(_message.Message):
    __slots__ = ("external_event_id",)
    EXTERNAL_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    external_event_id: _object_id_pb2.ExternalEventId
    def __init__(self, external_event_id: _Optional[_Union[_object_id_pb2.ExternalEventId, _Mapping]] = ...) -> None: ...

class ExternalEventDropped(_message.Message):
    __slots__ = ("external_event_id", "reason")
    EXTERNAL_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    external_event_id: _object_id_pb2.ExternalEventId
    reason: DropReason
    def __init__(self, external_event_id: _Optional[_Union[_object_id_pb2.ExternalEventId, _Mapping]] = ..., reason: _Optional[_Union[DropReason, str]] = ...) -> None: ...

class TimerSet(_message.Message):
    __slots__ = ("kind", "due", "thread_run_number", "node_run_position", "task_guid", "external_event_id", "user_task_action", "user_task_epoch")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NODE_RUN_POSITION_FIELD_NUMBER: _ClassVar[int]
    TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_ACTION_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_EPOCH_FIELD_NUMBER: _ClassVar[int]
    kind: TimerKind
    due: _timestamp_pb2.Timestamp
    thread_run_number: int
    node_run_position: int
    task_guid: str
    external_event_id: _object_id_pb2.ExternalEventId
    user_task_action: int
    user_task_epoch: int
    def __init__(self, kind: _Optional[_Union[TimerKind, str]] = ..., due: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., thread_run_number: _Optional[int] = ..., node_run_position: _Optional[int] = ..., task_guid: _Optional[str] = ..., external_event_id: _Optional[_Union[_object_id_pb2.ExternalEventId, _Mapping]] = ..., user_task_action: _Optional[int] = ..., user_task_epoch: _Optional[int] = ...) -> None: ...

class TimerFired(_message.Message):
    __slots__ = ("timer",)
    TIMER_FIELD_NUMBER: _ClassVar[int]
    timer: int
    def __init__(self, timer: _Optional[int] = ...) -> None: ...

class ThreadHalted(_message.Message):
    __slots__ = ("thread_run_number", "status", "reason")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    status: _status_pb2.LHStatus
    reason: _wf_run_pb2.ThreadHaltReason
    def __init__(self, thread_run_number: _Optional[int] = ..., status: _Optional[_Union[_status_pb2.LHStatus, str]] = ..., reason: _Optional[_Union[_wf_run_pb2.ThreadHaltReason, _Mapping]] = ...) -> None: ...

class ThreadResumed(_message.Message):
    __slots__ = ("thread_run_number", "status", "halt_reasons")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    HALT_REASONS_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    status: _status_pb2.LHStatus
    halt_reasons: _containers.RepeatedCompositeFieldContainer[_wf_run_pb2.ThreadHaltReason]
    def __init__(self, thread_run_number: _Optional[int] = ..., status: _Optional[_Union[_status_pb2.LHStatus, str]] = ..., halt_reasons: _Optional[_Iterable[_Union[_wf_run_pb2.ThreadHaltReason, _Mapping]]] = ...) -> None: ...

class FailuresHandled(_message.Message):
    __slots__ = ("thread_run_number", "children", "own")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CHILDREN_FIELD_NUMBER: _ClassVar[int]
    OWN_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    children: _containers.RepeatedScalarFieldContainer[int]
    own: bool
    def __init__(self, thread_run_number: _Optional[int] = ..., children: _Optional[_Iterable[int]] = ..., own: bool = ...) -> None: ...

class InterruptTriggered(_message.Message):
    __slots__ = ("external_event_id", "thread_run_number", "handler_spec_name")
    EXTERNAL_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    HANDLER_SPEC_NAME_FIELD_NUMBER: _ClassVar[int]
    external_event_id: _object_id_pb2.ExternalEventId
    thread_run_number: int
    handler_spec_name: str
    def __init__(self, external_event_id: _Optional[_Union[_object_id_pb2.ExternalEventId, _Mapping]] = ..., thread_run_number: _Optional[int] = ..., handler_spec_name: _Optional[str] = ...) -> None: ...

class WaitingThreadsChanged(_message.Message):
    __slots__ = ("thread_run_number", "threads")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    threads: _containers.RepeatedCompositeFieldContainer[_node_run_pb2.WaitForThreadsRun.WaitForThread]
    def __init__(self, thread_run_number: _Optional[int] = ..., threads: _Optional[_Iterable[_Union[_node_run_pb2.WaitForThreadsRun.WaitForThread, _Mapping]]] = ...) -> None: ...

class ThreadsArchived(_message.Message):
    __slots__ = ("thread_run_numbers",)
    THREAD_RUN_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    thread_run_numbers: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, thread_run_numbers: _Optional[_Iterable[int]] = ...) -> None: ...

class RunHalted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RunResumed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ThreadRescued(_message.Message):
    __slots__ = ("thread_run_number",)
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    def __init__(self, thread_run_number: _Optional[int] = ...) -> None: ...

class WorkflowEventThrown(_message.Message):
    __slots__ = ("workflow_event",)
    WORKFLOW_EVENT_FIELD_NUMBER: _ClassVar[int]
    workflow_event: _workflow_event_pb2.WorkflowEvent
    def __init__(self, workflow_event: _Optional[_Union[_workflow_event_pb2.WorkflowEvent, _Mapping]] = ...) -> None: ...

class CheckpointPut(_message.Message):
    __slots__ = ("checkpoint",)
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    checkpoint: _task_pb2.Checkpoint
    def __init__(self, checkpoint: _Optional[_Union[_task_pb2.Checkpoint, _Mapping]] = ...) -> None: ...

class TaskReturned(_message.Message):
    __slots__ = ("task_guid",)
    TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    task_guid: str
    def __init__(self, task_guid: _Optional[str] = ...) -> None: ...

class TaskDefPut(_message.Message):
    __slots__ = ("task_def",)
    TASK_DEF_FIELD_NUMBER: _ClassVar[int]
    task_def: _task_pb2.TaskDef
    def __init__(self, task_def: _Optional[_Union[_task_pb2.TaskDef, _Mapping]] = ...) -> None: ...

class TaskDefDeleted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExternalEventDefPut(_message.Message):
    __slots__ = ("external_event_def",)
    EXTERNAL_EVENT_DEF_FIELD_NUMBER: _ClassVar[int]
    external_event_def: _external_event_pb2.ExternalEventDef
    def __init__(self, external_event_def: _Optional[_Union[_external_event_pb2.ExternalEventDef, _Mapping]] = ...) -> None: ...

class ExternalEventDefDeleted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WfSpecPut(_message.Message):
    __slots__ = ("wf_spec",)
    WF_SPEC_FIELD_NUMBER: _ClassVar[int]
    wf_spec: _wf_spec_pb2.WfSpec
    def __init__(self, wf_spec: _Optional[_Union[_wf_spec_pb2.WfSpec, _Mapping]] = ...) -> None: ...

class WfSpecDeleted(_message.Message):
    __slots__ = ("wf_spec_id",)
    WF_SPEC_ID_FIELD_NUMBER: _ClassVar[int]
    wf_spec_id: _object_id_pb2.WfSpecId
    def __init__(self, wf_spec_id: _Optional[_Union[_object_id_pb2.WfSpecId, _Mapping]] = ...) -> None: ...

class WorkflowEventDefPut(_message.Message):
    __slots__ = ("workflow_event_def",)
    WORKFLOW_EVENT_DEF_FIELD_NUMBER: _ClassVar[int]
    workflow_event_def: _workflow_event_pb2.WorkflowEventDef
    def __init__(self, workflow_event_def: _Optional[_Union[_workflow_event_pb2.WorkflowEventDef, _Mapping]] = ...) -> None: ...

class WorkflowEventDefDeleted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UserTaskDefPut(_message.Message):
    __slots__ = ("user_task_def",)
    USER_TASK_DEF_FIELD_NUMBER: _ClassVar[int]
    user_task_def: _user_task_pb2.UserTaskDef
    def __init__(self, user_task_def: _Optional[_Union[_user_task_pb2.UserTaskDef, _Mapping]] = ...) -> None: ...

class UserTaskDefDeleted(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class StructDefPut(_message.Message):
    __slots__ = ("struct_def",)
    STRUCT_DEF_FIELD_NUMBER: _ClassVar[int]
    struct_def: _struct_def_pb2.StructDef
    def __init__(self, struct_def: _Optional[_Union[_struct_def_pb2.StructDef, _Mapping]] = ...) -> None: ...

class StructDefDeleted(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class ExternalEventRefused(_message.Message):
    __slots__ = ("external_event_def_id", "wf_run_id", "reason", "principal")
    EXTERNAL_EVENT_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    external_event_def_id: _object_id_pb2.ExternalEventDefId
    wf_run_id: _object_id_pb2.WfRunId
    reason: _errors_pb2.ErrorReason
    principal: str
    def __init__(self, external_event_def_id: _Optional[_Union[_object_id_pb2.ExternalEventDefId, _Mapping]] = ..., wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., reason: _Optional[_Union[_errors_pb2.ErrorReason, str]] = ..., principal: _Optional[str] = ...) -> None: ...

class SchedulePut(_message.Message):
    __slots__ = ("scheduled_wf_run", "major_version", "revision")
    SCHEDULED_WF_RUN_FIELD_NUMBER: _ClassVar[int]
    MAJOR_VERSION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    scheduled_wf_run: _scheduled_wf_run_pb2.ScheduledWfRun
    major_version: int
    revision: int
    def __init__(self, scheduled_wf_run: _Optional[_Union[_scheduled_wf_run_pb2.ScheduledWfRun, _Mapping]] = ..., major_version: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class ScheduleDeleted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ScheduleTicked(_message.Message):
    __slots__ = ("wf_run_id",)
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    wf_run_id: _object_id_pb2.WfRunId
    def __init__(self, wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ...) -> None: ...

class UserTaskRunStarted(_message.Message):
    __slots__ = ("user_task_guid", "thread_run_number", "user_task_def_id", "notes")
    USER_TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    USER_TASK_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    user_task_guid: str
    thread_run_number: int
    user_task_def_id: _object_id_pb2.UserTaskDefId
    notes: str
    def __init__(self, user_task_guid: _Optional[str] = ..., thread_run_number: _Optional[int] = ..., user_task_def_id: _Optional[_Union[_object_id_pb2.UserTaskDefId, _Mapping]] = ..., notes: _Optional[str] = ...) -> None: ...

class UserTaskRunAssigned(_message.Message):
    __slots__ = ("user_task_guid", "user_id", "user_group")
    USER_TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    USER_GROUP_FIELD_NUMBER: _ClassVar[int]
    user_task_guid: str
    user_id: str
    user_group: str
    def __init__(self, user_task_guid: _Optional[str] = ..., user_id: _Optional[str] = ..., user_group: _Optional[str] = ...) -> None: ...

class UserTaskRunSaved(_message.Message):
    __slots__ = ("user_task_guid", "user_id", "results")
    class ResultsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _value_pb2.VariableValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ...) -> None: ...
    USER_TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    user_task_guid: str
    user_id: str
    results: _containers.MessageMap[str, _value_pb2.VariableValue]
    def __init__(self, user_task_guid: _Optional[str] = ..., user_id: _Optional[str] = ..., results: _Optional[_Mapping[str, _value_pb2.VariableValue]] = ...) -> None: ...

class UserTaskRunCompleted(_message.Message):
    __slots__ = ("user_task_guid", "results")
    class ResultsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _value_pb2.VariableValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ...) -> None: ...
    USER_TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    user_task_guid: str
    results: _containers.MessageMap[str, _value_pb2.VariableValue]
    def __init__(self, user_task_guid: _Optional[str] = ..., results: _Optional[_Mapping[str, _value_pb2.VariableValue]] = ...) -> None: ...

class UserTaskRunCancelled(_message.Message):
    __slots__ = ("user_task_guid", "message")
    USER_TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    user_task_guid: str
    message: str
    def __init__(self, user_task_guid: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class UserTaskRunCommented(_message.Message):
    __slots__ = ("user_task_guid", "before", "added", "edited", "deleted")
    USER_TASK_GUID_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    ADDED_FIELD_NUMBER: _ClassVar[int]
    EDITED_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    user_task_guid: str
    before: _user_task_pb2.UserTaskRun
    added: _user_task_pb2.UserTaskEvent.UTECommented
    edited: _user_task_pb2.UserTaskEvent.UTECommented
    deleted: _user_task_pb2.UserTaskEvent.UTECommentDeleted
    def __init__(self, user_task_guid: _Optional[str] = ..., before: _Optional[_Union[_user_task_pb2.UserTaskRun, _Mapping]] = ..., added: _Optional[_Union[_user_task_pb2.UserTaskEvent.UTECommented, _Mapping]] = ..., edited: _Optional[_Union[_user_task_pb2.UserTaskEvent.UTECommented, _Mapping]] = ..., deleted: _Optional[_Union[_user_task_pb2.UserTaskEvent.UTECommentDeleted, _Mapping]] = ...) -> None: ...

class CorrelationKeyComputed(_message.Message):
    __slots__ = ("thread_run_number", "correlation_key", "masked")
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_KEY_FIELD_NUMBER: _ClassVar[int]
    MASKED_FIELD_NUMBER: _ClassVar[int]
    thread_run_number: int
    correlation_key: str
    masked: bool
    def __init__(self, thread_run_number: _Optional[int] = ..., correlation_key: _Optional[str] = ..., masked: bool = ...) -> None: ...

class CorrelatedEventPut(_message.Message):
    __slots__ = ("correlated_event", "delete_after_first_correlation")
    CORRELATED_EVENT_FIELD_NUMBER: _ClassVar[int]
    DELETE_AFTER_FIRST_CORRELATION_FIELD_NUMBER: _ClassVar[int]
    correlated_event: _correlated_event_pb2.CorrelatedEvent
    delete_after_first_correlation: bool
    def __init__(self, correlated_event: _Optional[_Union[_correlated_event_pb2.CorrelatedEvent, _Mapping]] = ..., delete_after_first_correlation: bool = ...) -> None: ...

class CorrelatedEventMatched(_message.Message):
    __slots__ = ("external_event_id", "waiting", "listed")
    EXTERNAL_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    LISTED_FIELD_NUMBER: _ClassVar[int]
    external_event_id: _object_id_pb2.ExternalEventId
    waiting: CorrelatedWait
    listed: bool
    def __init__(self, external_event_id: _Optional[_Union[_object_id_pb2.ExternalEventId, _Mapping]] = ..., waiting: _Optional[_Union[CorrelatedWait, _Mapping]] = ..., listed: bool = ...) -> None: ...

class CorrelatedEventDeleted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CorrelationMarked(_message.Message):
    __slots__ = ("waiting",)
    WAITING_FIELD_NUMBER: _ClassVar[int]
    waiting: CorrelatedWait
    def __init__(self, waiting: _Optional[_Union[CorrelatedWait, _Mapping]] = ...) -> None: ...

class CorrelationUnmarked(_message.Message):
    __slots__ = ("waiting",)
    WAITING_FIELD_NUMBER: _ClassVar[int]
    waiting: CorrelatedWait
    def __init__(self, waiting: _Optional[_Union[CorrelatedWait, _Mapping]] = ...) -> None: ...

class CorrelatedWait(_message.Message):
    __slots__ = ("node_run_id", "incarnation", "execution")
    NODE_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    node_run_id: _object_id_pb2.NodeRunId
    incarnation: int
    execution: int
    def __init__(self, node_run_id: _Optional[_Union[_object_id_pb2.NodeRunId, _Mapping]] = ..., incarnation: _Optional[int] = ..., execution: _Optional[int] = ...) -> None: ...

class MessagePublished(_message.Message):
    __slots__ = ("id", "content", "published_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    content: _value_pb2.VariableValue
    published_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., content: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., published_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RoutePut(_message.Message):
    __slots__ = ("route", "start_position")
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    START_POSITION_FIELD_NUMBER: _ClassVar[int]
    route: _route_pb2.Route
    start_position: int
    def __init__(self, route: _Optional[_Union[_route_pb2.Route, _Mapping]] = ..., start_position: _Optional[int] = ...) -> None: ...

class RouteDeleted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RoutePaused(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RouteResumed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class EntryParked(_message.Message):
    __slots__ = ("dead_letter",)
    DEAD_LETTER_FIELD_NUMBER: _ClassVar[int]
    dead_letter: _route_pb2.DeadLetter
    def __init__(self, dead_letter: _Optional[_Union[_route_pb2.DeadLetter, _Mapping]] = ...) -> None: ...

class EntryRedelivered(_message.Message):
    __slots__ = ("position",)
    POSITION_FIELD_NUMBER: _ClassVar[int]
    position: int
    def __init__(self, position: _Optional[int] = ...) -> None: ...

class EntryDiscarded(_message.Message):
    __slots__ = ("position", "reason")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    position: int
    reason: DiscardReason
    def __init__(self, position: _Optional[int] = ..., reason: _Optional[_Union[DiscardReason, str]] = ...) -> None: ...
