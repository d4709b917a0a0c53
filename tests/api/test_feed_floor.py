"""What is below the feed's floor, as subscribers, routes and readers of histories see it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import pytest
from tests.conftest import ServerProcess, eventually
from tests.receiver import Receiver

import hitchpost
from hitchpost.v1 import feed_pb2 as feed

SETTINGS = {
    "feed_retention_bytes": 20_000,
    "feed_retention_interval_seconds": 0.05,
    "published_ids_seconds": 1,
    "webhook_networks_allowed": "127.0.0.0/8",
    "route_cursor_seconds": 0.05,
}
LONG = "x" * 1_000


@pytest.fixture
def forgetful(server_with: Callable[..., ServerProcess]) -> ServerProcess:
    """A server whose feed keeps about twenty long messages."""
    return server_with(**SETTINGS)


@pytest.fixture
async def client(forgetful: ServerProcess) -> AsyncIterator[hitchpost.Client]:
    async with hitchpost.connect(forgetful.target) as connected:
        yield connected


async def bury(client: hitchpost.Client, server: ServerProcess) -> None:
    """Publish so much that what there was before is below the floor."""
    before = server.log.count("the feed begins behind")
    await asyncio.gather(*(client.publish("filler", LONG) for _ in range(100)))

    async def has_moved() -> bool:
        answer = await demanded(client)
        return server.log.count("the feed begins behind") > before and answer is not None

    await eventually(has_moved)


async def demanded(client: hitchpost.Client) -> feed.SubscribeResponse | None:
    """Subscribe from the very first position; give the demand to resync, if there is one."""
    async with aclosing(client.subscribe("nothing.at-all", cursor="p0")) as answers:
        answer = await anext(answers)
    return answer if answer.HasField("resync") else None


async def test_cursor_below_the_floor_asks_for_a_resync_and_goes_on_with_what_is_left(
    client: hitchpost.Client, forgetful: ServerProcess
) -> None:
    await client.publish("orders", "gone")
    await bury(client, forgetful)
    await client.publish("orders", "here")
    async with aclosing(client.subscribe("orders", cursor="p0")) as answers:
        demand = await anext(answers)
        assert demand.resync.reason == feed.POSITION_GONE
        async for answer in answers:
            if answer.entries:
                break
    assert [entry.event.message_published.content.str for entry in answer.entries] == ["here"]


async def test_who_asks_for_the_beginning_gets_what_there_is_and_no_demand(
    client: hitchpost.Client, forgetful: ServerProcess
) -> None:
    await bury(client, forgetful)
    async with aclosing(client.subscribe(from_beginning=True)) as answers:
        assert not (await anext(answers)).HasField("resync")


async def test_history_below_the_floor_is_whole_and_forgotten_messages_come_anew(
    client: hitchpost.Client, forgetful: ServerProcess
) -> None:
    @hitchpost.workflow("waits")
    def waits(wf: hitchpost.WorkflowBuilder) -> None:
        wf.wait_for_event("signed")

    await client.put_external_event_def("signed")
    await client.put_workflow(waits)
    await client.run("waits", id="run-1")
    first = await client.publish("orders", "once", id="order-1")
    before = [event async for event in client.history("run-1")]
    await bury(client, forgetful)
    assert [event async for event in client.history("run-1")] == before
    await client.post_event("run-1", "signed", "Ada")

    async def is_new() -> bool:
        return (await client.publish("orders", "once", id="order-1")).sequence > first.sequence

    await eventually(is_new)
    await asyncio.to_thread(forgetful.end_well)


async def test_route_that_was_paused_too_long_says_so_and_goes_on(
    client: hitchpost.Client, forgetful: ServerProcess
) -> None:
    receiver = Receiver()
    await receiver.start()
    await client.put_route("orders", receiver.url, "orders")
    await client.pause_route("orders")
    await client.publish("orders", "gone")
    await bury(client, forgetful)
    await client.publish("orders", "here")
    await client.resume_route("orders")

    async def has_come() -> bool:
        return len(receiver.received) == 1

    await eventually(has_come)
    assert b"here" in receiver.received[0].body
    assert "the feed has lost" in (await client.get_route("orders")).last_error
    await receiver.stop()


async def test_floor_outlives_kills(client: hitchpost.Client, forgetful: ServerProcess) -> None:
    for _ in range(3):
        await bury(client, forgetful)
        demand = await demanded(client)
        await asyncio.to_thread(forgetful.kill)
        await asyncio.to_thread(forgetful.start)
        later = await demanded(client)
        assert demand is not None
        assert later is not None
        assert int(later.cursor[1:], 16) >= int(demand.cursor[1:], 16) > 0


async def test_consumer_that_has_lost_entries_says_so_and_goes_on_with_what_is_left(
    client: hitchpost.Client, forgetful: ServerProcess
) -> None:
    await client.publish("orders", "first")
    async with client.consume("billing", "orders", from_beginning=True) as deliveries:
        (await anext(deliveries)).acknowledge()
    # What a consumer has in memory it delivers, floor or no floor.
    await asyncio.to_thread(forgetful.stop)
    await asyncio.to_thread(forgetful.start)
    await client.publish("orders", "gone")
    await bury(client, forgetful)
    await client.publish("orders", "here")
    async with client.consume("billing") as deliveries:
        delivery = await asyncio.wait_for(anext(deliveries), 20)
        assert deliveries.has_missed_entries
        delivery.acknowledge()
    assert delivery.entry.event.message_published.content.str == "here"
    assert "consumer billing has lost entries" in forgetful.log
