"""Waiting for workflow events: calls sleep until a commit brings what they wait for.

Knows what is committed and who waits; nothing of what was thrown before. So
that no event is lost in between, a call begins to wait first and looks at what
is stored then: what is committed meanwhile has been noted for it.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hitchpost_server.engine.rows import WorkflowEventRow
from hitchpost_server.runtime.errors import Overloaded, ShuttingDown
from hitchpost_server.runtime.limits import RuntimeLimits
from hitchpost_server.store.protocol import WriteSet


@dataclass(slots=True, eq=False)
class Wait:
    """A call that waits for an event of a run; `thrown` is the first one that it wants."""

    run: str
    wants: Callable[[WorkflowEventRow], bool]
    thrown: "asyncio.Future[WorkflowEventRow]"


class EventWaits:
    """All calls that wait for workflow events, bounded in number."""

    def __init__(self, limits: RuntimeLimits) -> None:
        self._limits = limits
        self._waits: dict[str, set[Wait]] = {}
        self._count = 0
        self._stopped = False

    @contextmanager
    def waiting(
        self, run: str, wants: Callable[[WorkflowEventRow], bool]
    ) -> Iterator["asyncio.Future[WorkflowEventRow]"]:
        """Wait within the block; the future gives the first event from now on that is wanted.

        Raises Overloaded and ShuttingDown at once, and the future ShuttingDown later.
        """
        if self._stopped:
            raise ShuttingDown
        if self._count >= self._limits.event_waits_max:
            raise Overloaded(retry_after_seconds=self._limits.overload_retry_seconds)
        wait = Wait(run, wants, asyncio.get_running_loop().create_future())
        self._waits.setdefault(run, set()).add(wait)
        self._count += 1
        try:
            yield wait.thrown
        finally:
            self._end(wait)

    def _end(self, wait: Wait) -> None:
        self._count -= 1
        waits = self._waits[wait.run]
        waits.remove(wait)
        if not waits:
            del self._waits[wait.run]
        if not wait.thrown.cancel() and not wait.thrown.cancelled():
            # Whoever waited may have left with something else.
            wait.thrown.exception()

    def committed(self, write: WriteSet) -> None:
        """Wake the calls that wait for what a commit has brought."""
        for row in write.rows:
            if type(row) is WorkflowEventRow:
                self._wake(row)

    def _wake(self, row: WorkflowEventRow) -> None:
        for wait in self._waits.get(row.run, ()):
            if not wait.thrown.done() and wait.wants(row):
                wait.thrown.set_result(row)

    def stop(self) -> None:
        """Let nobody wait any more."""
        self._stopped = True
        for waits in self._waits.values():
            for wait in waits:
                if not wait.thrown.done():
                    wait.thrown.set_exception(ShuttingDown())
