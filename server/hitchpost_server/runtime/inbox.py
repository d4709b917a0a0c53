"""The inbox: commands that wait for the committer, bounded in number."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from operator import attrgetter
from typing import Any

from hitchpost_server.engine.commands import Command
from hitchpost_server.runtime.errors import Overloaded, ShuttingDown
from hitchpost_server.runtime.limits import RuntimeLimits


@dataclass(slots=True)
class Pending:
    """A command and where its answer goes.

    `number` is its place among all commands; `tries` counts commits that met a
    conflict; `is_retry` says that it has met a defect before.
    """

    command: Command
    answer: "asyncio.Future[Any]"
    number: int
    tries: int = 0
    is_retry: bool = False


class Inbox:
    """First in, first out. Past its bound, commands from outside are turned away."""

    def __init__(self, limits: RuntimeLimits) -> None:
        self._limits = limits
        self._waiting: deque[Pending] = deque()
        self._filled = asyncio.Event()
        self._numbers = count()
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(
        self, command: Command, *, internal: bool = False, is_retry: bool = False
    ) -> "asyncio.Future[Any]":
        """Let a command wait; the future is its answer.

        The server's own commands (timers, follow-ups) are bounded where they
        are made and are always taken.
        """
        if self._closed:
            raise ShuttingDown
        if len(self._waiting) >= self._limits.inbox_commands_max and not internal:
            raise Overloaded(retry_after_seconds=self._limits.overload_retry_seconds)
        answer = asyncio.get_running_loop().create_future()
        pending = Pending(command, answer, next(self._numbers), is_retry=is_retry)
        self._waiting.append(pending)
        self._filled.set()
        return pending.answer

    def put_back(self, batch: Iterable[Pending]) -> None:
        """Let commands wait again, in the order in which they first came."""
        waiting = [*batch, *self._waiting]
        self._waiting = deque(sorted(waiting, key=attrgetter("number")))
        self._filled.set()

    async def take(self) -> list[Pending]:
        """Wait for commands and take a batch; an empty one means closed and drained."""
        while not self._waiting:
            if self._closed:
                return []
            self._filled.clear()
            await self._filled.wait()
        return self.take_now()

    def take_now(self) -> list[Pending]:
        """Take a batch of what waits at this moment."""
        count = min(len(self._waiting), self._limits.batch_commands_max)
        return [self._waiting.popleft() for _ in range(count)]

    def close(self) -> None:
        """Take no more; what waits is still served."""
        self._closed = True
        self._filled.set()
