"""Entries: events of the log as the feed tells them, each put together once.

It knows the form of the answers that entries go into; it knows nothing of who
gets them. An entry is made of what is stored, as it is written there, and is
decoded only for who wants to look into it.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.ids import TOPIC_STREAM
from hitchpost_server.feed.stored_records import StoredRecord, outline
from hitchpost_server.feed.topics import MESSAGE, TOPICS
from hitchpost_server.feed.wire import key, part
from hitchpost_server.store.protocol import LoggedRecord

# Gives what clients may see of an event, by its kind; both are as they are written.
Seen = Callable[[str, bytes], bytes]

# What an entry is put together from: its record, its kind, itself as it is stored, which fields it
# has besides what happened, and what clients may see of it.
_MadeOf = tuple[StoredRecord, str, bytes, Container[int], Seen]

# Answers of subscriptions and of consumers have their entries in the same place.
_ENTRY = key(feed.SubscribeResponse.ENTRIES_FIELD_NUMBER)
_TOPIC = key(feed.FeedEntry.TOPIC_FIELD_NUMBER)
_EVENT = key(feed.FeedEntry.EVENT_FIELD_NUMBER)


class Entry:
    """One event with its topic; `size` is what it takes in bytes as it is stored.

    What it says is made ready when somebody first wants it.
    """

    __slots__ = ("_event", "_frame", "_made_of", "position", "size", "topic")

    def __init__(self, topic: str, position: int, made_of: _MadeOf) -> None:
        self.topic = topic
        self.position = position
        self.size = len(made_of[2])
        # Let go of once it is made ready: there are thousands of entries at hand.
        self._made_of: _MadeOf | None = made_of
        self._frame = b""
        self._event: history.HistoryEvent | None = None

    @property
    def event(self) -> history.HistoryEvent:
        """The event as clients may see it; it belongs to all that have the entry."""
        if self._event is None:
            self._event = feed.SubscribeResponse.FromString(self.frame).entries[0].event
        return self._event

    @property
    def frame(self) -> bytes:
        """The entry as a part of a SubscribeResponse: parts put together are one answer."""
        if self._made_of is not None:
            record, kind, written, says, seen = self._made_of
            event = record.completed(seen(kind, written), self.position, says)
            self._frame = part(_ENTRY, _topic(self.topic) + part(_EVENT, event))
            self._made_of = None
        return self._frame


@lru_cache(maxsize=1_000)
def _topic(topic: str) -> bytes:
    """Write a topic; there are few."""
    return part(_TOPIC, topic.encode())


@dataclass(slots=True)
class Page:
    """All entries behind `after` up to `through`; `size` is about what they take in bytes."""

    after: int
    through: int
    entries: list[Entry] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)
    size: int = 0


def page_of(after: int, records: Sequence[LoggedRecord], seen: Seen) -> Page:
    """Take records apart that follow a position; of the first, some events may be before it."""
    page = Page(after, max(after, records[-1].last_position) if records else after)
    for record in records:
        if record.body is not None:
            page.size += len(record.body)
            page.entries.extend(_entries(record, record.body, after, seen))
    page.topics = {entry.topic for entry in page.entries}
    return page


def _entries(logged: LoggedRecord, body: bytes, after: int, seen: Seen) -> Iterator[Entry]:
    record = StoredRecord(logged, body)
    for position, written in enumerate(record.events, logged.position):
        kind, says = outline(written)
        if kind is None or position <= after:  # None: it was erased
            continue
        topic = logged.stream.removeprefix(TOPIC_STREAM) if kind == MESSAGE else TOPICS[kind]
        yield Entry(topic, position, (record, kind, written, says, seen))
