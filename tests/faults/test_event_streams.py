"""A server is killed and stopped in the middle of a stream: nothing is lost or doubled."""

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest
from customers import impatient_client, patient_client
from full_disks import full_disk
from tests.conftest import differences

import hitchpost
from hitchpost import Posted, Posting

RUNS = 50
EVENTS = 4_000


def posting(number: int) -> Posting:
    return Posting(f"run-{number % RUNS}", "paid", number, guid=f"{number:06}")


async def stored(client: hitchpost.Client) -> dict[str, list[int]]:
    """List the numbers of the events of each run, in the order of acceptance."""
    found: dict[str, list[int]] = {}
    for run in (f"run-{number}" for number in range(RUNS)):
        listed = [one async for one in client.list_events(run)]
        listed.sort(key=lambda one: (one.created_at.ToNanoseconds(), one.id.guid))
        found[run] = [one.content.int for one in listed]
    return found


async def test_a_stream_outlives_kills_and_stops_of_its_server(server) -> None:
    """Each posting is answered once and in its turn, and accepted once, run by run in order."""
    posted: list[Posted] = []
    async with patient_client(server.target) as client:
        await client.put_external_event_def("paid")

        async def post() -> None:
            async for one in client.post_events(map(posting, range(EVENTS))):
                posted.append(one)

        posting_all = asyncio.create_task(post())
        for end in (server.kill, server.stop, server.kill):
            before = len(posted)
            while len(posted) < before + 300:
                await asyncio.sleep(0.01)
                assert not posting_all.done()
            await asyncio.to_thread(end)
            await asyncio.to_thread(server.start)
        await posting_all
        assert [one.posting for one in posted] == [posting(n) for n in range(EVENTS)]
        assert [one.event.id.guid for one in posted if one.event] == [
            f"{n:06}" for n in range(EVENTS)
        ]
        assert await stored(client) == {f"run-{n}": [*range(n, EVENTS, RUNS)] for n in range(RUNS)}
    assert server.stop() == 0
    assert "Traceback" not in server.log
    assert await differences(server.data) == []


async def test_what_was_answered_before_a_kill_is_there(server) -> None:
    """Of the others some may have happened, and no others."""
    answered: list[str] = []
    async with impatient_client(server.target) as client:
        await client.put_external_event_def("paid")
        killing: asyncio.Future[None] | None = None
        try:
            async for one in client.post_events(without_end()):
                assert one.event is not None
                answered.append(one.event.id.guid)
                if len(answered) == 1_000:
                    killing = asyncio.ensure_future(asyncio.to_thread(server.kill))
        except hitchpost.Unavailable:
            pass
        assert killing is not None
        await killing
    server.start()
    async with patient_client(server.target) as client:
        there = sorted(number for run in (await stored(client)).values() for number in run)
    assert there == list(range(len(there)))
    assert answered == [f"{number:06}" for number in range(len(answered))]
    assert len(answered) <= len(there) <= len(answered) + 1024


async def without_end() -> AsyncIterator[Posting]:
    number = 0
    while True:
        yield posting(number)
        number += 1
        await asyncio.sleep(0)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of others need prlimit")
async def test_a_stream_outlives_a_full_disk(server) -> None:
    async with patient_client(server.target) as client:
        await client.put_external_event_def("paid")
        accepted = 0
        full = asyncio.Event()

        async def fill() -> None:
            await full.wait()
            with full_disk(server.pid):
                async with asyncio.timeout(60):
                    while server.log.count("the store cannot be written") < 2:
                        await asyncio.sleep(0.05)

        filling = asyncio.create_task(fill())
        async for one in client.post_events(map(posting, range(EVENTS))):
            assert one.event is not None
            assert one.event.content.int == accepted
            accepted += 1
            if accepted == 1_000:
                full.set()
        await filling
        there = await stored(client)
        assert sorted(n for run in there.values() for n in run) == [*range(EVENTS)]
    assert server.stop() == 0
    assert await differences(server.data) == []
