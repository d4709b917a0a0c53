"""The runtime at work in a test, and the laws that hold whatever happens to it.

The laws: the tables are what the log says, and so is every stream in memory
and every stream that snapshots bring back; every external event has ended where
it may, once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orders
from scripted_store import ScriptedStore, within
from tests.folding import folded_states
from told_events import wrong_accounts

from hitchpost_server.app import Engine, running_engine
from hitchpost_server.config import Settings
from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.fold import FOLD_VERSION
from hitchpost_server.engine.streams import kind_of
from hitchpost_server.runtime.cache import revive
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.rebuilding import verify
from hitchpost_server.store.memory import MemoryStore


class Serving:
    """A committer at work, until the test is over."""

    def __init__(self, store: ScriptedStore, **settings: Any) -> None:
        self.store = store
        chosen = Settings(**settings)
        self.committer = Committer(store, Clock(), chosen.engine_limits, chosen.runtime_limits)
        self.life = asyncio.create_task(self.committer.run(), name="committer")

    def submit(self, *ordered: Command) -> list["asyncio.Future[Any]"]:
        """Order things, in this order, and wait for nothing."""
        return [self.committer.submit(command) for command in ordered]

    async def outcomes(self, *ordered: Command) -> list[Any]:
        """Order things at once and wait for what comes of them: a reply or an exception."""
        return await outcomes_of(self.submit(*ordered))

    async def do(self, *ordered: Command) -> Any:
        """Order things one after another that are not to be refused; give the last reply."""
        reply = None
        for command in ordered:
            reply = await within(self.committer.submit(command))
        return reply

    async def define_all(self) -> None:
        """Put all definitions that there are orders about."""
        await self.do(*(make() for make in orders.DEFINITIONS))

    async def stop(self) -> None:
        """Answer what was taken, and end."""
        self.committer.close()
        await within(self.life)


async def outcomes_of(answers: list["asyncio.Future[Any]"]) -> list[Any]:
    """Wait for what comes of orders: a reply or an exception each."""
    return await within(asyncio.gather(*answers, return_exceptions=True))


def names_of(outcomes: list[Any]) -> list[str]:
    """Name the classes of what came of orders."""
    return [type(outcome).__name__ for outcome in outcomes]


async def until(condition: Callable[[], Any], seconds: float = 30.0) -> None:
    """Let others run until a condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0)


@asynccontextmanager
async def whole_runtime(store: ScriptedStore, **settings: Any) -> AsyncIterator[Engine]:
    """Committer, timers, task queues and follow-ups on a store; the laws are checked at the end."""
    async with running_engine(store, Settings(**settings)) as engine:
        yield engine
    assert await broken_laws(store) == []


def _carry_max(committer: Committer | None) -> list[int]:
    if committer is None:
        return []
    return [committer._decider._engine_limits.max_external_event_carry_forward_executions]


async def broken_laws(store: ScriptedStore, committer: Committer | None = None) -> list[str]:
    """Compare tables, live streams and snapshots with the fold of the log.

    Of a shared store another server may know more than this one remembers.
    """
    problems = await verify(store.kept, MemoryStore())
    problems += await wrong_accounts(store.kept, *_carry_max(committer))
    folded = await folded_states(store.kept)
    stored = await store.kept.load(list(folded), FOLD_VERSION)
    live = committer._cache._streams if committer else {}
    for stream, state in folded.items():
        kind = kind_of(stream)
        wanted = (state.sequence, kind.to_bytes(state))
        copies = [revive(stream, stored[stream]), *([live[stream]] if stream in live else [])]
        for copy in copies:
            if store.is_shared and copy.state.sequence < state.sequence:
                continue
            if (copy.state.sequence, kind.to_bytes(copy.state)) != wanted:
                problems.append(f"{stream} is not what its log says")
    return problems
