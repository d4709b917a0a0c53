"""Failures, their handlers, and retries, written with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]

ERROR = "ERROR TASK_FAILURE"
SOLD_OUT = "EXCEPTION sold-out"
LOST = "EXCEPTION lost"


def handled(failure: str) -> str:
    return f"COMPLETED handled, {failure} handled by [1]"


def unhandled(failure: str) -> str:
    return f"{failure.partition(' ')[0]} None, {failure} not handled by []"


def test_handlers_catch_what_they_name_and_nothing_else(play: Play) -> None:
    errors = [handled(ERROR), unhandled(SOLD_OUT), unhandled(LOST)]
    assert play("handlers") == {
        "handle-error": errors,
        "handle-task-error": errors,
        "handle-exception": [unhandled(ERROR), handled(SOLD_OUT), handled(LOST)],
        "handle-sold-out": [unhandled(ERROR), handled(SOLD_OUT), unhandled(LOST)],
        "handle-any": [handled(ERROR), handled(SOLD_OUT), handled(LOST)],
    }


def test_first_handler_that_fits_gets_the_content_of_the_exception(play: Play) -> None:
    assert play("handlers with content") == {
        "technical": "some error",
        "sold-out": "noted lamp",
        "lost": "some exception",
        "noted": [["lamp"]],
        "message": "no lamps left",
    }


def test_failure_that_a_workflow_throws_reaches_who_waits_for_it(play: Play) -> None:
    assert play("fail") == {
        "child": ["COMPLETED", "o-1"],
        "failures": ["not-payable", "not-payable"],
        "handler": ["EXCEPTION", "EXCEPTION", "EXCEPTION"],
        "message": "the handler fell",
        "content": 7,
    }


def test_event_and_task_that_take_too_long_are_handled_as_timeouts(play: Play) -> None:
    assert play("timeouts") == {
        "status": "COMPLETED",
        "output": "no event, no answer",
        "failures": ["TIMEOUT", "TIMEOUT"],
        "said": True,
        "timed out": True,
    }


def test_simple_retries_come_at_once_and_run_out(play: Play) -> None:
    assert play("retries") == {
        "good": ["COMPLETED", "0-1"],
        "attempts": ["TASK_FAILED", "TASK_FAILED", "TASK_SUCCESS"],
        "at once": True,
        "log": ["attempt 0", "attempt 1", "attempt 2"],
        "bad": ["ERROR", ["TASK_FAILURE"]],
        "exhausted": ["TASK_FAILED", "TASK_FAILED", "TASK_FAILED"],
    }


def test_retries_with_backoff_wait_longer_each_time_up_to_the_limit(play: Play) -> None:
    assert play("backoff") == {
        "good": "COMPLETED",
        "attempts": ["TASK_FAILED", "TASK_FAILED", "TASK_SUCCESS"],
        "waits": [True, True],
        "bad": "ERROR",
        "exhausted": ["TASK_FAILED", "TASK_FAILED", "TASK_FAILED"],
        "policy": True,
        "total": 3,
    }
