"""Metrics as Prometheus reads them, from a real server: what is counted, and who is in danger."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from tests.conftest import ServerProcess, eventually

import hitchpost
from hitchpost_server.config import Settings, SettingsError
from hitchpost_server.feed.floor import STRETCHES
from hitchpost_server.metrics.families import FAMILIES, PREFIX
from hitchpost_server.metrics.page import MetricsPage
from hitchpost_server.store.protocol import StoreUnavailableError

LONG = "x" * 1_000
Values = dict[tuple[str, tuple[str, ...]], float]


def free_port() -> int:
    """Find a port below those that the system gives out by itself."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)):
                return port


class Watched(ServerProcess):
    """A server with metrics."""

    def __init__(self, data: Path, **settings: object) -> None:
        self.metrics_port = free_port()
        settings["metrics_port"] = self.metrics_port
        super().__init__(
            data, *(word for one in settings.items() for word in ("--set", "{}={}".format(*one)))
        )

    async def text(self) -> str:
        url = f"http://127.0.0.1:{self.metrics_port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            assert answer.status == 200
            return await answer.text()

    async def values(self) -> Values:
        """Read all metrics: values by name and values of labels."""
        return {
            (sample.name, tuple(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(await self.text())
            for sample in family.samples
        }

    async def value(self, name: str, *labels: str) -> float:
        return (await self.values()).get((PREFIX + name, labels), 0.0)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """Start a server with metrics and with settings of its own."""
    started: list[Watched] = []

    def start(**settings: object) -> Watched:
        started.append(Watched(tmp_path / f"data-{len(started)}", **settings))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.end_well()


@pytest.fixture
async def server(watched: Callable[..., Watched]) -> Watched:
    return watched()


@pytest.fixture
async def client(server: Watched) -> AsyncIterator[hitchpost.Client]:
    async with hitchpost.connect(server.target) as connected:
        yield connected


async def test_what_is_committed_is_counted(server: Watched, client: hitchpost.Client) -> None:
    await asyncio.gather(*(client.publish("orders", "x") for _ in range(20)))
    values = await server.values()
    assert values["hitchpost_commands_total", ("PUBLISH_MESSAGE",)] == 20
    assert values["hitchpost_events_appended_total", ()] == 20
    assert values["hitchpost_log_head_position", ()] == 20
    assert 1 <= values["hitchpost_commits_total", ()] <= 20
    assert values["hitchpost_batch_commands_sum", ()] == 20
    assert (
        values["hitchpost_batch_commands_bucket", ("+Inf",)]
        == values["hitchpost_batch_commands_count", ()]
    )
    assert values["hitchpost_queue_commands", ()] == 0


async def test_refusals_are_counted_by_reason(server: Watched, client: hitchpost.Client) -> None:
    await client.publish("orders", "x", id="once")
    with pytest.raises(hitchpost.MessageExists):
        await client.publish("orders", "y", id="once")
    for _ in range(2):
        with pytest.raises(hitchpost.FieldInvalid):
            await client.publish("no..topic", "x")
    assert await server.value("refused_commands_total", "MESSAGE_EXISTS") == 1
    assert await server.value("refused_commands_total", "FIELD_INVALID") == 0
    assert await server.value("failed_calls_total", "MESSAGE_EXISTS") == 1
    assert await server.value("failed_calls_total", "FIELD_INVALID") == 2


async def test_what_the_process_takes_is_told_too(server: Watched) -> None:
    assert await server.value("log_head_position") == 0
    assert (await server.values())["process_resident_memory_bytes", ()] > 1_000_000


async def test_who_follows_the_feed_is_counted(server: Watched, client: hitchpost.Client) -> None:
    assert await server.value("feed_listeners") == 0
    answers = client.subscribe()
    await anext(answers)
    assert await server.value("feed_listeners") == 1
    await answers.aclose()

    async def nobody() -> bool:
        return await server.value("feed_listeners") == 0

    await eventually(nobody)


async def test_paused_route_shows_how_far_it_is_behind(
    server: Watched, client: hitchpost.Client
) -> None:
    await client.put_route("orders", "https://example.com/hook", "orders")
    await client.pause_route("orders")
    before = await server.value("reader_lag_entries", "route", "orders")
    for _ in range(5):
        await client.publish("orders", "x")
    values = await server.values()
    assert values["hitchpost_reader_lag_entries", ("route", "orders")] == before + 5
    assert values["hitchpost_reader_oldest_unread_seconds", ("route", "orders")] > 0
    assert values["hitchpost_reader_retention_used_ratio", ("route", "orders")] == 0


async def test_consumer_is_behind_by_what_it_has_not_acknowledged(
    server: Watched, client: hitchpost.Client
) -> None:
    async with client.consume("billing", "orders", from_beginning=True) as deliveries:
        for _ in range(3):
            await client.publish("orders", "x")
        async with asyncio.timeout(20):
            taken = [await anext(deliveries) for _ in range(3)]
        assert await server.value("reader_lag_entries", "consumer", "billing") == 3
        taken[0].acknowledge()

        async def is_noted() -> bool:
            return await server.value("reader_lag_entries", "consumer", "billing") == 2

        await eventually(is_noted)


async def test_entries_that_a_route_gives_up_are_counted(
    server: Watched, client: hitchpost.Client
) -> None:
    await client.put_route(
        "orders", "https://example.com/hook", "orders", transform="data.no_such_field"
    )
    await client.publish("orders", "x")

    async def is_parked() -> bool:
        return await server.value("route_parked_total", "orders") == 1

    await eventually(is_parked)
    assert await server.value("route_failed_attempts_total", "orders") == 1
    assert await server.value("route_sent_total", "orders") == 0


async def test_what_subscribers_and_consumers_were_given_is_counted(
    server: Watched, client: hitchpost.Client
) -> None:
    for _ in range(3):
        await client.publish("orders", "x")
    answers = client.subscribe("orders", from_beginning=True)
    while not (await anext(answers)).entries:
        pass
    await answers.aclose()
    assert await server.value("subscribers_told_total") == 3
    for _ in range(2):
        async with client.consume("billing", "orders", from_beginning=True) as deliveries:
            taken = [await anext(deliveries) for _ in range(3)]
            assert await server.value("consumer_under_way", "billing") == 3

        async def has_left() -> bool:
            return await server.value("consumer_under_way", "billing") == 0

        await eventually(has_left)
        del taken
    async with client.consume("billing") as deliveries:
        (await anext(deliveries)).acknowledge()
    values = await server.values()
    assert values["hitchpost_consumer_acknowledged_total", ("billing",)] == 1
    delivered = values["hitchpost_consumer_delivered_total", ("billing",)]
    assert 7 <= delivered <= 9
    assert await server.value("reader_lag_entries", "consumer", "billing") == 2
    await client.delete_consumer("billing")
    assert ("hitchpost_consumer_delivered_total", ("billing",)) not in await server.values()


async def test_what_has_become_of_dead_letters_is_counted(
    server: Watched, client: hitchpost.Client
) -> None:
    url = "https://example.com/hook"
    await client.put_route("orders", url, "orders", transform="data.no_such_field")
    for _ in range(3):
        await client.publish("orders", "x")

    async def are_parked() -> bool:
        return await server.value("route_dead_letters", "orders") == 3

    await eventually(are_parked)
    first, *_ = [one.position async for one in client.dead_letters("orders")]
    _ = [one async for one in client.discard_dead_letters("orders", [first])]
    assert await server.value("route_dead_letters", "orders") == 2
    await client.put_route("orders", url, "others")
    _ = [one async for one in client.redeliver("orders")]
    assert await server.value("route_discarded_total", "orders") == 3
    assert await server.value("route_redelivered_total", "orders") == 0
    assert await server.value("route_dead_letters", "orders") == 0


async def test_dead_letters_of_a_route_that_is_paused_are_counted_after_a_start(
    server: Watched,
) -> None:
    async with hitchpost.connect(server.target) as client:
        url = "https://example.com/hook"
        await client.put_route("orders", url, "orders", transform="data.no_such_field")
        for _ in range(3):
            await client.publish("orders", "x")

        async def are_counted() -> bool:
            return await server.value("route_dead_letters", "orders") == 3

        await eventually(are_counted)
        await client.pause_route("orders")
        assert server.stop() == 0
        await asyncio.to_thread(server.start)
        await eventually(are_counted)
        first, *_ = [one.position async for one in client.dead_letters("orders")]
        _ = [one async for one in client.discard_dead_letters("orders", [first])]
        assert await server.value("route_dead_letters", "orders") == 2


async def test_how_much_of_the_retention_is_used_counts_what_has_come_just_now(
    watched: Callable[..., Watched],
) -> None:
    server = watched(feed_retention_bytes=50_000, feed_retention_interval_seconds=3_600)
    async with hitchpost.connect(server.target) as client:
        await client.put_route("orders", "https://example.com/hook", "orders")
        await client.pause_route("orders")
        before = await server.value("reader_retention_used_ratio", "route", "orders")
        for _ in range(10):
            await client.publish("orders", LONG)
        after = await server.value("reader_retention_used_ratio", "route", "orders")
    # It is measured in stretches: those of the route itself may count with what follows them.
    published = 10 * len(LONG) / 50_000
    assert published < after - before < published * 1.2 + 1 / STRETCHES


@pytest.mark.parametrize("kind", ["route", "consumer"])
async def test_who_will_lose_entries_shows_before_it_loses_any(
    watched: Callable[..., Watched], kind: str
) -> None:
    server = watched(feed_retention_bytes=50_000, feed_retention_interval_seconds=0.02)
    async with hitchpost.connect(server.target) as client:
        if kind == "route":
            await client.put_route("orders", "https://example.com/hook", "orders")
            await client.pause_route("orders")
        else:
            await client.publish("orders", LONG)
            async with client.consume("orders", "orders", from_beginning=True) as deliveries:
                (await anext(deliveries)).acknowledge()
        seen: list[tuple[float, float]] = []
        while len(seen) < 500 and (not seen or seen[-1][1] >= 0):
            await client.publish("orders", LONG)
            used = await server.value("reader_retention_used_ratio", kind, "orders")
            left = await server.value("reader_left_entries", kind, "orders")
            seen.append((used, left))
        assert await server.value("feed_floor_position") > 0
        assert seen[-1][1] < 0
    safe = [used for used, left in seen if left >= 0]
    growing = [used for used in safe if used < 1]
    assert growing == sorted(growing), "the danger only grows while nothing is read"
    assert any(0.5 < used < 0.8 for used in safe)
    assert any(0.8 < used < 1 for used in safe), "it shows before anything is lost"


async def test_every_metric_is_there_and_described_as_the_table_says(server: Watched) -> None:
    families = {one.name: one for one in text_string_to_metric_families(await server.text())}
    ours = {name.removeprefix(PREFIX) for name in families if name.startswith(PREFIX)}
    assert ours == set(FAMILIES)
    for name, family in FAMILIES.items():
        found = families[PREFIX + name]
        assert (found.type, found.documentation) == (family.kind, family.text)


async def test_server_whose_port_for_metrics_is_taken_says_so(tmp_path: Path) -> None:
    server = Watched(tmp_path / "data")
    taken = pytest.raises(AssertionError, match=f"cannot listen on .*:{server.metrics_port}")
    with socket.create_server(("127.0.0.1", server.metrics_port)), taken:
        await asyncio.to_thread(server.start)
    assert server.stop() == 1


async def test_metrics_that_cannot_be_read_are_unavailable_and_come_back() -> None:
    answers: list[Exception | list[Metric]] = [StoreUnavailableError("not now"), []]

    async def gather() -> list[Metric]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    page = MetricsPage(gather)
    url = f"http://127.0.0.1:{await page.start('127.0.0.1', 0)}/metrics"
    async with aiohttp.ClientSession() as session:
        statuses = [(await session.get(url)).status for _ in range(2)]
    await page.stop()
    assert statuses == [503, 200]


async def test_nothing_listens_unless_it_is_asked_for() -> None:
    assert Settings().metrics_port == 0


async def test_other_addresses_than_loopback_must_be_asked_for() -> None:
    with pytest.raises(SettingsError, match=r"metrics_host 0\.0\.0\.0 is not loopback"):
        Settings(metrics_host="0.0.0.0")
