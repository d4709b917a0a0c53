"""Waiting for commits: calls sleep until one brings what they wait for.

Knows who waits for news of which subject; nothing of what was committed before.
So that nothing is lost in between, a call begins to wait first and looks at
what is stored then: what is committed meanwhile has been noted for it.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from hitchpost_server.runtime.errors import Overloaded, ShuttingDown

News = TypeVar("News")


class Wait(Generic[News]):
    """A call that waits for news of a subject, the first ones that it wants or one after another.

    It holds on to one piece of news; those that come before it is asked for are passed over.
    """

    def __init__(self, subject: str, wants: Callable[[News], bool]) -> None:
        self.subject = subject
        self._wants = wants
        self._first: asyncio.Future[News] = asyncio.get_running_loop().create_future()
        self._stopped = False

    async def news(self) -> News:
        """Give the first news since this was last asked; raise ShuttingDown if none will come."""
        news = await self._first
        self._first = asyncio.get_running_loop().create_future()
        if self._stopped:
            self.stop()
        return news

    def check(self) -> None:
        """Raise ShuttingDown if no news will come any more."""
        if self._stopped:
            raise ShuttingDown

    def tell(self, news: News) -> None:
        """Wake the call if it wants this."""
        if not self._first.done() and self._wants(news):
            self._first.set_result(news)

    def stop(self) -> None:
        """Let nothing come any more."""
        self._stopped = True
        if not self._first.done():
            self._first.set_exception(ShuttingDown())

    def end(self) -> None:
        """Let go: whoever waited may have left with something else."""
        if not self._first.cancel() and not self._first.cancelled():
            self._first.exception()


class Waits(Generic[News]):
    """All calls that wait for news of a kind, bounded in number."""

    def __init__(self, waits_max: int, retry_seconds: float) -> None:
        self._waits_max = waits_max
        self._retry_seconds = retry_seconds
        self._waits: dict[str, set[Wait[News]]] = {}
        self._count = 0
        self._stopped = False

    @contextmanager
    def waiting(
        self, subject: str, wants: Callable[[News], bool] = lambda _: True
    ) -> Iterator[Wait[News]]:
        """Wait within the block. Raises Overloaded and ShuttingDown at once."""
        if self._stopped:
            raise ShuttingDown
        if self._count >= self._waits_max:
            raise Overloaded(retry_after_seconds=self._retry_seconds)
        wait = Wait(subject, wants)
        self._waits.setdefault(subject, set()).add(wait)
        self._count += 1
        try:
            yield wait
        finally:
            self._end(wait)

    def _end(self, wait: Wait[News]) -> None:
        self._count -= 1
        waits = self._waits[wait.subject]
        waits.remove(wait)
        if not waits:
            del self._waits[wait.subject]
        wait.end()

    def tell(self, subject: str, news: News) -> None:
        """Wake the calls that wait for this."""
        for wait in self._waits.get(subject, ()):
            wait.tell(news)

    def stop(self) -> None:
        """Let nobody wait any more."""
        self._stopped = True
        for waits in self._waits.values():
            for wait in waits:
                wait.stop()
