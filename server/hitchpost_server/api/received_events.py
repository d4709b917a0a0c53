"""External events that came along into an execution, shown as they were received.

The log does not repeat them. They are looked up where they were received, in
the same stream.
"""

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.log import expanded
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import LoggedRecord, Store, StoreUnavailableError

# Events come along in the order of their sequence numbers, and each fills a record of its own.
# So a few records ahead save most reads, and even if each is as large as can be they are few.
RECORDS_AT_A_TIME = 8


class ReceivedEvents:
    """Reads the external events of one stream; it holds on to the records read last."""

    def __init__(self, store: Store, stream: str) -> None:
        self._store = store
        self._stream = stream
        self._records: list[LoggedRecord] = []

    async def fill_in(self, event: history.HistoryEvent) -> None:
        """Show what came along, unless it was erased."""
        if event.WhichOneof("event") != "external_event_carried":
            return
        carried = event.external_event_carried
        received = await self._received(carried.received_sequence)
        if received is not None:
            carried.external_event.CopyFrom(received)

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
            try:
                self._records = await self._store.read_stream(
                    self._stream, sequence - 1, RECORDS_AT_A_TIME
                )
            except StoreUnavailableError as error:
                raise StoreUnavailable from error
            found = self._kept(sequence)
        return found

    def _kept(self, sequence: int) -> LoggedRecord | None:
        for record in self._records:
            if record.first_sequence <= sequence <= record.last_sequence:
                return record
        return None
