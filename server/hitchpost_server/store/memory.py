"""The store that keeps everything in plain dicts: the oracle of the others.

Knows what the Store Protocol promises and the plainest way to keep it. Nothing
in it is made to be fast, and nothing outlives the process.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from hitchpost_server.engine.rows import (
    EXECUTION_TABLES,
    RUN_TABLES,
    ExternalEventRow,
    FollowUpRow,
    PastExternalEventRow,
    QueuedTaskRow,
    Row,
    RowKey,
    TimerRow,
    key_of,
)
from hitchpost_server.engine.searches import Search
from hitchpost_server.store.expectations import expected_sequences
from hitchpost_server.store.protocol import (
    Append,
    ConflictError,
    Erasure,
    LoggedRecord,
    RecordOutline,
    Snapshot,
    StoredStream,
    WriteSet,
    within_bytes,
)


@dataclass(slots=True)
class _Stream:
    """A stream: its sequence, its records by the sequence they end at, its snapshot."""

    sequence: int = 0
    records: dict[int, LoggedRecord] = field(default_factory=dict)
    snapshot: Snapshot | None = None

    def after(self, sequence: int) -> list[LoggedRecord]:
        return [record for last, record in self.records.items() if last > sequence]


class MemoryStore:
    """A Store in memory."""

    def __init__(self) -> None:
        self._head = 0
        self._latest_us = 0
        self._log: dict[int, tuple[str, int]] = {}
        self._times_us: dict[int, int] = {}
        self._streams: dict[str, _Stream] = {}
        self._rows: dict[RowKey, Row] = {}

    @property
    def is_shared(self) -> bool:
        """Nobody else can reach it."""
        return False

    async def head(self) -> int:
        """Return the position of the last event of the log."""
        return self._head

    async def latest_us(self) -> int:
        """Return the time of the last record of the log."""
        return self._latest_us

    async def load(self, streams: Sequence[str], version: int) -> dict[str, StoredStream]:
        """Read streams in one go."""
        return {name: self._load(name, version) for name in streams}

    async def lookup(self, keys: Sequence[RowKey]) -> dict[RowKey, Row]:
        """Read rows by their full keys."""
        return {key: self._rows[key] for key in keys if key in self._rows}

    async def scan(
        self,
        table: type[Row],
        prefix: tuple[str | int, ...],
        after: tuple[str | int, ...],
        limit: int,
    ) -> list[Row]:
        """Read rows in key order whose key begins with `prefix`."""
        keys = sorted(
            key
            for of, key in self._rows
            if of is table and key[: len(prefix)] == prefix and (not after or key > after)
        )
        return [self._rows[RowKey(table, key)] for key in keys[:limit]]

    async def search(self, search: Search, after: tuple[str | int, ...], limit: int) -> list[Row]:
        """Read rows that a search is for."""
        found = (row for row in self._rows.values() if _fits(row, search))
        return _window(found, attrgetter(*search.index.order), after, limit)

    async def commit(self, write: WriteSet) -> int:
        """Write all of it or nothing."""
        self._check(expected_sequences(write))
        for append in write.appends:
            self._append(append)
        for erasure in write.erasures:
            self._erase(erasure)
        for run in write.ended:
            self._end_execution(run)
        for key in write.deletions:
            self._rows.pop(key, None)
        for row in write.rows:
            self._rows[key_of(row)] = row
        for snapshot in write.snapshots:
            if snapshot.stream in self._streams:
                self._streams[snapshot.stream].snapshot = snapshot
        return self._head

    async def read_log(
        self, after_position: int, limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        """Read records whose last event is behind a position."""
        found = (self._streams[stream].records[last] for stream, last in self._log.values())
        behind = [one for one in found if one.last_position > after_position]
        return list(within_bytes(bytes_max, behind[:limit]))

    async def outline(self, after_position: int, limit: int) -> list[RecordOutline]:
        """Read what the records are whose last event is behind a position."""
        records = await self.read_log(after_position, limit)
        return [self._outline(record) for record in records]

    async def read_stream(
        self, stream: str, after_sequence: int, limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        """Read records of a stream that end behind a sequence."""
        records = self._streams.get(stream, _Stream()).after(after_sequence)[:limit]
        return list(within_bytes(bytes_max, records))

    async def read_by_stream(
        self, after: tuple[str, int], limit: int, bytes_max: int | None = None
    ) -> list[LoggedRecord]:
        """Read records of the log, stream by stream."""
        at, sequence = after
        records = [
            record
            for name, stream in sorted(self._streams.items())
            if name >= at
            for record in stream.after(sequence if name == at else 0)
        ]
        return list(within_bytes(bytes_max, records[:limit]))

    async def due_timers(self, after: tuple[int, str, int], limit: int) -> list[TimerRow]:
        """Read timers in the order (due, stream, timer)."""
        order = attrgetter("due_us", "stream", "timer")
        timers = (row for row in self._rows.values() if isinstance(row, TimerRow))
        return _window(timers, order, after, limit)

    async def queued_tasks(
        self, task_def: str, after: tuple[int, str, str], limit: int
    ) -> list[QueuedTaskRow]:
        """Read queued attempts of a task in the order (queued, run, guid)."""
        order = attrgetter("queued_us", "run", "task_guid")
        queued = (
            row
            for row in self._rows.values()
            if isinstance(row, QueuedTaskRow) and row.task_def == task_def
        )
        return _window(queued, order, after, limit)

    async def follow_ups(self, after: str, limit: int) -> list[FollowUpRow]:
        """Read follow-ups in the order of their ids."""
        owed = (row for row in self._rows.values() if isinstance(row, FollowUpRow))
        return _window(owed, attrgetter("id"), after, limit)

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _load(self, name: str, version: int) -> StoredStream:
        stream = self._streams.get(name, _Stream())
        snapshot = stream.snapshot
        if snapshot is not None and snapshot.version != version:
            snapshot = None
        records = stream.after(snapshot.sequence if snapshot else 0)
        return StoredStream(stream.sequence, snapshot, records)

    def _outline(self, record: LoggedRecord) -> RecordOutline:
        time_us, size = self._times_us[record.position], len(record.body or b"")
        at = (record.last_position, record.stream, record.last_sequence)
        return RecordOutline(*at, time_us, size)

    def _check(self, expected: Iterable[tuple[str, int]]) -> None:
        real = {name: self._streams.get(name, _Stream()).sequence for name, _ in expected}
        moved = {name: real[name] for name, sequence in expected if real[name] != sequence}
        if moved:
            raise ConflictError(moved)

    def _append(self, append: Append) -> None:
        stream = self._streams.setdefault(append.stream, _Stream())
        first, last = append.expected_sequence + 1, append.last_sequence
        position = self._head + 1
        stream.records[last] = LoggedRecord(position, append.stream, first, last, append.body)
        stream.sequence = last
        self._log[position] = (append.stream, last)
        self._latest_us = self._times_us[position] = append.time_us
        self._head += last - append.expected_sequence

    def _erase(self, erasure: Erasure) -> None:
        stream = self._streams.get(erasure.stream, _Stream())
        for last, record in stream.records.items():
            if last <= erasure.up_to_sequence:
                left = erasure.left(record.body) if erasure.left and record.body else None
                stream.records[last] = record._replace(body=left)
        if stream.snapshot and stream.snapshot.sequence <= erasure.up_to_sequence:
            stream.snapshot = None
        self._rows = {key: row for key, row in self._rows.items() if not _belongs(row, erasure)}

    def _end_execution(self, run: str) -> None:
        for key, row in list(self._rows.items()):
            if isinstance(row, EXECUTION_TABLES) and row[0] == run:
                del self._rows[key]
            elif isinstance(row, ExternalEventRow) and row.run == run and row.claimed:
                del self._rows[key]
                past = PastExternalEventRow(*row)
                self._rows[key_of(past)] = past


def _belongs(row: Row, erasure: Erasure) -> bool:
    if isinstance(row, TimerRow):
        return (row.stream, row.run) == (erasure.stream, erasure.run)
    return isinstance(row, RUN_TABLES) and row[0] == erasure.run


def _fits(row: Row, search: Search) -> bool:
    index = search.index
    if not isinstance(row, index.table):
        return False
    wanted = zip(index.equal + index.also, search.equal + search.also, strict=True)
    in_time = search.earliest_us <= getattr(row, index.time) <= search.latest_us
    return in_time and all(value in (None, getattr(row, name)) for name, value in wanted)


def _window(rows: Iterable[Any], order: Any, after: Any, limit: int) -> list[Any]:
    return sorted((row for row in rows if order(row) > after), key=order)[:limit]
