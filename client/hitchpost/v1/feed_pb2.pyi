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
    __slots__ = ("topic", "event", "deliveries")
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    topic: str
    event: _history_pb2.HistoryEvent
    deliveries: int
    def __init__(self, topic: _Optional[str] = ..., event: _Optional[_Union[_history_pb2.HistoryEvent, _Mapping]] = ..., deliveries: _Optional[int] = ...) -> None: ...

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

class ConsumeRequest(_message.Message):
    __slots__ = ("opening", "acknowledged", "credit")
    OPENING_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    opening: ConsumerOpening
    acknowledged: _containers.RepeatedScalarFieldContainer[int]
    credit: int
    def __init__(self, opening: _Optional[_Union[ConsumerOpening, _Mapping]] = ..., acknowledged: _Optional[_Iterable[int]] = ..., credit: _Optional[int] = ...) -> None: ...

class ConsumerOpening(_message.Message):
    __slots__ = ("name", "patterns", "cursor", "from_beginning")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    FROM_BEGINNING_FIELD_NUMBER: _ClassVar[int]
    name: str
    patterns: _containers.RepeatedScalarFieldContainer[str]
    cursor: str
    from_beginning: bool
    def __init__(self, name: _Optional[str] = ..., patterns: _Optional[_Iterable[str]] = ..., cursor: _Optional[str] = ..., from_beginning: bool = ...) -> None: ...

class ConsumeResponse(_message.Message):
    __slots__ = ("entries", "acknowledged", "resync")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    RESYNC_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[FeedEntry]
    acknowledged: _containers.RepeatedScalarFieldContainer[int]
    resync: Resync
    def __init__(self, entries: _Optional[_Iterable[_Union[FeedEntry, _Mapping]]] = ..., acknowledged: _Optional[_Iterable[int]] = ..., resync: _Optional[_Union[Resync, _Mapping]] = ...) -> None: ...

class Consumer(_message.Message):
    __slots__ = ("name", "patterns", "created_at", "position", "lag", "clients", "unacknowledged")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    LAG_FIELD_NUMBER: _ClassVar[int]
    CLIENTS_FIELD_NUMBER: _ClassVar[int]
    UNACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    name: str
    patterns: _containers.RepeatedScalarFieldContainer[str]
    created_at: _timestamp_pb2.Timestamp
    position: int
    lag: int
    clients: int
    unacknowledged: int
    def __init__(self, name: _Optional[str] = ..., patterns: _Optional[_Iterable[str]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., position: _Optional[int] = ..., lag: _Optional[int] = ..., clients: _Optional[int] = ..., unacknowledged: _Optional[int] = ...) -> None: ...

class ListConsumersRequest(_message.Message):
    __slots__ = ("bookmark", "limit")
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    bookmark: bytes
    limit: int
    def __init__(self, bookmark: _Optional[bytes] = ..., limit: _Optional[int] = ...) -> None: ...

class ListConsumersResponse(_message.Message):
    __slots__ = ("results", "bookmark")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[Consumer]
    bookmark: bytes
    def __init__(self, results: _Optional[_Iterable[_Union[Consumer, _Mapping]]] = ..., bookmark: _Optional[bytes] = ...) -> None: ...

class DeleteConsumerRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DeleteConsumerResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
