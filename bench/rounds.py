"""The rounds of a measurement, and the check of the store behind them."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.figures.figure import Figure
from bench.processes import HITCHPOST, Failed
from bench.samples import Row, Sample, rows
from bench.stage import set_up
from bench.stored import stored_in

WARM_UP_SECONDS_MAX = 1.0


async def measured(
    figures: Mapping[str, Figure],
    data: Path,
    *,
    callers: int,
    seconds: float,
    rounds: int,
    say: Callable[[str], None],
) -> list[Row]:
    """Measure all figures in every round, and hold the store to what it has acknowledged."""
    taken: list[list[Sample]] = []
    async with set_up(data, callers, min(seconds, WARM_UP_SECONDS_MAX)) as stage:
        say("warming up")
        for figure in figures.values():
            await figure.measure(stage)
        stage.seconds = seconds
        for number in range(1, rounds + 1):
            say(f"round {number} of {rounds}")
            stage.echo_first = not stage.echo_first
            taken.append([one for each in figures.values() for one in await each.measure(stage)])
    say("checking the store")
    check(figures, data)
    return rows(taken)


def check(figures: Mapping[str, Figure], data: Path) -> None:
    """Raise Failed unless the store of a stopped server holds all that it has acknowledged."""
    with stored_in(data) as stored:
        for figure in figures.values():
            figure.check(stored)
    # And the tables are what the log says.
    command = [sys.executable, "-m", *HITCHPOST, "verify", "--data", str(data)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    if verified.returncode:
        raise Failed(f"hitchpost verify: {verified.stdout}{verified.stderr}")
