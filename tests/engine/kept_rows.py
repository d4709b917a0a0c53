"""Rows as a store would keep them, for tests of the engine alone."""

from hitchpost_server.engine.rows import (
    EXECUTION_TABLES,
    ExternalEventRow,
    PastExternalEventRow,
    Row,
    RowKey,
    TimerRow,
    key_of,
)
from hitchpost_server.engine.tables import Touched


def take(rows: dict[RowKey, Row], touched: Touched) -> None:
    """Change what commands have changed."""
    for erased in touched.erased:
        for key in [k for k, row in rows.items() if _is_of(row, erased.stream, erased.run)]:
            del rows[key]
    for run in touched.ended:
        _end_execution(rows, run)
    written, deleted = touched.changes()
    for key in deleted:
        rows.pop(key, None)
    rows.update({key_of(row): row for row in written})


def _end_execution(rows: dict[RowKey, Row], run: str) -> None:
    for key, row in [(key, row) for key, row in rows.items() if row[0] == run]:
        if isinstance(row, EXECUTION_TABLES):
            del rows[key]
        elif isinstance(row, ExternalEventRow) and row.claimed:
            del rows[key]
            past = PastExternalEventRow(*row)
            rows[key_of(past)] = past


def _is_of(row: Row, stream: str, run: str) -> bool:
    if isinstance(row, TimerRow):
        return row.stream == stream and row.run == run
    return row._fields[0] == "run" and row[0] == run
