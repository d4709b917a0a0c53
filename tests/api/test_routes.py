"""Routes over the wire: what is put is sent, what cannot be sent is kept, whatever happens."""

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_binary_event, from_structured_event
from routed import QUICK, came, caught_up, contents, dead_letters, publish
from standardwebhooks.webhooks import Webhook
from tests.conftest import ServerProcess, eventually
from tests.folding import make_tables_again
from tests.receiver import Received, Receiver, answer, hang

import hitchpost
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.app import open_store
from hitchpost_server.config import Settings

SECRETS = ["whsec_" + base64.b64encode(bytes([n] * 32)).decode() for n in (1, 2)]


@pytest.fixture
def server(server_with: Callable[..., ServerProcess]) -> ServerProcess:
    """A server whose routes come back soon."""
    return server_with(**QUICK)


async def test_what_happens_from_now_on_is_sent(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    await publish(client, "before")
    await client.put_route("signed", receiver.url, "orders.*")
    await publish(client, "a", "b")
    await client.publish("other.topic", "c")
    await came(receiver, "a", "b")
    progress = await caught_up(client, "signed")
    assert sorted(contents(receiver)) == ["a", "b"]
    assert (progress.delivered, progress.dead_letters, progress.under_way) == (2, 0, 0)
    event = from_binary_event(HTTPMessage(receiver.received[0].headers, receiver.received[0].body))
    assert event.get_type() == "dev.hitchpost.message.published.v1"
    assert event.get_extension("topic") == "orders.signed"


async def test_a_route_may_begin_with_the_oldest_entry(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    await publish(client, "before")
    await client.put_route("signed", receiver.url, "orders.>", from_beginning=True)
    await came(receiver, "before")


async def test_filter_and_transform_see_the_entry(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    await client.put_route(
        "signed",
        hitchpost.webhook(receiver.url, form="structured"),
        filter='topic.startsWith("orders.") && data.content.str != "b"',
        transform="{'said': data.content.str}",
    )
    await publish(client, "a", "b", "c")
    progress = await eventually(lambda: _delivered(client, "signed", 2))
    events = [from_structured_event(HTTPMessage(o.headers, o.body)) for o in receiver.received]
    assert sorted(event.get_data()["said"] for event in events) == ["a", "c"]
    assert progress.dead_letters == 0


async def _delivered(
    client: hitchpost.Client, route: str, count: int
) -> routes.RouteProgress | None:
    progress = await client.get_route(route)
    return progress if progress.delivered >= count else None


async def test_what_fails_is_tried_again(client: hitchpost.Client, receiver: Receiver) -> None:
    answers = iter([answer("500 Oops"), answer("429 Slow", retry_after="1"), answer("302 Found")])

    async def fail_first(writer: Any, received: Any) -> None:
        await next(answers, answer("204 No Content"))(writer, received)

    receiver.behave = fail_first
    await client.put_route("signed", receiver.url, "orders.*")
    await publish(client, "a")
    progress = await eventually(lambda: _delivered(client, "signed", 1))
    assert contents(receiver) == ["a"] * 4
    assert progress.last_error.startswith("HTTP 302")
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1


async def test_a_paused_route_sends_nothing_and_loses_nothing(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    await client.put_route("signed", receiver.url, "orders.*")
    assert (await client.pause_route("signed")).paused
    await publish(client, "a", "b")
    assert (await client.get_route("signed")).lag > 0
    assert receiver.received == []
    await client.resume_route("signed")
    await came(receiver, "a", "b")


async def test_a_receiver_that_hangs_holds_up_its_own_route_only(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    async def hang_at_one(writer: Any, received: Any) -> None:
        await (hang if received.path == "/stuck" else answer("200 OK"))(writer, received)

    receiver.behave = hang_at_one
    stuck = hitchpost.webhook(receiver.url.replace("hook", "stuck"), timeout_seconds=60)
    await client.put_route("stuck", stuck, "orders.*")
    await client.put_route("signed", receiver.url, "orders.*")
    await publish(client, *"abcdefgh")
    await eventually(lambda: _delivered(client, "signed", 8))

    async def four_hang() -> bool:
        return len([one for one in receiver.received if one.path == "/stuck"]) == 4

    await eventually(four_hang)


async def test_what_is_sent_is_signed_by_old_and_new_secret(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    route = await client.put_route(
        "signed",
        hitchpost.webhook(receiver.url, secrets=SECRETS, headers={"authorization": "Bearer x"}),
        "orders.*",
    )
    assert list(route.webhook.secrets) == ["*****", "*****"]
    assert dict(route.webhook.headers) == {"authorization": "*****"}
    await publish(client, "a")
    await came(receiver, "a")
    (one,) = receiver.received
    assert one.headers["authorization"] == "Bearer x"
    for secret in SECRETS:
        assert Webhook(secret).verify(one.body, one.headers)["content"]["str"] == "a"


async def test_nobody_reads_a_secret_in_the_feed(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    target = hitchpost.webhook(receiver.url, secrets=SECRETS, headers={"authorization": "Bearer x"})
    await client.put_route("signed", target, "orders.*")
    async for told in client.subscribe("route.put", from_beginning=True):
        for entry in told.entries:
            webhook = entry.event.route_put.route.webhook
            assert list(webhook.secrets) == ["*****", "*****"]
            assert dict(webhook.headers) == {"authorization": "*****"}
            assert webhook.url == receiver.url.replace("hook", "*****")
            assert (await client.get_route("signed")).route.webhook == webhook
            return


async def test_deleted_is_deleted(client: hitchpost.Client, receiver: Receiver) -> None:
    receiver.behave = answer("500 Oops")
    await client.put_route("signed", hitchpost.webhook(receiver.url, attempts=1), "orders.*")
    await publish(client, "a")
    await eventually(lambda: dead_letters(client, 1))
    await client.delete_route("signed")
    await client.delete_route("signed")
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.get_route("signed")
    with pytest.raises(hitchpost.ObjectNotFound):
        await dead_letters(client, 0)
    receiver.behave = answer("200 OK")
    await client.put_route("signed", receiver.url, "orders.*")
    await publish(client, "b")
    await came(receiver, "b")
    assert contents(receiver) == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "field", "problem"),
    [
        ({"url": "ftp://example.com"}, "webhook.url", "it must begin with http"),
        ({"url": "http://10.0.0.1/"}, "webhook.url", "webhooks may not be sent to 10.0.0.1"),
        ({"url": "http://a:b@example.com/"}, "webhook.url", "user and password do not belong"),
        ({"url": "http://[::1"}, "webhook.url", "it is not a URL"),
        ({"url": "http://x.com/a b"}, "webhook.url", "it must be printable ASCII"),
        ({"filter": "topik == ''"}, "filter", "line 1, column 1: undeclared reference to 'topik'"),
        ({"filter": "true\n &&"}, "filter", "line 2, column 4: Syntax error"),
        ({"transform": "{'a': }"}, "transform", "line 1, column 7: Syntax error"),
        ({"url": "https://example.com/*****"}, "webhook.url", "this is what is read in the place"),
        ({"secrets": ["*****"]}, "webhook.secrets[0]", "this is what is read in the place"),
        ({"secrets": ["short"]}, "webhook.secrets[0]", "a secret is whsec_"),
        ({"headers": {"Host": "x"}}, "webhook.headers['Host']", "this header is the server's own"),
        ({"headers": {"x": "a\nb"}}, "webhook.headers['x']", "a value is printable ASCII"),
        ({"concurrency": 65}, "webhook.concurrency", "must be between 1 and 64"),
        ({"timeout_seconds": 0}, "webhook.timeout_seconds", "must be between 1 and 60"),
        ({"id": "a/b"}, "id", "'a/b' is not a name"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_place(
    client: hitchpost.Client, given: dict[str, Any], field: str, problem: str
) -> None:
    wanted: dict[str, Any] = {"id": "signed", "url": "https://example.com/", **given}
    parts = {name: wanted.pop(name) for name in ("filter", "transform") if name in wanted}
    name, target = wanted.pop("id"), hitchpost.webhook(**wanted)
    with pytest.raises(hitchpost.FieldInvalid) as refused:
        await client.put_route(name, target, "orders.*", **parts)
    assert refused.value.metadata["field"] == f"route.{field}"
    assert refused.value.metadata["problem"].startswith(problem)


async def test_a_pattern_that_is_none_is_refused(client: hitchpost.Client) -> None:
    with pytest.raises(hitchpost.FieldInvalid) as refused:
        await client.put_route("signed", "https://example.com/", "orders.>.x")
    assert refused.value.metadata["field"] == "route.patterns[0]"


async def test_a_trial_says_what_would_be_sent_and_sends_nothing(client: hitchpost.Client) -> None:
    await publish(client, "a", "b")
    await client.publish("orders.signed", 7)
    tried = await client.try_route(
        "orders.*",
        target=hitchpost.webhook("", form="structured"),
        filter="data.content.str == 'b'",
        transform="subject",
    )
    sent, failed = tried.sent
    assert json.loads(sent.body)["data"] == "topic/orders.signed"
    assert sent.headers["content-type"] == "application/cloudevents+json"
    assert failed.error == 'filter: Key not found in map : "str"'
    assert tried.entries_seen >= 3
    assert not [one async for one in client.list_routes()]


async def test_a_route_for_everything_sends_nothing_about_routes(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    receiver.behave = answer("500 Oops")
    await client.put_route("signed", hitchpost.webhook(receiver.url, attempts=1))
    await client.put_route("again", hitchpost.webhook(receiver.url, attempts=1))
    await publish(client, "a")
    await eventually(lambda: dead_letters(client, 1))
    await caught_up(client, "again")
    assert contents(receiver) == ["a", "a"]


async def test_what_was_sent_is_not_sent_again_after_a_restart_or_a_rebuild(
    server_with: Callable[..., ServerProcess], receiver: Receiver
) -> None:
    server = server_with(**QUICK)
    async with hitchpost.connect(server.target) as client:
        await client.put_route("signed", hitchpost.webhook(receiver.url, attempts=1), "orders.*")
        await publish(client, "a")
        await came(receiver, "a")
        receiver.behave = answer("500 Oops")
        await publish(client, "b")
        await eventually(lambda: dead_letters(client, 1))
        assert server.stop() == 0
        await rebuilt(server.data)
        receiver.behave = answer("200 OK")
        await asyncio.to_thread(server.start)
        await publish(client, "c")
        await came(receiver, "c")
        assert contents(receiver) == ["a", "b", "c"]
        assert len(await dead_letters(client, 1) or []) == 1


async def rebuilt(data: Path) -> None:
    store = await open_store(Settings(data=data))
    await make_tables_again(store)
    await store.close()


async def test_a_route_that_is_stuck_holds_no_more_than_its_window(
    server_with: Callable[..., ServerProcess], receiver: Receiver
) -> None:
    server = server_with(**QUICK, route_window_entries=5)
    receiver.behave = hang
    async with hitchpost.connect(server.target) as client:
        target = hitchpost.webhook(receiver.url, timeout_seconds=60)
        await client.put_route("signed", target, "orders.*")
        await asyncio.gather(*(publish(client, str(number)) for number in range(200)))

        async def holds_some() -> int:
            return (await client.get_route("signed")).under_way

        assert await eventually(holds_some) <= 5
        assert (await client.get_route("signed")).lag > 100


async def test_what_waits_is_sent_in_one_request_and_one_poisonous_entry_takes_none_along(
    client: hitchpost.Client, receiver: Receiver
) -> None:
    batches: list[list[str]] = []
    ids: list[str] = []
    may_answer = asyncio.Event()

    async def refuse_poison(writer: asyncio.StreamWriter, received: Received) -> None:
        events = json.loads(received.body)
        batches.append([event["data"]["content"]["str"] for event in events])
        ids.append(received.headers["webhook-id"])
        await may_answer.wait()
        status = "422 Poison" if "poison" in batches[-1] else "200 OK"
        await answer(status)(writer, received)

    receiver.behave = refuse_poison
    target = hitchpost.webhook(receiver.url, form="batched", concurrency=1, attempts=3)
    await client.put_route("signed", target, "orders.*")
    await publish(client, "first")

    async def is_under_way() -> bool:
        return bool(batches)

    await eventually(is_under_way)
    texts = [f"good-{number}" for number in range(20)]
    await publish(client, *texts[:10], "poison", *texts[10:])

    async def all_wait() -> bool:
        return (await client.get_route("signed")).under_way == 22

    await eventually(all_wait)
    may_answer.set()
    (letter,) = await eventually(lambda: dead_letters(client, 1))
    progress = await caught_up(client, "signed")
    assert (progress.delivered, letter.attempts) == (21, 3)
    together = [*texts[:10], "poison", *texts[10:]]
    assert batches[:2] == [["first"], together]
    assert sorted(map(tuple, batches[2:])) == sorted([("poison",)] * 2 + [(one,) for one in texts])
    assert len(set(ids)) == 2 + 21
