"""Cron expressions: which moment is next, and which expressions have none."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitchpost_server.engine.cron import NoTickError, next_tick, time_zone

BERLIN = "Europe/Berlin"
WRITTEN_OUT = " ".join(
    ",".join(map(str, field))
    for field in (range(60), range(24), range(1, 32), range(1, 13), range(8))
)


def us(text: str) -> int:
    """Read a UTC moment as microseconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


def ticks(expression: str, after: str, count: int, zone: str = "UTC") -> list[str]:
    """Write the ticks that follow a moment."""
    found, at_us = [], us(after)
    for _ in range(count):
        at_us = next_tick(expression, zone, at_us)
        found.append(datetime.fromtimestamp(at_us / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("expression", "after", "wanted"),
    [
        ("* * * * *", "2027-01-31 23:59:00", "2027-02-01 00:00:00"),
        ("* * * * *", "2027-01-31 23:59:59.999999", "2027-02-01 00:00:00"),
        ("*/15 9-17 * * MON-FRI", "2027-01-01 17:45:00", "2027-01-04 09:00:00"),
        ("0 0 1 jan *", "2027-01-01 00:00:00", "2028-01-01 00:00:00"),
        ("0 12 29 2 *", "2027-01-01 00:00:00", "2028-02-29 12:00:00"),
        ("0 0 * * 7", "2027-01-01 00:00:00", "2027-01-03 00:00:00"),
        ("0 0 13 * 5", "2027-01-01 00:00:00", "2027-01-08 00:00:00"),
        ("  5\t4 * * *\n", "2027-01-01 00:00:00", "2027-01-01 04:05:00"),
        (WRITTEN_OUT, "2027-01-01 00:00:00", "2027-01-01 00:01:00"),
    ],
)
def test_next_tick_is_the_first_moment_behind_that_matches(expression, after, wanted) -> None:
    assert ticks(expression, after, 1) == [wanted]


@pytest.mark.parametrize(
    "expression",
    [
        *("", "*", "* * * *", "* * * * * *", "@daily", "a b c d e", "60 * * * *", "* 24 * * *"),
        *("* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *", "-1 * * * *"),
        *("1,, * * * *", "٣ * * * *", "0 0 30 2 *", "* * */20 * 1L", "0 " * 400),
    ],
)
def test_expression_that_never_ticks_is_told_apart(expression) -> None:
    with pytest.raises(NoTickError):
        next_tick(expression, "UTC", us("2027-01-01"))


@given(st.text("0123456789*,-/#LW MONJAN\t", max_size=30))
def test_any_text_has_a_later_tick_or_none(text) -> None:
    after = us("2027-03-28 00:30:00")
    with suppress(NoTickError):
        assert next_tick(text, BERLIN, after) > after


def test_tick_in_the_hour_that_clocks_leave_out_comes_right_after_it() -> None:
    assert ticks("30 2 * * *", "2027-03-27 12:00:00", 2, BERLIN) == [
        "2027-03-28 01:00:00",
        "2027-03-29 00:30:00",
    ]


def test_tick_in_the_hour_that_clocks_repeat_comes_once() -> None:
    assert ticks("30 2 * * *", "2027-10-30 12:00:00", 2, BERLIN) == [
        "2027-10-31 00:30:00",
        "2027-11-01 01:30:00",
    ]


def test_frequent_ticks_go_on_through_the_hour_that_clocks_repeat() -> None:
    assert ticks("*/30 * * * *", "2027-10-31 00:00:00", 4, BERLIN) == [
        *("2027-10-31 00:30:00", "2027-10-31 01:00:00"),
        *("2027-10-31 01:30:00", "2027-10-31 02:00:00"),
    ]


@pytest.mark.parametrize("minute", range(0, 60, 7))
def test_no_tick_lies_behind_whoever_asks_within_the_repeated_hour(minute) -> None:
    after = f"2027-10-31 01:{minute:02}:00"
    assert ticks("30 2 * * *", after, 1, BERLIN) == ["2027-11-01 01:30:00"]


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "/etc/localtime"])
def test_unknown_time_zone_is_told(name) -> None:
    with pytest.raises(ValueError, match="there is no time zone"):
        time_zone(name)
