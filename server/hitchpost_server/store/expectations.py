"""What a write set expects of the streams it touches.

Knows write sets only. Every store checks the same expectations, each in its own
way.
"""

from hitchpost_server.store.protocol import WriteSet


def moves(write: WriteSet) -> list[tuple[str, int, int]]:
    """List the streams that are appended to, as (stream, sequence before, sequence after).

    Raises ValueError when appends to one stream leave a gap: that is a mistake
    of the caller, which no retry mends.
    """
    moved: dict[str, tuple[int, int]] = {}
    for stream, before, last, _, _ in write.appends:
        first, reached = moved.get(stream, (before, before))
        if reached != before:
            raise ValueError(f"a gap in {stream}: {reached}, {before}")
        if last <= before:
            raise ValueError(f"an append to {stream} without events")
        moved[stream] = first, last
    return [(stream, *move) for stream, move in moved.items()]


def expected_sequences(write: WriteSet) -> list[tuple[str, int]]:
    """List where streams must be before the write, as (stream, sequence).

    A stream may be listed twice when it is both appended to and verified.
    Raises ValueError as `moves` does.
    """
    return [*write.verified.items(), *((stream, before) for stream, before, _ in moves(write))]
