"""Decisions: a command, the state of its stream, and facts make events and a reply.

`decide` knows the rules (by way of the deciders it dispatches to); it may use
its state up: what it gives back is the state after its events. The same inputs
always give the same decision. Modelled on the decider of functional event
sourcing: decide, evolve (our fold), and a state to begin with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine import (
    audit,
    commands,
    consuming,
    correlation_fold,
    definition_fold,
    publishing,
    routes,
    schedule_fold,
)
from hitchpost_server.engine.archiving import let_go, recall
from hitchpost_server.engine.correlation_commands import CORRELATION_DECIDERS
from hitchpost_server.engine.correlation_marks import owe_changes
from hitchpost_server.engine.definition_commands import DEFINITION_DECIDERS
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.errors import (
    ExternalEventRefused,
    Rejection,
    UnconsumedEventLimit,
)
from hitchpost_server.engine.external_event_commands import refusal
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.ids import AUDIT_STREAM, run_key
from hitchpost_server.engine.limits import EngineLimits
from hitchpost_server.engine.log import Record, new_record
from hitchpost_server.engine.owed import Owed
from hitchpost_server.engine.rows import FollowUpRow
from hitchpost_server.engine.run_commands import RUN_DECIDERS
from hitchpost_server.engine.schedules import SCHEDULE_DECIDERS
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
from hitchpost_server.engine.stream_draft import StreamDraft
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage


@dataclass(slots=True)
class Decision:
    """What a command comes to.

    `row` holds its events, none when it changes nothing. A refused command
    has a `rejection` instead of a reply. `follow_ups` are owed to other streams.
    `warnings` are for the operator's log, once the decision is durable.
    """

    row: Record
    reply: Any = None
    rejection: Rejection | None = None
    follow_ups: list[FollowUpRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def record(self) -> storage.LogRecord:
        """The row as a message."""
        return self.row.message


def decide(
    state: StreamState,
    command: commands.Command,
    facts: Facts,
    limits: EngineLimits,
    rows: Touched,
) -> Decision:
    """Decide a command on live state, which afterwards includes its events.

    Raises MissingFact when a fact was not fetched; the state may then be used
    up and must be loaded again.
    """
    if command.follow_up and not facts.is_owed(command.follow_up):
        return Decision(Record(storage.LogRecord()))
    decision: Decision = _DECIDERS[type(state)](state, command, facts, limits, rows)
    if decision.rejection is not None:
        # An answer, not a defect. Its traceback would hold on to frames that hold on to it.
        decision.rejection.__traceback__ = None
    for follow_up in decision.follow_ups:
        rows.follow_up(follow_up)
    if command.follow_up:
        rows.follow_up_done(command.follow_up)
    return decision


def _decide_run(
    state: FamilyState,
    command: commands.RunCommand | commands.FireTimer,
    facts: Facts,
    limits: EngineLimits,
    rows: Touched,
) -> Decision:
    draft, runs_before = Draft(state, command, facts, limits, rows), len(state.runs)
    run = recall(draft, command.run) if state.archived else state.runs.get(command.run)
    if run is None:
        run = state.run(command.run)
    try:
        reply = RUN_DECIDERS[type(command)](draft, run, command)
    except Rejection as rejection:
        _must_be_unchanged(draft, rejection)
        let_go(draft, runs_before)
        owed, warnings = _refusal(command, rejection), _warnings(command, rejection)
        return Decision(draft.row, None, rejection, owed, warnings)
    finally:
        draft.end()
        state.forget_unknown(run)
    let_go(draft, runs_before)
    owe_changes(draft.waits_before, state.waits, draft.owed)
    return Decision(draft.row, reply, follow_ups=draft.owed.rows, warnings=draft.warnings)


def _warnings(command: commands.RunCommand | commands.FireTimer, rejection: Rejection) -> list[str]:
    """Say what an operator should hear of a refusal: where nobody waits for the answer."""
    if isinstance(rejection, UnconsumedEventLimit):
        return [rejection.message]
    if command.follow_up and isinstance(command, commands.StartRun):
        return [f"WfRun {command.run} was due and is not started: {rejection.message}"]
    return []


def _must_be_unchanged(draft: Draft | StreamDraft[Any], rejection: Rejection) -> None:
    if draft.has_events:
        raise AssertionError("a command was refused after its first event") from rejection


def _refusal(command: commands.Command, rejection: Rejection) -> list[FollowUpRow]:
    """Owe the audit stream an entry for a refused external event."""
    if not isinstance(command, commands.PostExternalEvent):
        return []
    if not isinstance(rejection, ExternalEventRefused):
        return []
    owed = Owed(command)
    owed.add(AUDIT_STREAM, record_refusal=refusal(command.request, rejection))
    return owed.rows


def _decide_other(
    state: DefinitionState
    | ScheduleState
    | CorrelationState
    | TopicState
    | RouteState
    | ConsumerState,
    command: commands.Command,
    facts: Facts,
    limits: EngineLimits,
    rows: Touched,
) -> Decision:
    """Decide a command on a stream that is of one subject and not of runs."""
    draft = StreamDraft(state, command, facts, limits, rows, _FOLDS[type(state)])
    try:
        reply = COMMANDS[type(state)][type(command)](draft, command)
    except Rejection as rejection:
        _must_be_unchanged(draft, rejection)
        return Decision(draft.row, None, rejection)
    return Decision(draft.row, reply, follow_ups=draft.owed.rows, warnings=draft.warnings)


def _decide_audit(
    state: AuditState,
    command: commands.RecordRefusal,
    _facts: Facts,
    limits: EngineLimits,
    rows: Touched,
) -> Decision:
    record = new_record(command)
    entry = command.refusal
    run = run_key(entry.wf_run_id)
    if audit.has_room(state, entry.external_event_def, run, command.now_us):
        refused = history.ExternalEventRefused(
            wf_run_id=entry.wf_run_id, reason=entry.reason, principal=command.principal
        )
        refused.external_event_def_id.name = entry.external_event_def
        record.events.add(external_event_refused=refused)
        audit.apply(state, refused, command.now_us, rows)
        audit.cut(state, command.now_us, limits.audit_retention_seconds, rows)
    return Decision(Record(record))


# What applies an event of the streams that are of one subject.
_FOLDS: dict[type[StreamState], Any] = {
    DefinitionState: definition_fold.apply,
    ScheduleState: schedule_fold.apply,
    CorrelationState: correlation_fold.apply,
    TopicState: publishing.apply,
    RouteState: routes.apply,
    ConsumerState: consuming.apply,
}

_DECIDERS: dict[type[StreamState], Any] = {
    FamilyState: _decide_run,
    AuditState: _decide_audit,
    **dict.fromkeys(_FOLDS, _decide_other),
}

# What each kind of stream can be ordered, with what decides it.
COMMANDS: dict[type[StreamState], Mapping[type[commands.Command], Any]] = {
    FamilyState: RUN_DECIDERS,
    DefinitionState: DEFINITION_DECIDERS,
    ScheduleState: SCHEDULE_DECIDERS,
    CorrelationState: CORRELATION_DECIDERS,
    TopicState: publishing.TOPIC_DECIDERS,
    RouteState: routes.ROUTE_DECIDERS,
    ConsumerState: consuming.CONSUMER_DECIDERS,
    AuditState: {commands.RecordRefusal: _decide_audit},
}
