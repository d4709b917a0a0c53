"""The tail: no wake-up is lost, nobody is woken for nothing, and nothing is done for nobody."""

import asyncio
import random

import pytest

from hitchpost_server.feed.patterns import Patterns
from hitchpost_server.feed.tail import FeedStopped, Listener, TooManyListeners

EVERYTHING = Patterns([])


def contents(page) -> list[str]:
    return [entry.event.message_published.content.str for entry in page.entries]


async def read_on(listener: Listener, position: int, wanted: int) -> list[str]:
    """Read until there are as many as wanted."""
    found: list[str] = []
    async with asyncio.timeout(10):
        while len(found) < wanted:
            page = await listener.page(position)
            found += [
                entry.event.message_published.content.str
                for entry in page.entries
                if listener.patterns.matches(entry.topic)
            ]
            if page.through == position:
                position = await listener.wait(position, 10)
            else:
                position = page.through
    return found


async def test_what_was_committed_before_is_read_from_the_store(log) -> None:
    await log.publish("a", "1", "2")
    await log.publish("b", "3")
    with log.tail.listening(EVERYTHING) as listener:
        page = await listener.page(0)
        assert (contents(page), page.through) == (["1", "2", "3"], 3)
        assert [(entry.topic, entry.position) for entry in page.entries] == [
            ("a", 1),
            ("a", 2),
            ("b", 3),
        ]


async def test_position_in_the_middle_of_a_record_is_gone_on_from(log) -> None:
    await log.publish("a", "1", "2", "3")
    with log.tail.listening(EVERYTHING) as listener:
        assert contents(await listener.page(1)) == ["2", "3"]
        at_end = await listener.page(3)
        assert (at_end.entries, at_end.through) == ([], 3)


async def test_sleeper_is_woken_by_a_commit_and_finds_it_in_the_ring(log) -> None:
    with log.tail.listening(EVERYTHING) as listener:
        await listener.page(0)
        waiting = asyncio.create_task(listener.wait(0, 10))
        await asyncio.sleep(0)
        await log.publish("a", "1")
        assert await waiting == 0
        reads = log.store.reads
        assert contents(await listener.page(0)) == ["1"]
        assert log.store.reads == reads


async def test_sleeper_is_not_woken_by_other_topics_but_is_past_them(log) -> None:
    with log.tail.listening(Patterns(["a"])) as listener:
        await listener.page(0)
        waiting = asyncio.create_task(listener.wait(0, 10))
        await asyncio.sleep(0)
        for _ in range(3):
            await log.publish("b")
        while listener.position < 3:
            await asyncio.sleep(0.001)
        assert not waiting.done()
        await log.publish("a", "wanted")
        assert await waiting == 3
        assert contents(await listener.page(3)) == ["wanted"]


async def test_wait_ends_in_time_and_says_how_far_there_is_nothing(log) -> None:
    with log.tail.listening(EVERYTHING) as listener:
        await listener.page(0)
        assert await listener.wait(0, 0.01) == 0
        assert await listener.wait(0, -1) == 0


async def test_nothing_is_read_or_decoded_while_nobody_listens(log) -> None:
    with log.tail.listening(EVERYTHING) as listener:
        await listener.page(0)
    reads = log.store.reads
    for _ in range(5):
        await log.publish("a")
        await asyncio.sleep(0.005)
    assert (log.store.reads, log.seen) == (reads, 0)
    with log.tail.listening(EVERYTHING) as listener:
        assert len((await listener.page(0)).entries) == 5


async def test_each_entry_is_made_ready_once_however_many_listen(log) -> None:
    with log.tail.listening(EVERYTHING) as one, log.tail.listening(EVERYTHING) as other:
        await asyncio.gather(one.page(0), other.page(0))
        sleeping = [asyncio.create_task(each.wait(0, 10)) for each in (one, other)]
        await asyncio.sleep(0)
        await log.publish("a", "1")
        await asyncio.gather(*sleeping)
        frames = {(await each.page(0)).entries[0].frame for each in (one, other)}
    assert (len(frames), log.seen) == (1, 1)


async def test_listener_who_falls_out_of_the_ring_reads_the_store_and_misses_nothing(
    log_with,
) -> None:
    log = log_with(feed_ring_entries_max=2, feed_page_records=3)
    with log.tail.listening(EVERYTHING) as listener:
        await listener.page(0)
        for number in range(20):
            await log.publish("a", str(number))
            await asyncio.sleep(0.002)
        assert await read_on(listener, 0, 20) == [str(number) for number in range(20)]


async def test_what_was_just_committed_is_told_without_reading_it(log) -> None:
    with log.tail.listening(EVERYTHING) as listener:
        await listener.page(0)
        first = asyncio.create_task(listener.wait(0, 10))
        await asyncio.sleep(0)
        await log.publish("a", "1")
        await first
        reads = log.store.reads
        for number in range(5):
            await log.publish("a", str(number))
        assert len(await read_on(listener, 1, 5)) == 5
        assert log.store.reads == reads


async def test_store_that_cannot_be_read_for_a_while_delays_only(log_with) -> None:
    log = log_with(feed_recent_bytes_max=0)
    with log.tail.listening(EVERYTHING) as listener:
        await listener.page(0)
        waiting = asyncio.create_task(listener.wait(0, 10))
        await asyncio.sleep(0)
        log.store.failures = 3
        await log.publish("a", "1")
        await waiting
        assert contents(await listener.page(0)) == ["1"]


async def test_all_leave_when_the_server_stops_and_nobody_comes_any_more(log) -> None:
    with log.tail.listening(EVERYTHING) as listener:
        await listener.page(0)
        waiting = asyncio.create_task(listener.wait(0, 10))
        await asyncio.sleep(0)
        log.tail.stop()
        for leaving in (waiting, listener.page(0), listener.wait(0, 1)):
            with pytest.raises(FeedStopped):
                await leaving
    with pytest.raises(FeedStopped), log.tail.listening(EVERYTHING):
        pass


async def test_there_is_a_limit_to_how_many_listen(log_with) -> None:
    log = log_with(feed_subscribers_max=1)
    tail = log.tail
    with tail.listening(EVERYTHING), pytest.raises(TooManyListeners), tail.listening(EVERYTHING):
        pass
    with log.tail.listening(EVERYTHING):
        pass


@pytest.mark.parametrize("seed", range(5))
async def test_listeners_who_come_and_go_get_all_of_theirs_in_order(log_with, seed: int) -> None:
    draw = random.Random(seed)
    recent_bytes = draw.choice([0, 100, 1_000_000])
    log = log_with(feed_ring_entries_max=5, feed_page_records=4, feed_recent_bytes_max=recent_bytes)
    published: dict[str, list[str]] = {"a": [], "b": []}

    async def publish() -> None:
        for number in range(120):
            topic = draw.choice("ab")
            published[topic].append(str(number))
            await log.publish(topic, str(number))
            if draw.random() < 0.5:
                await asyncio.sleep(draw.choice([0, 0.001, 0.004]))

    async def listen(topic: str) -> list[str]:
        found: list[str] = []
        position = 0
        while len(found) < len(published[topic]) or not publishing.done():
            with log.tail.listening(Patterns([topic])) as listener:
                for _ in range(draw.randrange(1, 8)):
                    page = await listener.page(position)
                    found += [
                        entry.event.message_published.content.str
                        for entry in page.entries
                        if entry.topic == topic
                    ]
                    if page.through == position:
                        position = await listener.wait(position, 0.01)
                    else:
                        position = page.through
        return found

    publishing = asyncio.create_task(publish())
    async with asyncio.timeout(30):
        heard = await asyncio.gather(*(listen(topic) for topic in "abab"))
    assert heard == [published[topic] for topic in "abab"]
