"""Task queues: scheduled attempts meet workers that ask for them.

One queue a TaskDef: attempts in the order in which they were scheduled, workers
in the order in which they asked. Only a window of a queue is in memory, and
only while somebody asks; a worker gets an attempt once its start is durable.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.engine.commands import Command, ReturnTask, StartTask
from hitchpost_server.engine.ids import family_stream, run_key
from hitchpost_server.engine.rows import QueuedTaskRow
from hitchpost_server.runtime.errors import RuntimeFailure
from hitchpost_server.runtime.limits import RuntimeLimits
from hitchpost_server.runtime.seeds import new_seed
from hitchpost_server.store.protocol import Store, StoreUnavailableError, WriteSet

logger = logging.getLogger(__name__)

Submit = Callable[[Command], "asyncio.Future[Any]"]


@dataclass(slots=True, eq=False)
class Asking:
    """A worker's wish for one task; `deliver` is called once with it unless withdrawn."""

    task_def: str
    worker_id: str
    worker_version: str | None
    deliver: Callable[[tasks.ScheduledTask], None]
    withdrawn: bool = False


@dataclass(slots=True)
class Queue:
    """The queue of one TaskDef. `is_whole` says that the table holds no more than the window."""

    window: deque[QueuedTaskRow] = field(default_factory=deque)
    asking: deque[Asking] = field(default_factory=deque)
    claiming: set[tuple[str, str]] = field(default_factory=set)
    is_whole: bool = False
    is_reading: bool = False


class TaskQueues:
    """The task queues of one store."""

    def __init__(self, store: Store, submit: Submit, principal: str, limits: RuntimeLimits) -> None:
        self._store = store
        self._submit = submit
        self._principal = principal
        self._limits = limits
        self._queues: dict[str, Queue] = {}
        self._reads: set[asyncio.Task[None]] = set()

    def ask(self, asking: Asking) -> None:
        """Let a worker wait for a task."""
        queue = self._queues.setdefault(asking.task_def, Queue())
        queue.asking.append(asking)
        self._match(asking.task_def)

    def withdraw(self, asking: Asking) -> None:
        """Let a worker wait no more. A task already on its way to it is still delivered.

        If it cannot be sent any more, it is to be given back.
        """
        asking.withdrawn = True
        queue = self._queues.get(asking.task_def)
        if queue is not None and asking in queue.asking:
            queue.asking.remove(asking)
        if queue is not None and not queue.asking and not queue.claiming:
            del self._queues[asking.task_def]

    def give_back(self, task: tasks.ScheduledTask) -> None:
        """Offer an attempt again that was delivered and has certainly not been sent.

        To be called once for a delivery at most. Should it fail, the attempt runs
        into its timeout: a second try could meet another worker at work on it.
        """
        run = run_key(task.task_run_id.wf_run_id)
        command = ReturnTask(
            stream=family_stream(run),
            seed=new_seed(),
            run=run,
            task_guid=task.task_run_id.task_guid,
            attempt_number=task.attempt_number,
        )
        try:
            self._submit(command).add_done_callback(_given_back)
        except RuntimeFailure as failure:
            logger.warning("a task for a worker that is gone will time out: %s", failure)

    def committed(self, write: WriteSet) -> None:
        """Take note of the attempts that a commit has scheduled."""
        names = set()
        for row in write.rows:
            if type(row) is QueuedTaskRow and row.task_def in self._queues:
                self._take_in(self._queues[row.task_def], row)
                names.add(row.task_def)
        for name in names:
            self._match(name)

    def _take_in(self, queue: Queue, row: QueuedTaskRow) -> None:
        if not queue.is_whole:
            return
        if len(queue.window) < self._limits.task_window:
            _insert(queue.window, row)
        else:
            queue.is_whole = False

    def _match(self, task_def: str) -> None:
        """Give waiting attempts to waiting workers, as far as there are both."""
        queue = self._queues[task_def]
        while queue.asking and queue.window:
            self._claim(queue, queue.window.popleft(), queue.asking.popleft())
        if queue.asking and not queue.is_whole and not queue.is_reading:
            queue.is_reading = True
            read = asyncio.create_task(self._read(task_def, queue), name=f"queue {task_def}")
            self._reads.add(read)
            read.add_done_callback(self._reads.discard)

    async def _read(self, task_def: str, queue: Queue) -> None:
        """Read a window from the beginning; attempts on their way to a worker are passed over."""
        limit = self._limits.task_window
        try:
            # What is committed from here on comes by way of `committed` as well.
            queue.is_whole = True
            rows = await self._store.queued_tasks(task_def, (0, "", ""), limit)
        except StoreUnavailableError as error:
            logger.warning("the queue of %s cannot be read: %s", task_def, error.__cause__ or error)
            await asyncio.sleep(self._limits.store_retry_seconds)
            rows, queue.is_whole = [], False
        else:
            queue.is_whole = queue.is_whole and len(rows) < limit
        finally:
            queue.is_reading = False
        known = {row[:2] for row in queue.window} | queue.claiming
        fresh = [row for row in rows if row[:2] not in known]
        queue.window = deque(sorted([*queue.window, *fresh], key=lambda row: row.queued_us))
        if task_def in self._queues:
            self._match(task_def)

    def _claim(self, queue: Queue, row: QueuedTaskRow, asking: Asking) -> None:
        """Start an attempt for a worker; it is delivered when that is durable."""
        command = StartTask(
            stream=family_stream(row.run),
            seed=new_seed(),
            principal=self._principal,
            run=row.run,
            task_guid=row.task_guid,
            task_worker_id=asking.worker_id,
            task_worker_version=asking.worker_version,
        )
        try:
            answer = self._submit(command)
        except RuntimeFailure:
            # Shutting down: the attempt stays in its table.
            return
        queue.claiming.add(row[:2])
        answer.add_done_callback(lambda done: self._claimed(queue, row, asking, done))

    def _claimed(
        self,
        queue: Queue,
        row: QueuedTaskRow,
        asking: Asking,
        answer: "asyncio.Future[tasks.ScheduledTask | None]",
    ) -> None:
        queue.claiming.discard(row[:2])
        failed = answer.cancelled() or answer.exception() is not None
        scheduled = None if failed else answer.result()
        if scheduled is not None:
            asking.deliver(scheduled)
            return
        if not asking.withdrawn:
            queue.asking.appendleft(asking)
        if failed:
            queue.is_whole = False
            asyncio.get_running_loop().call_later(
                self._limits.store_retry_seconds, self._match_again, row.task_def
            )
        else:
            self._match_again(row.task_def)

    def _match_again(self, task_def: str) -> None:
        if task_def in self._queues:
            self._match(task_def)


def _insert(window: deque[QueuedTaskRow], row: QueuedTaskRow) -> None:
    """Add an attempt to a window; one that was given back was queued before the others."""
    if window and row.queued_us < window[0].queued_us:
        window.appendleft(row)
    else:
        window.append(row)


def _given_back(answer: "asyncio.Future[object]") -> None:
    if not answer.cancelled() and (failure := answer.exception()) is not None:
        logger.warning("a task for a worker that is gone will time out: %s", failure)
