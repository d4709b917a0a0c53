"""The command: what each load costs and comes to, here or beside another checkout.

Times are those of one thread, and the least of all rounds counts: whatever else
runs on the machine can only add to it. With another checkout the two take turns.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.engine.loads import LOADS
from bench.engine.measuring import microseconds, written

HERE = Path(__file__).parent.parent.parent
RUNS = 800
# Within one process, against what only its first moments cost.
REPEATS = 5

Figures = dict[str, dict[str, float]]


def main() -> None:
    """Measure, and print a table or JSON."""
    options = _options()
    if options.json:
        print(json.dumps({load: _figures(load) for load in LOADS}))
        return
    checkouts = [HERE] if options.against is None else [options.against.resolve(), HERE]
    taken: list[list[Figures]] = [[] for _ in checkouts]
    for _ in range(options.rounds):
        for checkout, rounds in zip(checkouts, taken, strict=True):
            rounds.append(_measured_in(checkout))
    _print([_least(rounds) for rounds in taken])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.engine", description="Measure the engine alone."
    )
    parser.add_argument("--against", type=Path, help="a checkout that the ratios are to")
    parser.add_argument("--rounds", type=int, default=3, help="of all loads [%(default)s]")
    parser.add_argument("--json", action="store_true", help="one round of this code as JSON")
    return parser.parse_args()


def _figures(load: str) -> dict[str, float]:
    least = min(microseconds(LOADS[load], RUNS) for _ in range(REPEATS))
    return {"µs": least, **written(LOADS[load])}


def _measured_in(checkout: Path) -> Figures:
    """Measure in a process whose client and server are those of a checkout."""
    code = os.pathsep.join((str(checkout / "client"), str(checkout / "server")))
    command = [sys.executable, "-m", "bench.engine", "--json"]
    environment = {**os.environ, "PYTHONPATH": code, "PYTHONHASHSEED": "0"}
    ran = subprocess.run(command, cwd=HERE, env=environment, stdout=subprocess.PIPE, check=True)
    figures: Figures = json.loads(ran.stdout)
    return figures


def _least(rounds: list[Figures]) -> Figures:
    return {
        load: {name: min(one[load][name] for one in rounds) for name in figures}
        for load, figures in rounds[0].items()
    }


def _print(measured: list[Figures]) -> None:
    """Print what this code takes; with another checkout before it, the ratio too."""
    first, last = measured[0], measured[-1]
    table = Table("load", *next(iter(last.values())))
    for load, figures in last.items():
        cells = (_cell(value, first[load][name]) for name, value in figures.items())
        table.add_row(load, *cells)
    Console(width=120).print(table)


def _cell(value: float, before: float) -> str:
    return f"{value:.1f}" + (f" ({value / before:.2f})" if before and value != before else "")


if __name__ == "__main__":
    main()
