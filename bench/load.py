"""The load generator: callers in a closed loop over one channel.

Each caller sends its next request when its last was answered. Knows raw bytes
and time only: nothing is parsed while the clock runs. A call that fails ends
the measurement.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import grpc

from bench.processes import ServerProcess
from bench.requests import Numbered

# Sends a request by its number, and awaits the answer and whatever else is to be done.
Send = Callable[[int, bytes], Awaitable[bytes]]


@dataclass(slots=True)
class Load:
    """What came of a load: the answers by the numbers of their requests, in order of arrival."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    server_cpu_seconds: float | None = None
    # How often a call was asked to come back later.
    refused: int = 0

    @property
    def per_second(self) -> float:
        """How many calls were answered a second."""
        return len(self.answers) / self.seconds


class Target:
    """A server, and the channel to it that all callers share."""

    def __init__(self, process: ServerProcess, channel: grpc.aio.Channel) -> None:
        self.process = process
        self.channel = channel

    async def load(
        self, method: str, requests: Iterator[Numbered], callers: int, seconds: float
    ) -> Load:
        """Send requests for some seconds, or until there are no more of them."""
        call: Any = self.channel.unary_unary(method)

        def send(_number: int, request: bytes) -> Awaitable[bytes]:
            answer: Awaitable[bytes] = call(request)
            return answer

        with self.measured() as load:
            end = perf_counter() + seconds
            await asyncio.gather(*(one_by_one(send, requests, end, load) for _ in range(callers)))
        return load

    @contextmanager
    def measured(self) -> Iterator[Load]:
        """Time what happens in a block, and count what the server computes meanwhile."""
        load = Load()
        cpu_before = self.process.cpu_seconds()
        with no_garbage_collection():
            begin = perf_counter()
            yield load
            load.seconds = perf_counter() - begin
        cpu_after = self.process.cpu_seconds()
        if cpu_before is not None and cpu_after is not None:
            load.server_cpu_seconds = cpu_after - cpu_before


async def one_by_one(send: Send, requests: Iterator[Numbered], end: float, load: Load) -> None:
    """Be a caller: send the next request once the last is done, until a time."""
    begin = perf_counter()
    for number, request in requests:
        answer = await send(number, request)
        now = perf_counter()
        load.answers.append((number, answer))
        load.latencies.append(now - begin)
        if now >= end:
            return
        begin = now


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Keep the collector from walking all answers kept so far, ever longer."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@asynccontextmanager
async def connected(process: ServerProcess) -> AsyncIterator[Target]:
    """Open a channel of its own to a server."""
    async with grpc.aio.insecure_channel(
        process.target, options=(("grpc.use_local_subchannel_pool", 1),)
    ) as channel:
        yield Target(process, channel)
