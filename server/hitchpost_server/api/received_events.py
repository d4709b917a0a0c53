"""External events that came along into an execution, shown as they were received.

The log does not repeat them. They are looked up where they were received, in
the same stream. They came along in the order in which they were received, so
one page of records serves many of them.
"""

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.api.log_reading import LogReader
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.log import expanded
from hitchpost_server.store.protocol import LoggedRecord


class ReceivedEvents:
    """Reads the external events of one stream; it holds on to the page read last."""

    def __init__(self, reader: LogReader, stream: str) -> None:
        self._reader = reader
        self._stream = stream
        self._page: list[LoggedRecord] = []

    async def filled_in(self, event: history.HistoryEvent) -> history.HistoryEvent:
        """Show what came along, unless it was erased.

        The answer is a copy: a hundred events that came along together must not
        all be in memory because one of them is.
        """
        if event.WhichOneof("event") != "external_event_carried":
            return event
        received = await self._received(event.external_event_carried.received_sequence)
        if received is None:
            return event
        filled_in = copy_of(event)
        filled_in.external_event_carried.external_event.CopyFrom(received)
        return filled_in

    async def _received(self, sequence: int) -> events.ExternalEvent | None:
        record = await self._record(sequence)
        if record is None:
            return None
        for event in expanded(self._stream, record.first_sequence, record.position, record.body):
            if event.sequence == sequence and event.HasField("external_event_received"):
                return event.external_event_received.external_event
        return None

    async def _record(self, sequence: int) -> LoggedRecord | None:
        found = self._kept(sequence)
        if found is None:
            self._page = await self._reader.page(self._stream, sequence - 1)
            found = self._kept(sequence)
        return found

    def _kept(self, sequence: int) -> LoggedRecord | None:
        for record in self._page:
            if record.first_sequence <= sequence <= record.last_sequence:
                return record
        return None
