"""What a log says, folded by the tests themselves; tables emptied, to be made again."""

from typing import Any

from hitchpost_server.engine.rows import key_of
from hitchpost_server.engine.state import StreamState
from hitchpost_server.engine.streams import kind_of
from hitchpost_server.engine.tables import Touched
from hitchpost_server.runtime.rebuilding import FOLDED_TABLES, rebuild
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.memory import MemoryStore
from hitchpost_server.store.protocol import WriteSet

ALL = 1_000_000


async def folded_states(store: Any) -> dict[str, StreamState]:
    """Fold the whole log in its order: the states of all streams."""
    states: dict[str, StreamState] = {}
    for record in await store.read_log(0, ALL):
        kind = kind_of(record.stream)
        state = states.setdefault(record.stream, kind.new(record.stream))
        if record.body is not None:
            kind.apply_record(state, storage.LogRecord.FromString(record.body), Touched())
        state.sequence = record.last_sequence
    return states


async def make_tables_again(store: Any) -> int:
    """Delete all rows that come of the log, and have them made again; return how many there are."""
    rows = [row for table in FOLDED_TABLES for row in await store.scan(table, (), (), ALL)]
    await store.commit(WriteSet(deletions=[key_of(row) for row in rows]))
    return await rebuild(store, MemoryStore())
