"""A run's history as clients read it: from the log, page by page, masked and filled in.

Knows what events of a family are a run's; knows nothing of calls, nor of who
waits for more.
"""

from collections.abc import AsyncIterator, Callable, Iterator

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.api import masking
from hitchpost_server.api.log_reading import LogReader
from hitchpost_server.api.received_events import ReceivedEvents
from hitchpost_server.engine.ids import family_stream, run_key
from hitchpost_server.engine.log import expanded
from hitchpost_server.store.protocol import LoggedRecord


class RunHistory:
    """What has happened to a run, or in an execution of it, from behind a sequence number on.

    It holds a page of the log and the event in hand. `is_known` tells whether
    anything was found so far.
    """

    def __init__(
        self, reader: LogReader, run: str, after: int, execution: int | None = None
    ) -> None:
        self.is_known = False
        self._execution = execution
        self._reader = reader
        self._run = run
        self._stream = family_stream(run)
        self._after = after
        self._received = ReceivedEvents(reader, self._stream)

    async def events(
        self,
        *,
        before: int | None = None,
        up_to_position: int | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> AsyncIterator[history.HistoryEvent]:
        """Read on, up to what is there now; not the sequence `before`, nor past a position.

        `check` is called time and again, and ends it by raising.
        """
        while records := await self._reader.page(self._stream, self._after):
            for record in records:
                check()
                if before is not None and record.first_sequence >= before:
                    return
                if up_to_position is not None and record.position > up_to_position:
                    return
                for event in self._events_of(record):
                    self.is_known = True
                    yield masking.event(await self._received.filled_in(event))
                    check()
                self._after = record.last_sequence

    def _events_of(self, record: LoggedRecord) -> Iterator[history.HistoryEvent]:
        at = (record.first_sequence, record.position, record.body)
        for event in expanded(self._stream, *at):
            if event.sequence <= self._after or run_key(event.wf_run_id) != self._run:
                continue
            if self._execution in (None, event.execution):
                yield event
