from google.rpc import status_pb2 as _status_pb2
from hitchpost.v1 import external_event_pb2 as _external_event_pb2
from hitchpost.v1 import history_pb2 as _history_pb2
from hitchpost.v1 import object_id_pb2 as _object_id_pb2
from hitchpost.v1 import value_pb2 as _value_pb2
from hitchpost.v1 import wf_run_pb2 as _wf_run_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ContinueAsNewRequest(_message.Message):
    __slots__ = ("wf_run_id", "variables", "latest_wf_spec", "execution")
    class VariablesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _value_pb2.VariableValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ...) -> None: ...
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_FIELD_NUMBER: _ClassVar[int]
    LATEST_WF_SPEC_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    wf_run_id: _object_id_pb2.WfRunId
    variables: _containers.MessageMap[str, _value_pb2.VariableValue]
    latest_wf_spec: bool
    execution: int
    def __init__(self, wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., variables: _Optional[_Mapping[str, _value_pb2.VariableValue]] = ..., latest_wf_spec: bool = ..., execution: _Optional[int] = ...) -> None: ...

class GetHistoryRequest(_message.Message):
    __slots__ = ("wf_run_id", "execution", "after_sequence")
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    wf_run_id: _object_id_pb2.WfRunId
    execution: int
    after_sequence: int
    def __init__(self, wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., execution: _Optional[int] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class WatchHistoryRequest(_message.Message):
    __slots__ = ("wf_run_id", "after_sequence")
    WF_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    wf_run_id: _object_id_pb2.WfRunId
    after_sequence: int
    def __init__(self, wf_run_id: _Optional[_Union[_object_id_pb2.WfRunId, _Mapping]] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class PutExternalEventsRequest(_message.Message):
    __slots__ = ("events",)
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[_external_event_pb2.PutExternalEventRequest]
    def __init__(self, events: _Optional[_Iterable[_Union[_external_event_pb2.PutExternalEventRequest, _Mapping]]] = ...) -> None: ...

class PutExternalEventsResponse(_message.Message):
    __slots__ = ("events_in_flight_max", "results")
    EVENTS_IN_FLIGHT_MAX_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    events_in_flight_max: int
    results: _containers.RepeatedCompositeFieldContainer[PutExternalEventResult]
    def __init__(self, events_in_flight_max: _Optional[int] = ..., results: _Optional[_Iterable[_Union[PutExternalEventResult, _Mapping]]] = ...) -> None: ...

class PutExternalEventResult(_message.Message):
    __slots__ = ("external_event", "rejection")
    EXTERNAL_EVENT_FIELD_NUMBER: _ClassVar[int]
    REJECTION_FIELD_NUMBER: _ClassVar[int]
    external_event: _external_event_pb2.ExternalEvent
    rejection: _status_pb2.Status
    def __init__(self, external_event: _Optional[_Union[_external_event_pb2.ExternalEvent, _Mapping]] = ..., rejection: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...
