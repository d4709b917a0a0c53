"""The fold of a correlation key: its event, and who waits for it."""

from collections.abc import Callable
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.correlation_waits import from_message
from hitchpost_server.engine.state import CorrelationState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.engine.times import microseconds
from hitchpost_server.storage.v1 import storage_pb2 as storage


def apply_record(state: CorrelationState, record: storage.LogRecord, rows: Touched) -> None:
    """Apply all events of one command."""
    for event in record.events:
        kind = event.WhichOneof("event")
        assert kind is not None
        apply(state, kind, getattr(event, kind), rows)


def apply(state: CorrelationState, kind: str, body: Any, rows: Touched) -> None:
    """Apply one event; `kind` names its member of the oneof, `body` is that member."""
    state.sequence += 1
    APPLIERS[kind](state, body, rows)


def _put(state: CorrelationState, body: history.CorrelatedEventPut, rows: Touched) -> None:
    state.put = history.CorrelatedEventPut()
    state.put.CopyFrom(body)
    rows.correlated_event(state.put.correlated_event)


def _matched(state: CorrelationState, body: history.CorrelatedEventMatched, rows: Touched) -> None:
    assert state.put is not None
    state.marks[from_message(body.waiting)] = storage.MARK_MATCHED
    if body.listed:
        state.put.correlated_event.external_events.append(body.external_event_id)
        rows.correlated_event(state.put.correlated_event)


def _deleted(state: CorrelationState, _body: object, rows: Touched) -> None:
    assert state.put is not None
    rows.correlated_event_gone(state.put.correlated_event)
    state.put = None
    _forget_timer(state, rows)


def _timer_set(state: CorrelationState, body: history.TimerSet, rows: Touched) -> None:
    state.ttl_timer = state.sequence
    rows.timer(state.stream, state.ttl_timer, microseconds(body.due))


def _timer_fired(state: CorrelationState, _body: object, rows: Touched) -> None:
    _forget_timer(state, rows)


def _forget_timer(state: CorrelationState, rows: Touched) -> None:
    if state.ttl_timer:
        rows.timer_gone(state.stream, state.ttl_timer)
        state.ttl_timer = 0


def _marked(state: CorrelationState, body: history.CorrelationMarked, _rows: Touched) -> None:
    wait = from_message(body.waiting)
    if state.marks.pop(wait, None) is None:
        state.marks[wait] = storage.MARK_WAITING


def _unmarked(state: CorrelationState, body: history.CorrelationUnmarked, _rows: Touched) -> None:
    # News of a node's leaving may overtake the mark: then it stays until that comes.
    wait = from_message(body.waiting)
    if state.marks.pop(wait, None) is None:
        state.marks[wait] = storage.MARK_LEFT


APPLIERS: dict[str, Callable[[CorrelationState, Any, Touched], None]] = {
    "correlated_event_put": _put,
    "correlated_event_matched": _matched,
    "correlated_event_deleted": _deleted,
    "correlation_marked": _marked,
    "correlation_unmarked": _unmarked,
    "timer_set": _timer_set,
    "timer_fired": _timer_fired,
}
