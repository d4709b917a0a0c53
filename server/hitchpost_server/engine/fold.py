"""The fold: how each kind of event changes the state of a run family.

`apply` has no opinions: it believes what the event says. Whatever needs a rule
is decided before (`decide.py`) and written into the event. What an event does
to the derived tables is noted in passing.
"""

from typing import Any

from hitchpost_server.engine.folding import (
    archiving,
    external_events,
    nodes,
    runs,
    task_runs,
    threads,
    timers,
    user_tasks,
    workflow_events,
)
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.ids import root_of, run_key
from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage

# Counts the changes of this fold that change what a state looks like after the
# same events. Snapshots of another version are thrown away.
FOLD_VERSION = 3

APPLIERS: dict[str, Applier] = {
    **runs.APPLIERS,
    **threads.APPLIERS,
    **nodes.APPLIERS,
    **task_runs.APPLIERS,
    **user_tasks.APPLIERS,
    **external_events.APPLIERS,
    **timers.APPLIERS,
    **workflow_events.APPLIERS,
}


def apply_record(state: FamilyState, record: storage.LogRecord, rows: Touched) -> None:
    """Apply all events of one command."""
    moment = Moment(record.time_us)
    for snapshot in record.recalled:
        archiving.recall(state, snapshot, rows)
    for event in record.events:
        kind = event.WhichOneof("event")
        if kind is None:  # erased
            state.sequence += 1
            continue
        key = run_key(event.wf_run_id) if event.HasField("wf_run_id") else root_of(state.stream)
        run = state.run(key)
        apply(state, run, kind, getattr(event, kind), moment, rows)
        state.forget_unknown(run)
    for key in record.archived:
        archiving.archive(state, key, rows)


def apply(
    state: FamilyState, run: RunState, kind: str, body: Any, moment: Moment, rows: Touched
) -> None:
    """Apply one event; `kind` names its member of the oneof, `body` is that member."""
    state.sequence += 1
    APPLIERS[kind](state, run, body, moment, rows)
