"""`hitchpost routes` and `hitchpost dead-letters`: for people, or as JSON lines."""

import sys
from collections.abc import Awaitable, Callable, Sequence

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

import hitchpost
from hitchpost.v1 import route_pb2 as routes

# What has become of a dead letter, for people; of one that failed, the error says it.
OUTCOMES = {
    routes.REDELIVERED: "delivered",
    routes.ENTRY_ERASED: "discarded: the entry was erased",
    routes.NOT_FOR_ROUTE: "discarded: the route does not let it pass any more",
    routes.SETTLED_BEFORE: "somebody else was faster",
}


async def print_routes(server: str, *, as_json: bool) -> int:
    """Print all routes and how far they have come; return the exit code."""

    async def work(client: hitchpost.Client) -> None:
        found = [one async for one in client.list_routes()]
        if as_json:
            _print_json(found)
        else:
            Console().print(routes_table(found))

    return await _with_client(server, work)


async def print_dead_letters(server: str, route: str, *, as_json: bool) -> int:
    """Print what a route has given up on; return the exit code."""

    async def work(client: hitchpost.Client) -> None:
        found = [one async for one in client.dead_letters(route)]
        if as_json:
            _print_json(found)
        else:
            Console().print(dead_letters_table(found))

    return await _with_client(server, work)


async def redeliver(server: str, route: str, positions: Sequence[int], *, as_json: bool) -> int:
    """Have dead letters tried once more; the exit code is 1 if some stay."""
    failed = 0

    async def work(client: hitchpost.Client) -> None:
        nonlocal failed
        # Only a terminal is shown how far it is.
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("trying", total=None)
            async for one in client.redeliver(route, positions):
                bar.update(task, total=one.total, completed=one.done)
                failed += bool(one.error)
                if as_json:
                    _print_json([one])
                else:
                    print(f"{one.position}  {OUTCOMES.get(one.outcome, one.error)}", flush=True)

    return await _with_client(server, work) or int(failed > 0)


async def discard(server: str, route: str, positions: Sequence[int], *, as_json: bool) -> int:
    """Give dead letters up for good, all of them if none are named; return the exit code."""

    async def work(client: hitchpost.Client) -> None:
        telling = client.discard_dead_letters(route, positions, all=not positions)
        async for one in telling:
            if as_json:
                _print_json([one])
            else:
                what = "discarded" if one.discarded else OUTCOMES[routes.SETTLED_BEFORE]
                print(f"{one.position}  {what}", flush=True)

    return await _with_client(server, work)


async def _with_client(server: str, work: Callable[[hitchpost.Client], Awaitable[None]]) -> int:
    try:
        async with hitchpost.connect(server) as client:
            await work(client)
    except hitchpost.HitchpostError as error:
        print(f"hitchpost: {error}", file=sys.stderr)
        return 1
    return 0


def _print_json(messages: Sequence[Message]) -> None:
    for one in messages:
        print(MessageToJson(one, indent=None, preserving_proto_field_name=True), flush=True)


def routes_table(found: Sequence[routes.RouteProgress]) -> Table:
    """Make a table of routes."""
    table = Table(title="Routes", title_justify="left", show_edge=False, pad_edge=False)
    for name in ("route", "topics", "target"):
        table.add_column(name, overflow="fold")
    for name in ("lag", "under way", "delivered", "a minute", "dead letters"):
        table.add_column(name, justify="right")
    table.add_column("last error", overflow="fold")
    for one in found:
        route = one.route
        numbers = (one.lag, one.under_way, one.delivered, one.delivered_last_minute)
        table.add_row(
            f"{route.id} (paused)" if route.paused else route.id,
            " ".join(route.patterns) or ">",
            Text(target_words(route)),
            *map(str, (*numbers, one.dead_letters)),
            # As it is: what a receiver has said may look like markup.
            Text(f"{_moment(one)} {one.last_error}" if one.last_error else ""),
        )
    return table


def target_words(route: routes.Route) -> str:
    """Say where a route sends to."""
    if route.WhichOneof("target") != "nats":
        return route.webhook.url
    target = route.nats
    where = target.connection or " ".join(target.servers)
    return f"{where} {target.subject or target.subject_expression}"


def _moment(one: routes.RouteProgress) -> str:
    return one.last_error_at.ToDatetime().strftime("%H:%M:%S")


def dead_letters_table(found: Sequence[routes.DeadLetter]) -> Table:
    """Make a table of dead letters, oldest first."""
    table = Table(title="Dead letters", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("position", justify="right")
    table.add_column("given up (UTC)", style="dim", no_wrap=True)
    table.add_column("topic", style="bold", overflow="fold")
    table.add_column("attempts", justify="right")
    table.add_column("last error", overflow="fold")
    for one in found:
        moment = one.parked_at.ToDatetime().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(str(one.position), moment, one.topic, str(one.attempts), Text(one.error))
    return table
