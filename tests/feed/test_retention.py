"""The feed's floor moves up by age and by size, and takes nothing from any history."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.folding import make_tables_again

import hitchpost
from hitchpost.v1 import feed_pb2 as feed
from hitchpost_server.config import Settings, SettingsError
from hitchpost_server.engine import commands
from hitchpost_server.engine.fold import FOLD_VERSION
from hitchpost_server.engine.ids import TOPIC_STREAM
from hitchpost_server.engine.rows import PublishedMessageRow
from hitchpost_server.feed.retention import Retention
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.rebuilding import verify
from hitchpost_server.runtime.seeds import new_seed
from hitchpost_server.store.memory import MemoryStore
from hitchpost_server.store.protocol import Store, StoreUnavailableError
from hitchpost_server.store.sqlite.store import SqliteStore

DAY = 24 * 3600
TEXT_BYTES = 1_000


class Office:
    """A committer and retention on one store, with a clock that a test sets."""

    def __init__(self, store: Store, **settings: Any) -> None:
        self.store = store
        self.seconds = 1_800_000_000
        self.settings = Settings(**settings)
        self.clock = Clock(wall_ns=lambda: self.seconds * 1_000_000_000)
        limits = self.settings.engine_limits, self.settings.runtime_limits
        self.committer = Committer(store, self.clock, *limits)
        self.life = asyncio.create_task(self.committer.run())
        self.retention = self.another_retention()

    def another_retention(self, **settings: Any) -> Retention:
        limits = (Settings(**settings) if settings else self.settings).retention_limits
        return Retention(self.store, self.clock.now_us, self.submit, new_seed, limits)

    def submit(self, command: commands.Command) -> "asyncio.Future[Any]":
        return self.committer.submit(command, internal=True)

    async def publish(self, count: int = 1, topic: str = "orders", **fields: Any) -> int:
        """Publish messages of about a thousand bytes; give the position of the last one."""
        content = hitchpost.to_value("x" * TEXT_BYTES)
        for _ in range(count):
            request = feed.PublishRequest(topic=topic, content=content, **fields)
            stream = TOPIC_STREAM + topic
            await self.submit(
                commands.PublishMessage(stream=stream, seed=new_seed(), request=request)
            )
        return await self.store.head()

    async def floor(self) -> int:
        """Let the floor move, and say where it is."""
        await self.retention.move()
        return self.retention.floor()

    async def contents(self) -> list[bool]:
        """Say of each record whether it has content still."""
        return [one.body_bytes > 0 for one in await self.store.outline(0, 10_000)]

    async def close(self) -> None:
        self.committer.close()
        await self.life


Open = Callable[..., Awaitable[Office]]


@pytest.fixture
async def open_office(tmp_path: Path) -> AsyncIterator[Open]:
    """Open an office on a file; at the end its tables are what its log says."""
    offices: list[Office] = []

    async def make(**settings: Any) -> Office:
        offices.append(Office(await SqliteStore.open(tmp_path / "store.sqlite"), **settings))
        return offices[-1]

    yield make
    for office in offices:
        await office.close()
        assert await verify(office.store, MemoryStore()) == []
        await office.store.close()


async def test_feed_keeps_everything_unless_told_otherwise(open_office: Open) -> None:
    office = await open_office()
    await office.publish(3)
    office.seconds += 1_000 * DAY
    assert await office.floor() == 0
    assert await office.contents() == [True] * 3


async def test_floor_is_behind_all_that_is_older_than_it_may_be(open_office: Open) -> None:
    office = await open_office(feed_retention_seconds=DAY)
    first = await office.publish(20)
    office.seconds += DAY // 2
    second = await office.publish(20)
    assert await office.floor() == 0
    office.seconds += DAY // 2 + 1
    assert await office.floor() == first
    office.seconds += DAY
    assert await office.floor() == second


async def test_what_is_exactly_as_old_as_it_may_be_stays(open_office: Open) -> None:
    office = await open_office(feed_retention_seconds=DAY)
    await office.publish()
    office.seconds += DAY
    assert await office.floor() == 0


async def test_as_many_bytes_stay_as_were_asked_for_and_hardly_more(open_office: Open) -> None:
    office = await open_office(feed_retention_bytes=120 * TEXT_BYTES)
    await office.publish(100)
    assert await office.floor() == 0
    head = await office.publish(200)
    floor = await office.floor()
    left = await office.store.outline(floor, 10_000)
    assert 120 * TEXT_BYTES <= sum(one.body_bytes for one in left) < 124 * TEXT_BYTES
    assert floor + len(left) == head


async def test_larger_messages_move_the_floor_faster(open_office: Open) -> None:
    office = await open_office(feed_retention_bytes=3 * TEXT_BYTES)
    first = await office.publish(3)
    await office.floor()
    request = feed.PublishRequest(topic="x", content=hitchpost.to_value("x" * 3 * TEXT_BYTES))
    publish = commands.PublishMessage(stream=TOPIC_STREAM + "x", seed=new_seed(), request=request)
    await office.submit(publish)
    assert await office.floor() == first


async def test_reader_uses_up_the_retention_before_the_floor_passes_it(open_office: Open) -> None:
    office = await open_office(feed_retention_seconds=DAY)
    await office.publish()
    written_us = office.clock.now_us()
    office.seconds += DAY * 3 // 4
    assert office.retention.used(0, written_us) == 0.75
    office.seconds += DAY // 4
    assert (office.retention.used(0, written_us), await office.floor()) == (1.0, 0)
    office.seconds += 1
    assert await office.floor() == 1


async def test_floor_never_goes_back(open_office: Open) -> None:
    office = await open_office(feed_retention_seconds=DAY)
    first = await office.publish()
    office.seconds += 2 * DAY
    assert await office.floor() == first
    later = office.another_retention(feed_retention_seconds=100 * DAY)
    await later.load()
    await later.move()
    assert later.floor() == first


async def test_floor_and_what_was_measured_outlive_a_restart_and_a_rebuild(
    open_office: Open,
) -> None:
    office = await open_office(feed_retention_bytes=10 * TEXT_BYTES)
    await office.publish(30)
    floor = await office.floor()
    await make_tables_again(office.store)
    later = office.another_retention()
    await later.load()
    assert later.floor() == floor
    assert later.used(floor, office.clock.now_us()) == office.retention.used(floor, 0) >= 1.0


async def test_moving_the_floor_looks_at_the_log_a_few_times_only(open_office: Open) -> None:
    office = await open_office(feed_retention_seconds=DAY)
    await office.publish(300)
    looks = []
    outline = office.store.outline

    async def watched(*arguments: Any) -> Any:
        looks.append(arguments)
        return await outline(*arguments)

    office.store.outline = watched  # type: ignore[method-assign]
    await office.floor()
    assert len(looks) == 1
    office.seconds += 2 * DAY
    await office.floor()
    assert len(looks) < 15


async def test_floor_that_cannot_be_stored_is_not_there(open_office: Open) -> None:
    office = await open_office(feed_retention_seconds=DAY)
    first = await office.publish()
    office.seconds += 2 * DAY
    commit = office.store.commit

    async def full(_write: Any) -> int:
        raise StoreUnavailableError("the disk is full")

    office.store.commit = full  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailableError):
        await office.floor()
    assert office.retention.floor() == 0
    office.store.commit = commit  # type: ignore[method-assign]
    assert await office.floor() == first


async def test_messages_below_the_floor_are_forgotten_when_their_ids_are_old_enough(
    open_office: Open,
) -> None:
    office = await open_office(feed_retention_seconds=DAY, published_ids_seconds=3 * DAY)
    await office.publish(2)
    await office.publish(topic="invoices", id="invoice-1")
    office.seconds += 2 * DAY
    assert await office.floor() == 3
    assert await office.contents() == [True] * 3
    await office.publish(topic="invoices", id="invoice-2")
    office.seconds += 2 * DAY
    await office.floor()
    assert await office.contents() == [False, False, False, True]
    rows = await office.store.scan(PublishedMessageRow, (), (), 10)
    assert [row[1] for row in rows] == ["invoice-2"]


async def test_forgotten_message_that_is_sent_again_happens_again(open_office: Open) -> None:
    office = await open_office(feed_retention_seconds=DAY, published_ids_seconds=DAY)
    assert await office.publish(2, id="once") == 1
    office.seconds += 2 * DAY
    await office.floor()
    assert await office.publish(2, id="once") == 2
    await office.floor()
    assert await office.contents() == [False, True]


async def test_messages_of_many_pages_are_forgotten_once(
    open_office: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hitchpost_server.feed.retention.PAGE_RECORDS", 7)
    monkeypatch.setattr("hitchpost_server.feed.retention.PAGE_BYTES", 3 * TEXT_BYTES)
    office = await open_office(feed_retention_seconds=DAY, published_ids_seconds=DAY)
    for number in range(40):
        await office.publish(topic=f"orders.{number % 3}")
    office.seconds += 2 * DAY
    await office.publish()
    assert await office.floor() == 40
    assert await office.contents() == [False] * 40 + [True]


async def test_topic_that_was_forgotten_is_brought_back_without_reading_what_is_gone(
    open_office: Open,
) -> None:
    office = await open_office(feed_retention_seconds=DAY, published_ids_seconds=DAY)
    await office.publish(5)
    office.seconds += 2 * DAY
    await office.floor()
    stream = TOPIC_STREAM + "orders"
    stored = (await office.store.load([stream], FOLD_VERSION))[stream]
    assert (stored.sequence, list(stored.records)) == (5, [])


@pytest.mark.parametrize("name", ["feed_retention_seconds", "feed_retention_bytes"])
def test_retention_may_be_nothing_but_not_less(name: str) -> None:
    assert getattr(Settings(**{name: 0}).retention_limits, name) == 0
    with pytest.raises(SettingsError, match=f"{name} must be positive"):
        Settings(**{name: -1})
