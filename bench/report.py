"""Figures as people and programs read them: a table, JSON, a table in the documentation."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.samples import Row, Section, Spread

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
# Between which lines of the page the figures are.
MARKS = (
    "<!-- These figures are written by: python -m bench --record -->",
    "<!-- Here they end. -->",
)
# Where there is no terminal to say how wide it is.
PRINTED_CHARACTERS = 160
HEADINGS = ("unit", "measured", "beside it", "ratio", "to reach", "")
REACHED = {True: "reached", False: "not reached", None: ""}


def cells(row: Row) -> tuple[str, ...]:
    """Write a row as text."""
    target = "" if row.target is None else str(row.target)
    numbers = map(_spread, (row.value, row.beside, row.ratio))
    return (row.name, row.unit, *numbers, target, REACHED[row.is_reached])


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return ""
    middle, least, greatest = (_number(number) for number in spread)
    return middle if least == greatest else f"{middle} ({least}–{greatest})"


def _number(number: float) -> str:
    digits = 0 if number >= 100 else 1 if number >= 10 else 2
    return f"{number:,.{digits}f}"


def as_json(facts: Mapping[str, str], sections: Sequence[Section]) -> str:
    """Write everything for programs."""
    figures = [_as_data(section, row) for section in sections for row in section.rows]
    return json.dumps({"conditions": dict(facts), "figures": figures}, indent=2)


def _as_data(section: Section, row: Row) -> dict[str, Any]:
    fields = ((name, getattr(row, name)) for name in asdict(row))
    return {
        "group": section.title,
        **{name: one._asdict() if isinstance(one, Spread) else one for name, one in fields},
        "beside_is": section.beside,
        "target": None if row.target is None else str(row.target),
        "is_reached": row.is_reached,
    }


def print_table(facts: Mapping[str, str], sections: Sequence[Section]) -> None:
    """Print everything for people: medians, with the range of all rounds."""
    console = Console(width=None if sys.stdout.isatty() else PRINTED_CHARACTERS)
    table = Table("figure", *HEADINGS)
    for column in table.columns:
        column.no_wrap = True
        column.justify = "right" if column.header in HEADINGS[1:5] else "left"
    for section in sections:
        table.add_section()
        table.add_row(f"[bold]{section.title}", "", "", f"[bold]{section.beside}")
        for row in section.rows:
            table.add_row(*cells(row))
    console.print(table)
    console.print(_sentence(facts), style="dim")


def record(
    facts: Mapping[str, str], sections: Sequence[Section], marks: tuple[str, str] = MARKS
) -> None:
    """Write everything into the documentation, in the place of what was there."""
    before, begin, rest = PAGE.read_text().partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not (begin and end):
        raise SystemExit(f"{PAGE.name} does not say where the figures belong")
    tables = "\n\n".join(map(_markdown, sections))
    PAGE.write_text(f"{before}{begin}\n\n{_sentence(facts)}\n\n{tables}\n\n{end}{after}")


def _markdown(section: Section) -> str:
    lines = [
        f"| {' | '.join((section.title, *HEADINGS[:2], section.beside, *HEADINGS[3:]))} |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
        *(f"| {' | '.join(cells(row))} |" for row in section.rows),
    ]
    return "\n".join(lines)


def _sentence(facts: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {fact}" for name, fact in facts.items()) + "."
