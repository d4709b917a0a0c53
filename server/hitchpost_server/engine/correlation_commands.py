"""What commands do to a correlation key: how events meet the nodes that wait.

Either may come first. A node that has met an event is given no other one; an
event meets each node once, and many nodes.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine import commands, errors, guardrails
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.correlation_waits import as_message
from hitchpost_server.engine.ids import family_stream
from hitchpost_server.engine.state import CorrelationState, Wait
from hitchpost_server.engine.stream_draft import StreamDraft
from hitchpost_server.engine.times import later, timestamp
from hitchpost_server.engine.values.types import is_null
from hitchpost_server.storage.v1 import storage_pb2 as storage

# How many nodes one command lets an event meet, and how many bytes of contents it
# then owes their runs: what one transaction and one answer can well bear. The rest
# follow at once, each slice by a command of its own.
MATCHES_PER_COMMAND_MAX = 1_000
MATCHED_BYTES_PER_COMMAND_MAX = 8_000_000
# External events that a correlated event lists: it is written anew with each.
EXTERNAL_EVENTS_LISTED_MAX = 1_000


CorrelationDraft = StreamDraft[CorrelationState]


def _put_correlated_event(
    draft: CorrelationDraft, command: commands.PutCorrelatedEvent
) -> correlated_events.CorrelatedEvent:
    request = command.request
    config, content = _checked(draft, request)
    put = history.CorrelatedEventPut(
        delete_after_first_correlation=config.delete_after_first_correlation
    )
    event = put.correlated_event
    event.id.key = request.key
    event.id.external_event_def_id.CopyFrom(request.external_event_def_id)
    event.created_at.CopyFrom(timestamp(draft.now_us))
    event.content.CopyFrom(content)
    draft.emit("correlated_event_put", put)
    assert draft.state.put is not None
    kept = draft.state.put.correlated_event
    if config.HasField("ttl_seconds"):
        due = timestamp(later(draft.now_us, config.ttl_seconds))
        draft.emit("timer_set", history.TimerSet(kind=history.CORRELATED_EVENT_TTL, due=due))
    _match(draft)
    return copy_of(kept)


def _checked(
    draft: CorrelationDraft, request: correlated_events.PutCorrelatedEventRequest
) -> tuple[events.CorrelatedEventConfig, values.VariableValue]:
    """Refuse an event that must not be put; return how it and its content are to be kept."""
    name = request.external_event_def_id.name
    definition = guardrails.defined(draft.facts, name)
    if not definition.HasField("correlated_event_config"):
        raise errors.FieldInvalid(
            field="external_event_def_id",
            problem=f"ExternalEventDef {name} has no correlated_event_config",
        )
    if guardrails.is_void(definition) and not is_null(request.content):
        raise errors.ContentTypeMismatch(external_event_def=name, problem="it takes no content")
    content = guardrails.kept_content(request.content, definition, draft.facts, draft.limits)
    if draft.state.put is not None:
        raise errors.CorrelatedEventExists(external_event_def=name, key=request.key)
    return definition.correlated_event_config, content


def _delete_correlated_event(
    draft: CorrelationDraft, _command: commands.DeleteCorrelatedEvent
) -> None:
    if draft.state.put is not None:
        draft.emit("correlated_event_deleted", history.CorrelatedEventDeleted())


def _mark_correlation(draft: CorrelationDraft, command: commands.MarkCorrelation) -> None:
    draft.emit("correlation_marked", history.CorrelationMarked(waiting=command.waiting))
    _match(draft)


def _unmark_correlation(draft: CorrelationDraft, command: commands.UnmarkCorrelation) -> None:
    draft.emit("correlation_unmarked", history.CorrelationUnmarked(waiting=command.waiting))


def _match_correlated_event(
    draft: CorrelationDraft, _command: commands.MatchCorrelatedEvent
) -> None:
    _match(draft)


def _fire_timer(draft: CorrelationDraft, command: commands.FireTimer) -> None:
    if command.timer != draft.state.ttl_timer:
        draft.rows.timer_gone(draft.state.stream, command.timer)
        return
    draft.emit("timer_fired", history.TimerFired(timer=command.timer))
    draft.emit("correlated_event_deleted", history.CorrelatedEventDeleted())


def _match(draft: CorrelationDraft) -> None:
    """Let the event, if there is one, meet the nodes that wait, some at a time."""
    state, put = draft.state, draft.state.put
    if put is None:
        return
    event = put.correlated_event
    waiting = [wait for wait, status in state.marks.items() if status == storage.MARK_WAITING]
    slice_size = MATCHED_BYTES_PER_COMMAND_MAX // max(1, event.content.ByteSize())
    for wait in waiting[: max(1, min(slice_size, MATCHES_PER_COMMAND_MAX))]:
        _meet(draft, event, wait)
    if any(state.marks[wait] == storage.MARK_WAITING for wait in waiting):
        draft.owed.add(state.stream, match_correlated_event=storage.MatchCorrelatedEvent())
    elif put.delete_after_first_correlation and event.external_events:
        draft.emit("correlated_event_deleted", history.CorrelatedEventDeleted())


def _meet(draft: CorrelationDraft, event: correlated_events.CorrelatedEvent, wait: Wait) -> None:
    """Let the event meet one node, and owe the node's run an external event."""
    waiting = as_message(wait)
    event_id = ids.ExternalEventId(
        wf_run_id=waiting.node_run_id.wf_run_id,
        external_event_def_id=event.id.external_event_def_id,
        guid=_guid(draft.seed, len(draft.owed.rows)),
    )
    matched = history.CorrelatedEventMatched(
        external_event_id=event_id,
        waiting=waiting,
        listed=len(event.external_events) < EXTERNAL_EVENTS_LISTED_MAX,
    )
    draft.emit("correlated_event_matched", matched)
    request = events.PutExternalEventRequest(
        wf_run_id=event_id.wf_run_id,
        external_event_def_id=event_id.external_event_def_id,
        guid=event_id.guid,
        content=event.content,
        thread_run_number=wait.thread,
        node_run_position=wait.position,
    )
    delivery = storage.DeliverCorrelatedEvent(request=request, waiting=waiting)
    draft.owed.add(family_stream(wait.run), deliver_correlated_event=delivery)


def _guid(seed: str, number: int) -> str:
    """Make an id that no other external event has: 32 hexadecimal digits."""
    return hashlib.blake2b(f"{seed}.{number}".encode(), digest_size=16).hexdigest()


CORRELATION_DECIDERS: dict[type[commands.Command], Callable[[CorrelationDraft, Any], Any]] = {
    commands.PutCorrelatedEvent: _put_correlated_event,
    commands.DeleteCorrelatedEvent: _delete_correlated_event,
    commands.MarkCorrelation: _mark_correlation,
    commands.UnmarkCorrelation: _unmark_correlation,
    commands.MatchCorrelatedEvent: _match_correlated_event,
    commands.FireTimer: _fire_timer,
}
