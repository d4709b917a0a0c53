"""Child runs that were archived, met again by commands of many runs at once."""

import orders
import pytest
from serving import names_of

import hitchpost
from hitchpost.v1 import status_pb2 as status
from hitchpost_server.engine.rows import RowKey, RunRow
from hitchpost_server.store.protocol import StoreUnavailableError

RUNS = [f"run-{number}" for number in range(8)]


@hitchpost.workflow("part")
def part(wf):
    wf.complete(wf.input("number", int))


@hitchpost.workflow("keeper")
def keeper(wf):
    """Start the child run of a number when something is noted, and wait once more."""
    number = wf.input("number", int)
    wf.wait_for_event("noted")
    wf.run_child_wf("part", {"number": number}, id=wf.format("part-{0}", number))
    wf.wait_for_event("noted")


@pytest.fixture
async def keeping(serve):
    """A server with runs that have three archived child runs each."""
    serving = await serve(family_runs_kept=1)
    await serving.do(orders.put_workflow(part), orders.put_workflow(keeper))
    await serving.do(*(orders.start("keeper", run, number=0) for run in RUNS))
    for number in range(1, 4):
        await with_child(serving, number)
    return serving


async def with_child(serving, number):
    """Let all runs start a child at once, and then start over."""
    outcomes = await serving.outcomes(*(orders.post("noted", run, f"{number}") for run in RUNS))
    again = (orders.continue_as_new(run, number=number) for run in RUNS)
    return outcomes + await serving.outcomes(*again)


async def test_children_with_new_ids_are_decided_once(keeping, decided) -> None:
    await with_child(keeping, 9)
    assert len(decided) == 2 * len(RUNS)


async def test_an_id_that_is_taken_is_noticed_before_anything_is_written(keeping, store) -> None:
    await keeping.do(*(orders.continue_as_new(run, number=1) for run in RUNS[::2]))
    await keeping.outcomes(*(orders.post("noted", run, "again") for run in RUNS))
    rows = await store.kept.lookup([RowKey(RunRow, (run,)) for run in RUNS])
    statuses = [status.LHStatus.Name(rows[RunRow, (run,)].status) for run in RUNS]
    assert statuses == ["ERROR", "RUNNING"] * 4


async def test_a_store_that_cannot_be_asked_leaves_nothing_half_done(keeping, store) -> None:
    store.hold("lookup").release()
    store.fail("lookup", StoreUnavailableError("gone"))
    failed = await keeping.outcomes(orders.post("noted", RUNS[0], "x"))
    assert names_of(failed) == ["StoreUnavailable"]
    tried = store.tried
    event = await keeping.do(orders.post("noted", RUNS[0], "x"))
    assert (event.claimed, store.tried) == (True, tried + 1)
