"""Cron expressions: when the next tick comes.

Knows the five fields and time zones, by way of cronsim, which does as Debian's
cron does, also where clocks go forward or back. Knows nothing of schedules, and
has no clock: whoever asks says from when on.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

# Every value of every field written out takes less.
EXPRESSION_CHARACTERS_MAX = 500
FIELDS = 5

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class NoTickError(Exception):
    """An expression that cannot be read, or that no moment of the next 50 years matches."""


@cache
def time_zone(name: str) -> tzinfo:
    """Find a time zone; raise ValueError if there is none of that name."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"there is no time zone {name!r}") from error


def next_tick(expression: str, zone: str, after_us: int) -> int:
    """Return the first moment behind another that matches; raise NoTickError if there is none."""
    ticks = _ticks(expression, (_EPOCH + after_us * _MICROSECOND).astimezone(time_zone(zone)))
    try:
        # Of the hour that clocks repeat, the library gives the first passage
        # even to whoever asks within the second.
        return next(at for tick in ticks if (at := (tick - _EPOCH) // _MICROSECOND) > after_us)
    except (StopIteration, OverflowError) as error:
        raise NoTickError(f"{expression!r} matches no moment of the next 50 years") from error


def _ticks(expression: str, after: datetime) -> CronSim:
    if len(expression) > EXPRESSION_CHARACTERS_MAX:
        raise NoTickError(f"more than {EXPRESSION_CHARACTERS_MAX} characters")
    if len(expression.split()) != FIELDS:
        raise NoTickError(
            f"{expression!r} is not {FIELDS} fields: minute, hour, day of month, month, day of week"
        )
    try:
        return CronSim(expression, after)
    except CronSimError as error:
        raise NoTickError(f"{expression!r}: {str(error).lower()}") from error
