"""What a decision owes to other streams: follow-ups in the making.

Knows how they are named and written down; knows nothing of what they are for.
"""

from typing import Any

from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.rows import FollowUpRow
from hitchpost_server.storage.v1 import storage_pb2 as storage


class Owed:
    """The follow-ups of one command, in the order in which they were added."""

    __slots__ = ("_command", "rows")

    def __init__(self, command: Command) -> None:
        self._command = command
        self.rows: list[FollowUpRow] = []

    def add(self, stream: str, **what: Any) -> None:
        """Owe a stream a command: one member of the oneof in FollowUp."""
        owed = storage.FollowUp(principal=self._command.principal, **what)
        name = f"{self._command.seed}.{len(self.rows)}"
        self.rows.append(FollowUpRow(name, stream, owed.SerializeToString(deterministic=True)))
