"""Checking the derived tables against the log, and making them anew.

Both fold the whole log, stream by stream, with the same code that makes live
state, and hold the rows that come of it. For a store that nobody serves.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field

from hitchpost_server.engine.rows import (
    EXECUTION_TABLES,
    OPERATIONAL_TABLES,
    RUN_TABLES,
    TABLE_NAMES,
    TABLES,
    ExternalEventRow,
    Key,
    PastExternalEventRow,
    Row,
    RowKey,
    key_of,
)
from hitchpost_server.engine.state import StreamState
from hitchpost_server.engine.streams import kind_of
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import LoggedRecord, Store, WriteSet

PAGE = 1_000
# The log does not have the others.
FOLDED_TABLES = tuple(table for table in TABLES if table not in OPERATIONAL_TABLES)
_OF_A_RUN = frozenset(RUN_TABLES)
_OF_AN_EXECUTION = frozenset((*EXECUTION_TABLES, ExternalEventRow))

Progress = Callable[[int], None]


class FoldedRows:
    """Rows by table, and which of them are about each run, and about its current execution.

    So deleting a run, or ending its execution, looks at no other rows.
    """

    def __init__(self) -> None:
        self._tables: dict[type[Row], dict[Key, Row]] = {table: {} for table in FOLDED_TABLES}
        self._of_runs: dict[str, set[RowKey]] = defaultdict(set)
        self._of_executions: dict[str, set[RowKey]] = defaultdict(set)

    def __len__(self) -> int:
        return sum(map(len, self._tables.values()))

    def __iter__(self) -> Iterator[Row]:
        for rows in self._tables.values():
            yield from rows.values()

    def of(self, table: type[Row]) -> Mapping[Key, Row]:
        """Give the rows of a table by key."""
        return self._tables[table]

    def take(self, touched: Touched) -> None:
        """Change what a command has changed."""
        for erased in touched.erased:
            for key in list(self._of_runs[erased.run]):
                self._remove(key)
        for run in touched.ended:
            for key in list(self._of_executions[run]):
                self._end(key)
        written, deleted = touched.changes()
        for key in deleted:
            self._remove(key)
        for row in written:
            self._keep(row)

    def _end(self, key: RowKey) -> None:
        """Let a row of an ended execution go, or be a past one; unclaimed events stay."""
        row = self._tables[key.table][key.key]
        if not isinstance(row, ExternalEventRow):
            self._remove(key)
        elif row.claimed:
            self._remove(key)
            self._keep(PastExternalEventRow(*row))

    def _keep(self, row: Row) -> None:
        key = key_of(row)
        self._tables[key.table][key.key] = row
        for grouped in self._groups_of(key):
            grouped.add(key)

    def _remove(self, key: RowKey) -> None:
        self._tables[key.table].pop(key.key, None)
        for grouped in self._groups_of(key):
            grouped.discard(key)

    def _groups_of(self, key: RowKey) -> Iterator[set[RowKey]]:
        if key.table in _OF_A_RUN:
            yield self._of_runs[str(key.key[0])]
        if key.table in _OF_AN_EXECUTION:
            yield self._of_executions[str(key.key[0])]


@dataclass(slots=True)
class Folded:
    """What the log says: the rows of all tables, the states of all streams, what is wrong."""

    rows: FoldedRows = field(default_factory=FoldedRows)
    states: dict[str, StreamState] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    events: int = 0


async def fold_log(store: Store, progress: Progress = lambda _events: None) -> Folded:
    """Fold the whole log; `progress` is told now and then how many events are done."""
    folded = Folded()
    position = 0
    while records := await store.read_log(position, PAGE):
        for record in records:
            _fold_record(folded, record)
        position = records[-1].last_position
        progress(folded.events)
    return folded


def _fold_record(folded: Folded, record: LoggedRecord) -> None:
    kind = kind_of(record.stream)
    state = folded.states.get(record.stream)
    if state is None:
        state = folded.states[record.stream] = kind.new(record.stream)
    if record.first_sequence != state.sequence + 1:
        folded.problems.append(
            f"{record.stream}: after event {state.sequence} comes event {record.first_sequence}"
        )
    folded.events += record.last_sequence - record.first_sequence + 1
    if record.body is None:
        state.sequence = record.last_sequence
        return
    touched = Touched()
    kind.apply_record(state, storage.LogRecord.FromString(record.body), touched)
    folded.rows.take(touched)
    if state.sequence != record.last_sequence:
        folded.problems.append(f"{record.stream}: event {record.last_sequence} is missing")


async def verify(store: Store, progress: Progress = lambda _events: None) -> list[str]:
    """Compare the tables with the log; return what is wrong, a sentence each."""
    folded = await fold_log(store, progress)
    problems = list(folded.problems)
    for table in FOLDED_TABLES:
        stored = {key_of(row).key: row async for row in _rows(store, table)}
        wanted = folded.rows.of(table)
        for at in sorted(stored.keys() | wanted.keys()):
            if stored.get(at) != wanted.get(at):
                problems.append(_difference(table, at, stored.get(at), wanted.get(at)))
    return problems


def _difference(table: type[Row], at: Key, stored: Row | None, wanted: Row | None) -> str:
    where = f"{TABLE_NAMES[table]} {'/'.join(map(str, at))}"
    if stored is None:
        return f"{where}: the log has it, the table does not"
    if wanted is None:
        return f"{where}: the table has it, the log does not"
    fields = [
        name for name, one, other in zip(table._fields, stored, wanted, strict=True) if one != other
    ]
    return f"{where}: table and log differ in {', '.join(fields)}"


async def _rows(store: Store, table: type[Row]) -> AsyncIterator[Row]:
    after: Key = ()
    while rows := await store.scan(table, (), after, PAGE):
        for row in rows:
            yield row
        after = key_of(rows[-1]).key


async def rebuild(store: Store, progress: Progress = lambda _events: None) -> int:
    """Make all derived tables anew from the log; return how many rows they have.

    What comes of decisions and not of events is kept: follow-ups that are still owed, how far
    routes have come. One transaction: nothing is lost if it is interrupted.
    """
    folded = await fold_log(store, progress)
    kept = [row for table in OPERATIONAL_TABLES async for row in _rows(store, table)]
    rows = [*folded.rows, *kept]
    await store.commit(WriteSet(rows=rows, clear_tables=True))
    return len(rows)
