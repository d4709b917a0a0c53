import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CloudEventForm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BINARY: _ClassVar[CloudEventForm]
    STRUCTURED: _ClassVar[CloudEventForm]
    BATCHED: _ClassVar[CloudEventForm]

class RedeliveryOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REDELIVERY_OUTCOME_UNSPECIFIED: _ClassVar[RedeliveryOutcome]
    REDELIVERED: _ClassVar[RedeliveryOutcome]
    REDELIVERY_FAILED: _ClassVar[RedeliveryOutcome]
    ENTRY_ERASED: _ClassVar[RedeliveryOutcome]
    NOT_FOR_ROUTE: _ClassVar[RedeliveryOutcome]
    SETTLED_BEFORE: _ClassVar[RedeliveryOutcome]
BINARY: CloudEventForm
STRUCTURED: CloudEventForm
BATCHED: CloudEventForm
REDELIVERY_OUTCOME_UNSPECIFIED: RedeliveryOutcome
REDELIVERED: RedeliveryOutcome
REDELIVERY_FAILED: RedeliveryOutcome
ENTRY_ERASED: RedeliveryOutcome
NOT_FOR_ROUTE: RedeliveryOutcome
SETTLED_BEFORE: RedeliveryOutcome

class Route(_message.Message):
    __slots__ = ("id", "patterns", "filter", "transform", "webhook", "nats", "created_at", "paused")
    ID_FIELD_NUMBER: _ClassVar[int]
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    TRANSFORM_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    NATS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    id: str
    patterns: _containers.RepeatedScalarFieldContainer[str]
    filter: str
    transform: str
    webhook: WebhookTarget
    nats: NatsTarget
    created_at: _timestamp_pb2.Timestamp
    paused: bool
    def __init__(self, id: _Optional[str] = ..., patterns: _Optional[_Iterable[str]] = ..., filter: _Optional[str] = ..., transform: _Optional[str] = ..., webhook: _Optional[_Union[WebhookTarget, _Mapping]] = ..., nats: _Optional[_Union[NatsTarget, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., paused: bool = ...) -> None: ...

class WebhookTarget(_message.Message):
    __slots__ = ("url", "form", "secrets", "headers", "timeout_seconds", "concurrency", "attempts_max")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    URL_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    SECRETS_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_MAX_FIELD_NUMBER: _ClassVar[int]
    url: str
    form: CloudEventForm
    secrets: _containers.RepeatedScalarFieldContainer[str]
    headers: _containers.ScalarMap[str, str]
    timeout_seconds: int
    concurrency: int
    attempts_max: int
    def __init__(self, url: _Optional[str] = ..., form: _Optional[_Union[CloudEventForm, str]] = ..., secrets: _Optional[_Iterable[str]] = ..., headers: _Optional[_Mapping[str, str]] = ..., timeout_seconds: _Optional[int] = ..., concurrency: _Optional[int] = ..., attempts_max: _Optional[int] = ...) -> None: ...

class NatsTarget(_message.Message):
    __slots__ = ("servers", "connection", "subject", "subject_expression", "form", "timeout_seconds", "concurrency", "attempts_max")
    SERVERS_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_MAX_FIELD_NUMBER: _ClassVar[int]
    servers: _containers.RepeatedScalarFieldContainer[str]
    connection: str
    subject: str
    subject_expression: str
    form: CloudEventForm
    timeout_seconds: int
    concurrency: int
    attempts_max: int
    def __init__(self, servers: _Optional[_Iterable[str]] = ..., connection: _Optional[str] = ..., subject: _Optional[str] = ..., subject_expression: _Optional[str] = ..., form: _Optional[_Union[CloudEventForm, str]] = ..., timeout_seconds: _Optional[int] = ..., concurrency: _Optional[int] = ..., attempts_max: _Optional[int] = ...) -> None: ...

class RouteProgress(_message.Message):
    __slots__ = ("route", "position", "lag", "under_way", "delivered", "delivered_last_minute", "dead_letters", "last_error", "last_error_at")
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    LAG_FIELD_NUMBER: _ClassVar[int]
    UNDER_WAY_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_LAST_MINUTE_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_AT_FIELD_NUMBER: _ClassVar[int]
    route: Route
    position: int
    lag: int
    under_way: int
    delivered: int
    delivered_last_minute: int
    dead_letters: int
    last_error: str
    last_error_at: _timestamp_pb2.Timestamp
    def __init__(self, route: _Optional[_Union[Route, _Mapping]] = ..., position: _Optional[int] = ..., lag: _Optional[int] = ..., under_way: _Optional[int] = ..., delivered: _Optional[int] = ..., delivered_last_minute: _Optional[int] = ..., dead_letters: _Optional[int] = ..., last_error: _Optional[str] = ..., last_error_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PutRouteRequest(_message.Message):
    __slots__ = ("route", "from_beginning")
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    FROM_BEGINNING_FIELD_NUMBER: _ClassVar[int]
    route: Route
    from_beginning: bool
    def __init__(self, route: _Optional[_Union[Route, _Mapping]] = ..., from_beginning: bool = ...) -> None: ...

class RouteId(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class ListRoutesRequest(_message.Message):
    __slots__ = ("bookmark", "limit")
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    bookmark: bytes
    limit: int
    def __init__(self, bookmark: _Optional[bytes] = ..., limit: _Optional[int] = ...) -> None: ...

class ListRoutesResponse(_message.Message):
    __slots__ = ("results", "bookmark")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[RouteProgress]
    bookmark: bytes
    def __init__(self, results: _Optional[_Iterable[_Union[RouteProgress, _Mapping]]] = ..., bookmark: _Optional[bytes] = ...) -> None: ...

class DeleteRouteResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeadLetter(_message.Message):
    __slots__ = ("route_id", "position", "topic", "attempts", "error", "parked_at")
    ROUTE_ID_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    PARKED_AT_FIELD_NUMBER: _ClassVar[int]
    route_id: str
    position: int
    topic: str
    attempts: int
    error: str
    parked_at: _timestamp_pb2.Timestamp
    def __init__(self, route_id: _Optional[str] = ..., position: _Optional[int] = ..., topic: _Optional[str] = ..., attempts: _Optional[int] = ..., error: _Optional[str] = ..., parked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListDeadLettersRequest(_message.Message):
    __slots__ = ("route_id", "bookmark", "limit")
    ROUTE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    route_id: str
    bookmark: bytes
    limit: int
    def __init__(self, route_id: _Optional[str] = ..., bookmark: _Optional[bytes] = ..., limit: _Optional[int] = ...) -> None: ...

class ListDeadLettersResponse(_message.Message):
    __slots__ = ("results", "bookmark")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[DeadLetter]
    bookmark: bytes
    def __init__(self, results: _Optional[_Iterable[_Union[DeadLetter, _Mapping]]] = ..., bookmark: _Optional[bytes] = ...) -> None: ...

class RedeliverDeadLettersRequest(_message.Message):
    __slots__ = ("route_id", "positions")
    ROUTE_ID_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    route_id: str
    positions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, route_id: _Optional[str] = ..., positions: _Optional[_Iterable[int]] = ...) -> None: ...

class RedeliveryProgress(_message.Message):
    __slots__ = ("position", "error", "done", "total", "outcome")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    position: int
    error: str
    done: int
    total: int
    outcome: RedeliveryOutcome
    def __init__(self, position: _Optional[int] = ..., error: _Optional[str] = ..., done: _Optional[int] = ..., total: _Optional[int] = ..., outcome: _Optional[_Union[RedeliveryOutcome, str]] = ...) -> None: ...

class DiscardDeadLettersRequest(_message.Message):
    __slots__ = ("route_id", "positions", "all")
    ROUTE_ID_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    route_id: str
    positions: _containers.RepeatedScalarFieldContainer[int]
    all: bool
    def __init__(self, route_id: _Optional[str] = ..., positions: _Optional[_Iterable[int]] = ..., all: bool = ...) -> None: ...

class DiscardProgress(_message.Message):
    __slots__ = ("position", "discarded", "done", "total")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DISCARDED_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    position: int
    discarded: bool
    done: int
    total: int
    def __init__(self, position: _Optional[int] = ..., discarded: bool = ..., done: _Optional[int] = ..., total: _Optional[int] = ...) -> None: ...

class TestRouteRequest(_message.Message):
    __slots__ = ("route", "entries")
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    route: Route
    entries: int
    def __init__(self, route: _Optional[_Union[Route, _Mapping]] = ..., entries: _Optional[int] = ...) -> None: ...

class TestRouteResponse(_message.Message):
    __slots__ = ("entries_seen", "sent")
    ENTRIES_SEEN_FIELD_NUMBER: _ClassVar[int]
    SENT_FIELD_NUMBER: _ClassVar[int]
    entries_seen: int
    sent: _containers.RepeatedCompositeFieldContainer[TestedEntry]
    def __init__(self, entries_seen: _Optional[int] = ..., sent: _Optional[_Iterable[_Union[TestedEntry, _Mapping]]] = ...) -> None: ...

class TestedEntry(_message.Message):
    __slots__ = ("position", "topic", "headers", "body", "error", "subject")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    position: int
    topic: str
    headers: _containers.ScalarMap[str, str]
    body: bytes
    error: str
    subject: str
    def __init__(self, position: _Optional[int] = ..., topic: _Optional[str] = ..., headers: _Optional[_Mapping[str, str]] = ..., body: _Optional[bytes] = ..., error: _Optional[str] = ..., subject: _Optional[str] = ...) -> None: ...
