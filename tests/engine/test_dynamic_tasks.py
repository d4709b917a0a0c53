"""Tasks whose TaskDef a run computes when it gets there."""

import pytest

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.rows import NodeRunRow, QueuedTaskRow, RunRow, TaskRunRow


def choosing(which_type=str):
    """A workflow that runs the TaskDef named by its input `which`, with one number."""

    @hitchpost.workflow("choosing")
    def workflow(wf):
        wf.complete(wf.task(wf.input("which", which_type), 3))

    return workflow


@pytest.fixture
def choice(world):
    """A world with two TaskDefs, and `choosing`, which runs one of them."""
    world.put_task_def("double", {"number": int}, returns=int)
    world.put_task_def("describe", {"number": str}, returns=str)
    world.put_workflow(choosing())
    return world


def task(world):
    return world.found(tasks.TaskRun, TaskRunRow, "r", "0-1")


def run(world):
    return world.found(wf_runs.WfRun, RunRow, "r")


def node_failure(world):
    return world.found(node_runs.NodeRun, NodeRunRow, "r", 0, 1).failures[-1]


def test_the_task_is_of_the_computed_definition(choice):
    choice.start("choosing", which="describe")
    assert task(choice).task_def_id.name == "describe"
    [queued] = [row for row in choice.rows.values() if isinstance(row, QueuedTaskRow)]
    assert queued.task_def == "describe"
    assert choice.start_task("0-1").task_def_id.name == "describe"


def test_the_name_may_be_composed_by_a_format_string(world):
    def write(wf):
        wf.task(wf.format("greet-{0}", wf.input("how", str)))

    world.put_task_def("greet-warmly", {})
    world.put_workflow(hitchpost.workflow("greeting")(write))
    world.start("greeting", how="warmly")
    assert task(world).task_def_id.name == "greet-warmly"


def test_inputs_are_cast_to_what_the_computed_definition_takes(choice):
    choice.start("choosing", which="describe")
    assert task(choice).input_variables[0].value.str == "3"


def test_the_output_is_what_the_run_goes_on_with(choice):
    choice.start("choosing", which="double")
    choice.do_task("0-1", 6)
    assert run(choice).status == status.COMPLETED
    assert run(choice).thread_runs[0].output.int == 6


def test_the_output_must_fit_the_computed_definition(choice):
    choice.start("choosing", which="double")
    choice.do_task("0-1", "six")
    assert node_failure(choice).failure_name == "VAR_MUTATION_ERROR"


@pytest.mark.parametrize("which", ["nothing-of-that-name", "", None])
def test_a_name_without_a_definition_fails_the_node(choice, which):
    choice.start("choosing", which=which)
    assert run(choice).status == status.ERROR
    assert node_failure(choice).failure_name == "VAR_SUB_ERROR"
    assert (which or "") in node_failure(choice).message


def test_inputs_that_are_too_few_fail_the_node(choice):
    choice.put_task_def("add", {"one": int, "other": int})
    choice.start("choosing", which="add")
    assert node_failure(choice).failure_name == "VAR_SUB_ERROR"
    assert "takes 2 inputs, not 1" in node_failure(choice).message


def test_inputs_of_another_type_fail_the_node(choice):
    choice.put_task_def("switch", {"on": bool})
    choice.start("choosing", which="switch")
    assert node_failure(choice).failure_name == "VAR_SUB_ERROR"


def test_a_number_is_a_name_too(world):
    world.put_task_def("7", {"number": int})
    world.put_workflow(choosing(int))
    world.start("choosing", which=7)
    assert task(world).task_def_id.name == "7"


def test_a_definition_that_was_put_after_the_workflow_is_found(choice):
    choice.put_task_def("late", {"number": int})
    choice.start("choosing", which="late")
    assert task(choice).task_def_id.name == "late"
