"""What is counted while runs live: what is written, and the statements it takes.

Counts are the same on every machine, however busy it is.
"""

import sqlite3
import sys
from types import FrameType
from typing import Any, Self

from hitchpost_server.store.protocol import WriteSet

Figures = dict[str, float]


class Calls:
    """Counts the calls that Python makes in this thread while a block runs, into C and within.

    They stand for the work of event loop, committer and engine where no processor tells
    how many instructions it has carried out.
    """

    number = 0

    def __enter__(self) -> Self:
        sys.setprofile(self._count)
        return self

    def __exit__(self, *_raised: object) -> None:
        sys.setprofile(None)

    def _count(self, _frame: FrameType, event: str, _argument: object) -> None:
        self.number += event in ("call", "c_call")


class CountingConnection(sqlite3.Connection):
    """A connection that counts its statements, together with all others."""

    statements = 0

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        """Run a statement."""
        CountingConnection.statements += 1
        return super().execute(*arguments)


class Counts:
    """Adds up what is written: `committed` is told of every write set."""

    def __init__(self) -> None:
        self._sums: Figures = dict.fromkeys(("records", "events", "log bytes", "rows"), 0)
        self._statements_before = CountingConnection.statements

    def committed(self, write: WriteSet) -> None:
        """Add a write set; what ending executions deletes is not known here."""
        appends = write.appends
        self._sums["records"] += len(appends)
        self._sums["events"] += sum(one.last_sequence - one.expected_sequence for one in appends)
        self._sums["log bytes"] += sum(len(one.body) for one in appends)
        self._sums["rows"] += len(write.rows) + len(write.deletions)

    def taken(self, executions: int) -> Figures:
        """Give what one of so many executions came to since this was asked last, and begin anew."""
        self._sums["statements"] = CountingConnection.statements - self._statements_before
        figures = {name: number / executions for name, number in self._sums.items()}
        self._sums = dict.fromkeys(self._sums, 0)
        self._statements_before = CountingConnection.statements
        return figures
