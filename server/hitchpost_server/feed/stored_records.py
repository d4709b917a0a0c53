"""The log's records taken apart, and their events made what clients read.

It puts back into each event what its record has once. The events stay as they
are written: nothing is decoded. `engine/log.py` does the same with events that
are decoded.
"""

from collections.abc import Container

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost_server.engine.ids import RUN_STREAM, root_of
from hitchpost_server.feed.wire import key, numbers, part, spans_rest
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import LoggedRecord

_EVENT = history.HistoryEvent
_RUN = _EVENT.WF_RUN_ID_FIELD_NUMBER
_EXECUTION = _EVENT.EXECUTION_FIELD_NUMBER
_RUN_ID = key(ids.WfRunId.ID_FIELD_NUMBER)
_KINDS = {one.number: one.name for one in _EVENT.DESCRIPTOR.oneofs_by_name["event"].fields}
# Kinds have numbers from 20 to 2047, of which the keys are of two bytes.
_KEY_BYTES = 2
_KINDS_BY_KEY = {key(number): kind for number, kind in _KINDS.items()}


class StoredRecord:
    """A record of the log: its events as they are written, and what they share."""

    __slots__ = ("_first_sequence", "_parts", "_position", "_run", "_time", "events", "stream")

    def __init__(self, logged: LoggedRecord, body: bytes) -> None:
        self.stream = logged.stream
        self._position = logged.position
        self._first_sequence = logged.first_sequence
        self._parts = storage.RecordParts.FromString(body)
        self.events = self._parts.events
        self._time = self._run = b""

    def completed(self, event: bytes, position: int, says: Container[int]) -> bytes:
        """Make an event what clients read; `says` are the fields that it has itself."""
        if not self._time:
            self._write_shared()
        parts = self._parts
        return (
            event
            + storage.EventParts(
                stream=self.stream,
                wf_run_id=b"" if _RUN in says else self._run,
                execution=0 if _EXECUTION in says or not self._run else 1,
                sequence=self._first_sequence + position - self._position,
                position=position,
                time=self._time,
                cause=parts.cause,
                traceparent=parts.traceparent,
            ).SerializeToString()
        )

    def _write_shared(self) -> None:
        seconds, micros = divmod(self._parts.time_us, 1_000_000)
        self._time = Timestamp(seconds=seconds, nanos=micros * 1_000).SerializeToString()
        if self.stream.startswith(RUN_STREAM):
            self._run = part(_RUN_ID, root_of(self.stream).encode())


def outline(event: bytes) -> tuple[str | None, Container[int]]:
    """Name what an event is of, None if it was erased, and which other fields it has."""
    kind = _KINDS_BY_KEY.get(event[:_KEY_BYTES])
    if kind is not None and spans_rest(event, _KEY_BYTES):
        return kind, ()  # like nearly all of them
    says = numbers(event)
    return next((_KINDS[one] for one in says if one in _KINDS), None), says
