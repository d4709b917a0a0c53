"""Routes to NATS while both the server and nats-server are killed again and again."""

import asyncio
import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from customers import patient_client
from tests.conftest import ServerProcess, eventually
from tests.faults.conftest import lasting_port
from tests.nats_server import NatsServer

import hitchpost

LIVES = 6
NUMBERS = itertools.count()
SETTINGS = {
    "nats_networks_allowed": "127.0.0.0/8",
    "route_retry_seconds_min": 0.05,
    "route_retry_seconds_max": 1,
    "route_cursor_seconds": 0.2,
}


async def publish_until(stop: asyncio.Event, client: hitchpost.Client, texts: list[str]) -> None:
    while not stop.is_set():
        text = f"text-{next(NUMBERS)}"
        with suppress(hitchpost.HitchpostError):
            await client.publish("orders", text, id=text)
            texts.append(text)
        await asyncio.sleep(0.005)


async def one_life(server: ServerProcess, nats_server: NatsServer, seconds: float) -> None:
    """Let the server live for a moment, in which nats-server is killed."""
    await asyncio.to_thread(server.start)
    await asyncio.sleep(seconds / 2)
    nats_server.kill()
    await asyncio.to_thread(nats_server.start)
    await asyncio.sleep(seconds / 2)
    server.kill()


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    one = NatsServer(tmp_path / "nats")
    one.start()
    yield one
    one.kill()


async def test_each_entry_is_in_the_stream_exactly_once(
    tmp_path: Path, nats_server: NatsServer
) -> None:
    options = [word for one in SETTINGS.items() for word in ("--set", "{}={}".format(*one))]
    server, texts = ServerProcess(tmp_path / "data", *options), list[str]()
    server.port, lots = lasting_port(), random.Random(7)
    await nats_server.add_stream("orders")
    await asyncio.to_thread(server.start)
    async with patient_client(server.target) as client:
        target = hitchpost.nats(nats_server.url, subject="orders", attempts=50, timeout_seconds=2)
        await client.put_route("orders", target, "orders")
        server.kill()
        stop = asyncio.Event()
        writers = [asyncio.create_task(publish_until(stop, client, texts)) for _ in range(4)]
        for _ in range(LIVES):
            await one_life(server, nats_server, lots.uniform(0.3, 1.2))
        await asyncio.to_thread(server.start)

        async def enough() -> bool:
            return len(texts) > 50

        await eventually(enough)
        stop.set()
        await asyncio.gather(*writers)

        async def no_lag() -> bool:
            return (await client.get_route("orders")).lag == 0

        await eventually(no_lag, 120)
        dead_letters = [one async for one in client.dead_letters("orders")]
    await asyncio.to_thread(server.end_well)
    bodies = [json.loads(one.data) for one in await nats_server.messages()]
    counts = Counter(one["data"]["content"]["str"] for one in bodies)
    assert dead_letters == []
    assert set(texts) - set(counts) == set(), "nothing is missing"
    assert {text: n for text, n in counts.items() if n > 1} == {}, "nothing is there twice"
