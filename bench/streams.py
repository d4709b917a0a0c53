"""The load generator of a stream: one client that keeps as much under way as the server takes.

Messages carry many events each. What is answered is parsed once the clock has
stopped, but for how many answers there are: that much a client has to know.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from itertools import islice
from time import perf_counter
from typing import Any

import grpc

from bench.load import Load, Target
from bench.processes import Failed
from bench.requests import Numbered
from hitchpost.v1 import runs_pb2 as runs

PUT_EXTERNAL_EVENTS = "/hitchpost.v1.Runs/PutExternalEvents"
# What a client with much to say would put together.
EVENTS_PER_MESSAGE = 64
# The tag of the events of a request: field 1, length-delimited.
TAG = b"\x0a"


async def streamed(target: Target, requests: Iterator[Numbered], seconds: float) -> Load:
    """Send events on one stream for some seconds, and wait for all answers."""
    stream = Stream(target.channel.stream_stream(PUT_EXTERNAL_EVENTS)())
    await stream.begin()
    with target.measured() as load:
        end = perf_counter() + seconds
        await asyncio.gather(stream.send(requests, end), stream.read())
    load.answers.extend(stream.answers())
    return load


class Stream:
    """One call: what was sent, and what it was answered."""

    def __init__(self, call: Any) -> None:
        self._call = call
        self._room = asyncio.Event()
        self._credit = 0
        self._sent: deque[int] = deque()
        self._responses: list[runs.PutExternalEventsResponse] = []

    async def begin(self) -> None:
        """Learn how many events may be under way."""
        self._credit = (await self._read()).events_in_flight_max

    async def send(self, requests: Iterator[Numbered], end: float) -> None:
        """Send whenever there is room until the end, and close this side then."""
        while perf_counter() < end:
            while self._credit < EVENTS_PER_MESSAGE:
                self._room.clear()
                await self._room.wait()
            some = list(islice(requests, EVENTS_PER_MESSAGE))
            if not some:
                break
            self._credit -= len(some)
            self._sent.extend(number for number, _ in some)
            await self._call.write(b"".join(_framed(request) for _, request in some))
        await self._call.done_writing()

    async def read(self) -> None:
        """Take answers until there are no more."""
        while (response := await self._read()).results:
            self._responses.append(response)
            self._credit += len(response.results)
            self._room.set()

    async def _read(self) -> runs.PutExternalEventsResponse:
        raw = await self._call.read()
        ended = raw is grpc.aio.EOF
        return runs.PutExternalEventsResponse.FromString(b"" if ended else raw)

    def answers(self) -> Iterator[tuple[int, bytes]]:
        """Give the events that were accepted, each with the number of its request."""
        results = [result for response in self._responses for result in response.results]
        if len(results) != len(self._sent):
            raise Failed(f"{len(self._sent)} events were sent and {len(results)} answered")
        for number, result in zip(self._sent, results, strict=True):
            if not result.HasField("external_event"):
                raise Failed(f"event {number} was answered with {result.rejection}")
            yield number, result.external_event.SerializeToString()


def _framed(request: bytes) -> bytes:
    return TAG + _varint(len(request)) + request


def _varint(number: int) -> bytes:
    encoded = b""
    while number > 127:
        encoded += bytes([number & 127 | 128])
        number >>= 7
    return encoded + bytes([number])
