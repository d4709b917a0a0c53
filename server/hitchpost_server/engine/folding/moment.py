"""When a command was decided, and the shape of what applies its events."""

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


Applier = Callable[[FamilyState, RunState, Any, Moment, Touched], None]
