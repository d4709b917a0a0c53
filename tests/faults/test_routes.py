"""Routes whose receivers fail in every way, on a server that is killed again and again."""

import asyncio
import itertools
import json
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from customers import patient_client
from ledger import all_events
from tests.conftest import ServerProcess, eventually
from tests.faults.conftest import lasting_port
from tests.receiver import Received, Receiver, answer, close, hang

import hitchpost
from hitchpost.v1.route_pb2 import DeadLetter
from hitchpost_server.app import STORE_FILE
from hitchpost_server.engine.rows import DeadLetterRow
from hitchpost_server.store.sqlite.store import SqliteStore

LIVES, TEXTS = 8, 50
NUMBERS = itertools.count()
# By then what was delivered is written down, even while others use the machine.
NOTED_SECONDS = 1.0
SETTINGS = {
    "webhook_networks_allowed": "127.0.0.0/8",
    "route_retry_seconds_min": 0.01,
    "route_retry_seconds_max": 0.05,
    "route_retry_after_seconds_max": 0.1,
    "route_cursor_seconds": 0.05,
}
OPTIONS = [word for one in SETTINGS.items() for word in ("--set", "{}={}".format(*one))]
OK = answer("204 No Content")
FAILURES = [answer("500 Oops"), answer("429 Slow", retry_after="1"), close, hang] + [OK] * 12


def texts_of(received: Received) -> list[str]:
    """Give what was published, of a request in batched form or in binary form."""
    body = json.loads(received.body)
    found = [one["data"] for one in body] if isinstance(body, list) else [body]
    return [one["content"]["str"] for one in found]


class Moody(Receiver):
    """Fails by lot; what is called bad fails always. It knows when each text came."""

    def __init__(self) -> None:
        super().__init__()
        self.port = lasting_port()
        self.lots = random.Random(7)
        self.times: dict[str, list[float]] = defaultdict(list)
        self.delivered: set[str] = set()
        self.behave = self.treat

    async def treat(self, writer: asyncio.StreamWriter, received: Received) -> None:
        texts = texts_of(received)
        for text in texts:
            self.times[text].append(time.time())
        if any(text.startswith("bad") for text in texts):
            await answer("500 Bad")(writer, received)
            return
        chosen = self.lots.choice(FAILURES)
        if chosen is OK:
            self.delivered.update(texts)
        await chosen(writer, received)


class Stuck(Receiver):
    """Refuses one text for ever and takes the others; it knows when each came."""

    def __init__(self) -> None:
        super().__init__()
        self.times: dict[str, list[float]] = defaultdict(list)
        self.behave = self.treat

    async def treat(self, writer: asyncio.StreamWriter, received: Any) -> None:
        text = json.loads(received.body)["content"]["str"]
        self.times[text].append(time.time())
        await (answer("500 Stuck") if text == "stuck" else OK)(writer, received)

    async def came(self, text: str) -> None:
        async def is_there() -> bool:
            return text in self.times

        await eventually(is_there)


@pytest.fixture
async def receiver() -> AsyncIterator[Stuck]:
    one = Stuck()
    await one.start()
    yield one
    await one.stop()


async def publish_until(stop: asyncio.Event, client: hitchpost.Client, texts: list[str]) -> None:
    while not stop.is_set():
        number = next(NUMBERS)
        text = f"{'bad' if number % 10 == 0 else 'good'}-{number}"
        with suppress(hitchpost.HitchpostError):
            await client.publish("orders", text, id=text)
            texts.append(text)
        await asyncio.sleep(0.01)


async def one_life(server: ServerProcess, receiver: Moody, seconds: float) -> None:
    """Let the server live for a moment, in which the receiver is restarted."""
    await asyncio.to_thread(server.start)
    await asyncio.sleep(seconds / 2)
    await receiver.stop()
    await receiver.start()
    await asyncio.sleep(seconds / 2)
    server.kill()


async def has_noted(client: hitchpost.Client, receiver: Stuck) -> None:
    """Wait until all but one has come, and until there was time to write that down."""

    async def is_noted() -> bool:
        latest = max(times[0] for times in receiver.times.values())
        under_way = (await client.get_route("orders")).under_way
        return under_way == 1 and time.time() - latest > NOTED_SECONDS

    await eventually(is_noted, 60)


async def caught_up(client: hitchpost.Client) -> None:
    async def no_lag() -> bool:
        return (await client.get_route("orders")).lag == 0

    await eventually(no_lag, 120)


async def given_up_at(data: Path) -> dict[str, float]:
    """When each dead letter was given up, by its text, as a stopped server has left them."""
    store = await SqliteStore.open(data / STORE_FILE)
    log = {event.position: event async for event in all_events(store)}
    rows = await store.scan(DeadLetterRow, ("orders",), (), 10_000)
    await store.close()
    letters = [DeadLetter.FromString(row.body) for row in rows if isinstance(row, DeadLetterRow)]
    return {
        log[one.position].message_published.content.str: one.parked_at.ToNanoseconds() / 1e9
        for one in letters
    }


@pytest.mark.parametrize(("form", "lives_wanted"), [("binary", LIVES), ("batched", LIVES // 2)])
async def test_nothing_is_skipped_and_no_dead_letter_is_tried(
    tmp_path: Path, form: str, lives_wanted: int
) -> None:
    server, receiver, texts = ServerProcess(tmp_path / "data", *OPTIONS), Moody(), list[str]()
    server.port, lots = lasting_port(), random.Random(7)
    await receiver.start()
    await asyncio.to_thread(server.start)
    async with patient_client(server.target) as client:
        await client.put_route(
            "orders",
            hitchpost.webhook(
                receiver.url, form=form, attempts=4, concurrency=8, timeout_seconds=1
            ),
            "orders",
        )
        server.kill()
        stop = asyncio.Event()
        writers = [asyncio.create_task(publish_until(stop, client, texts)) for _ in range(4)]
        lives = 0
        while lives < lives_wanted or len(texts) < TEXTS:
            await one_life(server, receiver, lots.uniform(0.3, 1.2))
            lives += 1
        stop.set()
        await asyncio.to_thread(server.start)
        await asyncio.gather(*writers)
        await caught_up(client)
    await receiver.stop()
    await asyncio.to_thread(server.end_well)
    given_up = await given_up_at(server.data)
    assert len(texts) >= TEXTS
    assert set(texts) - receiver.delivered - set(given_up) == set(), "nothing is skipped"
    assert {text for text in texts if text.startswith("bad")} <= set(given_up)
    late = {text: at for text, at in given_up.items() if max(receiver.times[text]) > at}
    assert late == {}, "no attempt begins after an entry was given up"


async def test_what_was_delivered_behind_an_entry_that_fails_for_long_comes_again_by_no_crash(
    tmp_path: Path, receiver: Stuck
) -> None:
    server = ServerProcess(tmp_path / "data", *OPTIONS, "--set", "route_retry_seconds_max=5")
    server.port = lasting_port()
    await asyncio.to_thread(server.start)
    async with patient_client(server.target) as client:
        await client.put_route("orders", hitchpost.webhook(receiver.url, attempts=50), "orders")
        await client.publish("orders", "stuck")
        early = [f"{life}-{number}" for life in range(3) for number in range(300)]
        late = [f"late-{life}" for life in range(3)]
        for life in range(3):
            some = early[300 * life : 300 * (life + 1)]
            await asyncio.gather(*(client.publish("orders", text) for text in some))
            await has_noted(client, receiver)
            await client.publish("orders", late[life])
            await receiver.came(late[life])
            server.kill()
            await asyncio.to_thread(server.start)
        await has_noted(client, receiver)
        assert (await client.get_route("orders")).lag > 900, "it stands at what fails"
    await asyncio.to_thread(server.end_well)
    assert set(receiver.times) == {"stuck", *early, *late}
    assert [text for text in early if len(receiver.times[text]) > 1] == []
