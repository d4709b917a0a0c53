"""The command: how many instructions a server takes for one call, counted by Valgrind's Callgrind.

What else runs on the machine changes them only by how large batches become, so
they can be told apart where times cannot. They leave out what the kernel does,
and waiting.
Run as `python -m bench.instructions`; it takes some minutes.
"""

import asyncio
import re
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import grpc

from bench.load import Target, connected
from bench.processes import ECHO, STOP_SECONDS, Failed, ServerProcess, hitchpost_on
from bench.requests import (
    PUT_EXTERNAL_EVENT,
    RUN_WF,
    Numbered,
    event_template,
    numbered,
    report_template,
    start_task_template,
    start_template,
)
from bench.stage import define
from bench.streams import EVENTS_PER_MESSAGE, PUT_EXTERNAL_EVENTS, Stream
from bench.working import tasks_done

CALLERS = 64
# Ten times as many change nothing but the last digit.
CALLS = CALLERS * 10

# Under Valgrind all calls are served too late for a server that is in its right mind.
PATIENT = ("HITCHPOST_ARRIVAL_WAIT_SECONDS_MAX=3600", "HITCHPOST_INBOX_WAIT_SECONDS_MAX=3600")

Load = Callable[[], Awaitable[None]]


class CountedServer(ServerProcess):
    """A server in a process of its own, under Callgrind."""

    def __init__(self, out: Path, *arguments: str) -> None:
        self._out = out
        callgrind = ("env", *PATIENT, "valgrind", "--quiet", "--tool=callgrind")
        super().__init__(*arguments, under=(*callgrind, f"--callgrind-out-file={out}/counts"))

    async def per_call(self, load: Load) -> int:
        """Make a load of CALLS calls, and once more to count it."""
        await load()
        await self._tell("--zero")
        await load()
        await self._tell("--dump")
        [dump] = self._out.glob("counts.*")
        totals = re.findall(r"^totals: (\d+)", dump.read_text(), re.MULTILINE)
        dump.unlink()
        return sum(map(int, totals)) // CALLS

    async def _tell(self, what: str) -> None:
        command = ["callgrind_control", what, str(self.pid)]
        told = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False)
        if told.returncode:
            raise Failed(f"callgrind_control: {told.stderr!r}")


def single(channel: grpc.aio.Channel, method: str, requests: Iterator[Numbered]) -> Load:
    """Make calls, as many at a time as there are callers."""
    call: Callable[[bytes], Awaitable[bytes]] = channel.unary_unary(method)

    async def caller() -> None:
        for _, request in islice(requests, CALLS // CALLERS):
            await call(request)

    async def load() -> None:
        await asyncio.gather(*(caller() for _ in range(CALLERS)))

    return load


def on_a_stream(channel: grpc.aio.Channel, requests: Iterator[Numbered]) -> Load:
    """Send events on one stream, and read all answers."""

    async def load() -> None:
        stream = Stream(channel.stream_stream(PUT_EXTERNAL_EVENTS)())
        await stream.begin()
        await asyncio.gather(stream.send(islice(requests, CALLS), float("inf")), stream.read())
        if len(list(stream.answers())) != CALLS:
            raise Failed("events were left out")

    return load


def tasks(target: Target, starts: Iterator[Numbered]) -> Load:
    """Have tasks done, as many at a time as there are callers.

    The workers' streams are counted with them, each opened for ten tasks.
    """

    async def load() -> None:
        some = islice(starts, CALLS)
        done = await tasks_done(target, some, report_template("tasked"), CALLERS, float("inf"))
        if len(done.answers) != CALLS:
            raise Failed("tasks were not done")

    return load


@contextmanager
def counted(out: Path, *arguments: str) -> Iterator[CountedServer]:
    """Run a server for the length of a block."""
    server = CountedServer(out, *arguments)
    try:
        yield server
    finally:
        server.stop()


async def echo(out: Path) -> int:
    """Count an echo."""
    with counted(out, *ECHO) as server:
        async with connected(server) as target:
            requests = numbered(event_template("echoed"))
            return await server.per_call(single(target.channel, PUT_EXTERNAL_EVENT, requests))


async def calls(out: Path) -> AsyncIterator[tuple[str, int]]:
    """Count what Hitchpost does, in the order in which it can be done."""
    with counted(out, *hitchpost_on(out / "data")) as server:
        await define(server.target, STOP_SECONDS)
        async with connected(server) as target:
            for name, load in loads(target).items():
                yield name, await server.per_call(load)


def loads(target: Target) -> dict[str, Load]:
    """Name the loads; events that complete runs are as many as the runs that are started."""
    channel = target.channel
    early, streamed = numbered(event_template("early")), numbered(event_template("streamed"))
    starts, awaited = numbered(start_template("run")), numbered(event_template("run"))
    return {
        "event accepted": single(channel, PUT_EXTERNAL_EVENT, early),
        "event accepted on a stream": on_a_stream(channel, streamed),
        "run started": single(channel, RUN_WF, starts),
        "run completed by an event": single(channel, PUT_EXTERNAL_EVENT, awaited),
        "task done, a run of its own": tasks(target, numbered(start_task_template("tasked"))),
    }


async def main() -> None:
    """Count, and print each figure beside the echo's."""
    assert CALLS % EVENTS_PER_MESSAGE == 0
    with tempfile.TemporaryDirectory() as out:
        base = await echo(Path(out))
        print(f"{'echo':28} {base:>10,}", flush=True)
        async for name, instructions in calls(Path(out)):
            print(f"{name:28} {instructions:>10,} {instructions / base:>6.2f}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
