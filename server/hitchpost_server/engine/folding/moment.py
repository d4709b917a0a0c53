"""When a command was decided, and the shape of what applies its events."""

from collections.abc import Callable
from typing import Any

from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.engine.times import timestamp


class Moment:
    """When a command was decided; the Timestamp is made once and only if needed."""

    __slots__ = ("_timestamp", "us")

    def __init__(self, us: int) -> None:
        self.us = us
        self._timestamp: Any = None

    @property
    def timestamp(self) -> Any:
        """The moment as a Timestamp; not to be changed."""
        if self._timestamp is None:
            self._timestamp = timestamp(self.us)
        return self._timestamp


Applier = Callable[[FamilyState, RunState, Any, Moment, Touched], None]
