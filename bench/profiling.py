"""Where the server's time goes: py-spy watches it under load and draws a flame graph."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures.figure import Figure
from bench.processes import Failed
from bench.rounds import WARM_UP_SECONDS_MAX
from bench.stage import set_up

SAMPLES_PER_SECOND = 400


async def profile(figure: Figure, data: Path, graph: Path, *, callers: int, seconds: float) -> None:
    """Draw a flame graph of the server while one figure is measured."""
    async with set_up(data, callers, min(seconds, WARM_UP_SECONDS_MAX)) as stage:
        await figure.measure(stage)
        stage.seconds = seconds
        with _watching(stage.hitchpost.process.pid, graph):
            await figure.measure(stage)


@contextmanager
def _watching(pid: int, graph: Path) -> Iterator[None]:
    graph.parent.mkdir(parents=True, exist_ok=True)
    spy = subprocess.Popen(
        [
            *(str(Path(sys.executable).parent / "py-spy"), "record"),
            *("--pid", str(pid), "--rate", str(SAMPLES_PER_SECOND), "--output", str(graph)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield
    finally:
        spy.send_signal(signal.SIGINT)
        _, said = spy.communicate(timeout=60)
    if spy.returncode:
        raise Failed(f"py-spy: {said}")
