"""Servers that are treated badly, and the load that they are under meanwhile."""

import random
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ServerProcess

from hitchpost._working import link

# Tests are imported without packages; this lets those of this folder share modules, and use the
# loads of the bench.
sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent.parent.parent))


@pytest.fixture(autouse=True)
def _workers_come_back_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose server keeps dying would pause for seconds, and the test with it."""
    monkeypatch.setattr(link, "_RECONNECT_SECONDS_LONGEST", 0.2)


def lasting_port() -> int:
    """Find a port that nobody is given while the server on it is down for a moment.

    Those that the system gives out by itself begin at 32,768 at the lowest.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)):
                return port


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server whose clients find it again after each restart."""
    process = ServerProcess(tmp_path / "data")
    process.port = lasting_port()
    process.start()
    yield process
    process.kill()
