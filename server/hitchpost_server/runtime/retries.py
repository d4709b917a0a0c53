"""Retries: when that which failed is tried again.

Knows keys and how each has failed; knows nothing of what they stand for. What
the store did not take is tried again at the store's pace; what met a defect
waits twice as long each time, for only people can mend it.
"""

import asyncio
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from hitchpost_server.engine.commands import Command
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.runtime.limits import RuntimeLimits

Key = TypeVar("Key")


class Submit(Protocol):
    """How the server's own commands reach the committer."""

    def __call__(self, command: Command, *, is_retry: bool = False) -> "asyncio.Future[object]":
        """Submit a command; `is_retry`: it has met a defect before, which is in the log."""
        ...


class Retries(Generic[Key]):
    """What is put off, by key, and how long each was put off because of a defect."""

    def __init__(self, limits: RuntimeLimits) -> None:
        self._limits = limits
        self._delays: dict[Key, float] = {}
        self._put_off: dict[Key, asyncio.TimerHandle] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._put_off

    @property
    def is_full(self) -> bool:
        """Whether so much is put off that nothing more should be read."""
        return len(self._put_off) >= self._limits.put_off_max

    def has_met_a_defect(self, key: Key) -> bool:
        """Whether a key has failed for another reason than the store."""
        return key in self._delays

    def put_off(self, key: Key, error: BaseException, again: Callable[[], None]) -> None:
        """Call `again` when it is time to try once more."""
        self._cancel(key)
        delay = self._limits.store_retry_seconds
        if not isinstance(error, StoreUnavailable):
            delay = self._delays[key] = self._longer(key)
        loop = asyncio.get_running_loop()
        self._put_off[key] = loop.call_later(delay, self._now, key, again)

    def _longer(self, key: Key) -> float:
        before = self._delays.get(key)
        delay = self._limits.store_retry_seconds if before is None else 2 * before
        return min(delay, self._limits.defect_retry_seconds_max)

    def _now(self, key: Key, again: Callable[[], None]) -> None:
        del self._put_off[key]
        again()

    def forget(self, key: Key) -> None:
        """Know no more of a key: it succeeded, or does not matter any more."""
        self._delays.pop(key, None)
        self._cancel(key)

    def _cancel(self, key: Key) -> None:
        waiting = self._put_off.pop(key, None)
        if waiting is not None:
            waiting.cancel()
