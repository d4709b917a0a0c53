"""Limits of a run, met with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]


def test_loop_without_end_fails_the_run(play: Play) -> None:
    assert play("endless") == {"status": "ERROR", "failure": "INTERNAL_ERROR", "position": 512}


def test_run_does_not_hold_more_threads_than_it_may(play: Play) -> None:
    assert play("crowded") == {
        "enough": ["RUNNING", 65],
        "too many": ["ERROR", 1, ["INTERNAL_ERROR"]],
        "said": True,
    }
