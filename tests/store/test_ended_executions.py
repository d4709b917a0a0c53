"""What every store does when the execution of a run ends: the same for each of them."""

import pytest

from hitchpost_server.engine.rows import (
    EXECUTION_TABLES,
    TABLES,
    ExecutionRow,
    ExternalEventRow,
    NodeRunRow,
    PastExternalEventRow,
    Row,
    RunRow,
    TimerRow,
    key_of,
)
from hitchpost_server.store.protocol import Erasure, Store, WriteSet

CLAIMED = ExternalEventRow("run", "signed", "claimed", 1, 1, b"claimed")
UNCLAIMED = ExternalEventRow("run", "signed", "unclaimed", 2, 0, b"unclaimed")
OTHERS = ExternalEventRow("run_child", "signed", "claimed", 3, 1, b"others")
PAST = PastExternalEventRow(*CLAIMED)
NODE = NodeRunRow("run", 0, 1, "1-node", 2, b"node")


def of_run(table: type[Row], run: str) -> Row:
    """A row of a table whose first column is the run."""
    kinds = {str: "text", int: 1, bytes: b"body"}
    row = table._make(kinds[kind] for kind in table.__annotations__.values())
    return row._replace(run=run)  # type: ignore[call-arg]


async def everything(store: Store) -> list[Row]:
    """All rows, table by table."""
    return [row for table in TABLES for row in await store.scan(table, (), (), 100)]


@pytest.mark.parametrize("table", EXECUTION_TABLES)
async def test_the_rows_of_an_ended_execution_go_and_those_of_other_runs_stay(store, table) -> None:
    kept = [of_run(table, run) for run in ("ru", "run_child", "runs")]
    await store.commit(WriteSet(rows=[of_run(table, "run"), *kept]))
    await store.commit(WriteSet(ended=["run"]))
    assert await everything(store) == sorted(kept)


async def test_events_that_were_claimed_are_past_ones_and_the_others_stay(store) -> None:
    await store.commit(WriteSet(rows=[CLAIMED, UNCLAIMED, OTHERS]))
    await store.commit(WriteSet(ended=["run"]))
    assert await everything(store) == [UNCLAIMED, OTHERS, PAST]


async def test_what_is_of_the_run_as_a_whole_stays(store) -> None:
    kept = [of_run(RunRow, "run"), ExecutionRow("run", 2, 9), TimerRow("run/run", 1, 10, "run")]
    await store.commit(WriteSet(rows=kept))
    await store.commit(WriteSet(ended=["run"]))
    assert list((await store.lookup([key_of(row) for row in kept])).values()) == kept


async def test_what_the_next_execution_writes_with_the_end_of_the_last_stays(store) -> None:
    await store.commit(WriteSet(rows=[NODE, CLAIMED]))
    begun = [NODE._replace(body=b"next"), OTHERS._replace(run="run", guid="next")]
    await store.commit(WriteSet(ended=["run"], rows=begun))
    assert await everything(store) == [begun[0], begun[1], PAST]


async def test_an_event_that_was_claimed_and_ended_at_once_is_written_as_a_past_one(store) -> None:
    """It was stored as unclaimed: the write set says itself what has become of it."""
    await store.commit(WriteSet(rows=[CLAIMED._replace(claimed=0)]))
    await store.commit(WriteSet(ended=["run"], deletions=[key_of(CLAIMED)], rows=[PAST]))
    assert await everything(store) == [PAST]


async def test_several_executions_may_end_at_once(store) -> None:
    await store.commit(WriteSet(rows=[NODE, CLAIMED, OTHERS]))
    await store.commit(WriteSet(ended=["run", "run_child", "run", "nobody"]))
    assert await everything(store) == [PAST, PastExternalEventRow(*OTHERS)]


async def test_a_run_that_is_erased_as_its_execution_ends_leaves_nothing(store) -> None:
    past = PAST._replace(guid="earlier")
    await store.commit(WriteSet(rows=[NODE, CLAIMED, UNCLAIMED, past, ExecutionRow("run", 2, 9)]))
    await store.commit(WriteSet(erasures=[Erasure("run/run", "run", 0)], ended=["run"]))
    assert await everything(store) == []


async def test_past_events_are_found_with_those_of_the_current_execution(store) -> None:
    await store.commit(WriteSet(rows=[CLAIMED, UNCLAIMED]))
    await store.commit(WriteSet(ended=["run"]))
    keys = [key_of(row) for row in (CLAIMED, UNCLAIMED, PAST)]
    assert await store.lookup(keys) == {key_of(UNCLAIMED): UNCLAIMED, key_of(PAST): PAST}


async def test_a_past_event_takes_the_place_of_an_earlier_one_of_its_key(store) -> None:
    await store.commit(WriteSet(rows=[PAST._replace(body=b"earlier"), CLAIMED]))
    await store.commit(WriteSet(ended=["run"]))
    assert await everything(store) == [PAST]
