"""Which runs a family's live state can do without, and how one that is needed comes back.

A run that lives long may have child runs without end. Those that have ended leave the
live state of their family, whole as they are, and are read from their table when a
command needs them: to it they have never been away. Where in a log that was is on
record, but no event: nothing happens to those runs.
"""

from collections.abc import Sequence

from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.facts import archived_run_key
from hitchpost_server.engine.folding import archiving
from hitchpost_server.engine.ids import keys_above, run_key
from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.times import microseconds


def away(state: FamilyState, key: str) -> Sequence[str]:
    """Name those of a run and the runs above it that may be archived, from the top."""
    if not state.archived:
        return ()
    return [one for one in (*reversed([*keys_above(key)]), key) if one not in state.runs]


def recall(draft: Draft, key: str) -> RunState | None:
    """Find a run of which something is known; it is live then, and so are those above it."""
    for one in away(draft.state, key):
        snapshot = draft.facts.archived_run(one)
        if snapshot is not None:
            archiving.recall(draft.state, snapshot, draft.rows)
            draft.record.recalled.append(snapshot)
    return draft.state.runs.get(key)


def is_archived(draft: Draft, key: str) -> bool:
    """Whether a run of the family is there, but not live."""
    is_away = draft.state.archived and key not in draft.state.runs
    return bool(is_away) and draft.facts.exists(archived_run_key(key))


def forget_recalled(draft: Draft, run: RunState) -> None:
    """Leave no trace of a run's return on record: it is erased, and its archival with it."""
    kept = [one for one in draft.record.recalled if one.wf_run_id != run.run_id]
    del draft.record.recalled[:]
    draft.record.recalled.extend(kept)


def let_go(draft: Draft, runs_before: int) -> None:
    """Archive what a command has needed for nothing, or what has become too much by it."""
    state = draft.state
    if not draft.has_events:
        record = draft.record
        for snapshot in reversed(record.recalled):
            archiving.archive(state, run_key(snapshot.wf_run_id), draft.rows)
        del record.recalled[:]
        return
    # Not with every command: there may be many that have to stay.
    kept = draft.limits.family_runs_kept
    if len(state.runs) // kept > runs_before // kept:
        record = draft.record
        record.archived.extend(_dispensable(draft))
        for key in record.archived:
            archiving.archive(state, key, draft.rows)


def _dispensable(draft: Draft) -> list[str]:
    """Find the runs that have ended, but for those above others that stay."""
    runs, waiting = draft.state.runs, {wait.run for wait in draft.state.waits}
    found, needed = [], set[str]()
    for key in sorted(runs, key=_lowest_first):
        is_needed = key in needed or key in waiting
        if not is_needed and _is_at_rest(runs[key]) and not _may_be_awaited(draft, runs[key]):
            found.append(key)
        else:
            needed.update(keys_above(key))
    return found


def _lowest_first(key: str) -> tuple[int, str]:
    return -key.count("_"), key


def _is_at_rest(run: RunState) -> bool:
    """Whether nothing can happen to a child run but by a command that names it.

    One that a node waits for, or has waited for in an execution that goes on, has to
    forget that when the run above starts over or is deleted.
    """
    if run.wf_run is None or run.is_running or not run.run_id.HasField("parent_wf_run_id"):
        return False
    if run.tasks or run.user_tasks or run.unclaimed or run.timers or run.interrupts:
        return False
    return not run.wf_run.parent_trigger.HasField("waiting_node_run")


def _may_be_awaited(draft: Draft, run: RunState) -> bool:
    """Whether a run was started in an execution that goes on and may yet wait for it.

    It could come back for that, but fetching a run one did not know of is no small thing.
    """
    above = draft.state.runs.get(next(keys_above(run.key)))
    if above is None or above.wf_run is None or run.wf_run is None or not above.is_running:
        return False
    spec = draft.facts.wf_spec(above.wf_spec_name, above.wf_spec_sequence)
    began_us = microseconds(above.wf_run.start_time)
    return spec.awaits_runs and microseconds(run.wf_run.start_time) >= began_us
