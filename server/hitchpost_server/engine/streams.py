"""The kinds of streams, by the prefix of their names.

A table: how the state of each kind begins, folds, and is written down.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from hitchpost_server.engine import (
    audit,
    consuming,
    correlation_fold,
    definition_fold,
    fold,
    publishing,
    routes,
    schedule_fold,
    snapshots,
)
from hitchpost_server.engine.ids import (
    AUDIT_STREAM,
    CONSUMER_STREAM,
    CORRELATION_STREAM,
    EXTERNAL_EVENT_DEF_STREAM,
    ROUTE_STREAM,
    RUN_STREAM,
    SCHEDULE_STREAM,
    STRUCT_DEF_STREAM,
    TASK_DEF_STREAM,
    TOPIC_STREAM,
    USER_TASK_DEF_STREAM,
    WF_SPEC_STREAM,
    WORKFLOW_EVENT_DEF_STREAM,
)
from hitchpost_server.engine.state import (
    AuditState,
    ConsumerState,
    CorrelationState,
    DefinitionState,
    FamilyState,
    RouteState,
    ScheduleState,
    StreamState,
    TopicState,
)
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage


@dataclass(frozen=True, slots=True)
class StreamKind:
    """What the streams of one kind have in common; `events` are those that it folds."""

    new: Callable[[str], StreamState]
    apply_record: Callable[[Any, storage.LogRecord, Touched], None]
    to_bytes: Callable[[Any], bytes]
    from_bytes: Callable[[str, int, bytes], StreamState]
    events: Collection[str]


_FAMILY = StreamKind(
    FamilyState,
    fold.apply_record,
    snapshots.family_to_bytes,
    snapshots.family_from_bytes,
    fold.APPLIERS,
)
_DEFINITION = StreamKind(
    DefinitionState,
    definition_fold.apply_record,
    snapshots.definition_to_bytes,
    snapshots.definition_from_bytes,
    definition_fold.APPLIERS,
)
_SCHEDULE = StreamKind(
    ScheduleState,
    schedule_fold.apply_record,
    snapshots.schedule_to_bytes,
    snapshots.schedule_from_bytes,
    schedule_fold.APPLIERS,
)
_CORRELATION = StreamKind(
    CorrelationState,
    correlation_fold.apply_record,
    snapshots.correlation_to_bytes,
    snapshots.correlation_from_bytes,
    correlation_fold.APPLIERS,
)
_TOPIC = StreamKind(
    TopicState,
    publishing.apply_record,
    snapshots.topic_to_bytes,
    snapshots.topic_from_bytes,
    publishing.APPLIERS,
)
_ROUTE = StreamKind(
    RouteState,
    routes.apply_record,
    snapshots.route_to_bytes,
    snapshots.route_from_bytes,
    routes.APPLIERS,
)
_CONSUMER = StreamKind(
    ConsumerState,
    consuming.apply_record,
    snapshots.consumer_to_bytes,
    snapshots.consumer_from_bytes,
    (),
)
_AUDIT = StreamKind(
    AuditState,
    audit.apply_record,
    snapshots.audit_to_bytes,
    snapshots.audit_from_bytes,
    (audit.EVENT,),
)

STREAM_KINDS: dict[str, StreamKind] = {
    RUN_STREAM: _FAMILY,
    TASK_DEF_STREAM: _DEFINITION,
    EXTERNAL_EVENT_DEF_STREAM: _DEFINITION,
    WORKFLOW_EVENT_DEF_STREAM: _DEFINITION,
    WF_SPEC_STREAM: _DEFINITION,
    USER_TASK_DEF_STREAM: _DEFINITION,
    STRUCT_DEF_STREAM: _DEFINITION,
    SCHEDULE_STREAM: _SCHEDULE,
    CORRELATION_STREAM: _CORRELATION,
    TOPIC_STREAM: _TOPIC,
    ROUTE_STREAM: _ROUTE,
    CONSUMER_STREAM: _CONSUMER,
    AUDIT_STREAM: _AUDIT,
}


def kind_of(stream: str) -> StreamKind:
    """Find the kind of a stream."""
    prefix, slash, _ = stream.partition("/")
    return STREAM_KINDS[prefix + slash]
