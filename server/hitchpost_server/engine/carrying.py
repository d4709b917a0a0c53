"""Which unclaimed external events an execution finds when it begins.

Those of a run that had not started are all for its first execution, those that
an execution leaves behind go on into the next, in their order and for so many
executions. Knows what is given up on the way, or comes too late, and why.
"""

from typing import TYPE_CHECKING

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.ids import wf_spec_name
from hitchpost_server.engine.state import RunState, Unclaimed

if TYPE_CHECKING:
    from hitchpost_server.engine.compiled import CompiledWfSpec


def take_along(draft: Draft, run: RunState, spec: "CompiledWfSpec") -> None:
    """Carry unclaimed events into the execution that has just begun, or give them up."""
    for unclaimed in list(run.unclaimed.values()):
        reason = _reason_to_drop(draft, run, spec, unclaimed)
        if reason is not None:
            why = _why(draft, unclaimed.event, spec, reason)
            circumstances = f"as execution {run.execution} begins: {why}"
            _drop(draft, run, unclaimed.event, reason, circumstances)
        elif run.execution > 1:
            _carry(draft, run, unclaimed)


def _reason_to_drop(
    draft: Draft, run: RunState, spec: "CompiledWfSpec", unclaimed: Unclaimed
) -> history.DropReason | None:
    event = unclaimed.event
    age = run.execution - event.execution
    is_aimed = event.HasField("thread_run_number") or event.HasField("node_run_position")
    if age and is_aimed:
        return history.AIMED_AT_ENDED_EXECUTION
    if age > draft.limits.max_external_event_carry_forward_executions:
        return history.CARRY_LIMIT
    if unclaimed.requires_reference and unclaimed.name not in spec.referenced_events:
        return history.NO_REFERENCE_AT_START
    return None


_WHY = {
    history.NO_REFERENCE_AT_START: "{wf_spec} does not refer to it",
    history.CARRY_LIMIT: "it was posted in execution {posted}, more than {limit} before this one",
    history.AIMED_AT_ENDED_EXECUTION: "it was aimed at a thread or node of execution {posted}",
}


def drop_late(draft: Draft, run: RunState, event: events.ExternalEvent, execution: int) -> None:
    """Give up an event that was on its way to a node when the node's execution ended."""
    reason = history.AIMED_AT_ENDED_EXECUTION
    why = _WHY[reason].format(posted=execution)
    _drop(draft, run, event, reason, f"in execution {run.execution}: {why}")


def _why(
    draft: Draft, event: events.ExternalEvent, spec: "CompiledWfSpec", reason: history.DropReason
) -> str:
    return _WHY[reason].format(
        wf_spec=f"WfSpec {wf_spec_name(spec.wf_spec.id)}",
        posted=event.execution,
        limit=draft.limits.max_external_event_carry_forward_executions,
    )


def _drop(
    draft: Draft,
    run: RunState,
    event: events.ExternalEvent,
    reason: history.DropReason,
    circumstances: str,
) -> None:
    """Give an event up, and say so in the history and to the operator."""
    name = event.id.external_event_def_id.name
    draft.warnings.append(
        f"WfRun {run.key}: ExternalEvent {name} {event.id.guid} is dropped {circumstances}"
    )
    dropped = history.ExternalEventDropped(external_event_id=event.id, reason=reason)
    draft.emit(run, "external_event_dropped", dropped)


def _carry(draft: Draft, run: RunState, unclaimed: Unclaimed) -> None:
    carried = history.ExternalEventCarried(
        external_event_id=unclaimed.event.id, received_sequence=unclaimed.received_sequence
    )
    draft.emit(run, "external_event_carried", carried)
