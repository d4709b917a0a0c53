"""Runs that belong to other runs, written with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]


def test_run_under_a_parent_shares_its_public_variables(play: Play) -> None:
    assert play("hierarchy") == {
        "child": ["COMPLETED", 12],
        "id": "bread",
        "belongs": True,
        "total of the parent": 12,
        "total of the child": "NOT_FOUND",
        "again": "ALREADY_EXISTS",
        "without a parent": "INVALID_ARGUMENT",
        "parent": ["COMPLETED", 12],
    }


def test_child_workflow_is_started_waited_for_and_handled(play: Play) -> None:
    assert play("child workflows") == {
        "good": ["COMPLETED", 9],
        "child": ["COMPLETED", 9, "pricing"],
        "child belongs": True,
        "waited at": 2,
        "bad": ["EXCEPTION", ["no-such-item"]],
        "careful": ["COMPLETED", 0],
        "named": ["c-1-price", True],
    }
