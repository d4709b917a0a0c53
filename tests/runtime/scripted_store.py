"""A store in memory that fails, waits and conflicts on command.

Knows the Store Protocol and what a test has asked for next; what is stored is
the business of the plain store in memory behind it.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hitchpost_server.store.memory import MemoryStore
from hitchpost_server.store.protocol import WriteSet

T = TypeVar("T")


@dataclass(slots=True)
class Turn:
    """What happens to one call: it waits to be released, then fails or goes on.

    A call that is held `after` has done its work: it only keeps its answer back.
    """

    failure: Exception | None = None
    after: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let the call go on."""
        self.released.set()


class ScriptedStore:
    """A MemoryStore whose next calls happen as a test wants.

    `commits` are the write sets that were written; `tried` counts all commits. `asked` are the
    other calls, with what they were asked and what they answered.
    """

    def __init__(self, kept: MemoryStore | None = None) -> None:
        self.kept = kept or MemoryStore()
        self.is_shared = False
        self.commits: list[WriteSet] = []
        self.tried = 0
        self.asked: list[tuple[str, tuple[Any, ...], Any]] = []
        self._turns: dict[str, deque[Turn]] = defaultdict(deque)

    def fail(self, verb: str, *failures: Exception) -> None:
        """Let the next calls of a verb fail, one with each failure."""
        for failure in failures:
            self.hold(verb, failure).release()

    def hold(self, verb: str, failure: Exception | None = None, *, after: bool = False) -> Turn:
        """Let the next call of a verb wait until it is released."""
        turn = Turn(failure, after)
        self._turns[verb].append(turn)
        return turn

    def forget_turns(self) -> None:
        """Let all further calls happen as they come."""
        self._turns.clear()

    def __getattr__(self, verb: str) -> Any:
        if verb.startswith("_"):
            raise AttributeError(verb)

        async def call(*arguments: Any) -> Any:
            answer = await self._take_turn(verb, getattr(self.kept, verb), arguments)
            self.asked.append((verb, arguments, answer))
            return answer

        return call

    async def commit(self, write: WriteSet) -> int:
        """Commit, when and if it is to be."""
        self.tried += 1
        position: int = await self._take_turn("commit", self.kept.commit, (write,))
        self.commits.append(write)
        return position

    async def _take_turn(self, verb: str, work: Any, arguments: tuple[Any, ...]) -> Any:
        # Every real store lets others run in the meantime.
        await asyncio.sleep(0)
        turns = self._turns[verb]
        turn = turns.popleft() if turns else None
        if turn is None:
            return await work(*arguments)
        if turn.after:
            return await _held(turn, await work(*arguments))
        await _held(turn, None)
        return await work(*arguments)


async def _held(turn: Turn, answer: T) -> T:
    turn.reached.set()
    await turn.released.wait()
    if turn.failure is not None:
        raise turn.failure
    return answer


async def within(work: Awaitable[T], seconds: float = 30.0) -> T:
    """Wait for something that must happen soon."""
    async with asyncio.timeout(seconds):
        return await work
