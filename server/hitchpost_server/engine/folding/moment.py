"""When a command was decided, and the shapes of what applies its events."""

from collections.abc import Callable
from typing import Any

from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.engine.times import timestamp


class Moment:
    """When a command was decided; `timestamp` says the same and is not to be changed."""

    __slots__ = ("timestamp", "us")

    def __init__(self, us: int) -> None:
        self.us = us
        self.timestamp = timestamp(us)


# Applies an event of one kind: the body is what it says.
Applier = Callable[[FamilyState, RunState, Any, Moment, Touched], None]

# What an event does of which everything is known before it happens: its body has been read.
Effect = Callable[[FamilyState, RunState, Moment, Touched], None]


def nothing(_state: FamilyState, _run: RunState, _moment: Moment, _rows: Touched) -> None:
    """Change nothing."""
