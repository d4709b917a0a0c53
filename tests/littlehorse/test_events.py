"""Events that come in, interrupt, or are thrown, written with LittleHorse's SDK."""

from collections.abc import Callable
from typing import Any

Play = Callable[[str], Any]


def test_interrupt_halts_its_thread_until_the_handler_is_done(play: Play) -> None:
    assert play("interrupt") == {
        "mistyped": "INVALID_ARGUMENT",
        "claimed": True,
        "during": ["ENTRYPOINT HALTED", "INTERRUPT RUNNING", "run RUNNING"],
        "node": "HALTED",
        "claimed while halted": False,
        "after": ["ENTRYPOINT COMPLETED", "INTERRUPT COMPLETED", "run COMPLETED"],
        "output": "notes: late",
        "claimed in the end": True,
        "trigger": True,
    }


def test_interrupt_lets_a_running_task_end_and_keeps_its_output(play: Play) -> None:
    assert play("interrupted task") == {
        "halting": ["ENTRYPOINT HALTING", "run RUNNING", "HALTING"],
        "status": "COMPLETED",
        "output": "passed",
        "heard": True,
    }


def test_interrupt_of_a_parent_halts_its_children_meanwhile(play: Play) -> None:
    assert play("interrupted family") == {
        "frozen": ["HALTED", "HALTED", "RUNNING"],
        "reasons": ["interrupted", "parent_halted"],
        "child took its event while frozen": False,
        "status": "COMPLETED",
    }


def test_interrupt_of_a_parent_halts_the_handler_of_its_childs_interrupt(play: Play) -> None:
    assert play("interrupted twice") == {
        "both": ["HALTED", "HALTED", "HALTED", "RUNNING"],
        "reasons": [["interrupted"], ["interrupted", "parent_halted"], ["parent_halted"], []],
        "handler of the child went on": False,
        "after": [
            *("ENTRYPOINT RUNNING", "CHILD RUNNING", "INTERRUPT COMPLETED"),
            *("INTERRUPT COMPLETED", "run RUNNING"),
        ],
        "status": "COMPLETED",
    }


def test_handler_of_an_interrupt_that_fails_fails_its_thread(play: Play) -> None:
    assert play("failing interrupt") == {
        "threads": ["EXCEPTION", "EXCEPTION"],
        "node": ["EXCEPTION", ["evacuated"]],
    }


def test_events_are_registered_with_their_types_and_checked_by_them(play: Play) -> None:
    assert play("typed events") == {
        "registered": "INT",
        "thrown type": "STR",
        "wrong amount": "INVALID_ARGUMENT",
        "said": True,
        "wrong details": "INVALID_ARGUMENT",
        "status": "COMPLETED",
        "output": 5,
    }


def test_correlated_event_finds_its_run_before_and_after_the_run_waits(play: Play) -> None:
    assert play("correlated event") == {
        "event first": ["COMPLETED", "by rail"],
        "run first": ["COMPLETED", "by ship"],
        "key": "o-2",
        "gone": True,
        "mistyped": "INVALID_ARGUMENT",
        "bad key": "INVALID_ARGUMENT",
    }


def test_correlated_event_that_stays_serves_every_run_with_its_key(play: Play) -> None:
    assert play("correlated event that stays") == {
        "heard": ["hear, hear"] * 3,
        "events": 3,
        "key": "*****",
        "again": "ALREADY_EXISTS",
    }


def test_workflow_event_is_awaited_before_and_after_it_is_thrown(play: Play) -> None:
    assert play("workflow events") == {
        "status": "COMPLETED",
        "first": [0, "hurrah"],
        "came too early": False,
        "second": [1, "hurrah, hurrah"],
        "listed": 2,
        "got": "hurrah, hurrah",
    }


def test_run_starts_over_with_what_it_throws_and_keeps_what_came_early(play: Play) -> None:
    renewal = {"plan": "gold", "pin": "*****"}
    assert play("starting over") == {
        "started over": [[0, {"month": 2, **renewal}], [1, {"month": 3, **renewal}]],
        "task": ["3.0-1", [3, "gold"]],
        "task of the first month": "NOT_FOUND",
        "carried": [True],
        "claimed": True,
        "claimed before": True,
        "month": 3,
        "end": ["COMPLETED", "1815", True],
    }


def test_definition_of_starting_over_is_there_for_good(play: Play) -> None:
    assert play("built-in definition") == {
        "name": "hitchpost-continue-as-new",
        "deleted": "FAILED_PRECONDITION",
    }
