"""What a server does a second with much stored, beside one with nothing.

Both servers are there all the time and are loaded in turns, with the same requests.
"""

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from bench.figures.answers import answered_events
from bench.load import Load, Target
from bench.processes import Failed
from bench.requests import PUT_EXTERNAL_EVENT, event_template
from bench.samples import Sample, throughput
from bench.scale.filling import (
    CALLERS,
    STORED_RUNS,
    scattered,
    start_runs,
    stored_runs,
    with_numbers,
)
from bench.scale.options import Options
from bench.scale.prepared import serving
from bench.stored import stored_in

# More than are delivered a second.
RUNS_PER_SECOND = 3_000
WARM_UP_SECONDS_MAX = 1.0


class Server:
    """One of the two, and which of its runs and events are to be there in the end."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._numbers = scattered(count())
        self._accepted: set[int] = set()
        self._started = 0
        self._delivered: dict[str, set[int]] = {}

    async def accept(self, seconds: float) -> Load:
        """Post events to runs that do not exist."""
        load = await self._post("early", self._numbers, seconds)
        self._accepted |= answered_events(load, "early")
        return load

    async def deliver_to_new(self, seconds: float) -> Load:
        """Start runs, unmeasured; then post to each of them what it waits for, the latest first."""
        begin = self._started
        self._started += max(CALLERS, int(seconds * RUNS_PER_SECOND))
        numbers = range(begin, self._started)
        await start_runs(self._target, "new", numbers, lambda _line: None)
        return await self._deliver("new", scattered(reversed(numbers)), seconds)

    async def deliver_to_stored(self, numbers: Iterator[int], seconds: float) -> Load:
        """Post to runs that were there before what they wait for."""
        return await self._deliver(STORED_RUNS, numbers, seconds)

    async def _deliver(self, prefix: str, numbers: Iterator[int], seconds: float) -> Load:
        load = await self._post(prefix, numbers, seconds)
        self._delivered.setdefault(prefix, set()).update(answered_events(load, prefix))
        return load

    async def _post(self, prefix: str, numbers: Iterator[int], seconds: float) -> Load:
        requests = with_numbers(event_template(prefix), numbers)
        load = await self._target.load(PUT_EXTERNAL_EVENT, requests, CALLERS, seconds)
        if not load.answers:
            raise Failed(f"no event was posted to {prefix}")
        return load

    def check(self, data: Path, runs_before: int) -> None:
        """Hold that the store has what was acknowledged, once the server has stopped."""
        runs = {"new": range(self._started), STORED_RUNS: range(runs_before)}
        with stored_in(data) as stored:
            stored.holds_events("early", unclaimed=self._accepted, claimed=set())
            for prefix, numbers in runs.items():
                all_of_them = set(scattered(numbers))
                done = self._delivered.get(prefix, set())
                stored.holds_events(prefix, unclaimed=set(), claimed=done)
                stored.holds_runs(prefix, running=all_of_them - done, completed=done)


async def measure(options: Options) -> list[Sample]:
    """Accept and deliver on both servers, round by round."""
    stores = options.stores
    for name in ("empty", "large"):
        await stores.make(name)
    with stores.copy_of("empty") as empty_data, stores.copy_of("large") as large_data:
        async with serving(empty_data) as empty_target, serving(large_data) as large_target:
            empty, large = Server(empty_target), Server(large_target)
            samples = await _rounds(empty, large, options)
        options.say("checking the stores")
        empty.check(empty_data, 0)
        large.check(large_data, stores.size)
    return samples


async def _rounds(empty: Server, large: Server, options: Options) -> list[Sample]:
    waiting = stored_runs(options.stores.size)
    samples: list[Sample] = []
    for number in range(options.rounds + 1):
        options.say(f"round {number} of {options.rounds}" if number else "warming up")
        seconds = options.seconds if number else min(options.seconds, WARM_UP_SECONDS_MAX)
        share = islice(waiting, options.stores.size // (options.rounds + 1))
        taken = await _round(empty, large, share, seconds, empty_first=number % 2 == 0)
        samples += taken if number else []
    return samples


async def _round(
    empty: Server, large: Server, waiting: Iterator[int], seconds: float, *, empty_first: bool
) -> list[Sample]:
    """Load both servers once in each way; which comes first changes, so that neither gains."""
    servers = (empty, large) if empty_first else (large, empty)
    accepted = {server: await server.accept(seconds) for server in servers}
    delivered = {server: await server.deliver_to_new(seconds) for server in servers}
    to_stored = await large.deliver_to_stored(waiting, seconds)
    return [
        *throughput("Events accepted by a large store", accepted[large], accepted[empty]),
        *throughput("Runs completed in a large store", delivered[large], delivered[empty]),
        *throughput("Runs completed that had waited in it", to_stored, delivered[empty]),
    ]
