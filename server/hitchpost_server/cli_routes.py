"""`hitchpost routes` and `hitchpost dead-letters`: for people, or as JSON lines."""

import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

import hitchpost
from hitchpost.v1 import route_pb2 as routes

MOMENT = "%Y-%m-%d %H:%M:%S"
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
            Console().print(routes_table(found) if found else "There are no routes.")

    return await _with_client(server, work)


async def print_dead_letters(server: str, route: str | None, *, as_json: bool) -> int:
    """Print what a route, or each if none is named, has given up on; return the exit code."""

    async def work(client: hitchpost.Client) -> None:
        if route is None:
            names = [one.route.id async for one in client.list_routes() if one.dead_letters]
        else:
            names = [route]
        found = [one for name in names async for one in client.dead_letters(name)]
        if as_json:
            _print_json(found)
        elif found:
            Console().print(dead_letters_table(found))
        else:
            print("There are no dead letters.")

    return await _with_client(server, work)


async def redeliver(server: str, route: str, positions: Sequence[int], *, as_json: bool) -> int:
    """Have dead letters tried once more; the exit code is 1 if some stay."""
    outcomes: Counter[routes.RedeliveryOutcome] = Counter()

    async def work(client: hitchpost.Client) -> None:
        # Only a terminal is shown how far it is.
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("trying", total=None)
            async for one in client.redeliver(route, positions):
                bar.update(task, total=one.total, completed=one.done)
                outcomes[one.outcome] += 1
                if as_json:
                    _print_json([one])
                else:
                    print(f"{one.position}  {OUTCOMES.get(one.outcome, one.error)}", flush=True)
        if not as_json:
            print(summary(outcomes))

    return await _with_client(server, work) or int(outcomes[routes.REDELIVERY_FAILED] > 0)


def summary(outcomes: Mapping[routes.RedeliveryOutcome, int]) -> str:
    """Say how many dead letters were redelivered, and how many stay."""
    if not outcomes:
        return "There is nothing to redeliver."
    failed = outcomes.get(routes.REDELIVERY_FAILED, 0)
    delivered = outcomes.get(routes.REDELIVERED, 0)
    others = sum(outcomes.values()) - failed - delivered
    return f"{delivered} delivered, {failed} failed" + (f", {others} otherwise" if others else "")


async def discard(server: str, route: str, positions: Sequence[int], *, as_json: bool) -> int:
    """Give dead letters up for good, all of them if none are named; return the exit code."""

    async def work(client: hitchpost.Client) -> None:
        one = None
        async for one in client.discard_dead_letters(route, positions, all=not positions):
            if as_json:
                _print_json([one])
            else:
                what = "discarded" if one.discarded else OUTCOMES[routes.SETTLED_BEFORE]
                print(f"{one.position}  {what}", flush=True)
        if one is None and not as_json:
            print("There is nothing to discard.")

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
    """Make a table of routes: numbers, and below each name what it does and what went wrong."""
    table = _table("Routes")
    table.add_column("route", overflow="fold", ratio=1)
    for name in ("lag", "under way", "delivered", "a minute", "dead letters"):
        table.add_column(name.replace(" ", "\n"), justify="right", vertical="top")
    for one in found:
        numbers = (one.lag, one.under_way, one.delivered, one.delivered_last_minute)
        letters = Text(str(one.dead_letters), style="red" if one.dead_letters else "")
        table.add_row(_about(one), *map(str, numbers), letters)
    return table


def _about(one: routes.RouteProgress) -> Text:
    """Write what a route does, as it is: what a receiver has said may look like markup."""
    route = one.route
    lines = [Text(route.id, style="bold")]
    if route.paused:
        lines[0].append(" (paused)", style="yellow")
    lines.append(Text(f"{' '.join(route.patterns) or '>'} to {target_words(route)}"))
    if one.last_error:
        moment = one.last_error_at.ToDatetime().strftime(MOMENT)
        lines.append(Text(f"{moment} UTC: {one.last_error}", style="red"))
    return Text("\n").join(lines)


def _table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", box=SIMPLE, pad_edge=False, show_edge=False, leading=1
    )


def target_words(route: routes.Route) -> str:
    """Say where a route sends to."""
    if route.WhichOneof("target") != "nats":
        return route.webhook.url
    target = route.nats
    where = target.connection or " ".join(target.servers)
    return f"{where} {target.subject or target.subject_expression}"


def dead_letters_table(found: Sequence[routes.DeadLetter]) -> Table:
    """Make a table of dead letters, oldest first."""
    table = _table("Dead letters")
    table.add_column("position", justify="right", no_wrap=True)
    table.add_column("route", style="bold", overflow="fold")
    table.add_column("attempts", justify="right", no_wrap=True)
    table.add_column("topic, and what went wrong last", overflow="fold", ratio=1)
    for one in found:
        moment = one.parked_at.ToDatetime().strftime(MOMENT)
        what = Text(f"{one.topic}\n{moment} UTC: {one.error}")
        table.add_row(str(one.position), one.route_id, str(one.attempts), what)
    return table
