"""What a write set expects of the streams it touches.

Knows write sets only. Every store checks the same expectations, each in its own
way.
"""

from hitchpost_server.store.protocol import WriteSet


def expected_sequences(write: WriteSet) -> list[tuple[str, int]]:
    """List where streams must be before the write, as (stream, sequence).

    A stream may be listed twice when it is both appended to and verified.
    Raises ValueError when appends to one stream leave a gap: that is a mistake
    of the caller, which no retry mends.
    """
    expected = list(write.verified.items())
    reached: dict[str, int] = {}
    for append in write.appends:
        before = reached.get(append.stream)
        if before is None:
            expected.append((append.stream, append.expected_sequence))
        elif before != append.expected_sequence:
            raise ValueError(f"a gap in {append.stream}: {before}, {append.expected_sequence}")
        if append.last_sequence <= append.expected_sequence:
            raise ValueError(f"an append to {append.stream} without events")
        reached[append.stream] = append.last_sequence
    return expected


def reached_sequences(write: WriteSet) -> dict[str, int]:
    """Map each stream that is appended to, to its sequence after the write."""
    return {append.stream: append.last_sequence for append in write.appends}
