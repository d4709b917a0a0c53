"""What is too large to be stored is refused, or fails within the workflow."""

import pytest

import hitchpost
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.errors import ObjectTooLarge
from hitchpost_server.engine.rows import RunRow, TaskRunRow


@pytest.fixture
def small_world(make_world):
    return make_world(object_bytes_max=1_000, content_bytes_max=500)


def test_an_input_too_large_is_refused(small_world):
    small_world.put_workflow(hitchpost.workflow("named")(lambda wf: wf.input("name", str)))
    with pytest.raises(ObjectTooLarge):
        small_world.start("named", name="x" * 2_000)
    assert small_world.history() == []


def test_an_input_of_a_child_thread_too_large_fails_the_node(small_world):
    def write(wf):
        text = wf.input("text", str)
        wf.start_thread(
            lambda child: child.input("twice", str), {"twice": text + text}, name="child"
        )

    small_world.put_workflow(hitchpost.workflow("doubling")(write))
    small_world.start("doubling", text="x" * 600)
    assert small_world.body("run_faulted").failure_name == "VAR_SUB_ERROR"


def test_an_input_of_a_child_run_too_large_fails_the_node(small_world):
    def write(wf):
        text = wf.input("text", str)
        wf.run_child_wf("named", {"name": text + text})

    small_world.put_workflow(hitchpost.workflow("named")(lambda wf: wf.input("name", str)))
    small_world.put_workflow(hitchpost.workflow("doubling")(write))
    small_world.start("doubling", text="x" * 600)
    assert small_world.body("run_faulted").failure_name == "VAR_SUB_ERROR"


def test_what_a_thread_returns_may_not_be_too_large(small_world):
    def write(wf):
        text = wf.input("text", str)
        wf.complete(text + text)

    small_world.put_workflow(hitchpost.workflow("doubling")(write))
    small_world.start("doubling", text="x" * 600)
    assert small_world.body("run_faulted").failure_name == "VAR_ERROR"


def test_a_failure_whose_content_is_too_large_is_thrown_without(small_world):
    def write(wf):
        text = wf.input("text", str)
        wf.fail("broken", "by design", text + text)

    small_world.put_workflow(hitchpost.workflow("doubling")(write))
    small_world.start("doubling", text="x" * 600)
    failure = small_world.body("node_failed").failure
    assert (failure.failure_name, failure.content.WhichOneof("value")) == ("broken", None)


def test_a_wf_spec_too_large_is_refused(small_world):
    @hitchpost.workflow("long")
    def long(wf):
        for _ in range(50):
            wf.sleep(1)

    with pytest.raises(ObjectTooLarge):
        small_world.put_workflow(long)


def test_a_variable_that_grows_too_large_fails_the_node(small_world):
    @hitchpost.workflow("growing")
    def growing(wf):
        text = wf.variable("text", str, default="x")
        with wf.loop_while(text != ""):
            wf.set(text, text + text)

    small_world.put_workflow(growing)
    small_world.start("growing")
    assert small_world.body("run_faulted").failure_name == "VAR_SUB_ERROR"


def test_what_is_fine_as_an_output_may_be_too_large_beside_its_inputs(small_world):
    """A TaskRun keeps both: the first task is given nothing, the second what the first has made."""
    small_world.put_task_def("make", {}, returns=str)
    small_world.put_task_def("copy", {"text": str}, returns=str)
    small_world.put_workflow(
        hitchpost.workflow("copying")(lambda wf: wf.task("copy", wf.task("make")))
    )
    small_world.start("copying")
    for guid in ("0-1", "0-2"):
        small_world.do_task(guid, "x" * 600)
    statuses = {
        guid: tasks.TaskStatus.Name(small_world.found(tasks.TaskRun, TaskRunRow, "r", guid).status)
        for guid in ("0-1", "0-2")
    }
    assert statuses == {"0-1": "TASK_SUCCESS", "0-2": "TASK_OUTPUT_SERDE_ERROR"}
    assert small_world.body("run_faulted").failure_name == "VAR_MUTATION_ERROR"


def test_task_inputs_too_large_fail_the_node(small_world):
    small_world.put_task_def("greet", {"one": str, "two": str})

    @hitchpost.workflow("greeting")
    def greeting(wf):
        name = wf.input("name", str)
        wf.task("greet", name, name)

    small_world.put_workflow(greeting)
    small_world.start("greeting", name="x" * 600)
    assert small_world.body("run_faulted").failure_name == "VAR_SUB_ERROR"


def test_messages_of_failures_are_cut_and_whole_in_their_task_runs(world):
    world.put_task_def("greet")
    world.put_workflow(hitchpost.workflow("greeting")(lambda wf: wf.task("greet")))
    world.start("greeting")
    world.start_task("0-1")
    exception = tasks.LHTaskException(name="ill", message="x" * 100_000)
    world.report("0-1", status=tasks.TASK_EXCEPTION, exception=exception)
    assert len(world.body("run_faulted").message) == 10_000
    [attempt] = world.found(tasks.TaskRun, TaskRunRow, "r", "0-1").attempts
    assert attempt.exception == exception


def test_what_many_threads_return_may_not_be_too_large_together(make_world):
    world = make_world(object_bytes_max=2_500, content_bytes_max=2_000)

    def write(wf):
        text = wf.input("text", str)
        for number in range(3):
            wf.start_thread(lambda child: child.complete(text), name=f"child-{number}")

    world.put_workflow(hitchpost.workflow("copying")(write))
    world.start("copying", text="x" * 900)
    assert world.body("run_faulted").failure_name == "CHILD_FAILURE"
    run = world.found(wf_runs.WfRun, RunRow, "r")
    assert run.ByteSize() < 2_500
    assert "2500 bytes" in run.thread_runs[3].error_message
