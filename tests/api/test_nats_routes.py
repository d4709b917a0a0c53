"""Routes to a real nats-server over the wire: each entry is in the stream, once."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_binary_event, from_structured_event
from tests.conftest import ServerProcess, eventually
from tests.nats_server import NatsServer

import hitchpost
from hitchpost.v1 import route_pb2 as routes

QUICK = {
    "nats_networks_allowed": "127.0.0.0/8",
    "route_retry_seconds_min": 0.02,
    "route_retry_seconds_max": 0.05,
    "route_cursor_seconds": 0.05,
}


@pytest.fixture
async def nats_server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    one = NatsServer(tmp_path / "nats")
    one.start()
    await one.add_stream("orders.>", "hitchpost.>")
    yield one
    one.kill()


@pytest.fixture
async def client(server_with: Callable[..., ServerProcess]) -> AsyncIterator[hitchpost.Client]:
    async with hitchpost.connect(server_with(**QUICK).target) as connected:
        yield connected


async def messages(server: NatsServer, count: int) -> list[Any]:
    async def all_are_there() -> list[Any] | None:
        found = await server.messages()
        return found if len(found) >= count else None

    return await eventually(all_are_there)


async def dead_letters(client: hitchpost.Client, count: int) -> list[routes.DeadLetter]:
    async def all_are_there() -> list[routes.DeadLetter] | None:
        found = [one async for one in client.dead_letters("orders")]
        return found if len(found) >= count else None

    return await eventually(all_are_there)


async def test_entries_are_published_in_structured_form(
    client: hitchpost.Client, nats_server: NatsServer
) -> None:
    target = hitchpost.nats(nats_server.url, subject="orders.all")
    await client.put_route("orders", target, "orders.*")
    await client.publish("orders.signed", "a")
    (one,) = await messages(nats_server, 1)
    event = from_structured_event(HTTPMessage(one.headers, one.data))
    assert (one.subject, event.get_type()) == ("orders.all", "dev.hitchpost.message.published.v1")
    assert event.get_data()["content"]["str"] == "a"
    assert int(event.get_id()) == int(event.get_extension("position"))
    assert one.headers["Nats-Msg-Id"].endswith(f"/{event.get_id()}")


async def test_entries_are_published_in_binary_form_to_a_subject_of_their_own(
    client: hitchpost.Client, nats_server: NatsServer
) -> None:
    target = hitchpost.nats(
        nats_server.url, subject_expression="'hitchpost.' + topic", form="binary"
    )
    await client.put_route("orders", target, "orders.*", transform="data.content.str")
    await client.publish("orders.signed", "a")
    (one,) = await messages(nats_server, 1)
    headers = {**one.headers, "content-type": one.headers["ce-datacontenttype"]}
    del headers["ce-datacontenttype"], headers["Nats-Msg-Id"]
    event = from_binary_event(HTTPMessage(headers, one.data))
    assert one.subject == "hitchpost.orders.signed"
    assert json.loads(one.data) == "a"
    assert event.get_extension("topic") == "orders.signed"


async def test_what_no_stream_has_is_a_dead_letter_until_one_has_it(
    client: hitchpost.Client, nats_server: NatsServer
) -> None:
    target = hitchpost.nats(nats_server.url, subject="nowhere", attempts=3)
    await client.put_route("orders", target, "orders.*")
    await client.publish("orders.signed", "a")
    (letter,) = await dead_letters(client, 1)
    assert (letter.attempts, letter.error) == (3, "no stream has the subject nowhere")
    again = hitchpost.nats(nats_server.url, subject="orders.somewhere")
    await client.put_route("orders", again, "orders.*")
    assert [one.error async for one in client.redeliver("orders")] == [""]
    assert len(await nats_server.messages()) == 1


async def test_an_expression_that_makes_no_subject_makes_a_dead_letter(
    client: hitchpost.Client, nats_server: NatsServer
) -> None:
    target = hitchpost.nats(nats_server.url, subject_expression="data.content.str")
    await client.put_route("orders", target, "orders.*")
    for text in ("$JS.API.STREAM.DELETE.ENTRIES", "orders.fine", "*"):
        await client.publish("orders.signed", text)
    letters = await dead_letters(client, 2)
    assert [one.error for one in letters] == [
        "nats.subject_expression: '$JS.API.STREAM.DELETE.ENTRIES' is a subject of NATS itself",
        "nats.subject_expression: '*' has a space, a wildcard or what cannot be printed",
    ]
    assert [one.subject for one in await messages(nats_server, 1)] == ["orders.fine"]


async def test_two_routes_to_one_stream_do_not_take_each_other_for_duplicates(
    client: hitchpost.Client, nats_server: NatsServer
) -> None:
    for name in ("first", "second"):
        target = hitchpost.nats(nats_server.url, subject=f"orders.{name}")
        await client.put_route(name, target, "orders.*")
    await client.publish("orders.signed", "a")
    found = await messages(nats_server, 2)
    assert sorted(one.subject for one in found) == ["orders.first", "orders.second"]


async def test_a_nats_server_that_was_away_gets_everything(
    client: hitchpost.Client, nats_server: NatsServer
) -> None:
    target = hitchpost.nats(nats_server.url, subject="orders.all", attempts=50)
    await client.put_route("orders", target, "orders.*")
    nats_server.kill()
    await client.publish("orders.signed", "a")

    async def has_failed() -> str:
        return (await client.get_route("orders")).last_error

    assert "Connect" in await eventually(has_failed)
    nats_server.start()
    await messages(nats_server, 1)


async def test_a_trial_says_what_would_be_published_where(client: hitchpost.Client) -> None:
    await client.publish("orders.signed", "a")
    await client.publish("orders.signed", "b c")
    target = hitchpost.nats(subject_expression="'orders.' + data.content.str", form="binary")
    tried = await client.try_route("orders.*", target=target)
    good, bad = tried.sent
    assert good.subject == "orders.a"
    assert good.headers["ce-datacontenttype"] == "application/json"
    assert json.loads(good.body)["content"]["str"] == "a"
    assert bad.error.startswith("nats.subject_expression: 'orders.b c' has a space")


async def test_the_operators_connections_are_used_by_name(
    tmp_path: Path, nats_server: NatsServer, server_with: Callable[..., ServerProcess]
) -> None:
    file = tmp_path / "connections.toml"
    file.write_text(f'[main]\nservers = ["{nats_server.url}"]\n')
    async with hitchpost.connect(server_with(nats_connections=file).target) as client:
        target = hitchpost.nats(connection="main", subject="orders.all")
        await client.put_route("orders", target, "orders.*")
        await client.publish("orders.signed", "a")
        await messages(nats_server, 1)


FINE = {"subject": "orders"}


@pytest.mark.parametrize(
    ("servers", "given", "field", "problem"),
    [
        ((), FINE, "servers", "either servers or a connection"),
        (("nats://x",), {**FINE, "connection": "x"}, "servers", "either servers or a connection"),
        ((), {**FINE, "connection": "x"}, "connection", "the operator has described no"),
        (("nats://x",) * 9, FINE, "servers", "there may be at most 8"),
        (("nats://10.0.0.1",), FINE, "servers[0]", "messages may not be sent to 10.0.0.1"),
        (("nats://u:p@x",), FINE, "servers[0]", "credentials do not belong here"),
        (("nats://x",), {}, "destination", "a subject, or an expression"),
        (("nats://x",), {"subject": "a.*"}, "subject", "'a.*' has a space, a wildcard"),
        (("nats://x",), {"subject_expression": "topik"}, "subject_expression", "line 1, column 1"),
        (("nats://x",), {**FINE, "form": "batched"}, "form", "it must be BINARY or STRUCTURED"),
        (("nats://x",), {**FINE, "concurrency": 257}, "concurrency", "must be between 1 and 256"),
        (("nats://x",), {**FINE, "timeout_seconds": 0}, "timeout_seconds", "must be between"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_place(
    client: hitchpost.Client,
    servers: tuple[str, ...],
    given: dict[str, Any],
    field: str,
    problem: str,
) -> None:
    target = hitchpost.nats(*servers, **given)
    with pytest.raises(hitchpost.FieldInvalid) as refused:
        await client.put_route("orders", target, "orders.*")
    assert refused.value.metadata["field"] == f"route.nats.{field}"
    assert refused.value.metadata["problem"].startswith(problem)


WITHOUT = """
import sys
sys.modules["nats"] = None
from hitchpost_server import cli
cli.main()
"""


async def test_a_server_without_the_extra_serves_all_but_nats(tmp_path: Path) -> None:
    words = ("serve", "--data", str(tmp_path), "--port", "0")
    process = subprocess.Popen(
        [sys.executable, "-c", WITHOUT, *words], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        target = process.stdout.readline().split()[-1]
        async with hitchpost.connect(target) as client:
            await client.put_route("hook", "https://example.com/", "orders.*")
            with pytest.raises(hitchpost.FieldInvalid) as refused:
                await client.put_route("orders", hitchpost.nats("nats://x", **FINE), "orders.*")
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
    assert refused.value.metadata["field"] == "route.nats"
    assert "hitchpost[server,nats]" in refused.value.metadata["problem"]
