"""The log's rows as events: what a row keeps once goes back into each event."""

from collections.abc import Iterator

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.ids import RUN_STREAM, root_of, run_id, run_key
from hitchpost_server.engine.times import timestamp
from hitchpost_server.storage.v1 import storage_pb2 as storage


def new_record(command: Command) -> storage.LogRecord:
    """Begin the row of a command: what all its events will share."""
    record = storage.LogRecord(time_us=command.now_us, traceparent=command.traceparent)
    record.cause.command = command.kind
    record.cause.principal = command.principal
    return record


def expanded(
    stream: str, first_sequence: int, position: int, body: bytes | None
) -> Iterator[history.HistoryEvent]:
    """Give the events of a row as clients read them; nothing if its contents were erased."""
    if body is None:
        return
    record = storage.LogRecord.FromString(body)
    time = timestamp(record.time_us)
    for offset, event in enumerate(record.events):
        if event.WhichOneof("event") is None:  # erased
            continue
        event.stream = stream
        event.sequence = first_sequence + offset
        event.position = position + offset
        event.time.CopyFrom(time)
        event.cause.CopyFrom(record.cause)
        if record.traceparent:
            event.traceparent = record.traceparent
        if stream.startswith(RUN_STREAM):
            if not event.HasField("wf_run_id"):
                event.wf_run_id.CopyFrom(run_id(root_of(stream)))
            event.execution = event.execution or 1
        yield event


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
