"""Runs start over while batches are on their way: nothing is lost or doubled by it.

That the log hangs together and the tables are what it says is checked after each test.
"""

import orders
import pytest
from serving import names_of, outcomes_of, until

from hitchpost_server.engine.errors import (
    ExecutionMismatch,
    ExternalEventExists,
    WfRunTerminated,
)
from hitchpost_server.engine.rows import ExternalEventRow, PastExternalEventRow, TaskRunRow
from hitchpost_server.store.protocol import ConflictError, StoreUnavailableError

FULL = StoreUnavailableError("the disk is full")
CONFLICT = ConflictError({"run/a": 7})


async def guids(store, table) -> list[str]:
    return [row.guid for row in await store.kept.scan(table, ("a",), (), 10)]


async def test_all_of_it_may_happen_in_one_batch(serving, store) -> None:
    outcomes = await serving.outcomes(
        orders.post("noted", "a", "early"),
        orders.start("parcel", "a"),
        orders.post("signed", "a", "claimed"),
        orders.continue_as_new("a"),
        orders.post("signed", "a", "claimed"),
        orders.post("signed", "a", "later"),
        orders.continue_as_new("a"),
        orders.post("noted", "a", "late"),
    )
    assert len(store.commits[-1].appends) == 7
    assert names_of(outcomes)[4] == "ExternalEventExists"
    assert [outcome.execution for outcome in outcomes if hasattr(outcome, "execution")] == [
        *(1, 1, 1, 2),
        *(2, 3, 3),
    ]
    assert await guids(store, PastExternalEventRow) == ["claimed", "later"]
    assert await guids(store, ExternalEventRow) == ["early", "late"]


async def test_event_that_was_decided_on_a_start_over_that_was_not_written(
    serving, store, decided
) -> None:
    """It was to be of execution 2, and is of execution 1."""
    await serving.do(orders.start("parcel", "a"))
    commit = store.hold("commit", FULL)
    (over,) = serving.submit(orders.continue_as_new("a"))
    await commit.reached.wait()
    (posted,) = serving.submit(orders.post("noted", "a", "x"))
    await until(lambda: decided[-1] == "PostExternalEvent: done")
    commit.release()
    outcomes = await outcomes_of([over, posted])
    assert names_of(outcomes) == ["StoreUnavailable", "ExternalEvent"]
    assert outcomes[1].execution == 1


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
async def test_guid_is_known_while_a_start_over_moves_its_event(serving, store, after) -> None:
    await serving.do(orders.start("parcel", "a"), orders.post("signed", "a", "once"))
    commit = store.hold("commit", after=after)
    (over,) = serving.submit(orders.continue_as_new("a"))
    await commit.reached.wait()
    looked = len(store.commits)
    read = store.hold("lookup", after=True)
    (again,) = serving.submit(orders.post("signed", "a", "once"))
    await read.reached.wait()
    commit.release()
    await until(lambda: len(store.commits) > looked)
    read.release()
    assert names_of(await outcomes_of([over, again])) == ["WfRun", "ExternalEventExists"]
    with pytest.raises(ExternalEventExists):
        await serving.do(orders.post("signed", "a", "once"))


async def test_guid_is_known_when_the_start_over_that_moves_its_event_fails(serving, store) -> None:
    await serving.do(orders.start("parcel", "a"), orders.post("signed", "a", "once"))
    commit = store.hold("commit", FULL)
    (over,) = serving.submit(orders.continue_as_new("a"))
    await commit.reached.wait()
    (again,) = serving.submit(orders.post("signed", "a", "once"))
    commit.release()
    assert names_of(await outcomes_of([over, again])) == ["StoreUnavailable", "ExternalEventExists"]
    assert await guids(store, ExternalEventRow) == ["once"]


async def test_event_claimed_in_one_batch_and_moved_by_the_next(serve, store, decided) -> None:
    """The first batch, of the claim, is being written when the second is decided on it."""
    serving = await serve(batch_commands_max=1)
    await serving.do(orders.start("parcel", "a"))
    first, second = store.hold("commit"), store.hold("commit")
    answers = serving.submit(
        orders.post("signed", "a", "once"),
        orders.continue_as_new("a"),
        orders.post("signed", "a", "once"),
    )
    first.release()
    await second.reached.wait()
    second.release()
    outcomes = await outcomes_of(answers)
    assert names_of(outcomes) == ["ExternalEvent", "WfRun", "ExternalEventExists"]
    assert await guids(store, PastExternalEventRow) == ["once"]


async def test_claim_that_was_not_written_is_made_by_the_next_execution(serve, store) -> None:
    serving = await serve(batch_commands_max=1)
    await serving.do(orders.start("parcel", "a"))
    commit = store.hold("commit", FULL)
    lost, over = serving.submit(orders.post("signed", "a", "x"), orders.continue_as_new("a"))
    await commit.reached.wait()
    commit.release()
    assert names_of(await outcomes_of([lost, over])) == ["StoreUnavailable", "WfRun"]
    again = await serving.do(orders.post("signed", "a", "x"))
    assert (again.claimed, again.execution) == (True, 2)


async def test_start_over_that_meets_a_conflict_happens_once(serving, store, decided) -> None:
    await serving.do(orders.start("parcel", "a"))
    store.fail("commit", CONFLICT, CONFLICT)
    over = await serving.do(orders.continue_as_new("a", execution=1))
    assert over.execution == 2
    assert decided.count("ContinueAsNew: done") == 3


async def test_two_servers_let_a_run_start_over_once(serve, store) -> None:
    store.is_shared = True
    one, other = await serve(), await serve()
    await one.do(orders.start("parcel", "a"))
    await other.do(orders.post("noted", "a", "x"))
    await one.do(orders.continue_as_new("a", execution=1))
    with pytest.raises(ExecutionMismatch):
        await other.do(orders.continue_as_new("a", execution=1))
    assert (await other.do(orders.post("noted", "a", "y"))).execution == 2


async def test_report_counts_if_the_start_over_that_made_it_void_was_not_written(
    serving, store, decided
) -> None:
    await serving.do(orders.start("errand", "a"))
    task = await serving.do(orders.start_task("a", "0-1"))
    commit = store.hold("commit", FULL)
    (over,) = serving.submit(orders.continue_as_new("a"))
    await commit.reached.wait()
    (reported,) = serving.submit(orders.report(task))
    await until(lambda: decided[-1].startswith("ReportTask"))
    commit.release()
    assert names_of(await outcomes_of([over, reported])) == ["StoreUnavailable", "NoneType"]
    with pytest.raises(WfRunTerminated):
        await serving.do(orders.continue_as_new("a"))


async def test_report_to_an_execution_that_has_ended_in_the_batch_before_is_void(
    serving, store
) -> None:
    await serving.do(orders.start("errand", "a"))
    task = await serving.do(orders.start_task("a", "0-1"))
    commit = store.hold("commit")
    (over,) = serving.submit(orders.continue_as_new("a"))
    await commit.reached.wait()
    (reported,) = serving.submit(orders.report(task))
    commit.release()
    assert names_of(await outcomes_of([over, reported])) == ["WfRun", "NoneType"]
    assert [row.task_guid for row in await store.kept.scan(TaskRunRow, ("a",), (), 10)] == ["2.0-1"]


async def test_run_is_deleted_begun_anew_and_starts_over_in_one_batch(serving, store) -> None:
    await serving.do(
        orders.start("parcel", "a"),
        orders.post("signed", "a", "once"),
        orders.continue_as_new("a"),
        orders.post("signed", "a", "twice"),
    )
    outcomes = await serving.outcomes(
        orders.delete("a"),
        orders.start("parcel", "a"),
        orders.post("signed", "a", "anew"),
        orders.continue_as_new("a"),
        orders.post("signed", "a", "last"),
    )
    assert outcomes[-1].execution == 2
    assert await guids(store, PastExternalEventRow) == ["anew"]
    assert await guids(store, ExternalEventRow) == ["last"]


async def test_run_that_has_lost_its_stream_in_memory_starts_over_all_the_same(serve) -> None:
    """Each command has to fold the log anew, or snapshots that were taken in between."""
    serving = await serve(cache_bytes_max=1, snapshot_every_events=3, batch_commands_max=1)
    await serving.do(orders.start("parcel", "a"), orders.post("noted", "a", "x"))
    for execution in (1, 2, 3):
        over = await serving.do(orders.continue_as_new("a", execution=execution))
        assert over.execution == execution + 1
        assert (await serving.do(orders.post("signed", "a", f"s{execution}"))).claimed
