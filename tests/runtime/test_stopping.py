"""How a committer ends, and that it leaves nobody without an answer."""

import asyncio
import gc

import orders
import pytest
from serving import names_of, outcomes_of, until, whole_runtime

from hitchpost_server.app import running_engine
from hitchpost_server.config import Settings
from hitchpost_server.runtime.errors import Overloaded, ShuttingDown
from hitchpost_server.store.protocol import StoreUnclearError


async def test_unclear_commit_ends_the_committer_and_everybody_is_answered(
    serve, store, decided
) -> None:
    """One is being written, one is decided on it, one still waits."""
    serving = await serve(batch_commands_max=1)
    decided.clear()
    commit = store.hold("commit", StoreUnclearError("who knows"))
    answers = serving.submit(*(orders.post("noted", "a", guid) for guid in "xyz"))
    await until(lambda: len(decided) == 2)
    commit.release()
    outcomes = await outcomes_of(answers)
    assert names_of(outcomes) == ["StoreUnavailable", "StoreUnavailable", "ShuttingDown"]
    with pytest.raises(StoreUnclearError):
        await serving.life
    with pytest.raises(ShuttingDown):
        serving.submit(orders.post("noted", "a", "z"))


async def test_unclear_commit_ends_an_idle_committer_too(serving, store) -> None:
    store.fail("commit", StoreUnclearError("who knows"))
    outcomes = await serving.outcomes(orders.start("parcel", "a"))
    assert names_of(outcomes) == ["StoreUnavailable"]
    with pytest.raises(StoreUnclearError):
        await asyncio.wait_for(serving.life, 30)


async def serve_until_it_stops(store) -> None:
    async with whole_runtime(store) as engine:
        outcomes = await outcomes_of([engine.committer.submit(orders.put_event_def("paid"))])
        assert names_of(outcomes) == ["StoreUnavailable"]
        await asyncio.sleep(30)


async def test_unclear_commit_stops_the_whole_server_and_says_why(store, caplog) -> None:
    store.fail("commit", StoreUnclearError("who knows"))
    with pytest.raises(ExceptionGroup) as stopped:
        await serve_until_it_stops(store)
    assert stopped.group_contains(StoreUnclearError)
    assert "background task committer has died" in caplog.text


async def test_defect_of_a_store_ends_the_committer_as_well(serving, store) -> None:
    store.fail("commit", RuntimeError("no store says this"))
    outcomes = await serving.outcomes(orders.start("parcel", "a"))
    assert names_of(outcomes) == ["StoreUnavailable"]
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(serving.life, 30)


async def test_closed_committer_answers_what_it_has_taken(serve, store) -> None:
    serving = await serve(batch_commands_max=2)
    answers = serving.submit(*(orders.start("parcel", f"run-{n}") for n in range(7)))
    await serving.stop()
    assert names_of(await outcomes_of(answers)) == ["WfRun"] * 7


async def test_closed_committer_takes_nothing_more(serving) -> None:
    await serving.stop()
    with pytest.raises(ShuttingDown):
        serving.submit(orders.start("parcel", "a"))


async def test_full_inbox_turns_callers_away_and_keeps_what_it_has(serve, store) -> None:
    serving = await serve(inbox_commands_max=3, batch_commands_max=1)
    commit = store.hold("commit")
    answers = serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    answers += serving.submit(orders.post("signed", "a", "1"))
    await until(lambda: len(serving.committer._inbox) == 0)
    answers += serving.submit(*(orders.post("noted", "a", guid) for guid in "234"))
    with pytest.raises(Overloaded) as overloaded:
        serving.submit(orders.post("noted", "a", "5"))
    assert float(overloaded.value.facts["retry_after_seconds"]) > 0
    answers.append(serving.committer.submit(orders.post("noted", "a", "6"), internal=True))
    commit.release()
    assert names_of(await outcomes_of(answers)) == ["WfRun"] + ["ExternalEvent"] * 5


@pytest.mark.parametrize("turns", range(8))
async def test_caller_that_goes_away_does_not_undo_a_command_that_was_begun(
    serving, store, turns
) -> None:
    """However far the command has come."""
    commit = store.hold("commit")
    (posted,) = serving.submit(orders.post("noted", "a", "guid"))
    await commit.reached.wait()
    commit.release()
    for _ in range(turns):
        await asyncio.sleep(0)
    posted.cancel()
    (again,) = await serving.outcomes(orders.post("noted", "a", "guid"))
    assert type(again).__name__ == "ExternalEventExists"


async def test_command_that_nobody_waits_for_any_more_is_not_begun(serve, store) -> None:
    """Callers give up when a server is overloaded, and it has other things to do."""
    serving = await serve()
    commit = store.hold("commit")
    answers = serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    given_up, stays = serving.submit(*(orders.post("noted", "a", guid) for guid in "12"))
    given_up.cancel()
    commit.release()
    assert names_of(await outcomes_of([*answers, stays])) == ["WfRun", "ExternalEvent"]
    (late,) = await serving.outcomes(orders.post("noted", "a", "1"))
    assert type(late).__name__ == "ExternalEvent"


async def test_caller_that_goes_away_does_not_disturb_the_rest_of_its_batch(serve, store) -> None:
    serving = await serve()
    commit = store.hold("commit")
    serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    gone, stays = serving.submit(orders.post("noted", "a", "1"), orders.post("signed", "a", "2"))
    await until(lambda: not serving.committer.waiting)
    gone.cancel()
    commit.release()
    assert (await stays).claimed


async def test_server_that_ends_before_it_has_begun_leaves_no_work_behind(store, recwarn) -> None:
    async with running_engine(store, Settings()):
        pass
    gc.collect()
    assert list(recwarn) == []
