"""Runs as they are operated, with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]


def test_checkpoints_are_not_carried_out_again_by_a_retry(play: Play) -> None:
    assert play("checkpoints") == {
        "status": "COMPLETED",
        "output": "first part, second part",
        "attempts": ["TASK_FAILED", "TASK_SUCCESS"],
        "carried out": {"all": 2, "first": 1, "second": 1},
        "checkpoints": ["first part", "second part"],
        "total": 2,
        "missing": "NOT_FOUND",
        "deleted": "NOT_FOUND",
    }


def test_names_of_tasks_are_computed_when_they_are_due(play: Play) -> None:
    assert play("dynamic tasks") == {
        "status": "COMPLETED",
        "first": "a wooden horse",
        "output": "a metal cart",
        "tasks": ["make-carved", "make-cast"],
        "unknown": ["ERROR", ["VAR_SUB_ERROR"]],
        "said": True,
    }


def test_stopped_run_takes_nothing_until_it_is_resumed(play: Play) -> None:
    assert play("stop and resume") == {
        "stopped": ["HALTED", "HALTED", "HALTED"],
        "why": ["manual_halt"],
        "claimed while stopped": False,
        "resumed": "COMPLETED",
        "unknown": "NOT_FOUND",
    }


def test_rescue_tries_the_failed_node_again_or_skips_it(play: Play) -> None:
    failed = ["TASK_FAILED"]
    assert play("rescue") == {
        "failed": ["ERROR", "ERROR"],
        "again": {"run": ["COMPLETED", "pump is fine"], "tasks": [failed, ["TASK_SUCCESS"]]},
        "skipped": {"run": ["COMPLETED", "nothing"], "tasks": [failed]},
        "one that is well": "FAILED_PRECONDITION",
    }


def test_rescue_of_a_child_revives_the_parent_that_failed_with_it(play: Play) -> None:
    assert play("rescue of families") == {
        "failed": ["ERROR", "ERROR"],
        "rescued": [["COMPLETED", "both went on"], ["COMPLETED", "valve is fine"]],
        "threads": ["COMPLETED", "COMPLETED"],
        "ways": [
            [
                *("entrypoint", "start_thread", "wait_for_threads", "wait_for_threads", "exit"),
                *("entrypoint", "task", "task", "exit"),
            ],
            ["entrypoint", "run_child_wf", "wait_for_child_wf", "wait_for_child_wf", "exit"],
        ],
    }


def test_schedule_is_kept_found_and_taken_back(play: Play) -> None:
    assert play("schedules") == {
        "put": ["weekly", "stopping", "30 6 * * 1"],
        "got": True,
        "found": ["weekly"],
        "bad": "INVALID_ARGUMENT",
        "unknown": "INVALID_ARGUMENT",
        "deleted": "NOT_FOUND",
        "found after": 0,
    }


def test_run_past_its_retention_is_gone(play: Play) -> None:
    assert play("retention") == {"status": "COMPLETED", "gone": True}


def test_new_versions_are_what_the_update_allows(play: Play) -> None:
    assert play("versions") == {
        "the same": "OK 0.0",
        "another variable": "OK 0.1",
        "no update allowed": "ALREADY_EXISTS 0.1",
        "only a minor one": "FAILED_PRECONDITION 0.1",
        "any": "OK 1.0",
    }
