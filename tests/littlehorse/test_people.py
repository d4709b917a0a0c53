"""Work for people, written with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]


def test_user_task_is_saved_taken_over_and_completed(play: Play) -> None:
    assert play("user task") == {
        "form": ["ASSIGNED", "ann", "managers", "Please decide, ann"],
        "saved": "not sure",
        "saved by another": "FAILED_PRECONDITION",
        "claimed by another": "FAILED_PRECONDITION",
        "taken over": ["ASSIGNED", "bob", "", 2],
        "incomplete": "INVALID_ARGUMENT",
        "unknown field": "INVALID_ARGUMENT",
        "run": ["COMPLETED", "why not", True],
        "form in the end": ["DONE", "bob", ""],
        "events": ["assigned", "saved", "assigned", "completed"],
    }


def test_comments_are_added_edited_and_deleted(play: Play) -> None:
    assert play("comments") == {
        "comments": [1, 2],
        "edited": "the very first",
        "events": [
            *("assigned", "comment_added", "comment_added"),
            *("comment_edited", "comment_deleted"),
        ],
        "edit a deleted one": "FAILED_PRECONDITION",
        "edit an unknown one": "NOT_FOUND",
        "delete again": "FAILED_PRECONDITION",
        "cancelled": ["ERROR", ["USER_TASK_CANCELLED"]],
    }


def test_reminder_is_sent_and_the_user_task_is_given_to_another(play: Play) -> None:
    assert play("reminder") == {
        "reassigned": ["ASSIGNED", "bob", ""],
        "events": ["assigned", "task_executed", "assigned"],
        "reminder": [["TASK_SUCCESS"], ["ann"]],
        "log": "reminding ann of node 1",
        "status": "COMPLETED",
    }


def test_user_task_is_released_to_its_group_in_time(play: Play) -> None:
    assert play("release") == {
        "before": ["ASSIGNED", "ann", "managers"],
        "released": ["UNASSIGNED", "", "managers"],
        "status": "COMPLETED",
    }


def test_user_task_past_its_deadline_is_cancelled_with_an_exception(play: Play) -> None:
    assert play("deadline") == {
        "run": ["COMPLETED", "was too late"],
        "failures": ["too-late"],
        "form": "CANCELLED",
        "events": ["assigned", "cancelled"],
    }


def test_deadline_that_begins_with_an_assignment_waits_for_one(play: Play) -> None:
    assert play("deadline after assignment") == {
        "before": "UNASSIGNED",
        "run": ["ERROR", ["USER_TASK_CANCELLED"]],
        "form": ["CANCELLED", "ann", "managers"],
        "events": ["assigned", "assigned", "cancelled"],
        "in time": True,
    }


def test_parallel_approvals_end_when_all_have_answered(play: Play) -> None:
    assert play("approvals") == {
        "all": ["COMPLETED", "approved"],
        "not all": ["COMPLETED", "denied"],
    }
