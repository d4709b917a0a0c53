"""Threads of a run, written with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]

DONE = "THREAD_COMPLETED_OR_FAILURE_HANDLED"


def test_child_thread_gets_inputs_and_changes_its_parents_variables(play: Play) -> None:
    assert play("child threads") == {
        "status": "COMPLETED",
        "output": "LOUD",
        "threads": ["ENTRYPOINT of 0: COMPLETED", "CHILD of 0: COMPLETED"],
        "waited for": [f"1 {DONE}"],
    }


def test_parent_that_does_not_wait_ends_with_its_children(play: Play) -> None:
    assert play("unattended") == {
        "good": "COMPLETED",
        "bad": "ERROR",
        "failures of the parent": ["CHILD_FAILURE"],
        "threads": ["ENTRYPOINT of 0: ERROR", "CHILD of 0: EXCEPTION"],
    }


def test_thread_for_each_element_with_handlers_for_each_thread(play: Play) -> None:
    assert play("for each") == {
        "mended": ["COMPLETED", 11],
        "threads": [
            "CHILD of 0: COMPLETED",
            "CHILD of 0: COMPLETED",
            "CHILD of 0: ERROR",
            "CHILD of 0: EXCEPTION",
            "ENTRYPOINT of 0: COMPLETED",
            "FAILURE_HANDLER of 2: COMPLETED",
            "FAILURE_HANDLER of 3: COMPLETED",
        ],
        "waited for": [f"{number} {DONE}" for number in (1, 2, 3, 4)],
        "handlers belong to": [2, 3],
        "unhandled": ["EXCEPTION", ["rotten-item", "rotten-item"]],
        "forgiven": ["COMPLETED", 3],
        "none": ["COMPLETED", 0],
    }


def test_first_thread_to_end_decides_and_halts_the_others(play: Play) -> None:
    assert play("wait for first") == {
        "good": {
            "before the last": "RUNNING",
            "threads": ["COMPLETED", "HALTED", "COMPLETED"],
            "halted": ["halted_by_parent"],
            "failures": [],
        },
        "bad": {
            "before the last": "RUNNING",
            "threads": ["EXCEPTION", "HALTED", "EXCEPTION"],
            "halted": ["halted_by_parent", "parent_halted"],
            "failures": ["fallen"],
        },
    }


def test_any_thread_that_succeeds_is_enough(play: Play) -> None:
    assert play("wait for any") == {
        "good": {
            "before the last": "RUNNING",
            "threads": ["COMPLETED", "EXCEPTION", "COMPLETED"],
            "halted": [],
            "failures": [],
        },
        "bad": {
            "before the last": "RUNNING",
            "threads": ["ERROR", "EXCEPTION", "EXCEPTION"],
            "halted": [],
            "failures": ["CHILD_FAILURE"],
        },
    }


def test_threads_with_a_retention_of_nothing_are_archived_at_once(play: Play) -> None:
    assert play("forgetful") == {
        "status": "COMPLETED",
        "threads": [0],
        "greatest": 2,
        "archived": ["archived", "archived"],
        "ended as": ["COMPLETED", "COMPLETED"],
    }


def test_siblings_of_a_thread_that_fails_are_halted_for_good(play: Play) -> None:
    halted = ["EXCEPTION", "EXCEPTION", "HALTED"]
    assert play("siblings of a failure") == {
        "at once": [*halted, "HALTING"],
        "reasons": [[], [], ["parent_halted"], ["parent_halted"]],
        "late event claimed": False,
        "task": ["TASK_SUCCESS"],
        "in the end": [*halted, "HALTED"],
        "run": "EXCEPTION",
    }


def test_sibling_goes_on_when_the_failure_is_handled(play: Play) -> None:
    assert play("siblings of a handled failure") == {
        "meanwhile": ["RUNNING", "EXCEPTION", "RUNNING", "COMPLETED"],
        "run": ["COMPLETED", "handled"],
        "threads": [
            *("ENTRYPOINT COMPLETED", "CHILD EXCEPTION", "CHILD COMPLETED"),
            "FAILURE_HANDLER COMPLETED",
        ],
        "handled children": [1],
    }


def test_handler_does_not_reach_the_variables_of_a_child(play: Play) -> None:
    assert play("out of scope") == {
        "run": "ERROR",
        "threads": ["ERROR", "EXCEPTION", "ERROR"],
        "handler": ["VAR_SUB_ERROR"],
    }
