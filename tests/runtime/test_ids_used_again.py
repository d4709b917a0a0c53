"""What was erased is not there any more, also for whoever asks while it is being erased."""

import asyncio

import orders
from serving import names_of, outcomes_of


async def test_guid_is_free_for_commands_right_behind_a_deletion(serving) -> None:
    await serving.do(orders.start("parcel", "a"), orders.post("signed", "a", "g"))
    again = (orders.start("parcel", "a"), orders.post("signed", "a", "g"))
    outcomes = await serving.outcomes(orders.delete("a"), *again)
    assert names_of(outcomes) == ["NoneType", "WfRun", "ExternalEvent"]


async def test_guid_is_free_while_the_deletion_is_being_written(serving, store) -> None:
    await serving.do(orders.start("parcel", "a"), orders.post("signed", "a", "g"))
    writing = store.hold("commit")
    answers = serving.submit(orders.delete("a"))
    await writing.reached.wait()
    answers += serving.submit(orders.start("parcel", "a"), orders.post("signed", "a", "g"))
    for _ in range(10):
        await asyncio.sleep(0)
    writing.release()
    assert names_of(await outcomes_of(answers)) == ["NoneType", "WfRun", "ExternalEvent"]


async def test_guid_claimed_in_an_ended_execution_stays_taken_in_the_same_batch(serving) -> None:
    await serving.do(orders.start("parcel", "a"), orders.post("signed", "a", "stored"))
    outcomes = await serving.outcomes(
        orders.post("signed", "a", "now"),
        orders.continue_as_new("a"),
        *(orders.post("signed", "a", guid) for guid in ("stored", "now")),
    )
    assert names_of(outcomes)[2:] == ["ExternalEventExists"] * 2
