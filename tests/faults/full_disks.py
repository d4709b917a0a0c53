"""A limit on the size of a process's files stands in for a disk that is full for a while."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

# Less than two pages of the write-ahead log, and room for the server's log.
FULL_BYTES = 8_000
INFINITE = resource.RLIM_INFINITY


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    """Leave a process no room on its disk."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (FULL_BYTES, INFINITE))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (INFINITE, INFINITE))
