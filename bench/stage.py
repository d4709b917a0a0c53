"""The stage of a measurement: both servers, and how long and how wide to load them.

Knows how the two are measured beside each other; knows no figure.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import hitchpost
from bench.load import Load, Target, connected
from bench.processes import ECHO, hitchpost_on, running
from bench.requests import (
    EVENT_DEF,
    TASK_DEF,
    TASK_INPUT,
    TASK_WF_SPEC,
    WF_SPEC,
    Numbered,
    numbered,
)


@hitchpost.workflow(WF_SPEC)
def wait_for_document(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait for one external event, then complete."""
    wf.register_event(EVENT_DEF)
    wf.wait_for_event(EVENT_DEF)


@hitchpost.workflow(TASK_WF_SPEC)
def have_document_filed(wf: hitchpost.WorkflowBuilder) -> None:
    """Have one task done, and complete with what it gives."""
    wf.complete(wf.task(TASK_DEF, wf.input(TASK_INPUT, str)))


@dataclass(slots=True)
class Stage:
    """What figures measure on; `seconds` is the length of one load.

    `watched` is entered around each load of Hitchpost that a figure is about: not around
    what only prepares it, and not around the echo.
    """

    hitchpost: Target
    echo: Target
    data: Path
    callers: int
    seconds: float
    echo_first: bool = True
    watched: Callable[[], AbstractContextManager[None]] = nullcontext

    async def beside_echo(
        self,
        method: str,
        requests: Iterator[Numbered],
        template: bytes,
        callers: int | None = None,
    ) -> tuple[Load, Load]:
        """Load Hitchpost with requests and the echo with copies of the same; first one, then other.

        Which comes first changes with every round, so that neither gains from it.
        """
        width = callers or self.callers
        return await self.in_turns(
            lambda: self.hitchpost.load(method, requests, width, self.seconds),
            lambda: self.echo.load(method, numbered(template), width, self.seconds),
        )

    async def in_turns(
        self, ours: Callable[[], Awaitable[Load]], echo: Callable[[], Awaitable[Load]]
    ) -> tuple[Load, Load]:
        """Make two loads, of Hitchpost and of the echo, one after the other."""
        if self.echo_first:
            echoed = await echo()
            return await self._watched(ours), echoed
        return await self._watched(ours), await echo()

    async def _watched(self, ours: Callable[[], Awaitable[Load]]) -> Load:
        with self.watched():
            return await ours()


async def define(target: str, timeout: float = 30.0) -> None:
    """Put the definitions that figures need."""
    async with hitchpost.connect(target, timeout=timeout) as client:
        await client.put_task_def(TASK_DEF, {TASK_INPUT: str}, returns=str)
        for workflow in wait_for_document, have_document_filed:
            await client.put_workflow(workflow)


@asynccontextmanager
async def set_up(data: Path, callers: int, seconds: float) -> AsyncIterator[Stage]:
    """Start both servers, and put the definitions that figures need."""
    with running(*hitchpost_on(data)) as ours, running(*ECHO) as echo:
        await define(ours.target)
        async with connected(ours) as our_target, connected(echo) as echo_target:
            yield Stage(our_target, echo_target, data, callers, seconds)
