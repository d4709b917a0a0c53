"""The command: how many instructions a server takes for one call, counted by Valgrind's Callgrind.

What else runs on the machine changes them only by how large batches become, so
they can be told apart where times cannot. They leave out what the kernel does,
and waiting.
Run as `python -m bench.instructions`; it takes some minutes.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path

import grpc

import hitchpost
from bench.processes import ECHO, SERVING, STOP_SECONDS, Failed, hitchpost_on
from bench.requests import (
    PUT_EXTERNAL_EVENT,
    RUN_WF,
    Numbered,
    event_template,
    numbered,
    start_template,
)
from bench.stage import wait_for_document
from bench.streams import EVENTS_PER_MESSAGE, PUT_EXTERNAL_EVENTS, Stream

CALLERS = 64
# Ten times as many change nothing but the last digit.
CALLS = CALLERS * 10

Load = Callable[[], Awaitable[None]]


class CountedServer:
    """A server in a process of its own, under Callgrind."""

    def __init__(self, out: Path, *arguments: str) -> None:
        self._out = out
        callgrind = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}/counts")
        self._process = subprocess.Popen(
            [*callgrind, sys.executable, "-m", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.target = self._process.stdout.readline().removeprefix(SERVING).strip()

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
        command = ["callgrind_control", what, str(self._process.pid)]
        told = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False)
        if told.returncode:
            raise Failed(f"callgrind_control: {told.stderr!r}")

    def stop(self) -> None:
        """Ask it to stop and wait until it has."""
        self._process.terminate()
        self._process.wait(STOP_SECONDS)


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


async def echo(out: Path) -> int:
    """Count an echo."""
    server = CountedServer(out, *ECHO)
    async with grpc.aio.insecure_channel(server.target) as channel:
        found = await server.per_call(
            single(channel, PUT_EXTERNAL_EVENT, numbered(event_template("echoed")))
        )
    server.stop()
    return found


async def calls(out: Path) -> AsyncIterator[tuple[str, int]]:
    """Count what Hitchpost does, in the order in which it can be done."""
    server = CountedServer(out, *hitchpost_on(out / "data"))
    async with hitchpost.connect(server.target, timeout=STOP_SECONDS) as client:
        await client.put_workflow(wait_for_document)
    async with grpc.aio.insecure_channel(server.target) as channel:
        early, streamed = numbered(event_template("early")), numbered(event_template("streamed"))
        starts, awaited = numbered(start_template("run")), numbered(event_template("run"))
        loads = {
            "event accepted": single(channel, PUT_EXTERNAL_EVENT, early),
            "event accepted on a stream": on_a_stream(channel, streamed),
            "run started": single(channel, RUN_WF, starts),
            "run completed by an event": single(channel, PUT_EXTERNAL_EVENT, awaited),
        }
        for name, load in loads.items():
            yield name, await server.per_call(load)
    server.stop()


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
