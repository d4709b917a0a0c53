"""Where the server's time goes: py-spy watches it under load and draws a flame graph.

It shows what holds the interpreter's lock, which is what all calls compete for: what
SQLite and gRPC do without it is left out, and so is waiting.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.figures.figure import Figure
from bench.processes import Failed
from bench.rounds import WARM_UP_SECONDS_MAX
from bench.stage import set_up

SAMPLES_PER_SECOND = 400
BEGUN = "Sampling process"
END_SECONDS = 60


async def profile(figure: Figure, data: Path, graph: Path, *, callers: int, seconds: float) -> None:
    """Draw a flame graph of the server under the load of one figure; its last, if it has many."""
    async with set_up(data, callers, min(seconds, WARM_UP_SECONDS_MAX)) as stage:
        await figure.measure(stage)
        stage.seconds = seconds
        stage.watched = partial(_watching, stage.hitchpost.process.pid, graph)
        await figure.measure(stage)


@contextmanager
def _watching(pid: int, graph: Path) -> Iterator[None]:
    graph.parent.mkdir(parents=True, exist_ok=True)
    spy = subprocess.Popen(
        [
            *(str(Path(sys.executable).parent / "py-spy"), "record", "--gil"),
            *("--pid", str(pid), "--rate", str(SAMPLES_PER_SECOND), "--output", str(graph)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert spy.stdout is not None
    # What is loaded before it has begun would be missing from the graph.
    while (line := spy.stdout.readline()) and BEGUN not in line:
        pass
    try:
        yield
    finally:
        spy.send_signal(signal.SIGINT)
        _, said = spy.communicate(timeout=END_SECONDS)
    if spy.returncode:
        raise Failed(f"py-spy: {said}")
