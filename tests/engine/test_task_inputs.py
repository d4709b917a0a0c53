"""What tasks are given, and what becomes of those that cannot take it."""

from datetime import UTC, datetime

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values


def put(world, write, takes=None, returns=None):
    world.put_task_def("take", takes or {}, returns)
    world.put_workflow(hitchpost.workflow("any")(write))


@pytest.fixture
def run(world):
    return RunView(world)


def given(world, guid="0-1"):
    """The inputs of a task as its worker sees them."""
    return [one.value for one in world.start_task(guid).variables]


def test_variables_and_literals_are_given_in_their_order(world, run):
    def write(wf):
        number = wf.input("number", int)
        wf.task("take", number, "text", 2.5, None)

    put(world, write, {"a": int, "b": str, "c": float, "d": bool})
    world.start("any", number=7)
    assert [hitchpost.from_value(one) for one in given(world)] == [7, "text", 2.5, None]


@pytest.mark.parametrize(("path", "named"), [("$.name", "STR"), ("$.price", "DOUBLE")])
def test_a_part_of_json_that_does_not_fit_fails_the_node_by_name(world, run, path, named):
    put(world, lambda wf: wf.task("take", wf.input("order", dict).path(path)), {"part": int})
    world.start("any", order={"name": "Ada", "price": 2.5})
    assert (run.status, run.thread(0).current_node_position) == ("ERROR", 1)
    [failure] = run.node(0, 1).failures
    assert failure.failure_name == "VAR_SUB_ERROR"
    assert named in failure.message
    assert not run.node(0, 1).task.HasField("task_run_id")


def test_null_is_given_and_the_worker_may_refuse_it(world, run):
    put(world, lambda wf: wf.task("take", wf.input("x", int)), {"x": int})
    world.start("any", x=None)
    assert given(world)[0] == values.VariableValue()
    error = tasks.LHTaskError(type=status.VAR_SUB_ERROR, message="x is None")
    world.report("0-1", status=tasks.TASK_INPUT_VAR_SUB_ERROR, error=error)
    assert (run.status, run.failures(0, 1)) == ("ERROR", ["VAR_SUB_ERROR"])


def test_a_moment_is_an_output_too(world, run):
    moment = datetime(2030, 1, 2, tzinfo=UTC)

    def write(wf):
        wf.set(wf.variable("at", datetime), wf.task("take"))

    put(world, write, returns=datetime)
    world.start("any")
    world.do_task("0-1", moment)
    assert run.status == "COMPLETED"
    assert run.variable("at").ToDatetime(tzinfo=UTC) == moment
