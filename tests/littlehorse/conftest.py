"""One server for all tests of this folder, and programs that know it by LittleHorse's settings."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.conftest import ServerProcess

PROGRAMS = Path(__file__).parent / "programs"
APPLICATION = Path(__file__).parent / "application"
SECONDS = 40

Program = Callable[..., dict[str, Any]]
Play = Callable[[str], Any]


def settings_of(server: ServerProcess) -> dict[str, str]:
    """Tell LittleHorse's SDK where the server is, in the way that it knows."""
    return {**os.environ, "LHC_API_HOST": "127.0.0.1", "LHC_API_PORT": str(server.port)}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("littlehorse") / "data")
    process.start()
    yield process
    process.end_well()


@pytest.fixture
def run_program(server: ServerProcess) -> Program:
    """Run one of the programs in a process of its own; give what it has found out."""

    def run(name: str, *arguments: str, seconds: int = SECONDS) -> dict[str, Any]:
        ended = subprocess.run(
            [sys.executable, str(PROGRAMS / f"{name}.py"), *arguments],
            env=settings_of(server),
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        assert ended.returncode == 0, ended.stderr
        found: dict[str, Any] = json.loads(ended.stdout)
        return found

    return run


class Application:
    """The application that plays all features at once, and what it has told so far."""

    def __init__(self, server: ServerProcess, log: Path) -> None:
        self._log = log
        self._told: dict[str, dict[str, Any]] = {}
        self._news = threading.Condition()
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, str(APPLICATION)],
                env=settings_of(server),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def found(self, feature: str) -> Any:
        """Give what a feature has found; what has become of its runs is said if the test fails."""
        with self._news:
            self._news.wait_for(lambda: feature in self._told or self._ended(), SECONDS)
        assert feature in self._told, f"nothing was told; its log: {self._log.read_text()}"
        told = self._told[feature]
        print(*told["history"], sep="\n")
        assert "wrong" not in told, told["wrong"]
        return told["found"]

    def stop(self) -> None:
        """Let it end, and see that it ends well."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            code = self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._reader.join()
        assert code == 0, self._log.read_text()

    def _ended(self) -> bool:
        return self._process.poll() is not None

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                told = json.loads(line)
                with self._news:
                    self._told[told["feature"]] = told
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()


@pytest.fixture(scope="session")
def application(
    server: ServerProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    running = Application(server, tmp_path_factory.mktemp("application") / "log")
    yield running
    running.stop()


@pytest.fixture
def play(application: Application) -> Play:
    """Give what a feature of the application has found."""
    return application.found


@pytest.fixture
def prefix() -> str:
    """What sets the names of a test apart from those of others."""
    return f"t{uuid4().hex[:10]}"
