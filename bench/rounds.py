"""The rounds of a measurement, and the check of the store behind them."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bench.figures.figure import Checked, Figure
from bench.figures.table import FIGURES, Group
from bench.processes import HITCHPOST, Failed
from bench.samples import Sample, Section, rows
from bench.stage import set_up
from bench.stored import stored_in

WARM_UP_SECONDS_MAX = 1.0

Say = Callable[[str], None]


async def measured(
    names: Iterable[str], data: Path, *, callers: int, seconds: float, rounds: int, say: Say
) -> list[Section]:
    """Measure these figures in every round, and hold the store to what it has acknowledged."""
    figures: dict[str, Figure] = {name: FIGURES[name].figure() for name in names}
    taken: dict[str, list[list[Sample]]] = {name: [] for name in figures}
    async with set_up(data, callers, min(seconds, WARM_UP_SECONDS_MAX)) as stage:
        for name, figure in figures.items():
            say(f"warming up: {name}")
            await figure.measure(stage)
        stage.seconds = seconds
        for number in range(1, rounds + 1):
            stage.echo_first = not stage.echo_first
            for name, figure in figures.items():
                say(f"round {number} of {rounds}: {name}")
                taken[name].append(await figure.measure(stage))
    check(figures, data, say)
    return _sections(taken)


def _sections(taken: Mapping[str, list[list[Sample]]]) -> list[Section]:
    grouped: dict[Group, list[str]] = {}
    for name in taken:
        grouped.setdefault(FIGURES[name].group, []).append(name)
    return [
        Section(group.title, group.beside, [row for name in names for row in rows(taken[name])])
        for group, names in grouped.items()
    ]


def check(figures: Mapping[str, Checked], data: Path, say: Say) -> None:
    """Raise Failed unless the store of a stopped server holds all that it has acknowledged."""
    with stored_in(data) as stored:
        for name, figure in figures.items():
            say(f"checking the store: {name}")
            figure.check(stored)
        say(f"checking the tables against {stored.positions:,} events on record")
    # And the tables are what the log says. How far it is goes to the terminal.
    command = [sys.executable, "-m", *HITCHPOST, "verify", "--data", str(data)]
    verified = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if verified.returncode:
        raise Failed(f"hitchpost verify: {verified.stdout}")
