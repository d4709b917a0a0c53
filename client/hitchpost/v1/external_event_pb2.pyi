import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from hitchpost.v1 import object_id_pb2 as _object_id_pb2
from hitchpost.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ExternalEvent(_message.Message):
    __slots__ = ("id", "created_at", "content", "thread_run_number", "node_run_position", "claimed", "execution")
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NODE_RUN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.ExternalEventId
    created_at: _timestamp_pb2.Timestamp
    content: _value_pb2.VariableValue
    thread_run_number: int
    node_run_position: int
    claimed: bool
    execution: int
    def __init__(self, id: _Optional[_Union[_object_id_pb2.ExternalEventId, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., content: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., thread_run_number: _Optional[int] = ..., node_run_position: _Optional[int] = ..., claimed: bool = ..., execution: _Optional[int] = ...) -> None: ...

class ExternalEventDef(_message.Message):
    __slots__ = ("id", "created_at", "retention_policy", "type_information", "correlated_event_config", "require_wfrun", "require_wfspec_reference")
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    RETENTION_POLICY_FIELD_NUMBER: _ClassVar[int]
    TYPE_INFORMATION_FIELD_NUMBER: _ClassVar[int]
    CORRELATED_EVENT_CONFIG_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_WFRUN_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_WFSPEC_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.ExternalEventDefId
    created_at: _timestamp_pb2.Timestamp
    retention_policy: ExternalEventRetentionPolicy
    type_information: _value_pb2.ReturnType
    correlated_event_config: CorrelatedEventConfig
    require_wfrun: bool
    require_wfspec_reference: bool
    def __init__(self, id: _Optional[_Union[_object_id_pb2.ExternalEventDefId, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., retention_policy: _Optional[_Union[ExternalEventRetentionPolicy, _Mapping]] = ..., type_information: _Optional[_Union[_value_pb2.ReturnType, _Mapping]] = ..., correlated_event_config: _Optional[_Union[CorrelatedEventConfig, _Mapping]] = ..., require_wfrun: bool = ..., require_wfspec_reference: bool = ...) -> None: ...

class CorrelatedEventConfig(_message.Message):
    __slots__ = ("ttl_seconds", "delete_after_first_correlation")
    TTL_SECONDS_FIELD_NUMBER: _ClassVar[int]
    DELETE_AFTER_FIRST_CORRELATION_FIELD_NUMBER: _ClassVar[int]
    ttl_seconds: int
    delete_after_first_correlation: bool
    def __init__(self, ttl_seconds: _Optional[int] = ..., delete_after_first_correlation: bool = ...) -> None: ...

class ExternalEventRetentionPolicy(_message.Message):
    __slots__ = ("seconds_after_put",)
    SECONDS_AFTER_PUT_FIELD_NUMBER: _ClassVar[int]
    seconds_after_put: int
    def __init__(self, seconds_after_put: _Optional[int] = ...) -> None: ...

class PutExternalEventDefRequest(_message.Message):
    __slots__ = ("name", "retention_policy", "content_type", "require_wfrun", "require_wfspec_reference", "correlated_event_config")
    NAME_FIELD_NUMBER: _ClassVar[int]
    RETENTION_POLICY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_WFRUN_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_WFSPEC_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    CORRELATED_EVENT_CONFIG_FIELD_NUMBER: _ClassVar[int]
    name: str
    retention_policy: ExternalEventRetentionPolicy
    content_type: _value_pb2.ReturnType
    require_wfrun: bool
    require_wfspec_reference: bool
    correlated_event_config: CorrelatedEventConfig
    def __init__(self, name: _Optional[str] = ..., retention_policy: _Optional[_Union[ExternalEventRetentionPolicy, _Mapping]] = ..., content_type: _Optional[_Union[_value_pb2.ReturnType, _Mapping]] = ..., require_wfrun: bool = ..., require_wfspec_reference: bool = ..., correlated_event_config: _Optional[_Union[CorrelatedEventConfig, _Mapping]] = ...) -> None: ...

class PutExternalEventRequest(_message.Message):
    __slots__ = ("wf_run_id", "external_event_def_id", "guid", "content", "thread_run_number", "node_run_position")
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    GUID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    THREAD_RUN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NODE_RUN_POSITION_FIELD_NUMBER: _ClassVar[int]
    wf_run_id: _object_id_pb2.WfRunId
    external_event_def_id: _object_id_pb2.ExternalEventDefId
    guid: str
    content: _value_pb2.VariableValue
    thread_run_number: int
    node_run_position: int
    def __init__(self, wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., external_event_def_id: _Optional[_Union[_object_id_pb2.ExternalEventDefId, _Mapping]] = ..., guid: _Optional[str] = ..., content: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., thread_run_number: _Optional[int] = ..., node_run_position: _Optional[int] = ...) -> None: ...

class DeleteExternalEventDefRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.ExternalEventDefId
    def __init__(self, id: _Optional[_Union[_object_id_pb2.ExternalEventDefId, _Mapping]] = ...) -> None: ...

class ListExternalEventsRequest(_message.Message):
    __slots__ = ("wf_run_id", "bookmark", "limit")
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    wf_run_id: _object_id_pb2.WfRunId
    bookmark: bytes
    limit: int
    def __init__(self, wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., bookmark: _Optional[bytes] = ..., limit: _Optional[int] = ...) -> None: ...

class ExternalEventList(_message.Message):
    __slots__ = ("results", "bookmark")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ExternalEvent]
    bookmark: bytes
    def __init__(self, results: _Optional[_Iterable[_Union[ExternalEvent, _Mapping]]] = ..., bookmark: _Optional[bytes] = ...) -> None: ...
