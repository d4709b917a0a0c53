"""What each reading verb does in a reader's thread.

Knows the queries that read and the rows they give; knows nothing of threads.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, get_type_hints

from hitchpost_server.engine.rows import KEY_LENGTHS, TABLE_NAMES, TABLES, Row, RowKey
from hitchpost_server.engine.searches import Search
from hitchpost_server.store.protocol import (
    LoggedRecord,
    Snapshot,
    StoredStream,
    within_bytes,
)
from hitchpost_server.store.sql.queries import queries
from hitchpost_server.store.sqlite.bulk import ENGINE, run, run_for_rows

Key = tuple[str | int, ...]


def _least(table: type[Row]) -> Key:
    types = list(get_type_hints(table).values())[: KEY_LENGTHS[table]]
    return tuple("" if kind is str else -(2**63) for kind in types)


# A key of each table that none of its keys comes before.
_LEAST: dict[type[Row], Key] = {table: _least(table) for table in TABLES}


_NOT_THERE = StoredStream(0, None, [])


def latest_us(connection: sqlite3.Connection) -> int:
    """Read the time of the last record."""
    found = run(connection, "read_latest_time")
    return int(found[0][0]) if found else 0


def load(
    streams: Sequence[str], version: int, connection: sqlite3.Connection
) -> dict[str, StoredStream]:
    """Read streams with what follows their snapshots, all as of one moment."""
    names = [(name,) for name in dict.fromkeys(streams)]
    if not run_for_rows(connection, "find_streams", names):
        # Nearly all that are asked for are new ones.
        return _assemble(streams, [], [])
    connection.execute("BEGIN")
    try:
        heads = run_for_rows(connection, "load_streams", names, version)
        after = [(name, sequence or 0) for name, _, sequence, _, _ in heads]
        records = run_for_rows(connection, "load_records", after)
    finally:
        connection.execute("ROLLBACK")
    return _assemble(streams, heads, records)


def lookup(keys: Sequence[RowKey], connection: sqlite3.Connection) -> dict[RowKey, Row]:
    """Read rows by key, one statement a table, all as of one moment."""
    by_table: dict[type[Row], list[Key]] = defaultdict(list)
    for table, key in dict.fromkeys(keys):
        by_table[table].append(key)
    if len(by_table) < 2:
        return _looked_up(by_table, connection)
    connection.execute("BEGIN")
    try:
        return _looked_up(by_table, connection)
    finally:
        connection.execute("ROLLBACK")


def _looked_up(
    by_table: dict[type[Row], list[Key]], connection: sqlite3.Connection
) -> dict[RowKey, Row]:
    return {
        RowKey(table, row[: KEY_LENGTHS[table]]): table._make(row)
        for table, wanted in by_table.items()
        for row in run_for_rows(connection, f"lookup_{TABLE_NAMES[table]}", wanted)
    }


def scan(
    table: type[Row], prefix: Key, after: Key, limit: int, connection: sqlite3.Connection
) -> list[Row]:
    """Read rows in key order from a prefix or behind a key."""
    lowest = prefix + _LEAST[table][len(prefix) :]
    start = max(lowest, _successor(after)) if after else lowest
    rows = run(connection, f"scan_{TABLE_NAMES[table]}", *start, *_end(table, prefix), limit)
    return [table._make(row) for row in rows]


def search(wanted: Search, after: Key, limit: int, connection: sqlite3.Connection) -> list[Row]:
    """Read rows by an index, from a time or behind a row."""
    index = wanted.index
    lowest = (wanted.earliest_us, *_LEAST[index.table])
    start = max(lowest, _successor(after)) if after else lowest
    parameters = (*wanted.equal, *wanted.also, *start, wanted.latest_us, limit)
    return rows(index.table, f"search_{index.name}", parameters, connection)


def rows(
    table: type[Any], query: str, parameters: Sequence[Any], connection: sqlite3.Connection
) -> list[Any]:
    """Run a query that gives whole rows of one class."""
    return [table(*row) for row in run(connection, query, *parameters)]


def read_stream(
    stream: str, after: int, limit: int, bytes_max: int | None, connection: sqlite3.Connection
) -> list[LoggedRecord]:
    """Read records of a stream behind a sequence, as many as take no more than so many bytes."""
    return _records("read_stream", (stream, after, limit), bytes_max, connection)


def read_by_stream(
    after: tuple[str, int], limit: int, bytes_max: int | None, connection: sqlite3.Connection
) -> list[LoggedRecord]:
    """Read what is left of a stream, or if that is nothing, of those that come next."""
    stream, sequence = after
    return read_stream(stream, sequence, limit, bytes_max, connection) or _records(
        "read_next_streams", (stream, limit), bytes_max, connection
    )


def read_log(
    after: int, limit: int, bytes_max: int | None, connection: sqlite3.Connection
) -> list[LoggedRecord]:
    """Read records behind a position, as many as take no more than so many bytes."""
    return _records("read_log", (after, after, limit), bytes_max, connection)


def _records(
    query: str,
    parameters: Sequence[Any],
    bytes_max: int | None,
    connection: sqlite3.Connection,
) -> list[LoggedRecord]:
    cursor = connection.execute(queries(ENGINE)[query], parameters)
    try:
        return list(within_bytes(bytes_max, map(LoggedRecord._make, cursor)))
    finally:
        # What was not fetched must not hold the log of writes.
        cursor.close()


def _assemble(
    streams: Sequence[str], heads: list[Any], records: list[Any]
) -> dict[str, StoredStream]:
    by_stream = defaultdict[str, list[LoggedRecord]](list)
    for row in records:
        record = LoggedRecord._make(row)
        by_stream[record.stream].append(record)
    loaded = dict.fromkeys(streams, _NOT_THERE)
    for name, sequence, at, version, body in heads:
        snapshot = None if at is None else Snapshot(name, at, version, body)
        loaded[name] = StoredStream(sequence, snapshot, by_stream[name])
    return loaded


def _end(table: type[Row], prefix: Key) -> tuple[Any, ...]:
    """Return a key that comes just behind all keys that begin with the prefix."""
    open_columns = KEY_LENGTHS[table] - len(prefix)
    if not open_columns:
        return _successor(prefix)
    # To SQLite any blob comes after every text and number.
    return (*prefix, *[b""] * open_columns)


def _successor(key: Key) -> Key:
    """Return the key that comes next after a full one."""
    last = key[-1]
    return (*key[:-1], f"{last}\0" if isinstance(last, str) else last + 1)
