"""The command: what can be asked for, and what comes out."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import grpc
import uvloop

from bench import machine, report
from bench.figures.table import FIGURES
from bench.processes import Failed
from bench.profiling import profile
from bench.rounds import measured

OUT = Path(__file__).parent / "out"
QUICK_SECONDS = 0.2


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
        except grpc.aio.AioRpcError as failure:
            _say(f"FAILED: {failure.code().name}: {failure.details()}")
            return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure Hitchpost, beside a bare echo.",
        epilog="\n".join(
            ["figures:", *(f"  {name:19}{one.about}" for name, one in FIGURES.items())]
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="of one load [%(default)s]")
    parser.add_argument("--rounds", type=int, default=7, help="of all figures [%(default)s]")
    parser.add_argument("--callers", type=int, default=64, help="at once [%(default)s]")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"one round of {QUICK_SECONDS:g} s: shows that everything works, and roughly how fast",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=FIGURES,
        metavar="FIGURE",
        help="this figure; may be given many times",
    )
    parser.add_argument("--data", type=Path, help="where to keep the store [bench/out]")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument(
        "--record", action="store_true", help=f"write the figures to docs/{report.PAGE.name}"
    )
    parser.add_argument(
        "--profile",
        choices=FIGURES,
        metavar="FIGURE",
        help="draw a flame graph of the server under this load, into bench/out",
    )
    options = parser.parse_args(arguments)
    if options.quick:
        options.seconds, options.rounds = QUICK_SECONDS, 1
    return options


def _measure(options: argparse.Namespace, data: Path) -> None:
    if machine.is_busy():
        _say("something else runs on this machine: ratios of rates will look better than they are")
    facts = machine.description()
    facts["loads"] = (
        f"{options.seconds:g} s each, rounds: {options.rounds}, callers: {options.callers}"
    )
    sections = uvloop.run(
        measured(
            [name for name in FIGURES if not options.only or name in options.only],
            data,
            callers=options.callers,
            seconds=options.seconds,
            rounds=options.rounds,
            say=_say,
        )
    )
    if options.record:
        report.record(facts, sections)
    if options.json:
        print(report.as_json(facts, sections))
    else:
        report.print_table(facts, sections)


def _profile(options: argparse.Namespace, data: Path) -> None:
    graph = OUT / f"{options.profile}.svg"
    figure = FIGURES[options.profile].figure()
    uvloop.run(profile(figure, data, graph, callers=options.callers, seconds=options.seconds))
    _say(f"wrote {graph}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
