"""Stores to test, and short ways to say what is written to them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from hitchpost_server.store.memory import MemoryStore
from hitchpost_server.store.protocol import Append, Store
from hitchpost_server.store.sqlite.store import SqliteStore

OpenStore = Callable[[Path], Awaitable[Store]]


async def open_memory(_: Path) -> Store:
    return MemoryStore()


async def open_sqlite(folder: Path) -> Store:
    return await SqliteStore.open(folder / "store.db")


# Every store there is, by name: each keeps the whole contract.
STORES: dict[str, OpenStore] = {"memory": open_memory, "sqlite": open_sqlite}


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Each store in turn, empty."""
    opened = await STORES[request.param](tmp_path)
    yield opened
    await opened.close()


@pytest.fixture(params=[name for name in STORES if name != "memory"])
async def durable_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Each store but the oracle, empty."""
    opened = await STORES[request.param](tmp_path)
    yield opened
    await opened.close()


AppendOf = Callable[..., Append]


@pytest.fixture
def append_of() -> AppendOf:
    """Make an append of so many events behind a sequence."""

    def make(stream: str, expected: int = 0, events: int = 1, body: bytes = b"body") -> Append:
        return Append(stream, expected, expected + events, 1_000, body)

    return make
