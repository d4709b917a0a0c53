"""How named queries and migrations are found and read.

Knows the form of the files; knows neither what a query is for nor any driver.
"""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_NAMED = re.compile(r"^-- name: (\w+)\n-- (.+)\n((?:(?!-- name: ).*\n)+)", re.MULTILINE)
_VALUES = re.compile(r"VALUES (\(\?(?:, \?)*\))")


class Migration(NamedTuple):
    """A change of the schema: the version that it leads to, its file's name, its script."""

    version: int
    name: str
    script: str


@cache
def queries(engine: str) -> dict[str, str]:
    """Read the statements of an engine by name, in the order of its files."""
    folder = files(__package__).joinpath(engine, "queries")
    texts = [
        file.read_text("utf-8") for file in sorted(folder.iterdir(), key=lambda file: file.name)
    ]
    return {
        name: statement.strip() for text in texts for name, _, statement in _NAMED.findall(text)
    }


@cache
def migrations(engine: str) -> list[Migration]:
    """Read the schema changes of an engine in the order in which they are to be made."""
    found = sorted(
        (file.name, file.read_text("utf-8"))
        for file in files(__package__).joinpath(engine, "migrations").iterdir()
        if file.name.endswith(".sql")
    )
    return [Migration(int(name[:4]), name, script) for name, script in found]


@cache
def repeat_values(engine: str, name: str, times: int) -> str:
    """Return a named query with its VALUES group repeated, one group a row.

    This is the only composing of SQL there is. SQL has no way to say "as many
    rows as I bring", and one statement for many rows is what makes a batch
    cheap. The text is kept, so a driver's cache of prepared statements finds
    the same string again.
    """
    statement, replaced = _VALUES.subn(
        lambda match: "VALUES " + ", ".join([match[1]] * times), queries(engine)[name]
    )
    if replaced != 1:
        raise ValueError(f"{name} has {replaced} VALUES groups, not one")
    return statement
