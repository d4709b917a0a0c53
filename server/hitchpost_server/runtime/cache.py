"""Streams in memory, bounded in bytes.

Knows which streams are live and how much they weigh, roughly; knows nothing of
what they mean. A stream that an unfinished batch has touched is pinned: the
store does not have its latest events yet, so it must not be loaded from there.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from hitchpost_server.engine.fold import FOLD_VERSION
from hitchpost_server.engine.holding import held
from hitchpost_server.engine.state import StreamState
from hitchpost_server.engine.streams import StreamKind, kind_of
from hitchpost_server.engine.tables import Unrecorded
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import LoggedRecord, StoredStream

# What a stream takes before it holds anything, what each message adds to that whatever is in it,
# and how much more there is to it than its serialised size. Measured on runs that wait, with few
# variables, with many and with large ones, and on events that nobody has claimed.
STREAM_BYTES_BASE = 3_000
MESSAGE_BYTES_BASE = 1_100
MEMORY_PER_BYTE = 1.5


@dataclass(slots=True)
class LiveStream:
    """A stream in memory; `weight` estimates its bytes, those of a new one to begin with.

    `body_bytes` is what it came to in a snapshot, with what it has taken in since.
    """

    state: StreamState
    snapshot_sequence: int
    body_bytes: int
    weight: int = STREAM_BYTES_BASE

    def weigh(self) -> None:
        """Estimate anew what it takes."""
        messages = held(self.state) * MESSAGE_BYTES_BASE
        self.weight = STREAM_BYTES_BASE + messages + int(self.body_bytes * MEMORY_PER_BYTE)


def revive(stream: str, stored: StoredStream) -> LiveStream:
    """Fold what the store has into live state."""
    kind, size = kind_of(stream), 0
    if stored.snapshot is None:
        state, snapshot_sequence = kind.new(stream), 0
    else:
        snapshot = stored.snapshot
        assert snapshot.version == FOLD_VERSION
        state = kind.from_bytes(stream, snapshot.sequence, snapshot.body)
        snapshot_sequence, size = snapshot.sequence, len(snapshot.body)
    if stored.records:
        size += _fold(state, kind, stored.records)
    live = LiveStream(state, snapshot_sequence, size)
    if size:
        live.weigh()
    return live


def _fold(state: StreamState, kind: StreamKind, records: Sequence[LoggedRecord]) -> int:
    """Apply records to a state; return how many bytes of them there are."""
    rows, size = Unrecorded(), 0
    for record in records:
        if record.body is None:
            state.sequence = record.last_sequence
            continue
        kind.apply_record(state, storage.LogRecord.FromString(record.body), rows)
        size += len(record.body)
    return size


class StreamCache:
    """The least recently used streams go first; pinned ones stay."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._streams: OrderedDict[str, LiveStream] = OrderedDict()
        # Two or three sets at a time: those of a batch that is decided and one that is written.
        self._pins: list[Set[str]] = []
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._streams)

    def missing(self, streams: Iterable[str]) -> list[str]:
        """Name those of some streams that are not in memory."""
        return [stream for stream in streams if stream not in self._streams]

    @property
    def bytes_used(self) -> int:
        """The estimated weight of all streams."""
        return self._bytes

    def get(self, stream: str) -> LiveStream:
        """Return a stream that is in memory, as the most recently used one."""
        self._streams.move_to_end(stream)
        return self._streams[stream]

    def peek(self, stream: str) -> LiveStream | None:
        """Return a stream if it is in memory; that it was looked at counts for nothing."""
        return self._streams.get(stream)

    def add(self, stream: str, live: LiveStream) -> None:
        """Take a stream in."""
        self._streams[stream] = live
        self._bytes += live.weight

    def weigh(self, streams: Iterable[str]) -> None:
        """Note what has become of streams: they have taken something in, or let it go."""
        for stream in streams:
            live = self._streams.get(stream)
            if live is not None:
                self._bytes -= live.weight
                live.weigh()
                self._bytes += live.weight

    def drop(self, streams: Iterable[str]) -> None:
        """Forget streams whose state is not to be trusted."""
        for stream in streams:
            live = self._streams.pop(stream, None)
            if live is not None:
                self._bytes -= live.weight

    def pin(self, streams: Set[str]) -> None:
        """Keep streams until `unpin` is called as often as this."""
        self._pins.append(streams)

    def unpin(self, streams: Set[str]) -> None:
        """Undo one `pin`."""
        self._pins.remove(streams)

    def shrink(self) -> None:
        """Let go of the least recently used streams until the rest fits."""
        excess = self._bytes - self._bytes_max
        if excess <= 0:
            return
        doomed, pinned = [], set[str]().union(*self._pins)
        for stream, live in self._streams.items():
            if excess <= 0:
                break
            if stream not in pinned:
                doomed.append(stream)
                excess -= live.weight
        self.drop(doomed)
