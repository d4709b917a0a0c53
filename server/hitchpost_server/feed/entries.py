"""Entries: events of the log as the feed tells them, each decoded and written once.

It knows the form of the log's records and of the answers that entries go into;
it knows nothing of who gets them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.ids import TOPIC_STREAM
from hitchpost_server.engine.log import Envelope
from hitchpost_server.feed.topics import MESSAGE, TOPICS
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import LoggedRecord

Seen = Callable[[history.HistoryEvent], history.HistoryEvent]


class Entry:
    """One event with its topic. What it says is made ready when somebody first wants it."""

    __slots__ = ("_envelope", "_event", "_frame", "_seen", "position", "topic")

    def __init__(
        self, topic: str, position: int, event: history.HistoryEvent, envelope: Envelope, seen: Seen
    ) -> None:
        self.topic = topic
        self.position = position
        self._event = event
        self._envelope: Envelope | None = envelope
        self._seen = seen
        self._frame: bytes | None = None

    @property
    def event(self) -> history.HistoryEvent:
        """The event as clients may see it; it belongs to all that have the entry."""
        envelope = self._envelope
        if envelope is not None:
            self._seen(envelope.complete(self._event, self.position - envelope.position))
            self._envelope = None
        return self._event

    @property
    def size(self) -> int:
        """How many bytes the event takes as it is stored."""
        return self._event.ByteSize()

    @property
    def frame(self) -> bytes:
        """The entry as a part of a SubscribeResponse: parts put together are one answer."""
        if self._frame is None:
            alone = feed.SubscribeResponse()
            alone.entries.add(topic=self.topic).event.CopyFrom(self.event)
            self._frame = alone.SerializeToString()
        return self._frame


@dataclass(slots=True)
class Page:
    """All entries behind `after` up to `through`; `size` is about what they take in bytes."""

    after: int
    through: int
    entries: list[Entry] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)
    size: int = 0


def page_of(after: int, records: Sequence[LoggedRecord], seen: Seen) -> Page:
    """Decode records that follow a position; of the first, some events may be before it."""
    page = Page(after, max(after, records[-1].last_position) if records else after)
    for record in records:
        if record.body is not None:
            page.size += len(record.body)
            page.entries.extend(_entries(record, record.body, after, seen))
    page.topics = {entry.topic for entry in page.entries}
    return page


def _entries(record: LoggedRecord, body: bytes, after: int, seen: Seen) -> Iterator[Entry]:
    decoded = storage.LogRecord.FromString(body)
    envelope = Envelope(record.stream, record.first_sequence, record.position, decoded)
    for position, event in enumerate(decoded.events, record.position):
        kind = event.WhichOneof("event")
        if kind is None or position <= after:  # None: it was erased
            continue
        topic = record.stream.removeprefix(TOPIC_STREAM) if kind == MESSAGE else TOPICS[kind]
        yield Entry(topic, position, event, envelope, seen)
