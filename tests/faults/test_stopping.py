"""A server is told to stop under load: what it has taken is answered, and it goes without fuss."""

import asyncio
import subprocess
import sys
import time

from customers import (
    check_stock,
    customers_at,
    impatient_client,
    patient_client,
    put_definitions,
    until_it_waits,
)
from ledger import Ledger, check_store

import hitchpost


async def test_calls_under_way_are_answered(server) -> None:
    """Every event that is in the store was acknowledged, and the other way round."""
    async with impatient_client(server.target) as client:
        await put_definitions(client)
        calls = {
            f"guid-{number:03}": asyncio.create_task(
                client.post_event(f"run-{number % 10}", "paid", guid=f"guid-{number:03}")
            )
            for number in range(300)
        }
        await asyncio.wait(calls.values(), return_when=asyncio.FIRST_COMPLETED)
        assert await asyncio.to_thread(server.stop) == 0
        await asyncio.wait(calls.values())
    answered = {guid for guid, call in calls.items() if call.exception() is None}
    for call in calls.values():
        assert call.exception() is None or isinstance(call.exception(), hitchpost.Unavailable)
    server.start()
    async with patient_client(server.target) as client:
        stored = [e.id.guid for n in range(10) async for e in client.list_events(f"run-{n}")]
    assert len(stored) == len(set(stored))
    assert set(stored) == answered


async def test_nothing_acknowledged_is_lost_by_stops_under_load(server) -> None:
    ledger = Ledger()
    async with patient_client(server.target) as client:
        await put_definitions(client)
    async with customers_at(server.target, ledger, seed=11, count=4):
        for _ in range(3):
            await asyncio.sleep(0.5)
            assert await asyncio.to_thread(server.stop) == 0
            await asyncio.to_thread(server.start)
    async with patient_client(server.target) as client:
        await ledger.check(client, [*ledger.runs, *ledger.deleted])
    assert server.stop() == 0
    await check_store(server.data, ledger)
    assert "Traceback" not in server.log


async def test_waiting_workers_do_not_hold_up_a_stop(server) -> None:
    async with patient_client(server.target) as client:
        await put_definitions(client)
        async with hitchpost.Worker(client, "check-stock", check_stock):
            await client.run("order", {"item": "lamp", "until": 0}, id="a")
            await until_it_waits(client, "a")
            began = time.monotonic()
            assert await asyncio.to_thread(server.stop) == 0
            assert time.monotonic() - began < 5


def test_second_server_on_the_same_data_is_refused(server) -> None:
    second = subprocess.run(
        [
            *(sys.executable, "-m", "hitchpost_server.cli", "serve"),
            *("--data", str(server.data), "--port", "0"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 1
    assert "in use by another server" in second.stderr
    assert "Traceback" not in second.stderr
    assert second.stdout == ""


def test_server_that_was_killed_leaves_nothing_in_the_way_of_the_next(server) -> None:
    for _ in range(3):
        server.kill()
        server.start()
    assert server.stop() == 0
