"""How long it takes from starting a server's process to its first answer.

The answer is that an external event was accepted, for a run that does not exist:
definitions were looked up, and something was written.
"""

from itertools import count
from pathlib import Path
from time import perf_counter

import hitchpost
from bench.processes import ServerProcess, hitchpost_on
from bench.requests import EVENT_DEF, run_name
from bench.samples import Sample
from bench.scale.options import Options

# Posted before a server is killed: what it has to find again in its write-ahead log.
EVENTS_BEFORE_KILL = 500


class Restarts:
    """One store, and servers on it one after another."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._numbers = count()

    async def after_stop(self) -> float:
        """Start on a store that was left in order; return seconds, and leave it so."""
        return await self._started(kill=True)

    async def after_kill(self) -> float:
        """Start on a store whose server was killed."""
        return await self._started(kill=False)

    async def _started(self, *, kill: bool) -> float:
        begin = perf_counter()
        server = ServerProcess(*hitchpost_on(self._data))
        try:
            async with hitchpost.connect(server.target) as client:
                await self._post(client)
                seconds = perf_counter() - begin
                if kill:
                    for _ in range(EVENTS_BEFORE_KILL):
                        await self._post(client)
        finally:
            if kill:
                server.kill()
            else:
                server.stop()
        return seconds

    async def _post(self, client: hitchpost.Client) -> None:
        await client.post_event(run_name("restart", next(self._numbers)), EVENT_DEF, {})


async def measure(options: Options) -> list[Sample]:
    """Start servers on both stores in turns."""
    stores = options.stores
    for name in ("empty", "waiting"):
        await stores.make(name)
    samples: list[Sample] = []
    with stores.copy_of("empty") as empty_data, stores.copy_of("waiting") as data:
        empty, waiting = Restarts(empty_data), Restarts(data)
        for number in range(options.rounds):
            options.say(f"starting servers, {number + 1} of {options.rounds}")
            samples += await _round(empty, waiting, stores.size)
    return samples


async def _round(empty: Restarts, waiting: Restarts, size: int) -> list[Sample]:
    name = f"Start with {size:,} waiting runs"
    beside = await empty.after_stop()
    stopped = Sample(name, "s", await waiting.after_stop(), beside)
    beside = await empty.after_kill()
    killed = Sample(f"{name} after SIGKILL", "s", await waiting.after_kill(), beside)
    return [stopped, killed]
