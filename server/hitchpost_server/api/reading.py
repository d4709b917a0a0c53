"""Reading: stored rows as the contract's messages, one by id or page by page.

Answers come from the tables, never from live state; since a command is answered
after its commit, a client always reads what it has written.
"""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from google.protobuf.message import Message

from hitchpost_server.engine.errors import FieldInvalid, ObjectNotFound
from hitchpost_server.engine.rows import KEY_LENGTHS, Row, RowKey
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import Store, StoreUnavailableError

M = TypeVar("M", bound=Message)

# Rows of a page that are read at a time: even if each is as large as can be, few enough.
ROWS_AT_A_TIME = 50


class Reader:
    """Reads one store; pages of it take `page_bytes_max`, or one row that is larger."""

    def __init__(self, store: Store, page_bytes_max: int) -> None:
        self._store = store
        self._page_bytes_max = page_bytes_max

    async def find(self, table: type[Row], key: tuple[str | int, ...]) -> Row | None:
        """Read a row, None if there is none."""
        at = RowKey(table, key)
        try:
            return (await self._store.lookup([at])).get(at)
        except StoreUnavailableError as error:
            raise StoreUnavailable from error

    async def get(
        self, message: type[M], table: type[Row], key: tuple[str | int, ...], written: str
    ) -> M:
        """Read a message by its key; raise ObjectNotFound, naming `written`, if there is none."""
        row: Any = await self.find(table, key)
        if row is None:
            raise ObjectNotFound(kind=message.DESCRIPTOR.name, id=written)
        return message.FromString(row.body)

    async def scan(
        self,
        table: type[Row],
        prefix: tuple[str | int, ...],
        after: tuple[str | int, ...],
        limit: int,
    ) -> list[Any]:
        """Read rows in key order whose key begins with `prefix`, behind the key `after`."""
        try:
            return list(await self._store.scan(table, prefix, after, limit))
        except StoreUnavailableError as error:
            raise StoreUnavailable from error

    async def page(
        self, table: type[Row], prefix: tuple[str | int, ...], bookmark: bytes, limit: int
    ) -> tuple[list[Any], bytes | None]:
        """Read a page of rows and the bookmark of the next, None at the end."""
        after = _after(bookmark, table, prefix)
        rows: list[Any] = []
        room = self._page_bytes_max
        async for row in self.rows(table, prefix, after, limit + 1):
            room -= len(row.body)
            if len(rows) == limit or (rows and room < 0):
                return rows, json.dumps(rows[-1][: KEY_LENGTHS[table]]).encode()
            rows.append(row)
        return rows, None

    async def rows(
        self,
        table: type[Row],
        prefix: tuple[str | int, ...],
        after: tuple[str | int, ...],
        limit: int,
    ) -> AsyncIterator[Any]:
        """Read rows as `scan` does, few at a time, as long as they are asked for."""
        while limit > 0:
            at_a_time = min(limit, ROWS_AT_A_TIME)
            rows = await self.scan(table, prefix, after, at_a_time)
            for row in rows:
                yield row
            if len(rows) < at_a_time:
                return
            after = rows[-1][: KEY_LENGTHS[table]]
            limit -= at_a_time

    async def fill(
        self,
        response: Any,
        message: type[M],
        table: type[Row],
        prefix: tuple[str | int, ...],
        request: Any,
        limit: int,
        seen: Callable[[M], M] = lambda one: one,
    ) -> Any:
        """Fill a list response: its `results` and, unless it is the end, its `bookmark`."""
        rows, bookmark = await self.page(table, prefix, request.bookmark, limit)
        response.results.extend(seen(message.FromString(row.body)) for row in rows)
        if bookmark is not None:
            response.bookmark = bookmark
        return response


def _after(
    bookmark: bytes, table: type[Row], prefix: tuple[str | int, ...]
) -> tuple[str | int, ...]:
    key = key_of_bookmark(bookmark, _key_types(table))
    if key and key[: len(prefix)] != prefix:
        raise FieldInvalid(field="bookmark", problem="it belongs to another list")
    return key


def key_of_bookmark(bookmark: bytes, kinds: list[type]) -> tuple[str | int, ...]:
    """Decode a bookmark, whose parts are of certain kinds.

    An empty one means from the start, as lhctl sends it.
    """
    if not bookmark:
        return ()
    foreign = FieldInvalid(field="bookmark", problem="it was not given out here")
    try:
        key = json.loads(bookmark)
        json.dumps(key, ensure_ascii=False).encode()  # no half of a surrogate pair
    except (ValueError, RecursionError) as error:
        raise foreign from error
    if not isinstance(key, list) or [type(part) for part in key] != kinds:
        raise foreign
    if any(isinstance(part, int) and abs(part) >= 2**63 for part in key):
        raise foreign
    return tuple(key)


def _key_types(table: type[Row]) -> list[type]:
    return [table.__annotations__[name] for name in table._fields[: KEY_LENGTHS[table]]]
