"""The runtime at work on a store that does as it is told."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.decide import Decision
from hitchpost_server.runtime import batch

# Tests are imported without packages; this lets those of this folder share modules.
sys.path.insert(0, str(Path(__file__).parent))

from scripted_store import ScriptedStore  # noqa: E402
from serving import Serving, broken_laws  # noqa: E402

Serve = Callable[..., Awaitable[Serving]]


@pytest.fixture
def store() -> ScriptedStore:
    """An empty store."""
    return ScriptedStore()


@pytest.fixture
async def serve(store: ScriptedStore) -> AsyncIterator[Serve]:
    """Start to serve the store, with all definitions in it; at the end the laws are checked."""
    served: list[Serving] = []

    async def start(**settings: Any) -> Serving:
        serving = Serving(store, **settings)
        served.append(serving)
        await serving.define_all()
        return serving

    yield start
    for serving in served:
        if not serving.life.done():
            await serving.stop()
        assert await broken_laws(store, serving.committer) == []


@pytest.fixture
async def serving(serve: Serve) -> Serving:
    """A committer with the limits that servers have."""
    return await serve()


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was decided, in order, whether or not it came to be: `StartRun: done` and such."""
    made: list[str] = []
    decide = batch.decide

    def watched(state: Any, command: Command, *others: Any) -> Decision:
        decision = decide(state, command, *others)
        outcome = type(decision.rejection).__name__ if decision.rejection else "done"
        made.append(f"{type(command).__name__}: {outcome}")
        return decision

    monkeypatch.setattr(batch, "decide", watched)
    return made
