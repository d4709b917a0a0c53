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


def test_output_that_is_too_large_fails_its_task(play: Play) -> None:
    too_large = {
        "run": ["ERROR", ["VAR_MUTATION_ERROR"]],
        "output": False,
        "said": True,
    }
    assert play("verbose") == {
        "2 MiB": {**too_large, "attempts": [["TASK_OUTPUT_SERDE_ERROR"]]},
        "600 KiB twice": {
            **too_large,
            "attempts": [["TASK_SUCCESS"], ["TASK_OUTPUT_SERDE_ERROR"]],
        },
    }
