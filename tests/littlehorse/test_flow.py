"""Ways through a workflow, written with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]


def test_sequence_hands_the_output_of_each_task_on(play: Play) -> None:
    assert play("sequence") == {
        "status": "COMPLETED",
        "output": "HELLO ADA",
        "way": ["0-entrypoint-ENTRYPOINT", "1-greet-TASK", "2-shout-TASK", "3-complete-EXIT"],
        "without its input": "INVALID_ARGUMENT",
    }


def test_while_loop_runs_its_body_until_the_condition_is_false(play: Play) -> None:
    assert play("countdown") == {
        "from 0": "COMPLETED",
        "tasks from 0": 0,
        "from 3": "COMPLETED",
        "given": [[3], [2], [1]],
        "at": [2, 5, 8],
        "output": "1 left",
    }


def test_if_else_if_and_else_take_the_first_branch_that_holds(play: Play) -> None:
    assert play("grading") == {
        "100": "excelled fully",
        "90": "excelled partly",
        "89": "has passed partly",
        "50": "has passed partly",
        "49": "has failed partly",
        "101": "out-of-range",
        "-1": "out-of-range",
    }


def test_sleep_in_each_form_ends_at_its_time(play: Play) -> None:
    on_time = {"status": "COMPLETED", "matured": True, "early": False, "late": False}
    found = play("sleeping")
    assert found.pop("date in the past")["status"] == "COMPLETED"
    assert found == {
        "seconds": {**on_time, "asleep": 1},
        "timestamp": {**on_time, "asleep": 1},
        "date": {**on_time, "asleep": 1},
    }


def test_sleep_until_a_time_follows_its_variable(play: Play) -> None:
    assert play("waking") == {"status": "COMPLETED", "matured": True}


def test_waiting_for_a_condition_ends_when_an_interrupt_makes_it_true(play: Play) -> None:
    assert play("patience") == {
        "with none left": "COMPLETED",
        "after one": "RUNNING",
        "after two": "COMPLETED",
        "left": 0,
    }
