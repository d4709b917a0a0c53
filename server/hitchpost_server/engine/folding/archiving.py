"""Runs that leave the live state of their family, whole as they are, and come back."""

from hitchpost_server.engine.snapshots import run_snapshot, run_state
from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage


def archive(state: FamilyState, key: str, rows: Touched) -> None:
    """Let a run leave: its table has it from now on."""
    body = run_snapshot(state.runs.pop(key)).SerializeToString(deterministic=True)
    state.archived += 1
    rows.archived_run(key, body)


def recall(state: FamilyState, snapshot: storage.RunSnapshot, rows: Touched) -> RunState:
    """Let a run come back."""
    run = run_state(snapshot)
    state.runs[run.key] = run
    state.archived -= 1
    rows.archived_run(run.key, None)
    return run
