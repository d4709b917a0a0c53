"""Tasks: attempts, retries, timeouts, results."""

import pytest

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.errors import FieldInvalid, ObjectNotFound
from hitchpost_server.engine.rows import (
    NodeRunRow,
    QueuedTaskRow,
    RowKey,
    RunRow,
    TaskRunRow,
    VariableRow,
)

FAILED = tasks.TASK_FAILED


@pytest.fixture
def greeting(world):
    """A world in which run `r` waits for its one task, which may be tried three times."""
    world.put_task_def("greet", {"name": str}, returns=str)

    @hitchpost.workflow("greeting")
    def workflow(wf):
        result = wf.variable("result", str)
        wf.set(result, wf.task("greet", wf.input("name", str), retries=2, timeout=30))

    world.put_workflow(workflow)
    world.start("greeting", name="Ada")
    return world


def task(world):
    return world.found(tasks.TaskRun, TaskRunRow, "r", "0-1")


def run_status(world):
    return world.found(wf_runs.WfRun, RunRow, "r").status


def queued(world):
    return [row.task_guid for row in world.rows.values() if isinstance(row, QueuedTaskRow)]


def node_failure(world):
    return world.found(node_runs.NodeRun, NodeRunRow, "r", 0, 1).failures[-1]


def test_a_task_is_queued_with_its_inputs(greeting):
    assert queued(greeting) == ["0-1"]
    assert task(greeting).input_variables[0].value.str == "Ada"
    assert task(greeting).total_attempts == 3


def test_a_worker_gets_the_task_and_nobody_else_does(greeting):
    scheduled = greeting.start_task("0-1")
    assert scheduled.variables[0].value.str == "Ada"
    assert scheduled.source.task_node.node_run_id.position == 1
    assert greeting.start_task("0-1") is None
    assert queued(greeting) == []


def test_the_result_goes_into_the_run(greeting):
    greeting.do_task("0-1", "hello Ada")
    assert run_status(greeting) == status.COMPLETED
    result = greeting.found(values.Variable, VariableRow, "r", 0, "result")
    assert result.value.str == "hello Ada"


def test_a_failed_attempt_is_followed_by_the_next_at_once(greeting):
    greeting.start_task("0-1")
    greeting.report("0-1", status=FAILED, error=tasks.LHTaskError(message="no"))
    assert queued(greeting) == ["0-1"]
    assert [one.status for one in task(greeting).attempts] == [FAILED, tasks.TASK_SCHEDULED]


def test_the_run_fails_when_the_last_attempt_has(greeting):
    for attempt in range(3):
        greeting.start_task("0-1")
        greeting.report("0-1", attempt=attempt, status=FAILED)
    assert run_status(greeting) == status.ERROR
    assert node_failure(greeting).failure_name == "TASK_FAILURE"


def test_an_exception_is_not_retried_and_keeps_its_name_and_content(greeting):
    thrown = tasks.LHTaskException(
        name="unknown-person", message="who?", content=hitchpost.to_value(3)
    )
    greeting.start_task("0-1")
    greeting.report("0-1", status=tasks.TASK_EXCEPTION, exception=thrown)
    assert run_status(greeting) == status.EXCEPTION
    assert node_failure(greeting).failure_name == "unknown-person"
    assert node_failure(greeting).content.int == 3


def test_an_attempt_that_nobody_reports_times_out_and_is_retried(greeting):
    greeting.start_task("0-1")
    assert greeting.pass_time(31) == 1
    assert [one.status for one in task(greeting).attempts] == [
        tasks.TASK_TIMEOUT,
        tasks.TASK_SCHEDULED,
    ]


def test_a_report_after_the_timeout_changes_nothing(greeting):
    greeting.start_task("0-1")
    greeting.pass_time(31)
    before = len(greeting.history())
    greeting.report("0-1", "late")
    assert len(greeting.history()) == before


def test_a_second_report_changes_nothing(greeting):
    greeting.do_task("0-1", "hello")
    before = len(greeting.history())
    greeting.report("0-1", "again")
    assert len(greeting.history()) == before


def test_the_timeout_of_a_reported_attempt_is_disarmed(greeting):
    greeting.do_task("0-1", "hello")
    assert greeting.pass_time(60) == 0


def test_an_output_of_the_wrong_type_is_a_serde_error(greeting):
    greeting.start_task("0-1")
    greeting.report("0-1", {"not": "a string"})
    assert task(greeting).attempts[0].status == tasks.TASK_OUTPUT_SERDE_ERROR
    assert node_failure(greeting).failure_name == "VAR_MUTATION_ERROR"


def test_an_output_too_large_to_keep_is_a_serde_error_that_says_so(greeting):
    greeting.start_task("0-1")
    greeting.report("0-1", "x" * 2_000_000)
    attempt = task(greeting).attempts[0]
    assert attempt.status == tasks.TASK_OUTPUT_SERDE_ERROR
    assert "RESOURCE_EXHAUSTED" in attempt.error.message


def test_a_report_of_an_unknown_task_is_refused(greeting):
    with pytest.raises(ObjectNotFound):
        greeting.report("0-9")


def test_a_report_of_an_attempt_that_is_not_there_is_refused(greeting):
    greeting.start_task("0-1")
    with pytest.raises(FieldInvalid):
        greeting.report("0-1", attempt=1)


def test_backoff_lets_the_next_attempt_wait_longer_each_time(world):
    world.put_task_def("greet")
    backoff = hitchpost.Backoff(1, multiplier=2, longest_seconds=3)
    world.put_workflow(
        hitchpost.workflow("greeting")(lambda wf: wf.task("greet", retries=3, backoff=backoff))
    )
    world.start("greeting")
    for attempt, wait in enumerate([1, 2, 3]):
        world.start_task("0-1")
        world.report("0-1", attempt=attempt, status=FAILED)
        assert task(world).status == tasks.TASK_PENDING
        assert queued(world) == []
        assert world.pass_time(wait - 0.1) == 0
        assert world.pass_time(0.2) == 1
        assert queued(world) == ["0-1"]


def test_a_task_that_was_not_sent_is_offered_again_as_the_same_attempt(greeting):
    queued_first = greeting.rows[RowKey(QueuedTaskRow, ("r", "0-1"))]
    greeting.start_task("0-1")
    greeting.now_us += 1_000_000
    greeting.return_task("0-1")
    assert greeting.rows[RowKey(QueuedTaskRow, ("r", "0-1"))] == queued_first
    [attempt] = task(greeting).attempts
    assert attempt.status == task(greeting).status == tasks.TASK_SCHEDULED
    assert (attempt.task_worker_id, attempt.HasField("start_time")) == ("", False)
    assert greeting.start_task("0-1").attempt_number == 0


def test_a_task_that_was_not_sent_has_no_deadline(greeting):
    greeting.start_task("0-1")
    greeting.return_task("0-1")
    assert greeting.pass_time(60) == 0
    greeting.forget()
    greeting.do_task("0-1", "hello Ada")
    assert run_status(greeting) == status.COMPLETED


def test_an_attempt_that_is_over_is_not_taken_back(greeting):
    greeting.start_task("0-1")
    greeting.pass_time(31)
    greeting.start_task("0-1")
    greeting.return_task("0-1", attempt=0)
    greeting.report("0-1", "hello", attempt=1)
    greeting.return_task("0-1", attempt=1)
    greeting.return_task("0-9")
    assert queued(greeting) == []
    assert "task_returned" not in greeting.kinds()


def test_a_task_of_a_run_that_is_stopped_for_an_endless_loop_is_offered_no_more(world):
    def write(wf):
        count = wf.variable("count", int, default=0)

        def spin(thread):
            thread.wait_for_event("go")
            with thread.loop_while(count == 0):
                thread.set(count, 0)

        wf.start_thread(spin)
        wf.task("work")

    world.put_event_def("go")
    world.put_task_def("work")
    world.put_workflow(hitchpost.workflow("any")(write))
    world.start("any")
    world.post("go")
    assert [row for row in world.rows if row.table is QueuedTaskRow] == []
    task_run = world.found(tasks.TaskRun, TaskRunRow, "r", "0-2")
    assert task_run.status == tasks.TASK_FAILED
    assert world.start_task("0-2") is None
