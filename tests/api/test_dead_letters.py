"""Dead letters over the wire: listed, tried once more as the route may, or discarded."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from routed import QUICK, came, caught_up, contents, dead_letters, publish
from tests.conftest import ServerProcess, eventually
from tests.receiver import Receiver, answer

import hitchpost
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes


@hitchpost.workflow("faulted")
def faulted(wf: hitchpost.WorkflowBuilder) -> None:
    wf.fail("by-design", "as intended")


@pytest.fixture
def server(server_with: Callable[..., ServerProcess]) -> ServerProcess:
    """A server whose routes come back soon."""
    return server_with(**QUICK)


async def test_what_fails_to_the_end_is_a_dead_letter_until_it_is_redelivered(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    receiver.behave = answer("500 Oops", b"out of order")
    await client.put_route("signed", hitchpost.webhook(receiver.url, attempts=3), "orders.*")
    await publish(client, "a", "b")
    letters = await eventually(lambda: dead_letters(client, 2))
    assert [(one.attempts, one.error) for one in letters] == [
        (3, "HTTP 500 Oops: out of order")
    ] * 2
    assert sorted(contents(receiver)) == ["a"] * 3 + ["b"] * 3
    assert (await caught_up(client, "signed")).dead_letters == 2

    failed = [one async for one in client.redeliver("signed", [letters[0].position])]
    assert [(one.error, one.done, one.total) for one in failed] == [
        ("HTTP 500 Oops: out of order", 1, 1)
    ]
    assert [one.attempts async for one in client.dead_letters("signed")] == [4, 3]
    receiver.behave = answer("204 No Content")
    told = [one async for one in client.redeliver("signed")]
    assert [(one.error, one.done, one.total) for one in told] == [("", 1, 2), ("", 2, 2)]
    assert [one async for one in client.dead_letters("signed")] == []
    assert sorted(contents(receiver)) == ["a"] * 5 + ["b"] * 4


async def test_an_expression_that_fails_parks_the_entry_and_not_the_route(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    await client.put_route("signed", receiver.url, "orders.*", filter="data.content.str != ''")
    await client.publish("orders.signed", 7)
    await publish(client, "a")
    await came(receiver, "a")
    (letter,) = await eventually(lambda: dead_letters(client, 1))
    assert (letter.attempts, letter.error) == (1, 'filter: Key not found in map : "str"')
    await client.put_route("signed", receiver.url, "orders.*", filter="has(data.content.str)")
    assert [one.error async for one in client.redeliver("signed")] == [""]
    assert await dead_letters(client, 0) == []
    assert contents(receiver) == ["a"]


async def test_a_route_with_too_many_dead_letters_stands_still_until_there_are_fewer(
    server_with: Callable[..., ServerProcess], receiver: Receiver
) -> None:
    server = server_with(**QUICK, dead_letters_per_route_max=2, store_retry_seconds=0.05)
    receiver.behave = answer("500 Oops")
    async with hitchpost.connect(server.target) as client:
        target = hitchpost.webhook(receiver.url, attempts=1, concurrency=1)
        await client.put_route("signed", target, "orders.*")
        await publish(client, "a", "b", "c")

        async def stands_still() -> bool:
            return "stands still" in (await client.get_route("signed")).last_error

        await eventually(stands_still)
        assert contents(receiver) == ["a", "b"]
        receiver.behave = answer("200 OK")
        assert [one.error async for one in client.redeliver("signed")] == ["", ""]
        await came(receiver, "c")


async def parked(client: hitchpost.Client, *texts: str) -> list[int]:
    """Let a route give up on messages; give their positions."""
    await publish(client, *texts)
    return [one.position for one in await eventually(lambda: dead_letters(client, len(texts)))]


async def recorded(client: hitchpost.Client, topic: str, count: int) -> list[history.HistoryEvent]:
    found: list[history.HistoryEvent] = []
    async with asyncio.timeout(10):
        async for answered in client.subscribe(topic, from_beginning=True):
            found += (entry.event for entry in answered.entries)
            if len(found) >= count:
                break
    return found


async def test_what_was_erased_or_is_not_for_the_route_any_more_is_not_said_to_be_delivered(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    receiver.behave = answer("500 Oops")
    target = hitchpost.webhook(receiver.url, attempts=1)
    await client.put_external_event_def("paid")
    await client.put_route("signed", target, "orders.*", "external-event-def.put")
    await publish(client, "a")
    await eventually(lambda: dead_letters(client, 1))
    receiver.behave = answer("200 OK")
    sent = len(receiver.received)
    await client.put_route("signed", target, "external-event-def.put")
    (told,) = [one async for one in client.redeliver("signed")]
    assert (told.outcome, told.error) == (routes.NOT_FOR_ROUTE, "")
    assert len(receiver.received) == sent
    (event,) = await recorded(client, "dead-letter.discarded", 1)
    assert event.entry_discarded.reason == history.DISCARD_NOT_FOR_ROUTE
    assert event.entry_discarded.position == told.position


async def test_a_dead_letter_of_a_run_that_is_deleted_is_said_to_be_erased(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    receiver.behave = answer("500 Oops")
    await client.put_workflow(faulted)
    await client.put_route("signed", hitchpost.webhook(receiver.url, attempts=1), "run.faulted")
    run = await client.run("faulted")
    await eventually(lambda: dead_letters(client, 1))
    await client.delete_run(run)
    (told,) = [one async for one in client.redeliver("signed")]
    assert told.outcome == routes.ENTRY_ERASED
    (event,) = await recorded(client, "dead-letter.discarded", 1)
    assert event.entry_discarded.reason == history.DISCARD_ENTRY_ERASED
    assert await dead_letters(client, 0) == []


async def test_those_who_redeliver_at_the_same_time_send_no_more_at_once_than_the_route_may(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    receiver.behave = answer("500 Oops")
    target = hitchpost.webhook(receiver.url, attempts=1, concurrency=2)
    await client.put_route("signed", target, "orders.*")
    await parked(client, *"abcdef")
    under_way, most = 0, 0

    async def count(writer: asyncio.StreamWriter, received: Any) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        await answer("200 OK")(writer, received)

    receiver.behave = count
    calls = [_redelivered(client) for _ in range(3)]
    outcomes = {one.outcome for call in await asyncio.gather(*calls) for one in call}
    assert routes.REDELIVERED in outcomes <= {routes.REDELIVERED, routes.SETTLED_BEFORE}
    assert sorted(contents(receiver)) == sorted([*"abcdef"] * 2), "each is sent by one of them"
    assert most == 2


async def _redelivered(client: hitchpost.Client) -> list[routes.RedeliveryProgress]:
    return [one async for one in client.redeliver("signed")]


async def test_a_receiver_that_asks_to_be_left_alone_is_so_when_dead_letters_are_redelivered(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    receiver.behave = answer("500 Oops")
    target = hitchpost.webhook(receiver.url, attempts=1, concurrency=1)
    await client.put_route("signed", target, "orders.*")
    await parked(client, "a", "b")
    times: list[float] = []
    clock = asyncio.get_running_loop().time

    async def busy_at_first(writer: asyncio.StreamWriter, received: Any) -> None:
        times.append(clock())
        answers = answer("429 Slow", retry_after="1") if len(times) == 1 else answer("200 OK")
        await answers(writer, received)

    receiver.behave = busy_at_first
    told = await _redelivered(client)
    assert [one.outcome for one in told] == [routes.REDELIVERY_FAILED, routes.REDELIVERED]
    assert times[1] - times[0] > 0.4, "what QUICK makes of a second"


async def test_whoever_redelivers_to_a_receiver_that_wants_nothing_for_long_is_told(
    server_with: Callable[..., ServerProcess], receiver: Receiver
) -> None:
    receiver.behave = answer("429 Slow", retry_after="300")
    server = server_with(webhook_networks_allowed="127.0.0.0/8")
    async with hitchpost.connect(server.target) as client:
        target = hitchpost.webhook(receiver.url, attempts=1)
        await client.put_route("signed", target, "orders.*")
        await parked(client, "a")
        (told,) = await _redelivered(client)
        assert told.outcome == routes.REDELIVERY_FAILED
        assert told.error.startswith("the receiver has asked to be left alone: not tried, for ")
        assert [one.attempts async for one in client.dead_letters("signed")] == [1]
    assert len(receiver.received) == 1


async def test_some_or_all_dead_letters_are_discarded_and_that_is_on_record(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    receiver.behave = answer("500 Oops")
    await client.put_route("signed", hitchpost.webhook(receiver.url, attempts=1), "orders.*")
    first, *others = await parked(client, *"abc")
    told = [one async for one in client.discard_dead_letters("signed", [first, 99_999])]
    assert told == [routes.DiscardProgress(position=first, discarded=True, done=1, total=1)]
    told = [one async for one in client.discard_dead_letters("signed", all=True)]
    assert [(one.position, one.done, one.total) for one in told] == [
        (others[0], 1, 2),
        (others[1], 2, 2),
    ]
    assert await dead_letters(client, 0) == []
    events = await recorded(client, "dead-letter.discarded", 3)
    assert [one.entry_discarded.position for one in events] == [first, *others]
    assert {one.entry_discarded.reason for one in events} == {history.DISCARD_ASKED_FOR}
    assert {one.cause.command for one in events} == {history.DISCARD_ENTRIES}
    assert (await client.get_route("signed")).dead_letters == 0
    assert len(receiver.received) == 3


@pytest.mark.parametrize("asked", [{}, {"all": True, "positions": [1]}])
async def test_nobody_discards_everything_by_naming_nothing(
    client: hitchpost.Client, asked: dict[str, Any]
) -> None:
    with pytest.raises(hitchpost.FieldInvalid, match="name some, or ask for all"):
        _ = [one async for one in client.discard_dead_letters("signed", **asked)]


async def test_a_route_that_stands_still_goes_on_when_dead_letters_are_discarded(
    server_with: Callable[..., ServerProcess], receiver: Receiver
) -> None:
    receiver.behave = answer("500 Oops")
    server = server_with(**QUICK, dead_letters_per_route_max=2, store_retry_seconds=0.05)
    async with hitchpost.connect(server.target) as client:
        await client.put_route("signed", hitchpost.webhook(receiver.url, attempts=1), "orders.*")
        await parked(client, "a", "b")
        receiver.behave = answer("200 OK")
        await publish(client, "c")
        _ = [one async for one in client.discard_dead_letters("signed", all=True)]
        await came(receiver, "c")
