"""A subscription: the entries of some topics from a position on, in batches.

It knows when to say that there is nothing; it knows neither how entries are
found nor to whom they are sent. A batch is made when the one before was taken.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass

from hitchpost_server.feed.entries import Entry, Page
from hitchpost_server.feed.limits import FeedLimits
from hitchpost_server.feed.patterns import Patterns
from hitchpost_server.feed.tail import Listener


@dataclass(slots=True)
class Batch:
    """Entries that match, and the position up to which that is all. None: a checkpoint.

    If it `misses` some, the feed begins behind `through`.
    """

    entries: list[Entry]
    through: int
    misses: bool = False


async def batches(listener: Listener, position: int, limits: FeedLimits) -> AsyncGenerator[Batch]:
    """Yield what follows a position, for as long as it is asked for.

    Checkpoints come first of all, at the end of the log, and from time to time
    while nothing matches. Raises FeedStopped, and StoreUnavailableError when the
    store cannot be read.
    """
    clock = asyncio.get_running_loop().time
    if position >= listener.floor():
        yield Batch([], position)
    told, told_at = position, clock()
    while True:
        if position < listener.floor():
            told = position = listener.floor()
            yield Batch([], position, misses=True)
            told_at = clock()
        page = await listener.page(position)
        for batch in cut(page, listener.patterns, limits):
            yield batch
            told, told_at = batch.through, clock()
        is_at_end, position = page.through == position, page.through
        due_at = told_at + limits.feed_checkpoint_seconds
        if is_at_end and told == position:
            position = await listener.wait(position, due_at - clock())
            is_at_end = False
        if clock() >= due_at or (is_at_end and told < position):
            yield Batch([], position)
            told, told_at = position, clock()


def cut(page: Page, patterns: Patterns, limits: FeedLimits) -> Iterator[Batch]:
    """Cut what matches into batches that are not too large; the last one is for all of the page."""
    matching = {topic for topic in page.topics if patterns.matches(topic)}
    if not matching:
        return
    entries: list[Entry] = []
    size = 0
    for entry in page.entries:
        if entry.topic not in matching:
            continue
        size += len(entry.frame)
        if entries and _is_full(len(entries), size, limits):
            yield Batch(entries, entries[-1].position)
            entries, size = [], len(entry.frame)
        entries.append(entry)
    if entries:
        yield Batch(entries, page.through)


def _is_full(entries: int, size: int, limits: FeedLimits) -> bool:
    return entries >= limits.feed_batch_entries_max or size > limits.feed_batch_bytes_max
