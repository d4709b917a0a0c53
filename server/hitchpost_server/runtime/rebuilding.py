"""Checking the derived tables against the log, and mending them.

Both have the log written anew into the tables of an empty store, the scratch, and
go through those and the real ones side by side, in the order of their keys. For a
store that nobody serves.
"""

from collections.abc import AsyncIterator
from typing import NamedTuple

from hitchpost_server.engine.rows import (
    OPERATIONAL_TABLES,
    TABLE_NAMES,
    TABLES,
    Key,
    Row,
    RowKey,
    key_of,
)
from hitchpost_server.runtime.replaying import Progress, replay
from hitchpost_server.store.protocol import Store, WriteSet

PAGE = 1_000
# The log does not have the others.
FOLDED_TABLES = tuple(table for table in TABLES if table not in OPERATIONAL_TABLES)


class Difference(NamedTuple):
    """A row as it is stored, and as the log wants it; None: there is none."""

    key: RowKey
    stored: Row | None
    wanted: Row | None

    def __str__(self) -> str:
        where = f"{TABLE_NAMES[self.key.table]} {'/'.join(map(str, self.key.key))}"
        if self.stored is None:
            return f"{where}: the log has it, the table does not"
        if self.wanted is None:
            return f"{where}: the table has it, the log does not"
        pairs = zip(self.stored._fields, self.stored, self.wanted, strict=True)
        fields = ", ".join(name for name, one, other in pairs if one != other)
        return f"{where}: table and log differ in {fields}"


def _silent(_events: int) -> None:
    """Tell nobody how far it is."""


async def verify(store: Store, scratch: Store, progress: Progress = _silent) -> list[str]:
    """Compare the tables with the log; return what is wrong, a sentence each."""
    problems = await replay(store, scratch, progress)
    return problems + [str(one) async for one in _differences(store, scratch)]


async def rebuild(store: Store, scratch: Store, progress: Progress = _silent) -> int:
    """Make all derived tables what the log says; return how many rows were not.

    What comes of decisions and not of events is left alone: follow-ups that are still owed, how
    far routes have come. Rows are mended some at a time: if it is interrupted, the next time
    does the rest.
    """
    await replay(store, scratch, progress)
    mended, write = 0, WriteSet()
    async for one in _differences(store, scratch):
        if one.wanted is None:
            write.deletions.append(one.key)
        else:
            write.rows.append(one.wanted)
        mended += 1
        if mended % PAGE == 0:
            await store.commit(write)
            write = WriteSet()
    await store.commit(write)
    return mended


async def _differences(store: Store, scratch: Store) -> AsyncIterator[Difference]:
    for table in FOLDED_TABLES:
        stored, wanted = _rows(store, table), _rows(scratch, table)
        has, should = await anext(stored, None), await anext(wanted, None)
        while has is not None or should is not None:
            key = min(key_of(row) for row in (has, should) if row is not None)
            one = Difference(key, _at(key, has), _at(key, should))
            if one.stored != one.wanted:
                yield one
            if one.stored is not None:
                has = await anext(stored, None)
            if one.wanted is not None:
                should = await anext(wanted, None)


def _at(key: RowKey, row: Row | None) -> Row | None:
    return row if row is not None and key_of(row) == key else None


async def _rows(store: Store, table: type[Row]) -> AsyncIterator[Row]:
    after: Key = ()
    while rows := await store.scan(table, (), after, PAGE):
        for row in rows:
            yield row
        after = key_of(rows[-1]).key
