"""Servers in processes of their own.

Knows how they are started, what they say when they can answer, how much
processor time they have used and how they end; knows nothing of what they serve.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SERVING = "serving on "
STOP_SECONDS = 60


class Failed(Exception):
    """The measurement is worth nothing, for a reason that the message tells."""


class ServerProcess:
    """A Python module that serves; the last line it prints at its start names its address.

    `under` is a command that runs the interpreter.
    """

    def __init__(self, *arguments: str, under: Sequence[str] = ()) -> None:
        self._process = subprocess.Popen(
            [*under, sys.executable, "-m", *arguments], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(SERVING):
            self._process.kill()
            raise Failed(f"{arguments[0]} did not start: {line!r}")
        self.target = line.removeprefix(SERVING).strip()

    @property
    def pid(self) -> int:
        """The running process."""
        return self._process.pid

    def cpu_seconds(self) -> float | None:
        """Return what all its threads have computed so far; None where that cannot be read."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            return None
        user, system = int(fields[11]), int(fields[12])
        return (user + system) / os.sysconf("SC_CLK_TCK")

    def memory_bytes(self) -> tuple[int, int]:
        """Return the resident memory: what it is now, and the most that it has been."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        now, most = (int(found[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
        return now, most

    def kill(self) -> None:
        """Kill it as a power cut would, as far as the process is concerned."""
        self._process.kill()
        self._process.wait(STOP_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def stop(self) -> None:
        """Ask it to stop and wait until it has."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(STOP_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()
        if code != 0:
            raise Failed(f"a server ended with exit code {code}")


@contextmanager
def running(*arguments: str) -> Iterator[ServerProcess]:
    """Run a server for the length of a block."""
    process = ServerProcess(*arguments)
    try:
        yield process
    finally:
        process.stop()


def hitchpost_on(data: Path) -> tuple[str, ...]:
    """Say how to start Hitchpost with its defaults on a folder."""
    return (*HITCHPOST, "serve", "--data", str(data), "--port", "0")


HITCHPOST = ("hitchpost_server.cli",)
ECHO = ("bench.echo",)
