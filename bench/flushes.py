"""How long the disk takes to make a write durable."""

import os
from pathlib import Path
from time import perf_counter

# About what a commit of one event appends to the write-ahead log: a few pages.
FLUSHED_BYTES = 16 * 1024


def flush_latencies(folder: Path, seconds: float) -> list[float]:
    """Append to a file and flush it, again and again; return the seconds that each flush took."""
    path = folder / "flushes"
    found: list[float] = []
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        end = perf_counter() + seconds
        while not found or perf_counter() < end:
            os.write(descriptor, bytes(FLUSHED_BYTES))
            begin = perf_counter()
            os.fsync(descriptor)
            found.append(perf_counter() - begin)
    finally:
        os.close(descriptor)
        path.unlink()
    return found
