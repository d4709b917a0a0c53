"""A run's history as clients read it: from the log, page by page, masked and filled in.

Knows the log's rows and where executions begin; knows nothing of calls, and
decides nothing about who waits for more.
"""

from collections.abc import AsyncIterator

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.api import masking
from hitchpost_server.api.received_events import ReceivedEvents
from hitchpost_server.engine.ids import family_stream, run_key
from hitchpost_server.engine.log import expanded
from hitchpost_server.engine.rows import ExecutionRow, RowKey
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import LoggedRecord, Store, StoreUnavailableError


class RunHistory:
    """What has happened to a run, read from behind a sequence number on.

    It holds one page of the log at a time. `after` is how far it has been read,
    `is_known` whether anything was found.
    """

    def __init__(self, store: Store, run: str, after: int, page_records: int) -> None:
        self.run = run
        self.after = after
        self.is_known = False
        self._stream = family_stream(run)
        self._store = store
        self._page_records = page_records
        self._received = ReceivedEvents(store, self._stream)

    async def events(
        self, *, before: int | None = None, up_to_position: int | None = None
    ) -> AsyncIterator[history.HistoryEvent]:
        """Read on, up to what is there now; not the sequence `before`, nor past a position."""
        while True:
            records = await self._page()
            for record in records:
                if before is not None and record.first_sequence >= before:
                    return
                if up_to_position is not None and record.position > up_to_position:
                    return
                for event in self._events_of(record):
                    await self._received.fill_in(event)
                    yield masking.event(event)
                self.after = record.last_sequence
            if len(records) < self._page_records:
                return

    def _events_of(self, record: LoggedRecord) -> list[history.HistoryEvent]:
        found = [
            event
            for event in expanded(self._stream, record.first_sequence, record.position, record.body)
            if run_key(event.wf_run_id) == self.run and event.sequence > self.after
        ]
        self.is_known = self.is_known or bool(found)
        return found

    async def _page(self) -> list[LoggedRecord]:
        try:
            return await self._store.read_stream(self._stream, self.after, self._page_records)
        except StoreUnavailableError as error:
            raise StoreUnavailable from error


async def beginnings(store: Store, run: str, execution: int) -> tuple[int | None, int | None]:
    """Say at which sequence number an execution and the one after it begin, if they have.

    The first one begins with the run.
    """
    keys = [RowKey(ExecutionRow, (run, number)) for number in (execution, execution + 1)]
    try:
        rows = await store.lookup(keys)
    except StoreUnavailableError as error:
        raise StoreUnavailable from error
    first, following = (
        row.first_sequence if isinstance(row := rows.get(key), ExecutionRow) else None
        for key in keys
    )
    return (1 if execution == 1 else first), following
