"""Rows as people and programs read them: a table, JSON, a table in the documentation."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.samples import Row, Spread

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN = "<!-- These figures are written by: python -m bench --record -->"
END = "<!-- Here they end. -->"
# Where there is no terminal to say how wide it is.
PRINTED_CHARACTERS = 120
HEADINGS = ("figure", "", "Hitchpost", "echo", "times the echo")


def cells(row: Row) -> tuple[str, ...]:
    """Write a row as text."""
    return row.name, row.unit, _spread(row.value), _spread(row.echo), _spread(row.ratio)


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return ""
    middle, least, greatest = (_number(number) for number in spread)
    return middle if least == greatest else f"{middle} ({least}–{greatest})"


def _number(number: float) -> str:
    digits = 0 if number >= 100 else 1 if number >= 10 else 2
    return f"{number:,.{digits}f}"


def as_json(facts: Mapping[str, str], rows: Sequence[Row]) -> str:
    """Write everything for programs."""
    figures = [
        {name: value._asdict() if isinstance(value, Spread) else value for name, value in fields}
        for fields in ([(name, getattr(row, name)) for name in asdict(row)] for row in rows)
    ]
    return json.dumps({"conditions": dict(facts), "figures": figures}, indent=2)


def print_table(facts: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Print everything for people: medians, with the range of all rounds."""
    console = Console(width=None if sys.stdout.isatty() else PRINTED_CHARACTERS)
    table = Table(*HEADINGS)
    for column in table.columns:
        column.no_wrap = True
        column.justify = "left" if column.header in HEADINGS[:2] else "right"
    for row in rows:
        table.add_row(*cells(row))
    console.print(table)
    console.print(_sentence(facts), style="dim")


def record(facts: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Write everything into the documentation, in the place of what was there."""
    before, begin, rest = PAGE.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{PAGE.name} does not say where the figures belong")
    lines = [
        f"| {' | '.join(HEADINGS)} |",
        "| --- | --- | ---: | ---: | ---: |",
        *(f"| {' | '.join(cells(row))} |" for row in rows),
    ]
    table = "\n".join([_sentence(facts), "", *lines])
    PAGE.write_text(f"{before}{begin}\n\n{table}\n\n{end}{after}")


def _sentence(facts: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {fact}" for name, fact in facts.items()) + "."
