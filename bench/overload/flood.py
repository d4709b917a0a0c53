"""The flood: calls at a rate, whatever becomes of those before.

Knows when each call was made and how it has ended; what that means is read off
once it is over. A call for which no connection has a stream left is not made:
its client would hold it back.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from time import perf_counter
from typing import cast

from bench.overload.http2 import Connection, Ended
from bench.requests import Numbered

TICK_SECONDS = 0.002
# For what servers say when a connection begins.
GREETING_SECONDS = 0.2
# How long answers are waited for once nothing is sent any more.
REST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Flood:
    """How much is to come, for how long, on how many connections."""

    per_second: float
    seconds: float
    connections: int


@dataclass(slots=True)
class Flooded:
    """What came of a flood: by how calls have ended, when each was made and when that was."""

    began: float = 0.0
    offered: int = 0
    made: int = 0
    unanswered: int = 0
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    endings: dict[bytes | None, list[tuple[float, float]]] = field(default_factory=dict)


class Line(asyncio.Protocol):
    """A connection with its socket."""

    def __init__(self, http2: Connection, flooded: Flooded) -> None:
        self.http2 = http2
        self.made: dict[int, tuple[int, float]] = {}
        self.failure: Exception | None = None
        self._flooded = flooded
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast(asyncio.Transport, transport)
        self.flush()

    def data_received(self, data: bytes) -> None:
        """Note what has ended."""
        now = perf_counter()
        try:
            for ended in self.http2.received(data):
                self._note(ended, now)
        except Exception as failure:
            self.failure = failure
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so if calls are lost with it."""
        if self.made:
            self.failure = self.failure or exc or ConnectionError("the server has hung up")

    def _note(self, ended: Ended, now: float) -> None:
        number, begin = self.made.pop(ended.stream)
        self._flooded.endings.setdefault(ended.trailers, []).append((begin, now))
        if ended.answer:
            self._flooded.answers.append((number, ended.answer))

    def call(self, number: int, message: bytes) -> None:
        """Make a call; it leaves with the next flush."""
        self.made[self.http2.call(message)] = number, perf_counter()

    def flush(self) -> None:
        """Send what is written."""
        if self._transport is not None and self.http2.outgoing:
            self._transport.write(bytes(self.http2.outgoing))
            self.http2.outgoing.clear()

    def close(self) -> None:
        """Hang up, whatever is not answered."""
        self.made.clear()
        if self._transport is not None:
            self._transport.abort()


async def flood(target: str, method: str, requests: Iterator[Numbered], shape: Flood) -> Flooded:
    """Make calls at a rate, in turns on all connections, and wait for what becomes of them."""
    flooded = Flooded()
    lines = [await _connected(target, method, flooded) for _ in range(shape.connections)]
    await asyncio.sleep(GREETING_SECONDS)
    flooded.began = perf_counter()
    await _pour(lines, requests, shape, flooded)
    await _until(lambda: not any(line.made for line in lines), REST_SECONDS)
    flooded.unanswered = sum(len(line.made) for line in lines)
    failures = [line.failure for line in lines if line.failure]
    for line in lines:
        line.close()
    if failures:
        raise failures[0]
    return flooded


async def _connected(target: str, method: str, flooded: Flooded) -> Line:
    host, _, port = target.rpartition(":")
    line = Line(Connection(method, target), flooded)
    await asyncio.get_running_loop().create_connection(lambda: line, host, int(port))
    return line


async def _pour(
    lines: list[Line], requests: Iterator[Numbered], shape: Flood, flooded: Flooded
) -> None:
    turns = cycle(lines)
    number, request = next(requests)
    while (passed := perf_counter() - flooded.began) < shape.seconds:
        owed = int(passed * shape.per_second) - flooded.offered
        flooded.offered += owed
        for line in islice(turns, owed):
            if line.http2.has_room_for(request):
                line.call(number, request)
                flooded.made += 1
                number, request = next(requests)
        for line in lines:
            line.flush()
        if any(line.failure for line in lines):
            return
        await asyncio.sleep(TICK_SECONDS)


async def _until(condition: Callable[[], bool], seconds: float) -> None:
    end = perf_counter() + seconds
    while not condition() and perf_counter() < end:
        await asyncio.sleep(0.01)
