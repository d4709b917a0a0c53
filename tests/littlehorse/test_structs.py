"""Structs, written with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]


def test_structs_of_python_classes_go_through_tasks_and_variables(play: Play) -> None:
    assert play("structs") == {
        "status": "COMPLETED",
        "output": "Main Street, Basel",
        "city": "Basel",
        "person": {"age": "int", "home": "struct", "name": "str", "secret": "str"},
        "name": "Ada",
        "age": 1,
        "secret": ["*****", True],
        "version": 0,
        "without fields": "INVALID_ARGUMENT",
        "a text": "INVALID_ARGUMENT",
        "unknown field": ["INVALID_ARGUMENT", True],
    }


def test_struct_builder_makes_a_struct_of_variables(play: Play) -> None:
    assert play("struct builder") == {
        "status": "COMPLETED",
        "output": "Lane, Geneva",
        "person": ["Grace", 42],
    }
