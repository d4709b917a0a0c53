"""The fold of schedules: what is to be started under an id, and when next."""

from collections.abc import Callable
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.ids import SCHEDULE_STREAM
from hitchpost_server.engine.state import ScheduleState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.engine.times import microseconds
from hitchpost_server.storage.v1 import storage_pb2 as storage


def apply_record(state: ScheduleState, record: storage.LogRecord, rows: Touched) -> None:
    """Apply all events of one command."""
    for event in record.events:
        kind = event.WhichOneof("event")
        assert kind is not None
        apply(state, kind, getattr(event, kind), rows)


def apply(state: ScheduleState, kind: str, body: Any, rows: Touched) -> None:
    """Apply one event; `kind` names its member of the oneof, `body` is that member."""
    state.sequence += 1
    APPLIERS[kind](state, body, rows)


def schedule_id(state: ScheduleState) -> str:
    """Name the schedule that the stream is about."""
    return state.stream.removeprefix(SCHEDULE_STREAM)


def _put(state: ScheduleState, body: history.SchedulePut, rows: Touched) -> None:
    put = copy_of(body)
    state.put = put
    _disarm(state, rows)
    rows.scheduled_wf_run(schedule_id(state), put.scheduled_wf_run)


def _deleted(state: ScheduleState, _body: object, rows: Touched) -> None:
    state.put = None
    _disarm(state, rows)
    rows.scheduled_wf_run(schedule_id(state), None)


def _disarm(state: ScheduleState, rows: Touched) -> None:
    for timer in state.timers:
        rows.timer_gone(state.stream, timer)
    state.timers.clear()


def _timer_set(state: ScheduleState, body: history.TimerSet, rows: Touched) -> None:
    timer = copy_of(body)
    state.timers[state.sequence] = timer
    rows.timer(state.stream, state.sequence, microseconds(body.due))


def _timer_fired(state: ScheduleState, body: history.TimerFired, rows: Touched) -> None:
    del state.timers[body.timer]
    rows.timer_gone(state.stream, body.timer)


def _ticked(_state: ScheduleState, _body: history.ScheduleTicked, _rows: Touched) -> None:
    """What a tick starts is known to the run's own stream."""


APPLIERS: dict[str, Callable[[ScheduleState, Any, Touched], None]] = {
    "schedule_put": _put,
    "schedule_deleted": _deleted,
    "schedule_ticked": _ticked,
    "timer_set": _timer_set,
    "timer_fired": _timer_fired,
}
