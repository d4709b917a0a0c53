"""What the server's process keeps in memory, with nothing stored, much, and twice as much.

Each server is put to the same use, so that all its caches are full; then its
memory is looked at. How fast that goes is not measured.
"""

from collections.abc import Iterator
from itertools import islice

from bench.load import Target
from bench.requests import PUT_EXTERNAL_EVENT, event_template, with_number
from bench.scale.filling import (
    CALLERS,
    STORED_RUNS,
    in_no_order,
    post_events,
    start_runs,
)
from bench.scale.options import Options
from bench.scale.prepared import serving
from bench.scale.samples import Sample, Wanted

# What each server is put to, in parts of the runs that wait: more of everything than its caches
# hold, at the full size.
USED_SHARE = 0.1
MB = 1_000_000
WANTED = Wanted(at_most=200.0, of_ratio=False)
SAME = Wanted(at_most=1.05)


async def measure(options: Options) -> list[Sample]:
    """Use a server on each store, and read what it takes."""
    size = options.stores.size
    empty, _ = await _used("empty", 0, options)
    now, most = await _used("waiting", size, options)
    twice, twice_most = await _used("twice", 2 * size, options)
    return [
        Sample(f"Memory with {size:,} waiting runs", "MB", now / MB, empty / MB, WANTED),
        Sample(f"Memory with {size:,}: the most", "MB", most / MB, None, WANTED),
        Sample(f"Memory with {2 * size:,}", "MB", twice / MB, None, WANTED),
        Sample(f"Memory with {2 * size:,}: the most", "MB", twice_most / MB, None, WANTED),
        Sample(f"Memory with {2 * size:,}, beside {size:,}", "MB", twice / MB, now / MB, SAME),
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
                await _deliver(target, islice(in_no_order(runs), count))
            now, most = target.process.memory_bytes()
            options.say(f"{name!r}: {now / MB:.0f} MB now, {most / MB:.0f} MB at most")
            return now, most


async def _deliver(target: Target, numbers: Iterator[int]) -> None:
    template = event_template(STORED_RUNS)
    requests = ((number, with_number(template, number)) for number in numbers)
    await target.load(PUT_EXTERNAL_EVENT, requests, CALLERS, float("inf"))
