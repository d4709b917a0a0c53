"""A decision in the making: events happen to live state one by one.

Each event is applied as it is emitted, so that the next step of the same
command sees its effect. Whatever can be refused is refused before the first
event; after it, a command can only fail within the workflow.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine import fold
from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.folding.moment import Effect, Moment
from hitchpost_server.engine.ids import root_of
from hitchpost_server.engine.limits import EngineLimits
from hitchpost_server.engine.log import Record, new_record
from hitchpost_server.engine.owed import Owed
from hitchpost_server.engine.ready_events import (
    TRANSITION_COMPLETED,
    TRANSITION_STARTED,
    ReadyEvent,
)
from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage

if TYPE_CHECKING:
    from hitchpost_server.engine.visits import Traversal


@dataclass(frozen=True, slots=True)
class StartOver:
    """A run's wish to start over: `variables` are those of its next thread 0.

    `thrown` is the workflow event that said so.
    """

    variables: list[values.VarNameAndVal]
    thrown: ids.WorkflowEventId


class Draft:
    """What a command has done to a run family so far.

    `row` is what goes into the log; `moment` is when it is decided; `owed` are commands to
    other streams; `waits_before` are the nodes that waited for a correlation key before.
    `steps` counts the passes of the command over runs that have moved them, of which
    there may be `steps_max`, `children` the child runs whose ids it made of its `seed`;
    `moving` are the runs that may have to move, `traversals` the ways through runs
    so far; `start_overs` are the runs that have thrown what lets them start over;
    `warnings` are what an operator should hear of it.
    """

    __slots__ = (
        "_began",
        "_in_transition",
        "_root",
        "children",
        "facts",
        "limits",
        "moment",
        "moving",
        "now_us",
        "owed",
        "row",
        "rows",
        "seed",
        "start_overs",
        "state",
        "steps",
        "steps_max",
        "traversals",
        "waits_before",
        "warnings",
    )

    def __init__(
        self,
        state: FamilyState,
        command: Command,
        facts: Facts,
        limits: EngineLimits,
        rows: Touched,
    ) -> None:
        self.state = state
        self.facts = facts
        self.limits = limits
        self.rows = rows
        self.now_us = command.now_us
        self.seed = command.seed
        self.steps = 0
        self.steps_max = limits.steps_per_command_max
        self.children = 0
        self.moving: dict[str, RunState] = {}
        self.traversals: dict[str, Traversal] = {}
        self.start_overs: dict[str, StartOver] = {}
        self.warnings: list[str] = []
        self.owed = Owed(command)
        self.waits_before = dict(state.waits)
        self.row = Record(new_record(command))
        self._began = state.sequence
        self.moment = Moment(command.now_us)
        self._root = root_of(state.stream)
        self._in_transition: RunState | None = None

    def end(self) -> None:
        """Let go of what holds on to the draft, so that it goes with its last use."""
        for traversal in self.traversals.values():
            traversal.end()
        self.traversals.clear()

    def guid_prefix(self, run: RunState) -> str:
        """What sets generated guids apart: earlier executions and incarnations of the id."""
        execution = f"{run.execution}." if run.execution > 1 else ""
        return f"{execution}i{self.state.incarnation}." if self.state.incarnation else execution

    @property
    def record(self) -> storage.LogRecord:
        """What goes into the log, with all events so far."""
        return self.row.message

    @property
    def has_events(self) -> bool:
        """Whether anything has happened."""
        return self.state.sequence != self._began

    def emit(self, run: RunState, kind: str, body: Any) -> None:
        """Let an event happen: put it on record and apply it."""
        event = self._new_event(run)
        recorded = getattr(event, kind)
        recorded.CopyFrom(body)
        recorded.SetInParent()  # a body without fields says something too
        fold.apply(self.state, run, kind, body, self.moment, self.rows)
        if run.execution > 1:  # the next one, if the event has begun that
            event.execution = run.execution

    def write(self, run: RunState, kind: str) -> Any:
        """Begin an event on record: it is to be filled in, with one field at least, and applied."""
        event = self._new_event(run)
        if run.execution > 1:
            event.execution = run.execution
        return getattr(event, kind)

    def _new_event(self, run: RunState) -> history.HistoryEvent:
        event = self.record.events.add()
        if run.key != self._root:
            event.wf_run_id.CopyFrom(run.run_id)
        return event

    def apply(self, run: RunState, kind: str, body: Any) -> None:
        """Let an event happen that is on record."""
        fold.apply(self.state, run, kind, body, self.moment, self.rows)

    def take_effect(self, run: RunState, effect: Effect) -> None:
        """Let an event happen that is on record, and of which the effect is known."""
        self.state.sequence += 1
        effect(self.state, run, self.moment, self.rows)

    def emit_ready(self, run: RunState, event: ReadyEvent) -> None:
        """Let an event happen that was made and encoded before."""
        if run.execution > 1 or run.key != self._root:
            self.emit(run, event.kind, event.body)
            return
        self.row.add_encoded(event.encoded)
        self.state.sequence += 1
        event.effect(self.state, run, self.moment, self.rows)

    def has_to_move(self, run: RunState) -> None:
        """Note that a run may be able to move now; a run that has not started cannot."""
        if run.wf_run is not None:
            self.moving[run.key] = run

    def forget_traversal(self, run: RunState) -> None:
        """Begin the way through a run anew: it follows another WfSpec, or stands elsewhere."""
        traversal = self.traversals.pop(run.key, None)
        if traversal is not None:
            traversal.end()

    def begin_transition(self, run: RunState) -> None:
        """Open the events of a command that moves a run."""
        self._in_transition = run
        self.emit_ready(run, TRANSITION_STARTED)

    def complete_transition(self) -> None:
        """Close them, if they were opened and the run still exists."""
        run, self._in_transition = self._in_transition, None
        if run is not None:
            self.emit_ready(run, TRANSITION_COMPLETED)
