"""Write all settings, with defaults and reasons, into docs/operations.md.

The reasons are the comments in `config.py`: a comment stands for all settings
down to the next one. With `--check` it writes nothing and fails when the table
is not what it would write.
"""

import inspect
from dataclasses import MISSING, Field, fields
from typing import Any

from descriptors import ROOT
from hitchpost_server.config import ENVIRONMENT_PREFIX, Settings
from marked_table import write_or_check

PAGE = ROOT / "docs" / "operations.md"


def reasons() -> dict[str, str]:
    """Read the comment above each setting."""
    found: dict[str, str] = {}
    comment: list[str] = []
    is_fresh = False
    names = {one.name for one in fields(Settings)}
    for line in inspect.getsource(Settings).splitlines():
        text = line.strip()
        if text.startswith("#"):
            comment = [*comment, text[2:]] if is_fresh else [text[2:]]
            is_fresh = True
            continue
        is_fresh = False
        name = text.partition(":")[0]
        if name in names:
            found.setdefault(name, " ".join(comment))
    return found


def default(one: Field[Any]) -> str:
    """Write a default for people."""
    if one.default is MISSING:
        raise SystemExit(f"{one.name} has no default")
    return f"`{one.default}`" if one.default != "" else "empty"


def table() -> str:
    """Return the table."""
    why = reasons()
    rows = [
        f"| `{one.name}` | `{ENVIRONMENT_PREFIX}{one.name.upper()}` | {default(one)} "
        f"| {why[one.name]} |"
        for one in fields(Settings)
        if not one.metadata
    ]
    return "\n".join(
        ["| setting | environment | default | why |", "| --- | --- | --- | --- |", *rows]
    )


if __name__ == "__main__":
    write_or_check(PAGE, table())
