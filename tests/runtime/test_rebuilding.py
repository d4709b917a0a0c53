"""Tables held against the log, and mended: what is found, what is let be, and how much is held."""

import gc
import random

import orders
import pytest
from scripted_store import ScriptedStore
from serving import whole_runtime
from tests.folding import make_tables_again

from hitchpost_server.engine.rows import (
    TABLE_NAMES,
    ExternalEventRow,
    FollowUpRow,
    NodeRunRow,
    Row,
    RunRow,
    TimerRow,
    key_of,
)
from hitchpost_server.engine.state import FamilyState
from hitchpost_server.runtime import rebuilding, replaying
from hitchpost_server.runtime.rebuilding import FOLDED_TABLES, rebuild, verify
from hitchpost_server.store.memory import MemoryStore
from hitchpost_server.store.protocol import WriteSet


async def replayed(store: ScriptedStore) -> MemoryStore:
    """Fold a log into tables of their own."""
    scratch = MemoryStore()
    assert await replaying.replay(store.kept, scratch, lambda _events: None) == []
    return scratch


async def rows_of(store: MemoryStore, *tables: type[Row]) -> list[Row]:
    return [row for table in tables for row in await store.scan(table, (), (), 10_000)]


async def carry_out(store: ScriptedStore, *commands: object) -> None:
    async with whole_runtime(store) as engine:
        await orders.define(engine)
        for command in commands:
            await engine.committer.submit(command)


async def test_run_that_was_deleted_leaves_no_row_and_others_keep_theirs(
    store: ScriptedStore,
) -> None:
    started = [
        order for run in "ab" for order in (orders.start("parcel", run), orders.post("signed", run))
    ]
    await carry_out(store, *started, orders.delete("a"))
    scratch = await replayed(store)
    for table in (RunRow, NodeRunRow, ExternalEventRow):
        assert {row[0] for row in await rows_of(scratch, table)} == {"b"}
    assert await rows_of(scratch, TimerRow) == []


async def test_id_that_is_used_again_has_the_rows_of_its_new_run_only(
    store: ScriptedStore,
) -> None:
    await carry_out(
        store,
        orders.start("parcel", "a"),
        orders.post("signed", "a", "first"),
        orders.delete("a"),
        orders.start("parcel", "a"),
        orders.post("signed", "a", "second"),
    )
    found = await rows_of(await replayed(store), ExternalEventRow)
    assert [row[2] for row in found] == ["second"]
    rows = await rows_of(store.kept, *FOLDED_TABLES)
    assert await make_tables_again(store.kept) == len(rows)
    assert await rows_of(store.kept, *FOLDED_TABLES) == rows


@pytest.mark.parametrize("page", [1, 3, 1_000])
async def test_each_row_that_is_missing_wrong_or_too_many_is_named_and_mended(
    store: ScriptedStore, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(rebuilding, "PAGE", page)
    monkeypatch.setattr(replaying, "PAGE", page)
    await carry_out(store, *(orders.start("parcel", f"run-{number}") for number in range(12)))
    rows = await rows_of(store.kept, *FOLDED_TABLES)
    spoilt = random.Random(page).sample(rows, 20)
    missing, wrong = (
        spoilt[:10],
        [row._replace(body=b"") for row in spoilt[10:] if "body" in row._fields],
    )
    extra = [row._replace(run=f"{row.run}-0") for row in rows if isinstance(row, RunRow)]
    owed = FollowUpRow("id", "run/a", b"")
    write = WriteSet(rows=[*wrong, *extra, owed], deletions=[key_of(row) for row in missing])
    await store.kept.commit(write)
    problems = await verify(store.kept, MemoryStore())
    assert sorted(problems) == sorted(
        f"{place(row)}: {what}"
        for group, what in [
            (missing, "the log has it, the table does not"),
            (wrong, "table and log differ in body"),
            (extra, "the table has it, the log does not"),
        ]
        for row in group
    )
    assert await rebuild(store.kept, MemoryStore()) == len(problems)
    assert await rows_of(store.kept, *FOLDED_TABLES) == rows
    assert await rows_of(store.kept, FollowUpRow) == [owed]


def place(row: Row) -> str:
    table, key = key_of(row)
    return f"{TABLE_NAMES[table]} {'/'.join(map(str, key))}"


class Watched(MemoryStore):
    """A store that counts what is held whenever it is written: rows to write, states of runs."""

    def __init__(self) -> None:
        super().__init__()
        self.held = list[tuple[int, int]]()

    async def commit(self, write: WriteSet) -> int:
        states = sum(isinstance(one, FamilyState) for one in gc.get_objects())
        self.held.append((len(write.rows), states))
        return await super().commit(write)


async def most_held(runs: int) -> list[int]:
    """Verify a store with runs; return the most rows, and the most states, held at a time."""
    store, scratch = ScriptedStore(), Watched()
    await carry_out(store, *(orders.start("parcel", f"run-{number}") for number in range(runs)))
    gc.collect()
    assert await verify(store.kept, scratch) == []
    return [max(counts) for counts in zip(*scratch.held, strict=True)]


async def test_no_more_is_held_of_many_runs_than_of_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "PAGE", 10)
    assert await most_held(30) == await most_held(120)
