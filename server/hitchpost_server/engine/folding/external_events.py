"""External events: accepted, claimed, gone."""

from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost_server.engine import correlation_waits
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.folding.timers import remove_timers
from hitchpost_server.engine.state import FamilyState, RunState, Unclaimed
from hitchpost_server.engine.tables import Touched


def _external_event_received(
    state: FamilyState,
    run: RunState,
    body: history.ExternalEventReceived,
    _moment: Moment,
    rows: Touched,
) -> None:
    event = body.external_event
    event_id = event.id
    at = (event_id.external_event_def_id.name, event_id.guid)
    kept = copy_of(event)
    run.unclaimed[at] = Unclaimed(kept, body.requires_reference, state.sequence)
    rows.external_event(run.key, *at, kept)


def _external_event_claimed(
    state: FamilyState,
    run: RunState,
    body: history.ExternalEventClaimed,
    _moment: Moment,
    rows: Touched,
) -> None:
    event = _claimed(state, run, body.external_event_id, rows)
    event.thread_run_number = body.thread_run_number
    event.node_run_position = body.node_run_position
    thread = run.threads[body.thread_run_number]
    waiting = thread.node_run.external_event
    waiting.external_event_id.CopyFrom(event.id)
    waiting.event_time.CopyFrom(event.created_at)
    rows.node_run(run.key, thread)


def _interrupt_triggered(
    state: FamilyState,
    run: RunState,
    body: history.InterruptTriggered,
    _moment: Moment,
    rows: Touched,
) -> None:
    assert run.wf_run is not None
    name = (body.external_event_id.external_event_def_id.name, body.external_event_id.guid)
    if name in run.unclaimed:
        run.interrupts[name] = _claimed(state, run, body.external_event_id, rows).content
    run.wf_run.pending_interrupts.add(
        external_event_id=body.external_event_id,
        handler_spec_name=body.handler_spec_name,
        interrupted_thread_id=body.thread_run_number,
    )
    rows.run(run.key, run.wf_run)


def _external_event_carried(
    _state: FamilyState,
    _run: RunState,
    _body: history.ExternalEventCarried,
    _moment: Moment,
    _rows: Touched,
) -> None:
    """Change nothing: the event stays where it is in the queue, and what it is."""


def _external_event_gone(
    state: FamilyState,
    run: RunState,
    body: history.ExternalEventExpired | history.ExternalEventDropped,
    _moment: Moment,
    rows: Touched,
) -> None:
    event = _take_unclaimed(state, run, body.external_event_id, rows)
    rows.external_event_gone(run.key, event)


def _correlation_key_computed(
    state: FamilyState,
    run: RunState,
    body: history.CorrelationKeyComputed,
    _moment: Moment,
    rows: Touched,
) -> None:
    thread = run.threads[body.thread_run_number]
    thread.node_run.external_event.correlation_key = body.correlation_key
    correlation_waits.begin(state, run, thread)
    rows.node_run(run.key, thread)


def _claimed(
    state: FamilyState, run: RunState, event_id: ids.ExternalEventId, rows: Touched
) -> Any:
    """Take an event that is claimed: from now on only the tables know its guid."""
    event = _take_unclaimed(state, run, event_id, rows)
    event.claimed = True
    run.all_unclaimed = False
    rows.external_event(run.key, event_id.external_event_def_id.name, event_id.guid, event)
    return event


def _take_unclaimed(
    state: FamilyState, run: RunState, event_id: ids.ExternalEventId, rows: Touched
) -> Any:
    event = run.unclaimed.pop((event_id.external_event_def_id.name, event_id.guid)).event
    if run.timers:
        remove_timers(state, run, rows, lambda timer: timer.external_event_id == event_id)
    return event


APPLIERS: dict[str, Applier] = {
    "external_event_received": _external_event_received,
    "external_event_claimed": _external_event_claimed,
    "interrupt_triggered": _interrupt_triggered,
    "external_event_carried": _external_event_carried,
    "external_event_expired": _external_event_gone,
    "external_event_dropped": _external_event_gone,
    "correlation_key_computed": _correlation_key_computed,
}
