"""A real gRPC server that answers from a script, and a client on a real channel to it."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import hitchpost

# Tests are imported without packages; this lets those of this folder share a module.
sys.path.insert(0, str(Path(__file__).parent))

from scripted_server import ScriptedServer  # noqa: E402


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


@pytest.fixture
async def connected(scripted: ScriptedServer) -> AsyncIterator[hitchpost.Client]:
    quick = hitchpost.Retry(tries_max=4, delay_seconds=0.01, delay_seconds_max=0.05)
    async with hitchpost.connect(scripted.target, timeout=5, retry=quick) as client:
        yield client
