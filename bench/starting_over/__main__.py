"""The command: what executions cost from the first to the last, and what is left behind.

Figures of one machine mean nothing on another; the last line is to the first.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.processes import Failed
from bench.starting_over.afterwards import afterwards
from bench.starting_over.counting import Figures
from bench.starting_over.load import WORKFLOWS
from bench.starting_over.measuring import lives
from hitchpost_server.config import Settings

# Little of the file: memory is to say what the server keeps of runs.
PAGE_CACHE_BYTES = 1024 * 1024
OUT = Path(__file__).parent.parent / "out"


def main() -> int:
    """Measure, and print a table or JSON."""
    options = _options()
    OUT.mkdir(exist_ok=True)
    # Each event that is given up is a line in a server's log.
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="data-", dir=options.data or OUT) as data:
        try:
            slices, after = asyncio.run(_measured(options, Path(data)))
        except Failed as failure:
            print(f"FAILED: {failure}", file=sys.stderr)
            return 1
    if options.json:
        print(json.dumps({"slices": slices, "afterwards": after}))
    else:
        _print(slices, after)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.starting_over", description="Measure runs that start over."
    )
    parser.add_argument("--executions", type=int, default=10_000, help="of a run [%(default)s]")
    parser.add_argument("--runs", type=int, default=1, help="side by side [%(default)s]")
    parser.add_argument(
        "--workflow", choices=WORKFLOWS, default="with-children", help="[%(default)s]"
    )
    parser.add_argument("--slices", type=int, default=20, help="that are told [%(default)s]")
    parser.add_argument("--data", type=Path, help="where the store is made [bench/out]")
    parser.add_argument("--json", action="store_true", help="write JSON")
    return parser.parse_args()


async def _measured(options: argparse.Namespace, data: Path) -> tuple[list[Figures], Figures]:
    runs = [f"run-{number:05d}" for number in range(options.runs)]
    settings = Settings(data=data, sqlite_cache_bytes=PAGE_CACHE_BYTES)
    slices = await lives(settings, options.workflow, runs, options.executions, options.slices)
    return slices, await afterwards(data, runs[0], options.executions + 1)


def _print(slices: list[Figures], after: Figures) -> None:
    console = Console(width=150)
    first, last = slices[0], slices[-1]
    table = Table(*last)
    for figures in slices:
        table.add_row(*map(_number, figures.values()))
    table.add_section()
    table.add_row(*(_ratio(value, first[name]) for name, value in last.items()))
    console.print(table)
    for name, value in after.items():
        console.print(f"{name}: {_number(value)}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.1f}"


def _ratio(last: float, first: float) -> str:
    return f"{last / first:.2f}" if first else ""


if __name__ == "__main__":
    sys.exit(main())
