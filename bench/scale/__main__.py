"""The command: which figures, how large, and what comes out."""

import argparse
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import uvloop

from bench import machine, report
from bench.processes import Failed
from bench.samples import Sample, Section, rows
from bench.scale import catching_up, long_run, memory, rates, restarting
from bench.scale.options import Options
from bench.scale.prepared import EVENTS_PER_RUN, Stores

OUT = Path(__file__).parent.parent / "out"
MARKS = (
    "<!-- These figures are written by: python -m bench.scale --record -->",
    "<!-- Here the figures of scale end. -->",
)


class Figure(NamedTuple):
    """One thing that is measured; `beside` says what it is compared with."""

    title: str
    beside: str
    measure: Callable[[Options], Awaitable[list[Sample]]]


FIGURES = {
    "rates": Figure("rates with much stored", "with nothing stored", rates.measure),
    "memory": Figure("memory", "with nothing, or half of it", memory.measure),
    "restarting": Figure("restarts, to the first answer", "with nothing", restarting.measure),
    "long-run": Figure("one long run, each step", "its first steps", long_run.measure),
    "catching-up": Figure("catching up", "", catching_up.measure),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table or JSON; return the exit code."""
    options = _options(arguments)
    folder = options.data or OUT
    folder.mkdir(exist_ok=True)
    # Each event that is given up is a line in a server's log.
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="data-", dir=folder) as data:
        stores = Stores(folder / f"scale-{options.size}", options.size, _say)
        try:
            sections = uvloop.run(_measured(options, stores, Path(data)))
        except Failed as failure:
            _say(f"FAILED: {failure}")
            return 1
    _show(options, sections)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.scale", description="Measure what is stored: does it cost anything?"
    )
    parser.add_argument("--size", type=int, default=200_000, help="runs that wait [%(default)s]")
    parser.add_argument("--steps", type=int, default=50_000, help="of the long run [%(default)s]")
    parser.add_argument("--rounds", type=int, default=5, help="of rates and starts [%(default)s]")
    parser.add_argument("--seconds", type=float, default=2.0, help="of one load [%(default)s]")
    parser.add_argument(
        "--only", action="append", choices=FIGURES, help="this figure; may be given many times"
    )
    parser.add_argument(
        "--data", type=Path, help="where stores are kept, filled once, and copied [bench/out]"
    )
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument(
        "--record", action="store_true", help="write the figures to docs/performance.md"
    )
    return parser.parse_args(arguments)


async def _measured(options: argparse.Namespace, stores: Stores, data: Path) -> list[Section]:
    given = Options(stores, data, options.rounds, options.seconds, options.steps, _say)
    figures = [FIGURES[name] for name in options.only or FIGURES]
    return [
        Section(figure.title, figure.beside, rows([await figure.measure(given)]))
        for figure in figures
    ]


def _show(options: argparse.Namespace, sections: Sequence[Section]) -> None:
    facts = machine.description()
    facts["stored"] = f"{options.size:,} waiting runs, {EVENTS_PER_RUN * options.size:,} events"
    facts["loads"] = f"{options.seconds:g} s each, rounds: {options.rounds}"
    if options.record:
        report.record(facts, sections, MARKS)
    if options.json:
        print(report.as_json(facts, sections))
    else:
        report.print_table(facts, sections)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
