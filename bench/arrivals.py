"""The load generator in an open loop: calls are due at a fixed rate, whatever becomes of others.

A call's latency counts from the moment when it was due. So one that the server, or
this process, makes wait for those before it is as late as a client would see it; a
closed loop leaves out just those calls that would have waited longest, which is known
as coordinated omission. Knows raw bytes and time only.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from threading import Event, Thread
from time import perf_counter
from typing import Any

import grpc

from bench.load import Load, Target
from bench.requests import Numbered

# What the server asks for who comes back, unless it is set otherwise.
RETRY_SECONDS = 0.5

Send = Callable[[int, bytes, float], Coroutine[Any, Any, None]]


async def at_rate(
    target: Target, method: str, requests: Iterator[Numbered], per_second: float, seconds: float
) -> Load:
    """Send requests at a rate for some seconds, or until there are no more, and await all answers.

    A call that the server has no room for comes back as a client's would, and its
    latency goes on; one that fails otherwise ends the measurement.
    """
    call: Any = target.channel.unary_unary(method)
    with target.measured() as load:

        async def send(number: int, request: bytes, due: float) -> None:
            while (answer := await _unless_refused(call(request))) is None:
                load.refused += 1
                await asyncio.sleep(RETRY_SECONDS)
            load.latencies.append(perf_counter() - due)
            load.answers.append((number, answer))

        await arrivals(send, requests, per_second, seconds)
    return load


async def _unless_refused(call: Any) -> bytes | None:
    try:
        answer: bytes = await call
    except grpc.aio.AioRpcError as error:
        if error.code() != grpc.StatusCode.RESOURCE_EXHAUSTED:
            raise
        return None
    return answer


async def arrivals(
    send: Send, requests: Iterator[Numbered], per_second: float, seconds: float
) -> None:
    """Begin `send` with a request and the moment when it is due, again and again; wait for all.

    A thread keeps the time: the event loop's own clock knows milliseconds only, in
    which several calls are due.
    """
    loop = asyncio.get_running_loop()
    is_over, was_given_up = asyncio.Event(), Event()
    async with asyncio.TaskGroup() as group:

        def arrive(due: float) -> None:
            if not was_given_up.is_set() and (numbered := next(requests, None)) is not None:
                group.create_task(send(*numbered, due))

        def keep_time() -> None:
            begin = perf_counter()
            for number in range(round(per_second * seconds)):
                due = begin + number / per_second
                if was_given_up.wait(max(0.0, due - perf_counter())):
                    return
                loop.call_soon_threadsafe(arrive, due)
            loop.call_soon_threadsafe(is_over.set)

        Thread(target=keep_time, name="arrivals", daemon=True).start()
        try:
            await is_over.wait()
        finally:
            was_given_up.set()
