"""One server for all tests of this folder, and programs that know it by LittleHorse's settings."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.conftest import ServerProcess

PROGRAMS = Path(__file__).parent / "programs"
SECONDS = 40

Program = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("littlehorse") / "data")
    process.start()
    yield process
    assert process.stop() == 0
    assert "defect" not in process.log


@pytest.fixture
def run_program(server: ServerProcess) -> Program:
    """Run one of the programs in a process of its own; give what it has found out."""

    def run(name: str, *arguments: str) -> dict[str, Any]:
        ended = subprocess.run(
            [sys.executable, str(PROGRAMS / f"{name}.py"), *arguments],
            env={**os.environ, "LHC_API_HOST": "127.0.0.1", "LHC_API_PORT": str(server.port)},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert ended.returncode == 0, ended.stderr
        found: dict[str, Any] = json.loads(ended.stdout)
        return found

    return run


@pytest.fixture
def prefix() -> str:
    """What sets the names of a test apart from those of others."""
    return f"t{uuid4().hex[:10]}"
