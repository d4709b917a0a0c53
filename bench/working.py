"""The load generator of tasks: callers start runs, and workers do the task of each.

A caller starts its next run once its last has completed, which is when the report
on its task was answered. A worker has a stream of PollTask of its own, on which it
asks for one task at a time, as each thread of LittleHorse's workers does; it reports
what it gets at once, and asks again. There are as many workers as callers, so no task
waits for one. All share one channel and this process, which parses tasks to learn
whose they are, and nothing else: it computes about half of what the server does.
"""

import asyncio
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import grpc

from bench.load import Load, Target, one_by_one
from bench.processes import Failed
from bench.requests import (
    POLL_TASK,
    REPORT_TASK,
    RUN_WF,
    Numbered,
    number_of,
    poll_request,
    with_number,
)
from hitchpost.v1 import task_pb2 as tasks


class Work:
    """Which runs are under way: each has one task, which is done once."""

    def __init__(self) -> None:
        self._under_way: dict[int, asyncio.Future[None]] = {}

    def begin(self, number: int) -> "asyncio.Future[None]":
        """Expect the task of a run; what is returned is done when the task is."""
        begun = self._under_way[number] = asyncio.get_running_loop().create_future()
        return begun

    def end(self, number: int) -> None:
        """Take note that the task of a run was reported."""
        if number not in self._under_way:
            raise Failed(f"the task of run {number} was given out twice, or nobody started it")
        self._under_way.pop(number).set_result(None)


class Worker:
    """One worker: a stream of tasks, and reports on them."""

    def __init__(self, channel: grpc.aio.Channel, name: str, report: bytes, work: Work) -> None:
        self._ask = poll_request(name)
        self._report = report
        self._work = work
        self._stream: Any = channel.stream_stream(POLL_TASK)()
        self._report_task: Any = channel.unary_unary(REPORT_TASK)

    async def ask(self) -> None:
        """Ask for one task."""
        await self._stream.write(self._ask)

    async def take_and_report(self) -> None:
        """Do tasks until there will be no more."""
        while (raw := await self._stream.read()) is not grpc.aio.EOF:
            task = tasks.PollTaskResponse.FromString(raw).result
            number = number_of(task.task_run_id.wf_run_id.id)
            await self._report_task(with_number(self._report, number))
            await self.ask()
            self._work.end(number)

    async def close(self) -> None:
        """Ask no more."""
        await self._stream.done_writing()


async def tasks_done(
    target: Target, starts: Iterator[Numbered], report: bytes, callers: int, seconds: float
) -> Load:
    """Have tasks done for some seconds; an answer is that of RunWf, a latency that of all."""
    work = Work()
    run_wf: Any = target.channel.unary_unary(RUN_WF)

    async def run(number: int, request: bytes) -> bytes:
        done = work.begin(number)
        answer: bytes = await run_wf(request)
        await done
        return answer

    async with asyncio.TaskGroup() as group:
        workers = [Worker(target.channel, f"{n}", report, work) for n in range(callers)]
        for worker in workers:
            await worker.ask()
            group.create_task(worker.take_and_report())
        with target.measured() as load:
            end = perf_counter() + seconds
            await asyncio.gather(*(one_by_one(run, starts, end, load) for _ in workers))
        for worker in workers:
            await worker.close()
    return load
