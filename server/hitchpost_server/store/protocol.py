"""The Store Protocol: the verbs that every store has.

Written so that one process over SQLite and many over PostgreSQL can keep the
same promises: appends carry the sequence that they expect, and a decision that
appends nothing can have the sequence it rests on verified before it is
answered.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from hitchpost_server.engine.rows import (
    FollowUpRow,
    QueuedTaskRow,
    Row,
    RowKey,
    TimerRow,
)
from hitchpost_server.engine.searches import Search


class ConflictError(Exception):
    """Some streams are not where the writer believed. Nothing was written.

    `streams` maps each of them to its real sequence.
    """

    def __init__(self, streams: Mapping[str, int]) -> None:
        super().__init__(f"streams have moved: {dict(streams)}")
        self.streams = dict(streams)


class StoreUnavailableError(Exception):
    """The store did not do what was asked, and nothing was written.

    Raised for a full disk, a read-only file, a lost connection; the next call
    may succeed.
    """


class StoreUnclearError(Exception):
    """A commit may or may not have happened, and the store cannot tell any more.

    The only right answer is to stop: whoever starts again reads what is there.
    """


class StoreRefusedError(Exception):
    """This server must not open the store: the message says which and why.

    Another server has it, it is newer than this server, or it is something
    else altogether. Raised at opening only.
    """


class Append(NamedTuple):
    """The events of one command on one stream, to be added to the log as one row.

    The events number `expected_sequence + 1` to `last_sequence`. `body` is a
    serialised LogRecord. `time_us` is for retention and is also in the body.
    """

    stream: str
    expected_sequence: int
    last_sequence: int
    time_us: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a stream after its event `sequence`, as the fold `version` makes it.

    One a stream is kept: a newer one replaces it.
    """

    stream: str
    sequence: int
    version: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Erasure:
    """Forget the contents of a run, and of the log of its stream up to a sequence.

    Rows of the run vanish from all `RUN_TABLES`, its timers from TimerRow; log
    rows that end at or before `up_to_sequence` keep their numbers and lose
    their body. With `left` they keep what it makes of their body: what other
    runs of the same stream have there.
    """

    stream: str
    run: str
    up_to_sequence: int
    left: Callable[[bytes], bytes | None] | None = None


@dataclass(slots=True)
class WriteSet:
    """Everything that one transaction writes.

    Carried out in this order: check `expected_sequence` of the first append of
    each stream and every entry of `verified` (stream to sequence; a stream that
    does not exist has 0); append; erase; end executions; delete rows; write
    rows; write snapshots. `ended` names runs whose execution ends: their rows
    vanish from all `EXECUTION_TABLES`, and those of claimed external events
    move to PastExternalEventRow. Several appends to one stream follow one another without a gap.
    A key is in at most one of `rows` and `deletions`, once.
    """

    appends: list[Append] = field(default_factory=list)
    verified: dict[str, int] = field(default_factory=dict)
    erasures: list[Erasure] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    deletions: list[RowKey] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)


class LoggedRecord(NamedTuple):
    """One row of the log as read back.

    `position` is that of its first event; the others follow without a gap.
    `body` is None where the contents were erased.
    """

    position: int
    stream: str
    first_sequence: int
    last_sequence: int
    body: bytes | None

    @property
    def last_position(self) -> int:
        """The position of the last event."""
        return self.position + self.last_sequence - self.first_sequence


@dataclass(frozen=True, slots=True)
class RecordOutline:
    """One row of the log without its body, which takes `body_bytes` (0 if it was erased)."""

    last_position: int
    stream: str
    last_sequence: int
    time_us: int
    body_bytes: int


def within_bytes(bytes_max: int | None, records: Iterable[LoggedRecord]) -> Iterator[LoggedRecord]:
    """Yield records until their bodies would take more, but at least the first."""
    room = math.inf if bytes_max is None else bytes_max
    for number, record in enumerate(records):
        room -= len(record.body or b"")
        if number and room < 0:
            return
        yield record


class StoredStream(NamedTuple):
    """What is needed to bring a stream back to life.

    `records` are those after the snapshot, or all when there is none of the
    version asked for. A stream that does not exist has sequence 0.
    """

    sequence: int
    snapshot: Snapshot | None
    records: Sequence[LoggedRecord]


class Store(Protocol):
    """A log of streams with its derived tables.

    Every verb raises StoreUnavailableError when the store cannot do its work
    now. Reads see every commit that was acknowledged before they began.
    """

    @property
    def is_shared(self) -> bool:
        """Whether other processes may write to the same store."""
        ...

    async def head(self) -> int:
        """Return the position of the last event of the log; 0 when it is empty."""
        ...

    async def latest_us(self) -> int:
        """Return the time of the last record of the log; 0 when it is empty."""
        ...

    async def load(self, streams: Sequence[str], version: int) -> dict[str, StoredStream]:
        """Read streams in one go; snapshots of another `version` are passed over."""
        ...

    async def lookup(self, keys: Sequence[RowKey]) -> dict[RowKey, Row]:
        """Read rows by their full keys; keys without a row are left out."""
        ...

    async def scan(
        self,
        table: type[Row],
        prefix: tuple[str | int, ...],
        after: tuple[str | int, ...],
        limit: int,
    ) -> list[Row]:
        """Read up to `limit` rows in key order whose key begins with `prefix`.

        `after` is a full key to go on behind, or empty to begin at the start.
        """
        ...

    async def search(self, search: Search, after: tuple[str | int, ...], limit: int) -> list[Row]:
        """Read up to `limit` rows that a search is for, by its index's order.

        `after` is what a row has in the columns of that order, to go on behind
        it, or empty to begin at the start.
        """
        ...

    async def commit(self, write: WriteSet) -> int:
        """Write all of it durably or nothing; return the new head position.

        Raises ConflictError when a stream has moved, StoreUnavailableError when
        nothing was written, StoreUnclearError when that cannot be told.
        """
        ...

    async def read_log(
        self, after_position: int, limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        """Read up to `limit` records whose last event is behind a position, in log order.

        Only as many as take no more than `bytes_max`, but at least one if there is any.
        """
        ...

    async def outline(self, after_position: int, limit: int) -> list[RecordOutline]:
        """Read what the records are that `read_log` would give, without their bodies."""
        ...

    async def read_stream(
        self, stream: str, after_sequence: int, limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        """Read up to `limit` records of a stream that end behind a sequence, in order.

        Their bodies take `bytes_max` at most, unless it is a single one.
        """
        ...

    async def read_by_stream(
        self, after: tuple[str, int], limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        """Read up to `limit` records of the log, stream by stream in the order of their names.

        `after` is the stream to go on in and the sequence to go on behind, or ("", 0) to begin
        at the start. As many as suits the store, within the bounds of `read_log`; none: that
        was all.
        """
        ...

    async def due_timers(self, after: tuple[int, str, int], limit: int) -> list[TimerRow]:
        """Read up to `limit` timers in the order (due, stream, timer), behind `after`."""
        ...

    async def queued_tasks(
        self, task_def: str, after: tuple[int, str, str], limit: int
    ) -> list[QueuedTaskRow]:
        """Read queued attempts of a task in the order (queued, run, guid), behind `after`."""
        ...

    async def follow_ups(self, after: str, limit: int) -> list[FollowUpRow]:
        """Read follow-ups that are still owed, in the order of their ids, behind `after`."""
        ...

    async def close(self) -> None:
        """Let go of everything. Calls under way are finished first."""
        ...
