import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from logs import Log
from tests.nats_server import NatsServer


@pytest.fixture
async def log_with() -> AsyncIterator[Callable[..., Log]]:
    """Make logs with limits of their own, and let their tails run."""
    running: list[tuple[Log, asyncio.Task[None]]] = []

    def make(**limits: Any) -> Log:
        log = Log(**limits)
        running.append((log, asyncio.create_task(log.tail.run())))
        return log

    yield make
    for log, task in running:
        assert not task.done()
        log.tail.stop()
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
async def log(log_with: Callable[..., Log]) -> Log:
    return log_with()


@pytest.fixture
def nats_server_with(tmp_path: Path) -> Iterator[Callable[..., NatsServer]]:
    """Starts nats-servers with lines of configuration."""
    started: list[NatsServer] = []

    def start(*options: str) -> NatsServer:
        one = NatsServer(tmp_path / f"nats-{len(started)}", *options)
        started.append(one)
        one.start()
        return one

    yield start
    for one in started:
        one.kill()


@pytest.fixture
def nats_server(nats_server_with: Callable[..., NatsServer]) -> NatsServer:
    return nats_server_with()
