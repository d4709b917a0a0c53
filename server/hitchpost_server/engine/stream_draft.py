"""A decision in the making on any stream but those of runs.

As in `draft.py`, each event is applied as it is emitted, and what can be refused
is refused before the first. Knows how events get on record; which there are is
known to the deciders and folds of each kind of stream.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.limits import EngineLimits
from hitchpost_server.engine.log import Record, new_record
from hitchpost_server.engine.owed import Owed
from hitchpost_server.engine.tables import Touched
from hitchpost_server.engine.times import timestamp

S = TypeVar("S")
Apply = Callable[[S, str, Any, Touched], None]


class StreamDraft(Generic[S]):
    """What a command has done to a stream so far.

    `owed` is owed to other streams; `warnings` are what an operator should hear of.
    """

    __slots__ = (
        "_apply",
        "facts",
        "limits",
        "now_us",
        "owed",
        "row",
        "rows",
        "seed",
        "state",
        "warnings",
    )

    def __init__(
        self,
        state: S,
        command: Command,
        facts: Facts,
        limits: EngineLimits,
        rows: Touched,
        apply: Apply[S],
    ) -> None:
        self.state = state
        self.facts = facts
        self.limits = limits
        self.rows = rows
        self.now_us = command.now_us
        self.seed = command.seed
        self.row = Record(new_record(command))
        self.owed = Owed(command)
        self.warnings: list[str] = []
        self._apply = apply

    @property
    def now(self) -> Timestamp:
        """When the command is decided."""
        return timestamp(self.now_us)

    @property
    def has_events(self) -> bool:
        """Whether anything has happened."""
        return bool(self.row.message.events)

    def emit(self, kind: str, body: Any) -> None:
        """Let an event happen: put it on record and apply it."""
        self.row.message.events.add(**{kind: body})
        self._apply(self.state, kind, body, self.rows)
