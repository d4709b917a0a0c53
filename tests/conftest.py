"""What many tests need: a real server in a process of its own, on a real file."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.receiver import Receiver

import hitchpost
from hitchpost_server.app import open_store
from hitchpost_server.config import Settings
from hitchpost_server.runtime.rebuilding import verify
from hitchpost_server.store.memory import MemoryStore

# Hundreds of processes are started here: they need not all compile the same modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The suite plays the same examples every time; HYPOTHESIS_PROFILE=hunt looks for new ones.
settings.register_profile("suite", derandomize=True)
settings.register_profile("hunt", max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

SERVING = "serving on "
START_SECONDS = 60


class ServerProcess:
    """`hitchpost serve` on a folder; can be killed and started again on the same data."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.options = options
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def target(self) -> str:
        """What clients connect to."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything that the server has written to its log so far."""
        return (self.data / "server.log").read_text()

    def start(self) -> None:
        """Start the server and wait until it says that it can answer."""
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "server.log").open("a") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "hitchpost_server.cli", "serve"),
                    *("--data", str(self.data), "--port", str(self.port), *self.options),
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith(SERVING), f"the server said {line!r}; its log: {self.log}"
        self.port = int(line.rpartition(":")[2])

    def kill(self) -> None:
        """Kill the process as a power cut would, as far as the process is concerned."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask the server to stop; return its exit code."""
        return self._end(signal.SIGTERM)

    def end_well(self) -> None:
        """Stop the server; nothing has gone wrong in it, and its tables are what its log says."""
        assert self.stop() == 0
        assert "defect" not in self.log
        assert asyncio.run(differences(self.data)) == []

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        code = process.wait(START_SECONDS)
        assert process.stdout is not None
        process.stdout.close()
        return code


async def differences(data: Path) -> list[str]:
    """Name what the tables of a stopped server do not have as its log has it."""
    store = await open_store(Settings(data=data))
    try:
        return await verify(store, MemoryStore())
    finally:
        await store.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that runs for the length of a test."""
    process = ServerProcess(tmp_path / "data")
    process.start()
    yield process
    process.kill()


@pytest.fixture
async def client(server: ServerProcess) -> AsyncIterator[hitchpost.Client]:
    """A client of that server."""
    async with hitchpost.connect(server.target) as connected:
        yield connected


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Somebody who listens for what webhooks send."""
    one = Receiver()
    await one.start()
    yield one
    await one.stop()


async def eventually(condition, seconds: float = 30.0):  # type: ignore[no-untyped-def]
    """Wait until an async condition gives something true, and return that."""
    async with asyncio.timeout(seconds):
        while not (result := await condition()):
            await asyncio.sleep(0.02)
        return result
