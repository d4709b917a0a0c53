"""The log's rows as events: what a row keeps once goes back into each event."""

from collections.abc import Iterator

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.ids import RUN_STREAM, root_of, run_id, run_key
from hitchpost_server.storage.v1 import storage_pb2 as storage


class Record:
    """The row of a command in the making.

    Events that are encoded already are put behind the others as they are: whoever does
    not look at the row as a message never decodes them.
    """

    __slots__ = ("_encoded", "_message")

    def __init__(self, message: storage.LogRecord) -> None:
        self._message = message
        self._encoded: list[bytes] = []

    @property
    def message(self) -> storage.LogRecord:
        """The row, with all events so far."""
        if self._encoded:
            self._message.MergeFromString(b"".join(self._encoded))
            self._encoded.clear()
        return self._message

    def add_encoded(self, events: bytes) -> None:
        """Put events on record: a LogRecord of them alone."""
        self._encoded.append(events)

    def encoded(self) -> bytes:
        """Write the row down."""
        return b"".join([self._message.SerializeToString(), *self._encoded])


def new_record(command: Command) -> storage.LogRecord:
    """Begin the row of a command: what all its events will share."""
    record = storage.LogRecord()
    record.time_us = command.now_us
    if command.traceparent:
        record.traceparent = command.traceparent
    cause = record.cause
    cause.command = command.kind
    cause.principal = command.principal
    return record


def expanded(
    stream: str, first_sequence: int, position: int, body: bytes | None
) -> Iterator[history.HistoryEvent]:
    """Give the events of a row as clients read them; nothing if its contents were erased."""
    if body is None:
        return
    envelope = Envelope(stream, first_sequence, position, storage.LogRecord.FromString(body))
    for offset, event in enumerate(envelope.record.events):
        if event.WhichOneof("event") is not None:  # else it was erased
            yield envelope.complete(event, offset)


class Envelope:
    """What the events of a row share, to be put back into each of them."""

    __slots__ = ("_run", "_time", "first_sequence", "position", "record", "stream")

    def __init__(
        self, stream: str, first_sequence: int, position: int, record: storage.LogRecord
    ) -> None:
        self.stream = stream
        self.first_sequence = first_sequence
        self.position = position
        self.record = record
        self._time = divmod(record.time_us, 1_000_000)
        self._run: ids.WfRunId | None = None

    def complete(self, event: history.HistoryEvent, offset: int) -> history.HistoryEvent:
        """Make an event of the row what clients read."""
        event.stream = self.stream
        event.sequence = self.first_sequence + offset
        event.position = self.position + offset
        seconds, micros = self._time
        event.time.seconds = seconds
        event.time.nanos = micros * 1000
        event.cause.CopyFrom(self.record.cause)
        if self.record.traceparent:
            event.traceparent = self.record.traceparent
        if self.stream.startswith(RUN_STREAM):
            self._complete_run(event)
        return event

    def _complete_run(self, event: history.HistoryEvent) -> None:
        if not event.HasField("wf_run_id"):
            if self._run is None:
                self._run = run_id(root_of(self.stream))
            event.wf_run_id.CopyFrom(self._run)
        if not event.execution:
            event.execution = 1


def without_run(stream: str, run: str, body: bytes) -> bytes | None:
    """Take the events of one run of a family out of a row; None if nothing is left.

    What is taken out leaves an empty event: sequence numbers stay as they are.
    """
    record = storage.LogRecord.FromString(body)
    kept = [one for one in record.recalled if run_key(one.wf_run_id) != run]
    archived = [one for one in record.archived if one != run]
    del record.recalled[:], record.archived[:]
    record.recalled.extend(kept)
    record.archived.extend(archived)
    for event in record.events:
        name = run_key(event.wf_run_id) if event.HasField("wf_run_id") else root_of(stream)
        if name == run:
            event.Clear()
    if not (kept or archived or any(event.WhichOneof("event") for event in record.events)):
        return None
    return record.SerializeToString()
