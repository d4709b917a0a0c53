"""A worker: it carries out the tasks of one TaskDef with one function.

It knows the heartbeat, which hosts to link to, and reporting. Polling is in `link`, calling
the function in `attempt`, its signature in `task_function`.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from hitchpost import _methods
from hitchpost._client import Client
from hitchpost._errors import CallFailed, Rejected
from hitchpost._retry import Retry
from hitchpost._working.attempt import carry_out, complete_report, unserializable
from hitchpost._working.checkpoints import Checkpoints
from hitchpost._working.link import Link
from hitchpost._working.task_function import TaskFunction
from hitchpost.v1.object_id_pb2 import TaskDefId
from hitchpost.v1.task_pb2 import (
    LHHostInfo,
    PollTaskRequest,
    RegisterTaskWorkerRequest,
    ReportTaskRun,
    ScheduledTask,
)

logger = logging.getLogger("hitchpost.worker")

# A finished task is worth more patience than a call that somebody waits for: without its
# report the task times out and is done once more.
_REPORT_RETRY = Retry(tries_max=40, delay_seconds_max=5.0)
_REPORT_SECONDS = 120.0


class Worker:
    """Carries out tasks with a function, sync or async, until it is closed.

        async def check_stock(item: str) -> int: ...

        async with hitchpost.Worker(client, "check-stock", check_stock):
            ...
        await hitchpost.Worker(client, "check-stock", check_stock).run()

    The function's parameters are the TaskDef's inputs, in order; one annotated TaskContext
    gets the context. Sync functions run in threads. At most `concurrency` tasks are under way.
    To start raises ObjectNotFound without the TaskDef, TaskMismatch if the function does not
    fit it. To close finishes the tasks that are under way.
    """

    def __init__(
        self,
        client: Client,
        task_def_name: str,
        function: Callable[..., Any],
        *,
        concurrency: int = 8,
        worker_id: str | None = None,
        version: str | None = None,
        heartbeat_seconds: float = 30.0,
    ) -> None:
        if concurrency < 1:
            raise ValueError("a worker needs a concurrency of at least 1")
        self.task_def_name = task_def_name
        self.worker_id = worker_id or f"{socket.gethostname()}-{uuid4().hex[:8]}"
        self._client = client
        self._function = TaskFunction(function)
        self._concurrency = concurrency
        self._version = version
        self._heartbeat_seconds = heartbeat_seconds
        self._links: dict[str, Link] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._heart: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<Worker {self.worker_id} for {self.task_def_name}>"

    async def run(self) -> None:
        """Work until cancelled; then finish what is under way."""
        async with self:
            assert self._heart is not None
            await self._heart

    async def __aenter__(self) -> Self:
        if self._heart is not None:
            raise RuntimeError(f"{self!r} works already")
        self._function.check(await self._client.get_task_def(self.task_def_name))
        self._threads = ThreadPoolExecutor(self._concurrency, f"task-{self.task_def_name}")
        self._link_to(await self._beat())
        self._heart = asyncio.create_task(self._beat_forever(), name=f"heart of {self!r}")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self, timeout: float | None = None) -> None:
        """Take no more tasks, finish those under way, and stop.

        After `timeout` seconds what is still under way is given up; absent means never.
        """
        heart, self._heart = self._heart, None
        if heart is None:
            return
        heart.cancel()
        try:
            self._link_to([])
            if self._leaving:
                await asyncio.wait(self._leaving)
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=timeout)
        finally:
            await self._abandon()
        if not heart.cancelled() and (defect := heart.exception()):
            raise defect

    async def _abandon(self) -> None:
        """Give up what has not ended by itself."""
        unfinished = self._leaving | self._under_way
        for one in unfinished:
            one.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _beat_forever(self) -> None:
        """Tell the server that we live, and follow it to other hosts."""
        while True:
            await asyncio.sleep(self._heartbeat_seconds)
            try:
                hosts = await self._beat()
            except CallFailed as failure:
                logger.warning("heartbeat of %r failed: %s", self, failure)
                continue
            if hosts:
                self._link_to(hosts)

    async def _beat(self) -> Collection[LHHostInfo]:
        request = RegisterTaskWorkerRequest(
            task_worker_id=self.worker_id, task_def_id=TaskDefId(name=self.task_def_name)
        )
        answer = await self._client.call(_methods.REGISTER_TASK_WORKER, request)
        return answer.your_hosts

    def _link_to(self, hosts: Collection[LHHostInfo]) -> None:
        """Have links to these hosts and no others, and share the slots among them."""
        slots = max(1, self._concurrency // max(1, len(hosts)))
        wanted = {_address(host) for host in hosts}
        for address, link in list(self._links.items()):
            if address not in wanted or link.slots != slots:
                self._leave(self._links.pop(address))
        for address in wanted - self._links.keys():
            self._links[address] = self._link(address, slots)

    def _link(self, address: str, slots: int) -> Link:
        request = PollTaskRequest(
            task_def_id=TaskDefId(name=self.task_def_name),
            client_id=self.worker_id,
            task_worker_version=self._version,
        )
        return Link(self._client, address, request, slots, self._begin)

    def _leave(self, link: Link) -> None:
        leaving = asyncio.create_task(link.close(), name=f"leave {link.address}")
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    def _begin(self, scheduled: ScheduledTask) -> "asyncio.Task[None]":
        attempt = asyncio.create_task(self._attempt(scheduled), name=f"task {self.task_def_name}")
        self._under_way.add(attempt)
        attempt.add_done_callback(self._under_way.discard)
        return attempt

    async def _attempt(self, scheduled: ScheduledTask) -> None:
        checkpoints = Checkpoints(self._client, scheduled)
        report = await carry_out(self._function, scheduled, self._threads, checkpoints)
        try:
            await self._report(report)
        except Rejected as rejected:
            # An output that the server does not take ends the attempt as well.
            told = complete_report(unserializable(str(rejected)), scheduled, None)
            await self._report_at_last(told)
        except CallFailed as failure:
            logger.error("a task's report did not get through: %s", failure)

    async def _report_at_last(self, report: ReportTaskRun) -> None:
        try:
            await self._report(report)
        except CallFailed as failure:
            logger.error("a task's report is refused: %s", failure)

    async def _report(self, report: ReportTaskRun) -> None:
        await self._client.call(
            _methods.REPORT_TASK, report, timeout=_REPORT_SECONDS, retry=_REPORT_RETRY
        )


def _address(host: LHHostInfo) -> str:
    bare = ":" in host.host and not host.host.startswith("[")
    name = f"[{host.host}]" if bare else host.host
    return f"{name}:{host.port}"
