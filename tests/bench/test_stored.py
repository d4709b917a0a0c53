"""A measurement is worth nothing when the store is not what was acknowledged."""

import sqlite3
from contextlib import closing

import pytest
from bench.processes import Failed
from bench.requests import TASK_GUID, guid, run_name, task_output
from bench.stored import STORE_FILE, stored_in

from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs


@pytest.fixture
def store(tmp_path):
    """A store with two events, of which one is claimed, and a run whose task is done."""
    with closing(sqlite3.connect(tmp_path / STORE_FILE)) as connection:
        connection.executescript(
            "CREATE TABLE external_events (run, guid, claimed);"
            "CREATE TABLE runs (run, status, body);"
            "CREATE TABLE task_runs (run, task_guid, body);"
        )
        events = [(run_name("early", number), guid(number), number) for number in (0, 1)]
        connection.executemany("INSERT INTO external_events VALUES (?, ?, ?)", events)
        run = (run_name("tasked", 7), status.COMPLETED, run_with(task_output(7)))
        connection.execute("INSERT INTO runs VALUES (?, ?, ?)", run)
        task = (run_name("tasked", 7), TASK_GUID, task_with(task_output(7)))
        connection.execute("INSERT INTO task_runs VALUES (?, ?, ?)", task)
        connection.commit()
        yield connection


def run_with(output):
    thread = wf_runs.ThreadRun(output=values.VariableValue(str=output))
    return wf_runs.WfRun(thread_runs=[thread]).SerializeToString()


def task_with(*outputs):
    attempts = [tasks.TaskAttempt(output=values.VariableValue(str=output)) for output in outputs]
    return tasks.TaskRun(attempts=attempts).SerializeToString()


def change(store, statement, *parameters):
    store.execute(statement, parameters)
    store.commit()


def test_store_with_all_that_was_acknowledged_and_nothing_else_holds(store, tmp_path):
    with stored_in(tmp_path) as stored:
        stored.holds_events("early", unclaimed={0}, claimed={1})
        stored.holds_runs("tasked", running=set(), completed={7})
        stored.holds_done_tasks("tasked", {7})


@pytest.mark.parametrize(
    ("unclaimed", "claimed"),
    [
        pytest.param({0, 2}, {1}, id="acknowledged and not stored"),
        pytest.param(set(), {1}, id="stored and not acknowledged"),
        pytest.param({0, 1}, set(), id="claimed by nobody who should"),
    ],
)
def test_events_that_are_not_what_was_acknowledged_fail(store, tmp_path, unclaimed, claimed):
    with stored_in(tmp_path) as stored, pytest.raises(Failed, match="external events of early"):
        stored.holds_events("early", unclaimed=unclaimed, claimed=claimed)


def test_task_that_took_two_attempts_fails(store, tmp_path):
    change(store, "UPDATE task_runs SET body = ?", task_with("", task_output(7)))
    with stored_in(tmp_path) as stored, pytest.raises(Failed, match="tasks of tasked"):
        stored.holds_done_tasks("tasked", {7})


def test_run_with_another_output_than_its_task_has_given_fails(store, tmp_path):
    change(store, "UPDATE runs SET body = ?", run_with(task_output(8)))
    with stored_in(tmp_path) as stored, pytest.raises(Failed, match="outputs of tasked"):
        stored.holds_done_tasks("tasked", {7})
