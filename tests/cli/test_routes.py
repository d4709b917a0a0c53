"""`hitchpost routes` and `hitchpost dead-letters`, for people and for programs."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from rich.console import Console
from tests.conftest import ServerProcess, eventually

import hitchpost
from hitchpost.v1.route_pb2 import DeadLetter, Route, RouteProgress
from hitchpost_server.cli_routes import dead_letters_table, routes_table, target_words

# Nobody listens there, and nobody may.
NOWHERE = "http://127.0.0.1:9/hook"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(
        tmp_path / "data", "--set", "webhook_networks_allowed=127.0.0.1", "--set", "port=0"
    )
    process.start()
    yield process
    process.end_well()


@pytest.fixture
async def failed(server: ServerProcess) -> AsyncIterator[int]:
    """The position of an entry that a route has given up on."""
    async with hitchpost.connect(server.target) as client:
        await client.put_route("orders", hitchpost.webhook(NOWHERE, attempts=1), "orders.*")
        await client.publish("orders.signed", "x")

        async def first() -> list[int]:
            return [one.position async for one in client.dead_letters("orders")]

        (position,) = await eventually(first)
        yield position


def test_nothing_is_said_to_be_nothing(hitchpost_command, server: ServerProcess) -> None:
    ended = hitchpost_command("routes", "--server", server.target)
    assert (ended.returncode, ended.stdout) == (0, "There are no routes.\n")
    ended = hitchpost_command("routes", "--server", server.target, "--json")
    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.mark.parametrize(
    "options",
    [
        ("--position", "1"),
        ("--all",),
        ("--discard",),
        ("--discard", "--all", "--position", "1"),
        ("--discard", "--redeliver", "--all"),
    ],
)
def test_options_that_do_not_go_together_are_refused(hitchpost_command, options) -> None:
    assert hitchpost_command("dead-letters", "orders", *options).returncode == 2
    assert hitchpost_command("dead-letters", *options).returncode == 2


async def test_routes_are_listed(hitchpost_command, server: ServerProcess, failed: int) -> None:
    ended = hitchpost_command("routes", "--server", server.target)
    assert ended.returncode == 0, ended.stderr
    for words in ("orders", "orders.* to http://127.0.0.1:9", "Cannot connect", "delivered"):
        assert words in ended.stdout
    ended = hitchpost_command("routes", "--server", server.target, "--json")
    (route,) = map(json.loads, ended.stdout.splitlines())
    assert (route["route"]["id"], route["dead_letters"]) == ("orders", "1")


async def test_dead_letters_are_listed_and_tried_again(
    hitchpost_command, server: ServerProcess, failed: int
) -> None:
    ended = hitchpost_command("dead-letters", "orders", "--server", server.target)
    assert ended.returncode == 0, ended.stderr
    assert "orders.signed" in ended.stdout
    ended = hitchpost_command("dead-letters", "--server", server.target, "--json")
    (letter,) = map(json.loads, ended.stdout.splitlines())
    assert (letter["route_id"], letter["position"]) == ("orders", str(failed))
    wanted = ("dead-letters", "orders", "--redeliver", "--position", str(failed))
    ended = hitchpost_command(*wanted, "--server", server.target)
    assert ended.returncode == 1
    assert f"{failed}  Cannot connect to host" in ended.stdout
    assert "0 delivered, 1 failed" in ended.stdout


async def test_dead_letters_are_discarded_by_position_or_all(
    hitchpost_command, server: ServerProcess, failed: int
) -> None:
    command = ("dead-letters", "orders", "--server", server.target, "--discard")
    ended = hitchpost_command(*command)
    assert ended.returncode == 2, "everything is discarded only if asked for"
    ended = hitchpost_command(*command, "--position", str(failed))
    assert (ended.returncode, ended.stdout) == (0, f"{failed}  discarded\n")
    ended = hitchpost_command(*command, "--all")
    assert (ended.returncode, ended.stdout) == (0, "There is nothing to discard.\n")
    ended = hitchpost_command("dead-letters", "orders", "--redeliver", "--server", server.target)
    assert (ended.returncode, ended.stdout) == (0, "There is nothing to redeliver.\n")
    ended = hitchpost_command("dead-letters", "--server", server.target)
    assert (ended.returncode, ended.stdout) == (0, "There are no dead letters.\n")


def test_a_route_that_is_not_there_has_no_dead_letters(
    hitchpost_command, server: ServerProcess
) -> None:
    ended = hitchpost_command("dead-letters", "nothing", "--server", server.target)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "There is no Route nothing" in ended.stderr


def test_targets_are_named_by_what_tells_them_apart() -> None:
    given = {
        "https://example.com/hook": Route(webhook=hitchpost.webhook("https://example.com/hook")),
        "nats://a nats://b orders": Route(
            nats=hitchpost.nats("nats://a", "nats://b", subject="orders")
        ),
        "main 'x.' + topic": Route(
            nats=hitchpost.nats(connection="main", subject_expression="'x.' + topic")
        ),
    }
    assert {words: target_words(route) for words, route in given.items()} == {
        words: words for words in given
    }


def shown(table: object, width: int = 400) -> str:
    console = Console(width=width)
    with console.capture() as printed:
        console.print(table)
    return printed.get()


def test_what_a_receiver_says_is_no_markup_and_neither_is_a_target() -> None:
    route = Route(
        id="orders", nats={"servers": ["nats://there"], "subject_expression": "data[topic]"}
    )
    one = RouteProgress(route=route, last_error="HTTP 500: [/no] [bold]markup")
    table = shown(routes_table([one]))
    assert "HTTP 500: [/no] [bold]markup" in table
    assert "nats://there data[topic]" in table
    letter = DeadLetter(error="[/no] [bold]markup")
    assert "[/no] [bold]markup" in shown(dead_letters_table([letter]))


def test_eighty_columns_are_enough_for_numbers_and_words() -> None:
    route = Route(
        id="orders-to-crm",
        patterns=["orders.*"],
        paused=True,
        webhook=hitchpost.webhook("https://crm.example.com/*****"),
    )
    one = RouteProgress(
        route=route, lag=1_234_567, delivered=9_876_543, dead_letters=10_000, last_error="oops"
    )
    table = shown(routes_table([one]), width=80)
    for words in ("orders-to-crm (paused)", "1234567", "9876543", "10000", "oops", "delivered"):
        assert words in table
