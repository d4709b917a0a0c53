"""One write set, one transaction: what happens in the writer's thread.

Knows the order of a write and the names of its queries; knows nothing of
threads or of what to do after a failure.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hitchpost_server.engine.rows import EXECUTION_TABLES, RUN_TABLES, TABLE_NAMES
from hitchpost_server.store.expectations import expected_sequences, moves
from hitchpost_server.store.protocol import Append, ConflictError, Erasure, WriteSet
from hitchpost_server.store.sqlite.bulk import run, run_for_rows, write_rows


@dataclass(frozen=True, slots=True)
class Head:
    """The position of the last event, and how many transactions there have been.

    The count tells whether a transaction is there, also one without events.
    """

    position: int
    commits: int


class UnclearCommitError(Exception):
    """COMMIT itself failed: `head` is in the file if it has happened all the same."""

    def __init__(self, head: Head) -> None:
        super().__init__(f"the outcome of commit {head.commits} is not known")
        self.head = head


def transact(write: WriteSet, connection: sqlite3.Connection) -> int:
    """Carry out a write set and return the new head position.

    Raises UnclearCommitError when COMMIT fails. After any other error nothing
    was written.
    """
    if write == WriteSet(verified=write.verified):
        _check(connection, list(write.verified.items()))
        return read_head(connection).position
    connection.execute("BEGIN IMMEDIATE")
    try:
        head = _write(connection, write)
    except BaseException:
        _roll_back(connection)
        raise
    _commit(connection, head)
    return head.position


def confirm(connection: sqlite3.Connection) -> Head:
    """Find out what is in the file, and flush it to the disk.

    An empty transaction goes behind what is there: its frames take the place
    of those of a commit that came to nothing, so that no later recovery can
    bring that one back. The checkpoint copies what is there into the file
    itself: after a failed flush the kernel may hold pages of the write-ahead
    log for written that are not.
    """
    connection.execute("BEGIN IMMEDIATE")
    head = _advance(connection, 0)
    connection.execute("COMMIT")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    if busy:
        raise sqlite3.OperationalError("the checkpoint was kept from completing")
    return head


def read_head(connection: sqlite3.Connection) -> Head:
    """Read the head row."""
    return Head(*run(connection, "read_head")[0])


def _commit(connection: sqlite3.Connection, head: Head) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise UnclearCommitError(head) from error


def _roll_back(connection: sqlite3.Connection) -> None:
    # SQLite has done so itself after some errors, a full disk among them.
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _write(connection: sqlite3.Connection, write: WriteSet) -> Head:
    _check(connection, list(write.verified.items()))
    _append(connection, write)
    _erase(connection, write.erasures)
    _end_executions(connection, write.ended)
    _write_by_table(connection, write)
    snapshots = {snapshot.stream: snapshot for snapshot in write.snapshots}.values()
    run_for_rows(
        connection,
        "write_snapshots",
        [(each.stream, each.sequence, each.version, each.body) for each in snapshots],
    )
    return _advance(connection, sum(_events(append) for append in write.appends))


def _check(connection: sqlite3.Connection, expected: Sequence[tuple[str, int]]) -> None:
    moved = run_for_rows(connection, "find_moved_streams", expected)
    if moved:
        raise ConflictError(dict(moved))


def _append(connection: sqlite3.Connection, write: WriteSet) -> None:
    if not _advance_streams(connection, write):
        # Some are moved by now: look at them as they were.
        _roll_back(connection)
        _check(connection, expected_sequences(write))
    rows = []
    ahead = 0
    for stream, before, last, time_us, body in write.appends:
        rows.append((stream, ahead, last, last - before, time_us, body))
        ahead += last - before
    write_rows(connection, "append", rows)


def _advance_streams(connection: sqlite3.Connection, write: WriteSet) -> bool:
    """Move streams; say whether all of them were where they are expected."""
    moved = moves(write)
    new = [(stream, after) for stream, before, after in moved if not before]
    known = [move for move in moved if move[1]]
    changed = write_rows(connection, "begin_streams", new)
    changed += write_rows(connection, "advance_streams", known)
    return changed == len(moved)


def _thin_out(
    connection: sqlite3.Connection, erasure: Erasure, left: Callable[[bytes], bytes | None]
) -> None:
    """Take one run out of the records of a family that goes on. Rare, so row by row."""
    for position, body in run(connection, "read_bodies", erasure.stream, erasure.up_to_sequence):
        thinned = left(body)
        if thinned != body:
            run(connection, "replace_body", thinned, position)


def _erase(connection: sqlite3.Connection, erasures: Sequence[Erasure]) -> None:
    if not erasures:
        return
    logs = [(erasure.stream, erasure.up_to_sequence) for erasure in erasures]
    for erasure in erasures:
        if erasure.left is not None:
            _thin_out(connection, erasure, erasure.left)
    whole = [log for log, erasure in zip(logs, erasures, strict=True) if erasure.left is None]
    run_for_rows(connection, "erase_log", whole)
    run_for_rows(connection, "erase_snapshots", logs)
    for table in RUN_TABLES:
        run_for_rows(
            connection, f"erase_{TABLE_NAMES[table]}", [(erasure.run,) for erasure in erasures]
        )
    timers = [(erasure.stream, erasure.run) for erasure in erasures]
    run_for_rows(connection, "erase_timers", timers)


def _end_executions(connection: sqlite3.Connection, runs: Sequence[str]) -> None:
    if not runs:
        return
    keys = [(run,) for run in dict.fromkeys(runs)]
    for table in EXECUTION_TABLES:
        run_for_rows(connection, f"erase_{TABLE_NAMES[table]}", keys)
    run_for_rows(connection, "keep_past_external_events", keys)
    run_for_rows(connection, "drop_past_external_events", keys)


def _write_by_table(connection: sqlite3.Connection, write: WriteSet) -> None:
    deleted, written = defaultdict[Any, list[Any]](list), defaultdict[Any, list[Any]](list)
    for table, key in write.deletions:
        deleted[table].append(key)
    for row in write.rows:
        written[type(row)].append(row)
    for verb, by_table in ("delete", deleted), ("write", written):
        for table, group in by_table.items():
            write_rows(connection, f"{verb}_{TABLE_NAMES[table]}", group)


def _advance(connection: sqlite3.Connection, events: int) -> Head:
    return Head(*run(connection, "advance_head", events)[0])


def _events(append: Append) -> int:
    return append.last_sequence - append.expected_sequence
