"""Rows as people and programs read them, each beside something and with what it is to be."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from bench.report import PRINTED_CHARACTERS, sentence, spread, write_between
from bench.samples import Spread
from bench.scale.samples import Row, Wanted

BEGIN = "<!-- These figures are written by: python -m bench.scale --record -->"
END = "<!-- Here the figures of scale end. -->"
HEADINGS = ("figure", "", "measured", "beside", "ratio", "wanted", "")
ALIGNED_LEFT = 2


def cells(row: Row) -> tuple[str, ...]:
    """Write a row as text."""
    reached = {None: "", True: "reached", False: "missed"}[row.reached]
    numbers = (spread(row.value), spread(row.beside), spread(row.ratio))
    return row.name, row.unit, *numbers, _wanted(row.wanted), reached


def _wanted(wanted: Wanted | None) -> str:
    if wanted is None:
        return ""
    bound = f"≥ {wanted.at_least:,}" if wanted.at_most is None else f"≤ {wanted.at_most:,}"
    return f"ratio {bound}" if wanted.of_ratio else bound


def as_json(facts: Mapping[str, str], rows: Sequence[Row]) -> str:
    """Write everything for programs."""
    figures = [
        {
            name: value._asdict() if isinstance(value, Spread) else value
            for name, value in {**asdict(row), **_spreads(row)}.items()
        }
        for row in rows
    ]
    return json.dumps({"conditions": dict(facts), "figures": figures}, indent=2)


def _spreads(row: Row) -> dict[str, Spread | None]:
    """The fields that are tuples with names: asdict would keep none of those."""
    return {"value": row.value, "beside": row.beside, "ratio": row.ratio}


def print_table(facts: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Print everything for people."""
    console = Console(width=None if sys.stdout.isatty() else PRINTED_CHARACTERS)
    table = Table(*HEADINGS)
    for index, column in enumerate(table.columns):
        column.justify = "left" if index < ALIGNED_LEFT else "right"
    for row in rows:
        table.add_row(*cells(row))
    console.print(table)
    console.print(sentence(facts), style="dim")


def record(facts: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Write everything into the documentation, in the place of what was there."""
    lines = [
        f"| {' | '.join(HEADINGS)} |",
        f"|{' --- |' * ALIGNED_LEFT}{' ---: |' * (len(HEADINGS) - ALIGNED_LEFT)}",
        *(f"| {' | '.join(cells(row))} |" for row in rows),
    ]
    write_between(BEGIN, END, "\n".join([sentence(facts), "", *lines]))
