"""Retention on a server that is killed again and again, while messages come and go."""

import asyncio
import random
from contextlib import aclosing, suppress
from pathlib import Path

from tests.conftest import ServerProcess, eventually
from tests.faults.conftest import lasting_port
from tests.faults.customers import patient_client

import hitchpost

LIVES = 6
SETTINGS = {
    "feed_retention_bytes": 30_000,
    "feed_retention_interval_seconds": 0.02,
    "published_ids_seconds": 1,
}


async def publish_until(stop: asyncio.Event, client: hitchpost.Client, writer: int) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        with suppress(hitchpost.HitchpostError):
            await client.publish(f"orders.{writer}", "x" * 500, id=f"{writer}-{number}")


async def floor_of(client: hitchpost.Client) -> int:
    """Ask for what is behind the first position; learn where the feed begins."""
    async with aclosing(client.subscribe("nothing.at-all", cursor="p0")) as answers:
        answer = await anext(answers)
    return int(answer.cursor[1:], 16)


async def test_floor_never_goes_back_and_tables_stay_what_the_log_says(tmp_path: Path) -> None:
    options = [word for one in SETTINGS.items() for word in ("--set", "{}={}".format(*one))]
    server, lots = ServerProcess(tmp_path / "data", *options), random.Random(7)
    server.port = lasting_port()
    await asyncio.to_thread(server.start)
    floors, stop = [0], asyncio.Event()
    async with patient_client(server.target) as client:
        writers = [asyncio.create_task(publish_until(stop, client, one)) for one in range(3)]
        for _ in range(LIVES):
            await asyncio.sleep(lots.uniform(0.5, 2.0))
            floors.append(await floor_of(client))
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            floors.append(await floor_of(client))

        async def has_moved() -> bool:
            floors.append(await floor_of(client))
            return floors[-1] > 100

        await eventually(has_moved)
        stop.set()
        await asyncio.gather(*writers)
    assert floors == sorted(floors)
    await asyncio.to_thread(server.end_well)
