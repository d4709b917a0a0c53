"""Servers that are treated badly, and the load that they are under meanwhile."""

import sys
from pathlib import Path

import pytest

from hitchpost import _link

# Tests are imported without packages; this lets those of this folder share modules.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _workers_come_back_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose server keeps dying would pause for seconds, and the test with it."""
    monkeypatch.setattr(_link, "_RECONNECT_SECONDS_LONGEST", 0.2)
