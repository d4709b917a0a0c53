"""The audit stream: refused external events on record, bounded in rate and age.

One entry says who was refused, for which definition and run, and why; contents
are never kept. Past `AUDIT_ENTRIES_PER_WINDOW` for one definition and run the
refusals of that window are not recorded (they are still counted by the server).
"""

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.state import AuditState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage

# The only one there is.
EVENT = "external_event_refused"

# Enough to see that and how somebody is refused; a flood adds nothing to that.
AUDIT_ENTRIES_PER_WINDOW = 10
AUDIT_WINDOW_US = 60_000_000
# Retention cuts the stream at these marks, so it is exact to the hour.
AUDIT_MARK_US = 3_600_000_000
# A year of marks; a longer retention is cut when the oldest mark is reached.
AUDIT_MARKS_MAX = 24 * 366


def apply_record(state: AuditState, record: storage.LogRecord, rows: Touched) -> None:
    """Apply all events of one command."""
    for event in record.events:
        apply(state, getattr(event, EVENT), record.time_us, rows)


def apply(
    state: AuditState, body: history.ExternalEventRefused, now_us: int, _rows: Touched
) -> None:
    """Count one entry."""
    state.sequence += 1
    forget_closed_windows(state, now_us)
    key = (body.external_event_def_id.name, run_key(body.wf_run_id))
    opened_us, entries = state.windows.get(key, (now_us, 0))
    state.windows[key] = (opened_us, entries + 1)
    if not state.marks or now_us - state.marks[-1][0] >= AUDIT_MARK_US:
        state.marks.append((now_us, state.sequence))
        del state.marks[:-AUDIT_MARKS_MAX]


def cut(state: AuditState, now_us: int, retention_seconds: int, rows: Touched) -> None:
    """Erase what is older than the retention, whenever the latest entry is a mark."""
    if not state.marks or state.marks[-1][1] != state.sequence:
        return
    expired = [mark for mark in state.marks if now_us - mark[0] > retention_seconds * 1_000_000]
    if expired:
        rows.erase(state.stream, "", expired[-1][1])


def forget_closed_windows(state: AuditState, now_us: int) -> None:
    """Drop the windows that are over; they are in the order in which they opened."""
    for key, (opened_us, _) in list(state.windows.items()):
        if now_us - opened_us < AUDIT_WINDOW_US:
            return
        del state.windows[key]


def has_room(state: AuditState, external_event_def: str, run: str, now_us: int) -> bool:
    """Whether another entry for a definition and run may be recorded now."""
    opened_us, entries = state.windows.get((external_event_def, run), (now_us, 0))
    return entries < AUDIT_ENTRIES_PER_WINDOW or now_us - opened_us >= AUDIT_WINDOW_US
