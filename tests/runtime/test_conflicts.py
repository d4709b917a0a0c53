"""Streams that others have moved are decided again, a bounded number of times."""

import orders
import pytest
from serving import names_of, outcomes_of, until

from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import ConflictError

CONFLICT = ConflictError({"run/a": 7})


async def test_conflict_is_decided_again(serving, store, decided) -> None:
    store.fail("commit", CONFLICT)
    await serving.do(orders.start("parcel", "a"))
    assert decided == ["StartRun: done"] * 2


async def test_conflicts_without_end_are_given_up(serve, store, decided) -> None:
    serving = await serve(commit_retries_max=3)
    decided.clear()
    store.fail("commit", *[CONFLICT] * 10)
    with pytest.raises(StoreUnavailable):
        await serving.do(orders.start("parcel", "a"))
    assert decided == ["StartRun: done"] * 4


async def test_what_another_server_has_written_is_seen(serve, store) -> None:
    """Two committers on one store: each finds out by the conflict what the other has done."""
    store.is_shared = True
    one, other = await serve(), await serve()
    await one.do(orders.start("parcel", "a"))
    await other.do(orders.post("signed", "a", "first"))
    await one.do(orders.post("signed", "a", "second"))
    run = await one.do(orders.post("signed", "a", "third"))
    assert run.claimed
    # What this one remembers of the stream is old now; the verification says so.
    (again,) = await other.outcomes(orders.post("signed", "a", "second"))
    assert names_of([again]) == ["ExternalEventExists"]


async def test_refusal_on_old_state_is_verified_before_it_is_answered(serve, store) -> None:
    store.is_shared = True
    one, other = await serve(), await serve()
    (refused,) = await one.outcomes(orders.post("signed", "a"))
    assert names_of([refused]) == ["WfRunNotFound"]
    await other.do(orders.start("parcel", "a"))
    assert (await one.do(orders.post("signed", "a"))).claimed


async def test_commands_that_met_a_conflict_keep_their_order(serve, store, decided) -> None:
    """Both batches go back, the earlier one first."""
    serving = await serve(batch_commands_max=1)
    decided.clear()
    commit = store.hold("commit", CONFLICT)
    answers = serving.submit(orders.post("noted", "a", "x"), orders.post("noted", "a", "y"))
    await until(lambda: len(decided) == 2)
    commit.release()
    first, second = await outcomes_of(answers)
    log = await store.kept.read_stream("run/a", 0, 10)
    assert [guid in log[0].body for guid in (b"x", b"y")] == [True, False], (first, second)
