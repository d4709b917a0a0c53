"""Folding the whole log anew, into the tables of another store.

It goes stream by stream, with the same code that makes live state, and lets each
state go when the next stream comes. Rows go to the other store a page of the log
at a time. So memory holds one state and one page, however much is stored.
"""

from collections.abc import Callable

from hitchpost_server.engine.state import StreamState
from hitchpost_server.engine.streams import StreamKind, kind_of
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import Erasure, LoggedRecord, Store, WriteSet

# What is folded at a time: a write of the other store is as large as a busy server's.
PAGE = 1_000
PAGE_BYTES = 8 * 2**20

Progress = Callable[[int], None]


class Fold:
    """Folds records that come stream by stream, and notes what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.events = 0
        self._stream = ""
        self._kind: StreamKind
        self._state: StreamState

    def take(self, record: LoggedRecord, touched: Touched) -> None:
        """Fold the next record; note the rows that it touches."""
        if record.stream != self._stream:
            self._stream, self._kind = record.stream, kind_of(record.stream)
            self._state = self._kind.new(record.stream)
        state = self._state
        if record.first_sequence != state.sequence + 1:
            self._note(f"after event {state.sequence} comes event {record.first_sequence}")
        self.events += record.last_sequence - record.first_sequence + 1
        if record.body is None:
            state.sequence = record.last_sequence
            return
        self._kind.apply_record(state, storage.LogRecord.FromString(record.body), touched)
        if state.sequence != record.last_sequence:
            self._note(f"event {record.last_sequence} is missing")

    def _note(self, problem: str) -> None:
        self.problems.append(f"{self._stream}: {problem}")


async def replay(store: Store, scratch: Store, progress: Progress) -> list[str]:
    """Write what a store's log says into the tables of an empty one; return what is wrong with it.

    `progress` is told now and then how many events are done.
    """
    fold, after = Fold(), ("", 0)
    while records := await store.read_by_stream(after, PAGE, PAGE_BYTES):
        touched = Touched()
        for record in records:
            fold.take(record, touched)
        await scratch.commit(_write_of(touched))
        after = (records[-1].stream, records[-1].last_sequence)
        progress(fold.events)
    return fold.problems


def _write_of(touched: Touched) -> WriteSet:
    rows, deletions = touched.changes()
    erasures = [Erasure(one.stream, one.run, one.up_to_sequence) for one in touched.erased]
    return WriteSet(rows=rows, deletions=deletions, erasures=erasures, ended=touched.ended)
