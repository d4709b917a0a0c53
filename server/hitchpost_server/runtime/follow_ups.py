"""Follow-ups: what one stream owes another is carried out, also after a restart.

A follow-up is a row, written in the commit that gives rise to it and deleted in
the commit that carries it out: so it happens once. This is the only way that
one stream affects another.
"""

import asyncio
import logging
from collections.abc import Callable

from hitchpost_server.engine.commands import Command, from_follow_up
from hitchpost_server.engine.rows import FollowUpRow
from hitchpost_server.runtime.errors import RuntimeFailure
from hitchpost_server.runtime.limits import RuntimeLimits
from hitchpost_server.runtime.seeds import new_seed
from hitchpost_server.store.protocol import Store, StoreUnavailableError, WriteSet

logger = logging.getLogger(__name__)

Submit = Callable[[Command], "asyncio.Future[object]"]


class FollowUps:
    """Carries out the follow-ups of one store; at most a window of them at a time."""

    def __init__(self, store: Store, submit: Submit, limits: RuntimeLimits) -> None:
        self._store = store
        self._submit = submit
        self._limits = limits
        self._in_flight: set[str] = set()
        self._more_in_table = asyncio.Event()
        self._more_in_table.set()

    def committed(self, write: WriteSet) -> None:
        """Take note of the follow-ups that a commit owes."""
        for row in write.rows:
            if type(row) is FollowUpRow:
                self._carry_out(row)

    def _carry_out(self, row: FollowUpRow) -> None:
        if row.id in self._in_flight:
            return
        if len(self._in_flight) >= self._limits.follow_up_window:
            self._more_in_table.set()
            return
        try:
            answer = self._submit(from_follow_up(row.id, row.stream, new_seed(), row.body))
        except RuntimeFailure:
            # Shutting down: the next start finds it in its table.
            return
        self._in_flight.add(row.id)
        answer.add_done_callback(lambda done: self._carried_out(row.id, done))

    def _carried_out(self, follow_up: str, answer: "asyncio.Future[object]") -> None:
        self._in_flight.discard(follow_up)
        if not answer.cancelled() and answer.exception() is not None:
            loop = asyncio.get_running_loop()
            loop.call_later(self._limits.store_retry_seconds, self._more_in_table.set)

    async def run(self) -> None:
        """Read what is owed at the start and whenever more was owed than the window holds."""
        while True:
            await self._more_in_table.wait()
            self._more_in_table.clear()
            try:
                rows = await self._store.follow_ups("", self._limits.follow_up_window)
            except StoreUnavailableError as error:
                logger.warning("follow-ups cannot be read: %s", error.__cause__ or error)
                self._more_in_table.set()
                rows = []
            for row in rows:
                self._carry_out(row)
            if self._more_in_table.is_set() or len(rows) == self._limits.follow_up_window:
                self._more_in_table.set()
                await asyncio.sleep(self._limits.store_retry_seconds)
