"""What the next batch needs is loaded while the one before it can only wait to be written."""

import orders
import pytest
from serving import names_of, outcomes_of, until

from hitchpost_server.store.protocol import StoreUnavailableError


def loaded(store) -> list[str]:
    """Name the streams of runs that were loaded, in that order."""
    streams = [stream for verb, asked, _ in store.asked if verb == "load" for stream in asked[0]]
    return [stream for stream in streams if stream.startswith("run/")]


@pytest.fixture
async def one_by_one(serve):
    return await serve(batch_commands_max=1)


async def test_next_batch_is_loaded_before_the_one_in_front_of_it_is_written(
    one_by_one, store
) -> None:
    commit = store.hold("commit")
    answers = one_by_one.submit(*(orders.start("parcel", run) for run in "abc"))
    await until(lambda: loaded(store) == ["run/a", "run/b", "run/c"])
    assert not commit.released.is_set()
    commit.release()
    assert names_of(await outcomes_of(answers)) == ["WfRun"] * 3
    assert loaded(store) == ["run/a", "run/b", "run/c"]


async def test_batch_that_could_not_be_loaded_ahead_is_loaded_when_it_is_due(
    one_by_one, store
) -> None:
    commit = store.hold("commit")
    first = one_by_one.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    load = store.hold("load")
    others = one_by_one.submit(*(orders.start("parcel", run) for run in "bc"))
    await load.reached.wait()
    store.fail("load", StoreUnavailableError("the disk is away"))
    load.release()
    await until(lambda: loaded(store) == ["run/a", "run/b"])
    commit.release()
    assert names_of(await outcomes_of([*first, *others])) == ["WfRun"] * 3


async def test_run_that_was_not_written_is_not_there_for_a_batch_that_was_loaded_ahead(
    one_by_one, store
) -> None:
    commit = store.hold("commit", StoreUnavailableError("the disk is full"))
    answers = one_by_one.submit(
        orders.start("parcel", "a"), orders.start("parcel", "b"), orders.post("signed", "a")
    )
    await until(lambda: loaded(store)[:2] == ["run/a", "run/b"])
    commit.release()
    assert names_of(await outcomes_of(answers)) == ["StoreUnavailable", "WfRun", "WfRunNotFound"]


async def test_batch_is_on_its_way_to_the_disk_before_the_next_one_is_decided(
    one_by_one, store, monkeypatch
) -> None:
    """Even if all that the next one needs is there."""
    decider, begun = one_by_one.committer._decider, []
    decide = decider.decide

    def noted(*arguments) -> None:
        begun.append(store.tried)
        decide(*arguments)

    monkeypatch.setattr(decider, "decide", noted)
    commit = store.hold("commit")
    answers = one_by_one.submit(*(orders.start("parcel", run) for run in "abc"))
    await until(lambda: loaded(store) == ["run/a", "run/b", "run/c"])
    commit.release()
    await outcomes_of(answers)
    first = begun[0]
    assert begun == [first, first + 1, first + 2]
