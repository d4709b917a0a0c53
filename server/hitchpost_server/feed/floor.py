"""The floor: the position below which the feed is gone, and how it is found.

By age it is looked for between two positions, since the times of the log never
go back. By size the log behind it is measured once, in stretches, from whose
sums the floor follows. Nothing is looked for or measured twice.
"""

from collections.abc import Iterable

from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import RecordOutline, Store

# How fine the log is measured: the feed is longer than was asked for by less than this part of it.
STRETCHES = 128


async def older_than(store: Store, time_us: int, low: int, high: int) -> int:
    """Find the last position of what is before a time, between two positions.

    `low` if there is none. It takes one look if nothing is, and no more looks
    than a position has bits.
    """
    middle = low
    while low < high:
        found = await store.outline(middle, 1)
        if found and found[0].time_us < time_us:
            low = found[0].last_position
        else:
            high = middle
        middle = (low + high) // 2
    return low


def measured(floor: storage.FeedFloor, records: Iterable[RecordOutline], bytes_max: int) -> None:
    """Add records to the stretches of the log that follow the floor."""
    stretches = floor.stretches
    for record in records:
        if not stretches or stretches[-1].bytes >= max(1, bytes_max // STRETCHES):
            stretches.add()
        stretches[-1].through_position = record.last_position
        stretches[-1].bytes += record.body_bytes


def larger_than(floor: storage.FeedFloor, bytes_max: int) -> int:
    """Find the last position of what is more than so many bytes before the end; 0 if nothing is."""
    position = 0
    behind = sum(stretch.bytes for stretch in floor.stretches)
    for stretch in floor.stretches:
        behind -= stretch.bytes
        if behind < bytes_max:
            break
        position = stretch.through_position
    return position


def bytes_behind(floor: storage.FeedFloor, position: int) -> int:
    """Say about how much follows a position, as far as it has been measured."""
    return sum(one.bytes for one in floor.stretches if one.through_position > position)


def drop_stretches(floor: storage.FeedFloor, position: int) -> None:
    """Forget what was measured up to a position."""
    while floor.stretches and floor.stretches[0].through_position <= position:
        del floor.stretches[0]
