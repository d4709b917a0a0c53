"""A subscription: batches, and checkpoints where there is nothing to tell."""

import asyncio
from contextlib import aclosing

from hitchpost_server.feed.patterns import Patterns
from hitchpost_server.feed.subscription import batches


async def told(log, patterns, position, number, during=None):
    """Take a number of batches: their topics, and how far each is complete."""
    found = []
    with log.tail.listening(Patterns(patterns)) as listener:
        async with aclosing(batches(listener, position, log.limits)) as given:
            async with asyncio.timeout(10):
                async for batch in given:
                    found.append(([entry.topic for entry in batch.entries], batch.through))
                    if len(found) == number:
                        return found
                    if during is not None:
                        await during()
    raise AssertionError("it never ends")


async def test_first_of_all_it_says_where_it_begins(log) -> None:
    await log.publish("a")
    assert await told(log, [], 1, 1) == [([], 1)]


async def test_who_begins_below_the_floor_is_told_so_and_gets_what_is_left(log) -> None:
    await log.publish("a", *"12345")
    log.floor = 3
    with log.tail.listening(Patterns([])) as listener:
        async with aclosing(batches(listener, 2, log.limits)) as given:
            gone, left = await anext(given), await anext(given)
    assert (gone.entries, gone.through, gone.misses) == ([], 3, True)
    assert [entry.position for entry in left.entries] == [4, 5]


async def test_who_is_at_the_floor_misses_nothing(log) -> None:
    await log.publish("a", *"123")
    log.floor = 3
    assert await told(log, [], 3, 1) == [([], 3)]


async def test_slow_reader_whom_the_floor_passes_is_told_so(log_with) -> None:
    log = log_with(feed_batch_entries_max=1, feed_page_records=1)
    for _ in range(5):
        await log.publish("a")
    with log.tail.listening(Patterns([])) as listener:
        async with aclosing(batches(listener, 0, log.limits)) as given:
            assert [(await anext(given)).through for _ in range(2)] == [0, 1]
            log.floor = 3
            gone = await anext(given)
            assert (gone.through, gone.misses) == (3, True)
            assert [(await anext(given)).through for _ in range(2)] == [4, 5]


async def test_what_matches_comes_in_batches_that_are_not_too_large(log_with) -> None:
    log = log_with(feed_batch_entries_max=2)
    await log.publish("a", *"12345")
    assert await told(log, ["a"], 0, 4) == [
        ([], 0),
        (["a", "a"], 2),
        (["a", "a"], 4),
        (["a"], 5),
    ]


async def test_large_entries_come_alone(log_with) -> None:
    log = log_with(feed_batch_bytes_max=1_000)
    await log.publish("a", "x" * 600, "x" * 600, "x" * 5_000, "x", "x")
    sizes = [len(topics) for topics, _ in await told(log, [], 0, 5)]
    assert sizes == [0, 1, 1, 1, 2]


async def test_who_has_caught_up_with_nothing_for_them_is_told_so_soon(log) -> None:
    for _ in range(3):
        await log.publish("b")
    assert await told(log, ["a"], 0, 2) == [([], 0), ([], 3)]


async def test_batch_is_complete_through_what_did_not_match(log) -> None:
    await log.publish("a")
    await log.publish("b")
    assert await told(log, ["a"], 0, 2) == [([], 0), (["a"], 2)]


async def test_checkpoints_come_while_nothing_happens(log_with) -> None:
    log = log_with(feed_checkpoint_seconds=0.01)
    assert await told(log, [], 0, 4) == [([], 0)] * 4


async def test_checkpoints_come_while_nothing_that_happens_matches(log_with) -> None:
    log = log_with(feed_checkpoint_seconds=0.02)
    found = await told(log, ["a"], 0, 4, during=lambda: log.publish("b"))
    assert [topics for topics, _ in found] == [[]] * 4
    assert found[-1][1] >= 2


async def test_no_more_is_made_ready_than_is_taken(log_with) -> None:
    log = log_with(feed_batch_entries_max=2)
    await log.publish("a", *"123456789")
    await told(log, [], 0, 2)
    assert log.seen <= 3
