"""The command in a process of its own, as people and programs call it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import ServerProcess

Ended = subprocess.CompletedProcess[str]
Hitchpost = Callable[..., Ended]
SECONDS = 40


@pytest.fixture(scope="session")
def hitchpost_command() -> Hitchpost:
    """Run the command to its end."""

    def run(*words: object, **environment: str) -> Ended:
        return subprocess.run(
            [sys.executable, "-m", "hitchpost_server.cli", *map(str, words)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env={**os.environ, "COLUMNS": "200", **environment},
        )

    return run


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("cli") / "data")
    process.start()
    yield process
    assert process.stop() == 0


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    """Start a server with more options, on data of its own."""
    started: list[ServerProcess] = []

    def start(*options: object) -> ServerProcess:
        process = ServerProcess(tmp_path / "data", *map(str, options))
        started.append(process)
        process.start()
        return process

    yield start
    for process in started:
        process.kill()
