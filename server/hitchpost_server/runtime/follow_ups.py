"""Follow-ups: what one stream owes another is carried out, also after a restart.

A follow-up is a row, written in the commit that gives rise to it and deleted in
the commit that carries it out: so it happens once. This is the only way that
one stream affects another.
"""

import asyncio
import logging

from hitchpost_server.engine.owed_commands import from_follow_up
from hitchpost_server.engine.rows import FollowUpRow
from hitchpost_server.runtime.errors import RuntimeFailure
from hitchpost_server.runtime.limits import RuntimeLimits
from hitchpost_server.runtime.retries import Retries, Submit
from hitchpost_server.runtime.seeds import new_seed
from hitchpost_server.store.protocol import Store, StoreUnavailableError, WriteSet

logger = logging.getLogger(__name__)


class FollowUps:
    """Carries out the follow-ups of one store; at most a window of them at a time."""

    def __init__(self, store: Store, submit: Submit, limits: RuntimeLimits) -> None:
        self._store = store
        self._submit = submit
        self._limits = limits
        self._in_flight: set[str] = set()
        self._retries: Retries[str] = Retries(limits)
        self._after = ""
        self._more_in_table = asyncio.Event()
        self._more_in_table.set()

    def committed(self, write: WriteSet) -> None:
        """Take note of the follow-ups that a commit owes."""
        for row in write.rows:
            if type(row) is FollowUpRow:
                self._carry_out(row)

    def _carry_out(self, row: FollowUpRow) -> bool:
        """Submit a follow-up, unless its time is not now; tell whether the window had room."""
        if row.id in self._in_flight or row.id in self._retries:
            return True
        if len(self._in_flight) >= self._limits.follow_up_window:
            self._more_in_table.set()
            return False
        command = from_follow_up(row.id, row.stream, new_seed(), row.body)
        try:
            answer = self._submit(command, is_retry=self._retries.has_met_a_defect(row.id))
        except RuntimeFailure:
            # Shutting down: the next start finds it in its table.
            return True
        self._in_flight.add(row.id)
        answer.add_done_callback(lambda done: self._carried_out(row.id, done))
        return True

    def _carried_out(self, follow_up: str, answer: "asyncio.Future[object]") -> None:
        self._in_flight.discard(follow_up)
        error = None if answer.cancelled() else answer.exception()
        if isinstance(error, RuntimeFailure):
            self._retries.put_off(follow_up, error, self._more_in_table.set)
        else:
            self._retries.forget(follow_up)

    async def run(self) -> None:
        """Read what is owed at the start and whenever more was owed than the window holds."""
        while True:
            await self._more_in_table.wait()
            self._more_in_table.clear()
            try:
                await self._carry_out_what_is_owed()
            except StoreUnavailableError as error:
                logger.warning("follow-ups cannot be read: %s", error.__cause__ or error)
                self._more_in_table.set()
            if self._more_in_table.is_set():
                await asyncio.sleep(self._limits.store_retry_seconds)

    async def _carry_out_what_is_owed(self) -> None:
        """Go through the table until the window is full, the next time from there on.

        So nothing is held up by what is before it and fails again and again.
        """
        from_the_start, limit = not self._after, self._limits.follow_up_window
        while not self._retries.is_full:
            rows = await self._store.follow_ups(self._after, limit)
            for row in rows:
                if not self._carry_out(row):
                    return
                self._after = row.id
            if len(rows) < limit:
                self._after = ""
                if not from_the_start:
                    self._more_in_table.set()
                return
