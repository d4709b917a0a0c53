"""Values and their types, written with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]


def test_json_is_read_and_changed_by_paths(play: Play) -> None:
    assert play("json") == {
        "status": "COMPLETED",
        "output": {
            "customer": {"name": "Ada", "city": "Zurich", "country": "CH"},
            "items": [{"name": "hat", "count": 2}, {"name": "lamp", "count": 1}],
            "paid": True,
            "total": 16,
        },
        "names": ["hat", "lamp"],
        "text": "2 for Ada",
        "second": "lamp",
    }


def test_every_mutation_changes_its_variable(play: Play) -> None:
    assert play("mutations") == {
        "status": "COMPLETED",
        "number": 81,
        "half": 2.5,
        "word": "abc4",
        "many": [3, 4, 5],
        "thing": {"b": 2},
        "yes": False,
        "no": True,
        "nothing": None,
    }


def test_expressions_are_computed_and_one_that_fails_undoes_its_edge(play: Play) -> None:
    assert play("expressions") == {
        "status": "COMPLETED",
        "compound": 14,
        "quotient": 3.5,
        "inside": True,
        "by zero": ["ERROR", ["VAR_SUB_ERROR"]],
        "undone": 1,
    }


def test_casts_convert_and_those_that_cannot_are_refused(play: Play) -> None:
    assert play("casting") == {
        "status": ["COMPLETED", []],
        "number": 22,
        "fraction": 22.5,
        "yes": True,
        "given": [["22"]],
        "not a number": ["ERROR", ["VAR_SUB_ERROR"]],
        "impossible": ["INVALID_ARGUMENT", True],
        "forgotten": ["INVALID_ARGUMENT", True],
    }


def test_masked_values_reach_the_worker_and_nobody_else(play: Play) -> None:
    assert play("masking") == {
        "status": "COMPLETED",
        "length": 9,
        "secret": ["*****", True],
        "input": ["*****"],
        "output": "*****",
    }


def test_timestamps_bytes_and_run_ids_are_values_as_any_other(play: Play) -> None:
    assert play("other types") == {
        "status": "COMPLETED",
        "kept": "2030-01-02 03:04:05.678000",
        "longer": "000102",
        "whose": True,
    }


def test_arrays_are_typed_changed_and_spawn_threads(play: Play) -> None:
    assert play("arrays") == {
        "status": "COMPLETED",
        "names": ["Ada", "Grace"],
        "element type": "STR",
        "output": ["Ada", "Grace"],
        "second": "Grace",
        "known": True,
        "greeted": 2,
        "mixed": "INVALID_ARGUMENT",
    }


def test_maps_are_merged_and_read_by_key(play: Play) -> None:
    assert play("maps") == {
        "status": "COMPLETED",
        "counts": {"hat": 3, "coat": 4},
        "hats": 3,
        "no map in the SDK's words": None,
        "mistyped": "INVALID_ARGUMENT",
    }
