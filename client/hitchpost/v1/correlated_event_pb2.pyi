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

class CorrelatedEvent(_message.Message):
    __slots__ = ("id", "created_at", "content", "external_events")
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENTS_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.CorrelatedEventId
    created_at: _timestamp_pb2.Timestamp
    content: _value_pb2.VariableValue
    external_events: _containers.RepeatedCompositeFieldContainer[_object_id_pb2.ExternalEventId]
    def __init__(self, id: _Optional[_Union[_object_id_pb2.CorrelatedEventId, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., content: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., external_events: _Optional[_Iterable[_Union[_object_id_pb2.ExternalEventId, _Mapping]]] = ...) -> None: ...

class PutCorrelatedEventRequest(_message.Message):
    __slots__ = ("key", "external_event_def_id", "content")
    KEY_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_EVENT_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    key: str
    external_event_def_id: _object_id_pb2.ExternalEventDefId
    content: _value_pb2.VariableValue
    def __init__(self, key: _Optional[str] = ..., external_event_def_id: _Optional[_Union[_object_id_pb2.ExternalEventDefId, _Mapping]] = ..., content: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ...) -> None: ...

class DeleteCorrelatedEventRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.CorrelatedEventId
    def __init__(self, id: _Optional[_Union[_object_id_pb2.CorrelatedEventId, _Mapping]] = ...) -> None: ...
