"""A SQLite store whose connections fail on command, and processes of their own."""

import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hitchpost_server.store.sqlite.store import SqliteStore

Execute = Callable[[str], sqlite3.Cursor]
# What happens instead of a statement: it is given the statement and the way to carry it out.
Fault = Callable[[str, Execute], sqlite3.Cursor]


class Faults:
    """Faults to come, by the beginning of the statement that they strike, each once."""

    def __init__(self) -> None:
        self.pending: dict[str, list[Fault]] = {}

    def strike(self, beginning: str, *faults: Fault) -> None:
        self.pending[beginning] = list(faults)

    def take(self, statement: str) -> Fault | None:
        for beginning, faults in self.pending.items():
            if faults and statement.startswith(beginning):
                return faults.pop(0)
        return None


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def faulty_store(path: Path, faults: Faults) -> AsyncIterator[SqliteStore]:
    """A store that meets the faults of the fixture `faults`."""

    class Connection(sqlite3.Connection):
        def execute(self, statement: str, *parameters: Any) -> sqlite3.Cursor:
            plain = super().execute
            fault = faults.take(statement)
            if fault is not None:
                return fault(statement, plain)
            return plain(statement, *parameters)

    store = await SqliteStore.open(path, connection_factory=Connection)
    yield store
    await store.close()


@pytest.fixture
def process(path: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Start the body of an `async def main(path)` in a process of its own."""

    def start(body: str) -> subprocess.Popen[str]:
        script = PROLOGUE + body + "\nasyncio.run(main(Path(sys.argv[1])))\n"
        return subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


PROLOGUE = """
import asyncio, resource, sys
from pathlib import Path
from hitchpost_server.store.protocol import *
from hitchpost_server.store.sqlite.store import SqliteStore
"""
