"""Many rows in one statement.

Knows how rows become the parameters of a named query; knows no table. The
sqlite3 module lets go of the interpreter's lock on every step and reset, and
while the event loop is busy each way back may cost it a switch interval. So
`executemany`, which steps once a row, is a convoy of waits; one statement for
all rows is a single one, and SQLite has the rows to itself meanwhile.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from hitchpost_server.store.sql.queries import queries, repeat_values

ENGINE = "sqlite"
# 512 rows of the widest table have 4,096 parameters; SQLite allows 32,766.
ROWS_PER_STATEMENT_MAX = 512


def run(connection: sqlite3.Connection, name: str, *parameters: Any) -> list[Any]:
    """Run a named query once and fetch all that it gives."""
    return connection.execute(queries(ENGINE)[name], parameters).fetchall()


def run_for_rows(
    connection: sqlite3.Connection, name: str, rows: Sequence[Iterable[Any]], *parameters: Any
) -> list[Any]:
    """Run a named query for rows and fetch all that it gives.

    `parameters` are bound after those of the rows.
    """
    found: list[Any] = []
    for statement, values in _grouped(name, rows):
        found += connection.execute(statement, [*values, *parameters]).fetchall()
    return found


def write_rows(connection: sqlite3.Connection, name: str, rows: Sequence[Iterable[Any]]) -> int:
    """Run a named query for rows and count those that it has added or changed."""
    changed = 0
    for statement, values in _grouped(name, rows):
        changed += connection.execute(statement, values).rowcount
    return changed


def _grouped(name: str, rows: Sequence[Iterable[Any]]) -> Iterator[tuple[str, list[Any]]]:
    """Give statements with their parameters, each for as many rows as one takes.

    Group sizes are powers of two, so that few texts are prepared and each of
    them often: what is missing to the next one is bound as NULL, which every
    query passes over.
    """
    for start in range(0, len(rows), ROWS_PER_STATEMENT_MAX):
        group = rows[start : start + ROWS_PER_STATEMENT_MAX]
        size = 1 << (len(group) - 1).bit_length()
        values = list(chain.from_iterable(group))
        values += [None] * ((size - len(group)) * (len(values) // len(group)))
        yield repeat_values(ENGINE, name, size), values
