"""What the server's process keeps in memory, with nothing stored, much, and twice as much.

Each server is put to the same use, so that all its caches are full; then its
memory is looked at. How fast that goes is not measured.
"""

from collections.abc import Iterator
from itertools import islice

from bench.load import Target
from bench.requests import PUT_EXTERNAL_EVENT, event_template
from bench.samples import Sample
from bench.scale.filling import (
    CALLERS,
    STORED_RUNS,
    post_events,
    start_runs,
    stored_runs,
    with_numbers,
)
from bench.scale.options import Options
from bench.scale.prepared import serving

# What each server is put to, in parts of the runs that wait: more of everything than its caches
# hold, at the full size.
USED_SHARE = 0.1
MB = 1_000_000


async def measure(options: Options) -> list[Sample]:
    """Use a server on each store, and read what it takes."""
    size = options.stores.size
    empty, _ = await _used("empty", 0, options)
    now, most = await _used("waiting", size, options)
    twice, twice_most = await _used("twice", 2 * size, options)
    return [
        Sample(f"Memory with {size:,} waiting runs", "MB", now / MB, empty / MB),
        Sample(f"Memory with {size:,} waiting runs: the most", "MB", most / MB),
        Sample(f"Memory with {2 * size:,} waiting runs", "MB", twice / MB, now / MB),
        Sample(f"Memory with {2 * size:,} waiting runs: the most", "MB", twice_most / MB),
    ]


async def _used(name: str, runs: int, options: Options) -> tuple[int, int]:
    """Give the resident memory after the use, now and at most."""
    stores = options.stores
    await stores.make(name)
    count = max(CALLERS, int(stores.size * USED_SHARE))
    with stores.copy_of(name) as data:
        async with serving(data) as target:
            await start_runs(target, "new", range(count), options.say)
            await post_events(target, range(count), options.say)
            if runs:
                await _deliver(target, islice(stored_runs(runs), count))
            now, most = target.process.memory_bytes()
            options.say(f"{name!r}: {now / MB:.0f} MB now, {most / MB:.0f} MB at most")
            return now, most


async def _deliver(target: Target, numbers: Iterator[int]) -> None:
    template = event_template(STORED_RUNS)
    requests = with_numbers(template, numbers)
    await target.load(PUT_EXTERNAL_EVENT, requests, CALLERS, float("inf"))
