"""Reading the log: records of a stream page by page, and where executions begin in it.

Knows how much is held in memory at a time; knows nothing of what records say.
"""

from collections.abc import Coroutine
from typing import Any, TypeVar

from hitchpost_server.config import Settings
from hitchpost_server.engine.rows import ExecutionRow, RowKey
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import LoggedRecord, Store, StoreUnavailableError

T = TypeVar("T")


class LogReader:
    """Reads the log of one store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._records_max = settings.history_page_records
        self._bytes_max = settings.history_page_bytes_max

    async def page(self, stream: str, after: int) -> list[LoggedRecord]:
        """Read records that end behind a sequence number; none at the end of the stream."""
        reading = self._store.read_stream(stream, after, self._records_max, self._bytes_max)
        return await _read(reading)

    async def head(self) -> int:
        """Read the position of the latest event of all."""
        return await _read(self._store.head())

    async def beginnings(self, run: str, execution: int) -> tuple[int | None, int | None]:
        """Read at which sequence numbers an execution and the one after it begin, if they have.

        The first one begins with the stream.
        """
        keys = [RowKey(ExecutionRow, (run, number)) for number in (execution, execution + 1)]
        rows = await _read(self._store.lookup(keys))
        first, following = (
            row.first_sequence if isinstance(row := rows.get(key), ExecutionRow) else None
            for key in keys
        )
        return (1 if execution == 1 else first), following


async def _read(reading: Coroutine[Any, Any, T]) -> T:
    try:
        return await reading
    except StoreUnavailableError as error:
        raise StoreUnavailable from error
