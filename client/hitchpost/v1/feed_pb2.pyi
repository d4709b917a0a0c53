import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from hitchpost.v1 import history_pb2 as _history_pb2
from hitchpost.v1 import route_pb2 as _route_pb2
from hitchpost.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ResyncReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESYNC_REASON_UNSPECIFIED: _ClassVar[ResyncReason]
    POSITION_GONE: _ClassVar[ResyncReason]
    POSITION_UNKNOWN: _ClassVar[ResyncReason]
RESYNC_REASON_UNSPECIFIED: ResyncReason
POSITION_GONE: ResyncReason
POSITION_UNKNOWN: ResyncReason

class PublishRequest(_message.Message):
    __slots__ = ("topic", "content", "id")
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    topic: str
    content: _value_pb2.VariableValue
    id: str
    def __init__(self, topic: _Optional[str] = ..., content: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., id: _Optional[str] = ...) -> None: ...

class PublishReceipt(_message.Message):
    __slots__ = ("topic", "id", "sequence", "published_at")
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_AT_FIELD_NUMBER: _ClassVar[int]
    topic: str
    id: str
    sequence: int
    published_at: _timestamp_pb2.Timestamp
    def __init__(self, topic: _Optional[str] = ..., id: _Optional[str] = ..., sequence: _Optional[int] = ..., published_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class FeedEntry(_message.Message):
    __slots__ = ("topic", "event")
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    topic: str
    event: _history_pb2.HistoryEvent
    def __init__(self, topic: _Optional[str] = ..., event: _Optional[_Union[_history_pb2.HistoryEvent, _Mapping]] = ...) -> None: ...

class SubscribeRequest(_message.Message):
    __slots__ = ("patterns", "cursor", "from_beginning")
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    FROM_BEGINNING_FIELD_NUMBER: _ClassVar[int]
    patterns: _containers.RepeatedScalarFieldContainer[str]
    cursor: str
    from_beginning: bool
    def __init__(self, patterns: _Optional[_Iterable[str]] = ..., cursor: _Optional[str] = ..., from_beginning: bool = ...) -> None: ...

class SubscribeResponse(_message.Message):
    __slots__ = ("entries", "resync", "cursor")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    RESYNC_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[FeedEntry]
    resync: Resync
    cursor: str
    def __init__(self, entries: _Optional[_Iterable[_Union[FeedEntry, _Mapping]]] = ..., resync: _Optional[_Union[Resync, _Mapping]] = ..., cursor: _Optional[str] = ...) -> None: ...

class Resync(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: ResyncReason
    def __init__(self, reason: _Optional[_Union[ResyncReason, str]] = ...) -> None: ...
