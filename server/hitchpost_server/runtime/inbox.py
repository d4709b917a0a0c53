"""The inbox: commands that wait for the committer, bounded in number and in time.

How long one that comes now would wait follows from how many there are before it
and how fast they were taken lately; if nothing is taken at all, the oldest tells.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, islice
from operator import attrgetter
from typing import Any

from hitchpost_server.engine.commands import Command, PutCheckpoint, ReportTask
from hitchpost_server.runtime.errors import Overloaded, ShuttingDown
from hitchpost_server.runtime.limits import RuntimeLimits

# What ends work that was begun rather than begins more: to turn that away would not help.
FINISHING = (ReportTask, PutCheckpoint)

# How much the last batch counts for how fast the next ones are thought to go.
NEWS_SHARE = 0.2


@dataclass(slots=True)
class Pending:
    """A command and where its answer goes.

    `number` is its place among all commands; `came` is when it came, by the clock
    that never goes back; `tries` counts commits that met a conflict; `is_retry`
    says that it has met a defect before.
    """

    command: Command
    answer: "asyncio.Future[Any]"
    number: int
    came: float
    tries: int = 0
    is_retry: bool = False


class Pace:
    """How long a command takes whoever takes them, as far as the last batches tell."""

    def __init__(self) -> None:
        self.seconds_each = 0.0
        self._count = 0
        self._at = 0.0

    def taken(self, count: int, *, at_once: bool) -> None:
        """Note that so many were taken; at once if they waited already: then those before took
        all of the time since.
        """
        now = time.monotonic()
        if at_once and self._count:
            each = (now - self._at) / self._count
            self.seconds_each += (each - self.seconds_each) * NEWS_SHARE
        self._count, self._at = count, now


class Inbox:
    """First in, first out. Past its bound, commands from outside are turned away.

    A batch may be told to wait until there are enough commands for it.
    """

    def __init__(self, limits: RuntimeLimits) -> None:
        self._limits = limits
        self._waiting: deque[Pending] = deque()
        self._filled = asyncio.Event()
        self._numbers = count()
        self._closed = False
        self._pace = Pace()
        self._enough = 1

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def oldest_seconds(self) -> float:
        """How long the first of those has waited that wait now."""
        return time.monotonic() - self._waiting[0].came if self._waiting else 0.0

    @property
    def is_full(self) -> bool:
        """Whether commands from outside are turned away now."""
        waiting = len(self._waiting)
        if waiting < self._limits.batch_commands_max:
            # They all go at once, with the next batch.
            return waiting >= self._limits.inbox_commands_max
        wait_max = self._limits.inbox_wait_seconds_max
        return (
            waiting >= self._limits.inbox_commands_max
            or waiting * self._pace.seconds_each > wait_max
            or self.oldest_seconds > wait_max
        )

    def _turns_away(self, command: Command) -> bool:
        if len(self._waiting) >= self._limits.inbox_commands_max:
            return True
        return self.is_full and not isinstance(command, FINISHING)

    def put(
        self, command: Command, *, internal: bool = False, is_retry: bool = False
    ) -> "asyncio.Future[Any]":
        """Let a command wait; the future is its answer.

        The server's own commands (timers, follow-ups) are bounded where they
        are made and are always taken.
        """
        if self._closed:
            raise ShuttingDown
        if not internal and self._turns_away(command):
            raise Overloaded(retry_after_seconds=self._limits.overload_retry_seconds)
        answer = asyncio.get_running_loop().create_future()
        came = time.monotonic()
        pending = Pending(command, answer, next(self._numbers), came, is_retry=is_retry)
        self._waiting.append(pending)
        if len(self._waiting) >= self._enough:
            self._filled.set()
        return answer

    def put_all(self, commands: Sequence[Command]) -> "list[asyncio.Future[Any]]":
        """Let commands from outside wait that came together, as many of the first as fit."""
        if self._closed:
            raise ShuttingDown
        room = 0 if self.is_full else self._limits.inbox_commands_max - len(self._waiting)
        new_answer, came = asyncio.get_running_loop().create_future, time.monotonic()
        taken = [
            Pending(command, new_answer(), next(self._numbers), came) for command in commands[:room]
        ]
        self._waiting.extend(taken)
        if len(self._waiting) >= self._enough:
            self._filled.set()
        return [pending.answer for pending in taken]

    def put_back(self, batch: Iterable[Pending]) -> None:
        """Let commands wait again, in the order in which they first came."""
        waiting = [*batch, *self._waiting]
        self._waiting = deque(sorted(waiting, key=attrgetter("number")))
        self._filled.set()

    def wait_for(self, enough: int) -> None:
        """Let the next batch wait until there are as many commands for it."""
        self._enough = enough
        if len(self._waiting) >= enough:
            self._filled.set()

    async def take(self) -> list[Pending]:
        """Wait for commands and take a batch; an empty one means closed and drained."""
        at_once = bool(self._waiting)
        while not (taken := self.take_now() if self._is_due else []):
            if self._closed:
                return []
            self._filled.clear()
            await self._filled.wait()
        self._pace.taken(len(taken), at_once=at_once)
        return taken

    @property
    def _is_due(self) -> bool:
        return self._closed or len(self._waiting) >= self._enough

    def streams_ahead(self) -> set[str]:
        """Name the streams of the commands that the next batch will take."""
        ahead = islice(self._waiting, self._limits.batch_commands_max)
        return {pending.command.stream for pending in ahead}

    def take_now(self) -> list[Pending]:
        """Take a batch of what waits at this moment."""
        taken: list[Pending] = []
        while self._waiting and len(taken) < self._limits.batch_commands_max:
            pending = self._waiting.popleft()
            # Who has left waits for nothing: to do it all the same would keep others waiting.
            if not pending.answer.cancelled():
                taken.append(pending)
        return taken

    def close(self) -> None:
        """Take no more; what waits is still served."""
        self._closed = True
        self._filled.set()
