"""The disk is full for a while: calls fail with a reason, and the same process goes on after it.

A limit on the size of the process's files stands in for the disk: every write
that would make a file longer fails, as it does when there is no room.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from customers import customers_at, impatient_client, patient_client, put_definitions
from full_disks import FULL_BYTES, full_disk
from ledger import Ledger, check_store

import hitchpost
from hitchpost_server.app import STORE_FILE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of others need prlimit")


@pytest.fixture
async def impatient(server):  # type: ignore[no-untyped-def]
    """A client that tries once, of a server with definitions and one run that waits."""
    async with impatient_client(server.target) as client:
        await put_definitions(client)
        await client.run("reminder", id="waits")
        yield client


async def test_calls_say_why_they_fail_and_that_a_retry_can_help(impatient, server) -> None:
    with full_disk(server.pid):
        for _ in range(3):
            with pytest.raises(hitchpost.StoreUnavailable) as failure:
                await impatient.post_event("waits", "paid", guid="guid")
            assert failure.value.status == grpc.StatusCode.UNAVAILABLE
            assert failure.value.reason == "STORE_UNAVAILABLE"
            assert failure.value.retry_can_help
        with pytest.raises(hitchpost.StoreUnavailable):
            await impatient.run("reminder", id="another")
        with pytest.raises(hitchpost.StoreUnavailable):  # a refusal is put on record too
            await impatient.post_event("nobody", "signed")
    assert "the store cannot be written" in server.log
    assert "full" in server.log or "I/O error" in server.log


async def test_what_needs_no_writing_goes_on(impatient, server) -> None:
    with full_disk(server.pid):
        with pytest.raises(hitchpost.StoreUnavailable):
            await impatient.post_event("waits", "paid")
        run = await impatient.get_run("waits")
        assert run.id.id == "waits"
        assert [event async for event in impatient.list_events("waits")] == []


async def test_same_process_goes_on_when_there_is_room_again(impatient, server) -> None:
    pid, guids = server.pid, ("one", "two", "three")
    for guid in guids:
        with full_disk(pid), pytest.raises(hitchpost.StoreUnavailable):
            await impatient.post_event("waits", "paid", guid=guid)
        await impatient.post_event("waits", "paid", guid=guid)
    listed = [event.id.guid async for event in impatient.list_events("waits")]
    assert listed == ["one", "three", "two"]
    assert server.pid == pid
    assert server.stop() == 0
    await check_store(server.data, Ledger(events={("waits", "paid", one): False for one in guids}))


async def test_timers_and_refusals_that_met_a_full_disk_come_after_it(impatient, server) -> None:
    """The wait of the run is over while nothing can be written."""
    with full_disk(server.pid):
        async with asyncio.timeout(60):
            while server.log.count("the store cannot be written") < 2:
                await asyncio.sleep(0.05)
    with pytest.raises(hitchpost.WaitFailed, match="ERROR"):
        await impatient.wait_for_run("waits", {hitchpost.v1.status_pb2.COMPLETED})


async def test_nothing_acknowledged_is_lost_by_full_disks_under_load(server) -> None:
    ledger = Ledger()
    async with patient_client(server.target) as client:
        await put_definitions(client)
    async with customers_at(server.target, ledger, seed=7, count=4):
        for seconds in (0.3, 0.6, 0.1, 0.4):
            await asyncio.sleep(0.5)
            with full_disk(server.pid):
                await asyncio.sleep(seconds)
    async with patient_client(server.target) as client:
        await ledger.check(client, [*ledger.runs, *ledger.deleted])
    assert server.stop() == 0
    await check_store(server.data, ledger)
    assert "the store cannot be written" in server.log
    assert (Path(server.data) / "server.log").stat().st_size < 200_000


def test_server_that_finds_no_room_at_its_start_says_so(tmp_path) -> None:
    data = tmp_path / "data"
    started = subprocess.run(
        [
            *("prlimit", f"--fsize={FULL_BYTES // 8}"),
            *(sys.executable, "-m", "hitchpost_server.cli", "serve"),
            *("--data", str(data), "--port", "0"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.returncode == 1
    assert f"hitchpost: {data / STORE_FILE} cannot be opened: " in started.stderr
    assert "Traceback" not in started.stderr
