"""A real nats-server with JetStream, which can be killed and started again on the same data."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client

COMMAND = Path(sys.executable).parent / "nats-server"
START_SECONDS = 30


class NatsServer:
    """One server on loopback; `options` are lines of its configuration."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.options = options
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f"port: {self.port}", "host: 127.0.0.1", *self.options]
        lines.append(f'jetstream {{ store_dir: "{self.folder}" }}')
        config = self.folder / "server.conf"
        config.write_text("\n".join(lines))
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen([COMMAND, "-c", config], stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "server.log").read_text()
            time.sleep(0.02)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as one:
            return one.recv(4) == b"INFO"
        return False

    def kill(self) -> None:
        """Kill it as a power cut would, as far as the process is concerned."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def hang(self) -> None:
        """Let it keep its connections and do nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        # It may still answer until it has really stopped.
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def go_on(self) -> None:
        """Let it do what it had to do meanwhile."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    async def connected(self, **options: Any) -> Client:
        """A client of the server itself, to look at what has come."""
        return await nats.connect(self.url, allow_reconnect=False, **options)

    async def add_stream(self, *subjects: str) -> None:
        client = await self.connected()
        await client.jetstream().add_stream(name="ENTRIES", subjects=list(subjects))
        await client.close()

    async def messages(self, **options: Any) -> list[Any]:
        """All messages of the stream."""
        client = await self.connected(**options)
        try:
            stream = client.jetstream()
            state = (await stream.stream_info("ENTRIES")).state
            numbers = range(state.first_seq, state.last_seq + 1) if state.messages else ()
            return [await stream.get_msg("ENTRIES", number) for number in numbers]
        finally:
            await client.close()


def _free_port() -> int:
    # Below the ports that are given to connections, so that nobody else gets it in between.
    for port in range(20_000 + time.monotonic_ns() % 9_000, 32_000):
        with suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            return port
    raise AssertionError("there is no port")


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be a server that accepts and says nothing."""
    with suppress(ConnectionError, asyncio.CancelledError):
        await reader.read()
    writer.close()
