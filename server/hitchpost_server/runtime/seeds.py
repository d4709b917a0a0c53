"""Seeds: 32 hex digits that no other command has."""

import os
from collections.abc import Iterator

# Each time that the kernel is asked, other threads may take the interpreter's lock.
SEEDS_AT_ONCE = 256
DIGITS = 32


def _seeds() -> Iterator[str]:
    while True:
        digits = os.urandom(SEEDS_AT_ONCE * DIGITS // 2).hex()
        for begin in range(0, len(digits), DIGITS):
            yield digits[begin : begin + DIGITS]


_ahead = _seeds()


def new_seed() -> str:
    """Make a seed: 128 random bits, as long as LittleHorse's generated ids.

    For the thread of the event loop alone.
    """
    return next(_ahead)
