"""Lookups: what addresses a name stands for, without anybody waiting for other names.

The system's resolver blocks a thread, for half a minute if nobody answers it.
So each name has a thread of its own while it is looked up, once for all who
ask, and no more than so many names are at a time. The threads end with the
process: a server that stops waits for none of them.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

# What `getaddrinfo` gives: family, kind, protocol, name, and the address itself.
Found = tuple[int, int, int, str, tuple[Any, ...]]
LookUp = Callable[..., list[Any]]

# Threads that wait for the resolver cost little. As many names as this must hang at once before
# another one waits for them.
NAMES_AT_A_TIME = 64
# Connections only, and addresses of those kinds only that this machine has.
OPTIONS = {"type": socket.SOCK_STREAM, "flags": socket.AI_ADDRCONFIG}


class Lookups:
    """Looks names up; whoever has targets of one kind has one of these."""

    def __init__(
        self, look_up: LookUp = socket.getaddrinfo, names_at_a_time: int = NAMES_AT_A_TIME
    ) -> None:
        self._look_up = look_up
        self._slots = asyncio.Semaphore(names_at_a_time)
        self._under_way: dict[tuple[str, int], asyncio.Task[list[Found]]] = {}

    async def find(self, host: str, port: int, family: int = 0) -> list[Found]:
        """Give the addresses of a host; raises OSError, or ValueError for what is no name."""
        found = await asyncio.shield(self._lookup(host, family))
        return [(*one[:4], (one[4][0], port, *one[4][2:])) for one in found]

    def _lookup(self, host: str, family: int) -> "asyncio.Task[list[Found]]":
        key = (host, family)
        if key not in self._under_way:
            self._under_way[key] = asyncio.create_task(self._looked_up(*key), name="lookup")
            self._under_way[key].add_done_callback(lambda done: self._is_known(key, done))
        return self._under_way[key]

    def _is_known(self, key: tuple[str, int], lookup: "asyncio.Task[list[Found]]") -> None:
        del self._under_way[key]
        if not lookup.cancelled():
            # Nobody may wait for it any more.
            lookup.exception()

    async def _looked_up(self, host: str, family: int) -> list[Found]:
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[Found]] = loop.create_future()

        def tell(result: list[Found], problem: Exception | None) -> None:
            if found.done():
                return
            if problem is None:
                found.set_result(result)
            else:
                found.set_exception(problem)

        def look_up() -> None:
            result, problem = list[Found](), None
            try:
                result = self._look_up(host, None, family=family, **OPTIONS)
            except Exception as error:
                problem = error
            with suppress(RuntimeError):  # the server has stopped meanwhile
                loop.call_soon_threadsafe(tell, result, problem)

        async with self._slots:
            Thread(target=look_up, name="lookup", daemon=True).start()
            return await found

    async def close(self) -> None:
        """Wait for nobody any more."""
        lookups = list(self._under_way.values())
        for lookup in lookups:
            lookup.cancel()
        await asyncio.gather(*lookups, return_exceptions=True)
