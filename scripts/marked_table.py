"""Tables in documents that are generated: they stand between two marks."""

import sys
from pathlib import Path

BEGIN = "<!-- This table is generated: make generate -->"
END = "<!-- Here it ends. -->"


def renewed(page: str, table: str, name: str) -> str:
    """Return a page with the table as it should be."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{name} does not say where the table belongs")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def write_or_check(path: Path, table: str) -> None:
    """Write the table; with `--check` fail instead when it is not what it would be."""
    page = path.read_text()
    fresh = renewed(page, table, path.name)
    if "--check" not in sys.argv:
        path.write_text(fresh)
    elif fresh != page:
        raise SystemExit(f"the table in {path.name} is stale: make generate")
