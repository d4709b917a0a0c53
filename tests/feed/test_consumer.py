"""A consumer: who gets which entry, and what comes again."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.config import Settings
from hitchpost_server.feed.consumer import Client, Consumer
from hitchpost_server.feed.entries import Page, page_of
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import LoggedRecord

Given = list[tuple[int, int]]


def consumer(stored: storage.StoredConsumer | None = None, **limits: Any) -> Consumer:
    chosen = replace(Settings().feed_limits, **limits)
    return Consumer("billing", stored or storage.StoredConsumer(patterns=["a"]), chosen)


def client_of(one: Consumer, credit: int = 100) -> Client:
    client = Client()
    client.credit = credit
    one.clients.append(client)
    return client


def page(after: int, *topics: str) -> Page:
    body = storage.LogRecord(events=[history.HistoryEvent(message_published={})])
    records = [
        LoggedRecord(position, f"topic/{topic}", 1, 1, body.SerializeToString())
        for position, topic in enumerate(topics, after + 1)
    ]
    return page_of(after, records, lambda _kind, stored: stored)


def given(one: Consumer, client: Client, now: float = 0.0) -> Given:
    """Give a client what it may have: position and how often it was given before."""
    answer = feed.ConsumeResponse.FromString(b"".join(one.give(client, now)))
    return [(entry.event.position, entry.deliveries) for entry in answer.entries]


def first_time(*positions: int) -> Given:
    return [(position, 0) for position in positions]


def test_entries_that_match_are_given_in_order_and_once() -> None:
    one = consumer()
    client = client_of(one)
    one.take(page(0, "a", "b", "a", "a"))
    assert given(one, client) == first_time(1, 3, 4)
    assert given(one, client) == []


def test_client_has_no_more_under_way_than_its_credit() -> None:
    one = consumer()
    client = client_of(one, credit=2)
    one.take(page(0, *"aaaaa"))
    assert given(one, client) == first_time(1, 2)
    one.acknowledge(client, [2])
    assert given(one, client) == first_time(3)
    client.credit = 0
    one.acknowledge(client, [1, 3])
    assert given(one, client) == []


def test_what_a_client_leaves_goes_to_another_and_says_so() -> None:
    one = consumer()
    leaving, staying = client_of(one), client_of(one)
    one.take(page(0, *"aaaa"))
    assert given(one, leaving) == first_time(1, 2)
    assert given(one, staying) == first_time(3)
    one.acknowledge(leaving, [1])
    one.leave(leaving)
    assert given(one, staying) == [(2, 1), (4, 0)]


def test_what_takes_too_long_goes_to_another() -> None:
    one = consumer(consumer_ack_seconds=60)
    slow, quick = client_of(one), client_of(one)
    one.take(page(0, *"aa"))
    assert given(one, slow, now=0) == first_time(1)
    one.expire(59)
    assert given(one, quick, now=59) == first_time(2)
    one.expire(60)
    assert given(one, quick, now=60) == [(1, 1)]
    one.acknowledge(slow, [1])
    assert (one.floor, quick.held) == (1, {2})


def test_entry_that_was_given_again_is_not_taken_back_by_its_first_deadline() -> None:
    one = consumer(consumer_ack_seconds=60)
    client = client_of(one)
    one.take(page(0, "a"))
    given(one, client, now=0)
    one.expire(60)
    given(one, client, now=60)
    one.expire(61)
    assert given(one, client, now=61) == []


def test_deadlines_that_were_met_are_forgotten_long_before_they_are_due() -> None:
    one = consumer()
    client = client_of(one)
    for after in range(0, 1_000, 10):
        one.take(page(after, *"a" * 10))
        one.acknowledge(client, [position for position, _ in given(one, client)])
        one.expire(0)
    assert len(one._deadlines) == 0


def test_clients_have_a_share_each_and_take_turns() -> None:
    one = consumer()
    clients = [client_of(one) for _ in range(4)]
    one.take(page(0, *"aaaaaaaa"))
    assert [len(given(one, client)) for client in clients] == [2, 2, 1, 1]
    first = one.clients[0]
    one.take(page(8, "a"))
    assert one.clients[0] is not first


def test_acknowledgements_of_what_is_not_under_way_change_nothing() -> None:
    one = consumer()
    client = client_of(one)
    one.take(page(0, *"ab"))
    given(one, client)
    one.acknowledge(client, [2, 77, -1])
    assert one.floor == 0
    one.acknowledge(client, [1, 1])
    assert one.floor == 2
    assert client.waits_for == len(client.unconfirmed)


async def test_who_is_told_nothing_is_heard_no_further() -> None:
    one = consumer()
    client = client_of(one)
    one.take(page(0, *"aaa"))
    given(one, client)
    one.acknowledge(client, [1, 2, 3])
    await client.has_room(3)
    waiting = asyncio.create_task(client.has_room(2))
    one.saved(one.begin_saving())
    await asyncio.sleep(0)
    assert not waiting.done(), "what is durable was not told yet"
    assert client.tell() == [1, 2, 3]
    await waiting


@pytest.mark.parametrize(
    "limits", [{"consumer_window_entries_max": 3}, {"consumer_window_bytes_max": 1}]
)
def test_there_is_a_limit_to_what_is_read_ahead(limits: dict[str, int]) -> None:
    one = consumer(**limits)
    client = client_of(one)
    one.take(page(0, *"aaa"))
    given(one, client)
    assert one.is_full
    one.acknowledge(client, [1, 2, 3])
    assert not one.is_full


def test_what_is_stored_is_what_is_done_and_only_then_confirmed() -> None:
    one = consumer()
    client = client_of(one)
    one.take(page(0, *"aaaa"))
    given(one, client)
    one.acknowledge(client, [1, 3])
    stored, unconfirmed = one.to_store(), one.begin_saving()
    one.acknowledge(client, [4])
    assert (stored.position, [(r.first, r.last) for r in stored.acknowledged]) == (1, [(3, 3)])
    assert client.confirmed == []
    one.saved(unconfirmed)
    assert (client.confirmed, client.waits_for, one.has_changed) == ([1, 3], 1, True)
    again = consumer(stored)
    other = client_of(again)
    again.take(page(1, *"aaa"))
    assert given(again, other) == first_time(2, 4)


def test_what_could_not_be_stored_is_confirmed_when_it_could() -> None:
    one = consumer()
    client = client_of(one)
    one.take(page(0, *"aa"))
    given(one, client)
    one.acknowledge(client, [1])
    one.not_saved(one.begin_saving())
    one.acknowledge(client, [2])
    assert one.has_changed
    one.saved(one.begin_saving())
    assert client.confirmed == [1, 2]
