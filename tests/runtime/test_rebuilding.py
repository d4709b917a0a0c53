"""Folding the whole log: what is left of runs that were deleted, and what that costs."""

import time
from functools import partial

import orders
from scripted_store import ScriptedStore
from serving import whole_runtime

from hitchpost_server.engine.rows import ExternalEventRow, NodeRunRow, RunRow, TimerRow, key_of
from hitchpost_server.engine.tables import Touched
from hitchpost_server.runtime.rebuilding import FoldedRows, fold_log, rebuild, verify


async def test_run_that_was_deleted_leaves_no_row_and_others_keep_theirs(
    store: ScriptedStore,
) -> None:
    async with whole_runtime(store) as engine:
        await orders.define(engine)
        for run in ("a", "b"):
            await engine.committer.submit(orders.start("parcel", run))
            await engine.committer.submit(orders.post("signed", run))
        await engine.committer.submit(orders.delete("a"))
    rows = (await fold_log(store.kept)).rows
    for table in (RunRow, NodeRunRow, ExternalEventRow):
        assert {key[0] for key in rows.of(table)} == {"b"}
    assert rows.of(TimerRow) == {}


async def test_id_that_is_used_again_has_the_rows_of_its_new_run_only(
    store: ScriptedStore,
) -> None:
    async with whole_runtime(store) as engine:
        await orders.define(engine)
        for order in (
            orders.start("parcel", "a"),
            orders.post("signed", "a", "first"),
            orders.delete("a"),
            orders.start("parcel", "a"),
            orders.post("signed", "a", "second"),
        ):
            await engine.committer.submit(order)
    rows = (await fold_log(store.kept)).rows
    assert [guid for _, _, guid in rows.of(ExternalEventRow)] == ["second"]
    assert await rebuild(store.kept) == len(rows)
    assert await verify(store.kept) == []


def test_deleting_a_run_looks_at_no_other_run() -> None:
    """Thousands of deletions among many rows would take minutes if each looked at all."""
    rows = FoldedRows()
    live, gone = Touched(), Touched()
    for number in range(5_000):
        for run in (f"live-{number}", f"gone-{number}"):
            row = ExternalEventRow(run, "signed", "guid", 1, 0, b"")
            live.put(key_of(row), partial(ExternalEventRow, *row))
        gone.erase("family", f"gone-{number}", 1)
    rows.take(live)
    before = time.perf_counter()
    rows.take(gone)
    assert time.perf_counter() - before < 1
    assert len(rows) == 5_000
