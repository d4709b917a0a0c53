"""The limits of routes; `config.py` fills them in and says why each is as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RouteLimits:
    """How much a route reads and holds, how long it waits."""

    route_window_entries: int
    route_window_bytes: int
    route_retry_seconds_min: float
    route_retry_seconds_max: float
    route_retry_after_seconds_max: float
    route_cursor_seconds: float
    dead_letters_per_route_max: int
    store_retry_seconds: float
