"""Routes at work in tests: what is published, what came of it, what was given up."""

import json

from tests.conftest import eventually
from tests.receiver import Receiver

import hitchpost
from hitchpost.v1 import route_pb2 as routes

# Settings of a server whose routes come back soon.
QUICK = {
    "webhook_networks_allowed": "127.0.0.0/8",
    "route_retry_seconds_min": 0.02,
    "route_retry_seconds_max": 0.05,
    "route_retry_after_seconds_max": 0.5,
    "route_cursor_seconds": 0.05,
}


def contents(receiver: Receiver) -> list[str]:
    """Give what was published, in the order in which it came; the bodies are binary form."""
    return [json.loads(one.body)["content"]["str"] for one in receiver.received]


async def publish(client: hitchpost.Client, *texts: str) -> None:
    for text in texts:
        await client.publish("orders.signed", text)


async def came(receiver: Receiver, *texts: str) -> None:
    async def all_are_there() -> bool:
        return set(texts) <= set(contents(receiver))

    await eventually(all_are_there)


async def caught_up(client: hitchpost.Client, route: str) -> routes.RouteProgress:
    async def no_lag() -> routes.RouteProgress | None:
        progress = await client.get_route(route)
        return None if progress.lag else progress

    return await eventually(no_lag)


async def dead_letters(client: hitchpost.Client, count: int) -> list[routes.DeadLetter] | None:
    found = [one async for one in client.dead_letters("signed")]
    return found if len(found) >= count else None
