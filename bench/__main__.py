"""The command: what can be asked for, and what comes out."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

from bench import machine, report
from bench.figures.table import FIGURES
from bench.processes import Failed
from bench.profiling import profile
from bench.rounds import measured

OUT = Path(__file__).parent / "out"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or profile; return the exit code."""
    options = _options(arguments)
    OUT.mkdir(exist_ok=True)
    # Beside the code and not in /tmp, which is memory on many machines.
    with tempfile.TemporaryDirectory(prefix="data-", dir=options.data or OUT) as data:
        try:
            if options.profile:
                _profile(options, Path(data))
            else:
                _measure(options, Path(data))
        except Failed as failure:
            _say(f"FAILED: {failure}")
            return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Hitchpost.")
    parser.add_argument("--seconds", type=float, default=3.0, help="of one load [%(default)s]")
    parser.add_argument("--rounds", type=int, default=7, help="of all figures [%(default)s]")
    parser.add_argument("--callers", type=int, default=64, help="at once [%(default)s]")
    parser.add_argument(
        "--only", action="append", choices=FIGURES, help="this figure; may be given many times"
    )
    parser.add_argument("--data", type=Path, help="where to keep the store [bench/out]")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument(
        "--record", action="store_true", help=f"write the figures to docs/{report.PAGE.name}"
    )
    parser.add_argument(
        "--profile", choices=FIGURES, help="draw a flame graph of the server under this load"
    )
    return parser.parse_args(arguments)


def _measure(options: argparse.Namespace, data: Path) -> None:
    facts = machine.description()
    facts["loads"] = (
        f"{options.rounds} rounds of {options.seconds:g} s each, {options.callers} callers"
    )
    figures = {name: FIGURES[name]() for name in options.only or FIGURES}
    rows = uvloop.run(
        measured(
            figures,
            data,
            callers=options.callers,
            seconds=options.seconds,
            rounds=options.rounds,
            say=_say,
        )
    )
    if options.record:
        report.record(facts, rows)
    if options.json:
        print(report.as_json(facts, rows))
    else:
        report.print_table(facts, rows)


def _profile(options: argparse.Namespace, data: Path) -> None:
    graph = OUT / f"{options.profile}.svg"
    figure = FIGURES[options.profile]()
    uvloop.run(profile(figure, data, graph, callers=options.callers, seconds=options.seconds))
    _say(f"wrote {graph}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
