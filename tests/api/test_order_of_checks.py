"""The first check that fails decides, however many others would fail too."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import pytest
from tests.conftest import ServerProcess
from workflows import idles

import hitchpost
from hitchpost.v1 import external_event_pb2 as events

Fresh = Callable[[str], str]
TOO_LARGE = "x" * 1_000_001


class World(NamedTuple):
    """A run and a run's id without a run, both full, and definitions that refuse everything."""

    there: str
    absent: str
    typed: str
    untyped: str
    noise: str


@pytest.fixture
async def world(client: hitchpost.Client, fresh: Fresh) -> World:
    made = World(*(fresh(word) for word in World._fields))
    await client.put_external_event_def(made.noise)
    await client.put_external_event_def(made.typed, content_type=int)
    await client.put_workflow(idles(made.there))
    await client.run(made.there, id=made.there)
    await client.post_event(made.there, made.typed, 1, guid="taken")
    filling = [client.post_event(made.there, made.noise) for _ in range(99)]
    filling += [client.post_event(made.absent, made.noise) for _ in range(100)]
    await asyncio.gather(*filling)
    strict = {"require_wfrun": True, "require_wfspec_reference": True}
    await client.put_external_event_def(made.typed, content_type=int, **strict)
    await client.put_external_event_def(made.untyped, **strict)
    return made


Post = Callable[[hitchpost.Client, World], "asyncio.Future[events.ExternalEvent]"]

# Each of these fails one check and, as far as that can be, all that come after it.
ORDER: dict[type[hitchpost.CallFailed], Post] = {
    hitchpost.FieldInvalid: lambda client, world: client.post_event(
        world.absent, "unheard-of", TOO_LARGE, position=1
    ),
    hitchpost.ExternalEventDefNotFound: lambda client, world: client.post_event(
        world.absent, "unheard-of", TOO_LARGE
    ),
    hitchpost.ExternalEventExists: lambda client, world: client.post_event(
        world.there, world.typed, TOO_LARGE, guid="taken"
    ),
    hitchpost.ContentTypeMismatch: lambda client, world: client.post_event(
        world.absent, world.typed, "no number"
    ),
    hitchpost.ContentTooLarge: lambda client, world: client.post_event(
        world.absent, world.untyped, TOO_LARGE
    ),
    hitchpost.WfRunNotFound: lambda client, world: client.post_event(world.absent, world.typed, 1),
    hitchpost.NotReferencedByWfSpec: lambda client, world: client.post_event(
        world.there, world.typed, 1
    ),
    hitchpost.UnconsumedEventLimit: lambda client, world: client.post_event(
        world.there, world.noise
    ),
}


async def test_checks_come_in_their_order(client: hitchpost.Client, world: World) -> None:
    for refusal, post in ORDER.items():
        with pytest.raises(refusal):
            await post(client, world)


async def test_a_refused_event_is_not_stored(
    client: hitchpost.Client, world: World, server: ServerProcess
) -> None:
    before = [one.id.guid async for one in client.list_events(world.there)]
    last = [event.sequence async for event in client.history(world.there)][-1]
    for refusal, post in ORDER.items():
        with pytest.raises(refusal):
            await post(client, world)
    assert [one.id.guid async for one in client.list_events(world.there)] == before
    assert [event.sequence async for event in client.history(world.there)][-1] == last
