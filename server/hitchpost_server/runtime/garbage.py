"""Cyclic garbage: looked for often in what is new, and seldom in all of memory.

The interpreter looks by itself when there are so many more objects than before. A
server whose memory is full lets go of as many as it takes in, so that moment seldom
came, and then all that was new since the last one was looked through in one go: for
100 ms nobody was answered. Here it is after a number of commands. What is still in
use then goes where the interpreter does not look (`gc.freeze`): streams in memory make
no cycles, and go with their last use. A cycle that was in use for longer is found
when all of memory is looked through, which takes a moment when nothing else is done.
"""

import asyncio
import gc
import time

from hitchpost_server.store.protocol import WriteSet

# After so many commands: a millisecond or two.
YOUNG_COMMANDS = 256
# The interpreter's own look at what is new, for work that comes to no command.
YOUNG_OBJECTS = 50_000
# Older objects are never looked at by themselves.
NEVER = 1_000_000_000

FULL_SECONDS = 900.0
# Nothing has been written for so long: now is the moment.
QUIET_SECONDS = 0.1
# A server that is never quiet is interrupted after so long.
QUIET_WITHIN_SECONDS = 60.0


class GarbageCollection:
    """When the garbage of this process is collected; `run` is its life.

    All memory is looked through every `full_seconds`.
    """

    def __init__(self, full_seconds: float = FULL_SECONDS) -> None:
        self._full_seconds = full_seconds
        self._commands = 0
        self._written = time.monotonic()

    def committed(self, write: WriteSet) -> None:
        """Note what was written; now and then, look through what is new, once it is answered."""
        self._written = time.monotonic()
        self._commands += len(write.appends)
        if self._commands >= YOUNG_COMMANDS:
            self._commands = 0
            # Behind the tasks that wake up now and let the answers out.
            asyncio.get_running_loop().call_soon(_look_through_what_is_new)

    async def run(self) -> None:
        """Look through all memory, again and again; when cancelled, leave that to the interpreter.

        What there is at the beginning was imported, most of it, and is looked through last.
        """
        before = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS, NEVER, NEVER)
        try:
            while True:
                await asyncio.sleep(self._full_seconds)
                await self._quiet_moment()
                gc.unfreeze()
                gc.collect()
                gc.freeze()
        finally:
            gc.unfreeze()
            gc.set_threshold(*before)

    async def _quiet_moment(self) -> None:
        """Wait until nothing is written, but not for ever."""
        until = time.monotonic() + QUIET_WITHIN_SECONDS
        while (now := time.monotonic()) < until and now - self._written < QUIET_SECONDS:
            await asyncio.sleep(QUIET_SECONDS / 2)


def _look_through_what_is_new() -> None:
    gc.collect(0)
    gc.freeze()
