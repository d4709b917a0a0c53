"""What commands do with external events that come for a run: accept them and hand them on.

What refuses them is in `guardrails.py`, who takes them in `claims.py`.
"""

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine import commands, errors, guardrails
from hitchpost_server.engine.advance import advance
from hitchpost_server.engine.carrying import drop_late
from hitchpost_server.engine.claims import is_awaited
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.correlation_waits import from_message
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.handlers import trigger_interrupts
from hitchpost_server.engine.ids import AUDIT_STREAM
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.times import later, timestamp
from hitchpost_server.engine.visits import traversal_of
from hitchpost_server.storage.v1 import storage_pb2 as storage


def post_external_event(
    draft: Draft, run: RunState, command: commands.PostExternalEvent
) -> events.ExternalEvent:
    """Accept an external event and give it to whoever waits for it."""
    definition, content = guardrails.check(draft, run, command.request)
    return _accept(draft, run, command.request, command.seed, content, definition)


def deliver_correlated_event(
    draft: Draft, run: RunState, command: commands.DeliverCorrelatedEvent
) -> None:
    """Accept what has come of a correlated event, if the run that it was for is still there.

    Whoever waits is never refused it. If nobody waits any more and the run is
    full, or has started over, it is given up, which is put on record.
    """
    wait, request = from_message(command.delivery.waiting), command.delivery.request
    if run.wf_run is None or run.incarnation != wait.incarnation:
        return
    name = request.external_event_def_id.name
    if run.execution != wait.execution:
        received = _receive(draft, run, request, command.seed, request.content)
        draft.apply(run, "external_event_received", received)
        drop_late(draft, run, received.external_event, wait.execution)
        return
    if wait not in draft.state.waits:
        try:
            guardrails.within_limit(draft, run, request)
        except errors.UnconsumedEventLimit as limit:
            draft.warnings.append(limit.message)
            draft.owed.add(AUDIT_STREAM, record_refusal=refusal(request, limit))
            return
    definition = draft.facts.external_event_def(name)
    _accept(draft, run, request, command.seed, request.content, definition)


def refusal(
    request: events.PutExternalEventRequest, refused: errors.ExternalEventRefused
) -> storage.RecordRefusal:
    """Say for the record which event was refused."""
    return storage.RecordRefusal(
        external_event_def=request.external_event_def_id.name,
        wf_run_id=request.wf_run_id,
        reason=refused.reason,
    )


def _accept(
    draft: Draft,
    run: RunState,
    request: events.PutExternalEventRequest,
    seed: str,
    content: values.VariableValue,
    definition: events.ExternalEventDef | None,
) -> events.ExternalEvent:
    traversal = traversal_of(draft, run) if run.is_running else None
    awaited = traversal is not None and is_awaited(run, traversal.spec, request)
    if awaited:
        draft.begin_transition(run)
    received = _receive(draft, run, request, seed, content)
    received.requires_reference = definition is not None and definition.require_wfspec_reference
    draft.apply(run, "external_event_received", received)
    event = received.external_event
    if traversal is not None and awaited:
        accepted = run.unclaimed[event.id.external_event_def_id.name, event.id.guid].event
        trigger_interrupts(traversal, accepted)
        advance(draft, run)
        draft.complete_transition()
        return copy_of(accepted)
    if definition is not None and definition.retention_policy.HasField("seconds_after_put"):
        _expire_later(draft, run, event.id, definition.retention_policy.seconds_after_put)
    # What is on record is what was accepted, and does not change any more.
    return event


def _receive(
    draft: Draft,
    run: RunState,
    request: events.PutExternalEventRequest,
    seed: str,
    content: values.VariableValue,
) -> history.ExternalEventReceived:
    """Put on record that an event is received, which is to be applied."""
    received: history.ExternalEventReceived = draft.write(run, "external_event_received")
    event = received.external_event
    event_id = event.id
    event_id.wf_run_id.CopyFrom(request.wf_run_id)
    event_id.external_event_def_id.CopyFrom(request.external_event_def_id)
    event_id.guid = request.guid or seed
    event.created_at.CopyFrom(draft.moment.timestamp)
    kept = event.content
    kept.CopyFrom(content)
    kept.SetInParent()
    event.execution = run.execution
    if request.HasField("thread_run_number"):
        event.thread_run_number = request.thread_run_number
    if request.HasField("node_run_position"):
        event.node_run_position = request.node_run_position
    return received


def _expire_later(draft: Draft, run: RunState, event_id: ids.ExternalEventId, seconds: int) -> None:
    due = timestamp(later(draft.now_us, seconds))
    timer = history.TimerSet(kind=history.EVENT_RETENTION, due=due, external_event_id=event_id)
    draft.emit(run, "timer_set", timer)
