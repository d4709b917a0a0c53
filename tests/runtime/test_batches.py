"""When a batch begins: at once on an idle store, and in time for the write before it."""

import asyncio

import orders
from serving import names_of, outcomes_of, until

from hitchpost_server.runtime.committer import WORTH_A_BATCH


async def test_batch_begins_during_a_write_when_it_is_large(serving, store, decided) -> None:
    commit = store.hold("commit")
    written = serving.submit(orders.start("parcel", "a"), orders.start("parcel", "b"))
    await commit.reached.wait()
    waiting = serving.submit(orders.start("parcel", "c"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(decided) == 2
    others = [orders.start("parcel", f"run-{n}") for n in range(WORTH_A_BATCH - 1)]
    waiting += serving.submit(*others)
    await until(lambda: len(decided) == 2 + WORTH_A_BATCH)
    assert not any(answer.done() for answer in written)
    commit.release()
    assert set(names_of(await outcomes_of([*written, *waiting]))) == {"WfRun"}


async def test_batch_that_is_smaller_begins_when_the_write_is_over(serving, store, decided) -> None:
    commit = store.hold("commit")
    serving.submit(orders.start("parcel", "a"), orders.start("parcel", "b"))
    await commit.reached.wait()
    waiting = serving.submit(orders.start("parcel", "c"))
    commit.release()
    assert names_of(await outcomes_of(waiting)) == ["WfRun"]


async def test_single_command_is_decided_while_another_is_written(serving, store, decided) -> None:
    commit = store.hold("commit")
    serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    waiting = serving.submit(orders.start("parcel", "b"))
    await until(lambda: len(decided) == 2)
    commit.release()
    assert names_of(await outcomes_of(waiting)) == ["WfRun"]
