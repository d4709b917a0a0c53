"""Consuming over the wire: what is acknowledged does not come again, everything else does."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from tests.conftest import ServerProcess

import hitchpost
from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1.feed_pb2_grpc import FeedStub

Fresh = Callable[[str], str]


async def taken(consumption: hitchpost.Consumption, wanted: int) -> list[str]:
    """Take and acknowledge as many as wanted."""
    found: list[str] = []
    async with asyncio.timeout(20):
        async for delivery in consumption:
            found.append(delivery.entry.event.message_published.content.str)
            delivery.acknowledge()
            if len(found) == wanted:
                return found
    raise AssertionError("it never ends")


async def published(client: hitchpost.Client, topic: str, texts: str) -> None:
    for text in texts:
        await client.publish(topic, text)


async def state_of(client: hitchpost.Client, name: str) -> feed.Consumer:
    [found] = [one async for one in client.list_consumers() if one.name == name]
    return found


async def test_consumer_goes_on_where_its_last_client_left(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    topic, name = fresh("orders"), fresh("billing")
    await published(client, topic, "12345")
    async with client.consume(name, topic, from_beginning=True) as deliveries:
        assert await taken(deliveries, 2) == ["1", "2"]
    async with client.consume(name) as deliveries:
        assert await taken(deliveries, 3) == ["3", "4", "5"]
    assert (await state_of(client, name)).lag == 0


async def test_new_consumer_begins_with_what_happens_from_then_on(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    topic, name = fresh("orders"), fresh("billing")
    await client.publish(topic, "before")
    async with client.consume(name, topic) as deliveries:
        waiting = asyncio.create_task(taken(deliveries, 1))
        while not [one async for one in client.list_consumers() if one.name == name]:
            await asyncio.sleep(0.01)
        await client.publish(topic, "after")
        assert await waiting == ["after"]


async def test_what_was_not_acknowledged_comes_again(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    topic, name = fresh("orders"), fresh("billing")
    await published(client, topic, "123")
    async with client.consume(name, topic, from_beginning=True) as deliveries:
        first, second, third = [await anext(deliveries) for _ in range(3)]
        first.acknowledge()
        third.acknowledge()
    async with client.consume(name, topic) as deliveries:
        assert (await anext(deliveries)).entry.event.position == second.entry.event.position


async def test_clients_of_one_consumer_share_its_entries(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    topic, name = fresh("orders"), fresh("billing")
    heard: list[list[str]] = [[], []]

    async def listen(number: int) -> None:
        async with client.consume(name, topic, from_beginning=True) as deliveries:
            async for delivery in deliveries:
                heard[number].append(delivery.entry.event.message_published.content.str)
                delivery.acknowledge()

    listening = [asyncio.create_task(listen(number)) for number in (0, 1)]
    texts = [str(number) for number in range(40)]
    async with asyncio.timeout(20):
        while not [one async for one in client.list_consumers() if one.clients == 2]:
            await asyncio.sleep(0.01)
        for text in texts:
            await client.publish(topic, text)
        while len(heard[0]) + len(heard[1]) < len(texts):
            await asyncio.sleep(0.01)
    assert sorted(heard[0] + heard[1], key=int) == texts
    assert min(map(len, heard)) > 0
    for task in listening:
        task.cancel()
    await asyncio.wait(listening)


async def test_other_patterns_than_those_it_was_made_for_are_refused(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name = fresh("billing")
    await client.publish("shared.topic")
    async with client.consume(name, "shared.*", from_beginning=True) as deliveries:
        await anext(deliveries)
    with pytest.raises(hitchpost.ConsumerMismatch) as refused:
        async with client.consume(name, "other") as deliveries:
            await anext(deliveries)
    assert refused.value.metadata == {"consumer": name, "patterns": "shared.*"}


async def test_streams_of_a_deleted_consumer_end_and_it_may_be_made_anew(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    topic, name = fresh("orders"), fresh("billing")
    await published(client, topic, "1")
    async with client.consume(name, topic, from_beginning=True) as deliveries:
        assert await taken(deliveries, 1) == ["1"]
        await client.delete_consumer(name)
        with pytest.raises(hitchpost.ObjectNotFound):
            await asyncio.wait_for(anext(deliveries), 10)
    await client.delete_consumer(name)
    async with client.consume(name, topic, from_beginning=True) as deliveries:
        assert await taken(deliveries, 1) == ["1"]


async def test_entry_that_is_held_for_too_long_comes_again(
    server_with: Callable[..., ServerProcess],
) -> None:
    server = server_with(consumer_ack_seconds=0.2)
    async with hitchpost.connect(server.target) as client, asyncio.timeout(20):
        await client.publish("orders")
        async with client.consume("billing", "orders", from_beginning=True) as deliveries:
            counts = [(await anext(deliveries)).entry.deliveries for _ in range(3)]
    assert counts == [0, 1, 2]


async def test_credit_bounds_what_is_under_way(client: hitchpost.Client, fresh: Fresh) -> None:
    topic, name = fresh("orders"), fresh("billing")
    await published(client, topic, "12345")
    async with client.consume(name, topic, from_beginning=True, credit=2) as deliveries:
        held = [await anext(deliveries) for _ in range(2)]
        assert (await state_of(client, name)).unacknowledged == 2
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(deliveries), 0.3)
        for delivery in held:
            delivery.acknowledge()


OPENING = {"name": "billing", "patterns": ["orders"]}


@pytest.mark.parametrize(
    ("requests", "field"),
    [
        ([{}], "opening"),
        ([{"opening": {"name": "no_name"}}], "opening.name"),
        ([{"opening": {"name": "a", "patterns": ["b..c"]}}], "opening.patterns[0]"),
        ([{"opening": {"name": "a", "cursor": "x"}}], "opening.cursor"),
        ([{"opening": {"name": "a", "cursor": "pffffffff"}}], "opening.cursor"),
        ([{"opening": OPENING, "credit": -1}], "credit"),
        ([{"opening": OPENING}, {"credit": 1_000_000}], "credit"),
        ([{"opening": OPENING}, {"opening": OPENING}], "opening"),
    ],
)
async def test_message_that_makes_no_sense_ends_the_stream(
    channel: grpc.aio.Channel, requests: list[dict[str, Any]], field: str
) -> None:
    call = FeedStub(channel).Consume(iter([feed.ConsumeRequest(**one) for one in requests]))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        async for _ in call:
            pass
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert (refused.value.details() or "").startswith(f"{field}:")


async def test_last_message_is_answered_before_the_stream_ends(
    client: hitchpost.Client, channel: grpc.aio.Channel, fresh: Fresh
) -> None:
    topic, name = fresh("orders"), fresh("billing")
    await published(client, topic, "12")
    opening = feed.ConsumerOpening(name=name, patterns=[topic], from_beginning=True)
    call = FeedStub(channel).Consume()
    await call.write(feed.ConsumeRequest(opening=opening))
    positions: list[int] = []
    while len(positions) < 2:
        positions += [entry.event.position for entry in (await call.read()).entries]
    await call.write(feed.ConsumeRequest(acknowledged=positions))
    await call.done_writing()
    confirmed: list[int] = []
    while isinstance(answer := await call.read(), feed.ConsumeResponse):
        confirmed += answer.acknowledged
    assert confirmed == positions
    assert await call.code() == grpc.StatusCode.OK


async def test_server_that_stops_ends_streams_and_keeps_what_was_acknowledged(
    own_server: ServerProcess,
) -> None:
    async with hitchpost.connect(own_server.target) as client:
        await published(client, "orders", "123")
        async with client.consume("billing", "orders", from_beginning=True) as deliveries:
            assert await taken(deliveries, 2) == ["1", "2"]
            await asyncio.to_thread(own_server.stop)
            await asyncio.to_thread(own_server.start)
            assert await taken(deliveries, 1) == ["3"]
