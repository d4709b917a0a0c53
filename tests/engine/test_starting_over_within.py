"""Starting over from within: who may throw what asks for it, and what comes of bad inputs."""

from typing import Annotated

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.engine.rows import WorkflowEventRow

AGAIN = "hitchpost-continue-as-new"


@pytest.fixture
def ready(world):
    for name in ("go", "turn", "never"):
        world.put_event_def(name)
    world.put_task_def("work")
    return world


@pytest.fixture
def play(ready, play):
    """Put a workflow of which the first variable is a count, start it and look at it."""
    return play


def thrown(world, number=0):
    return world.found(workflow_events.WorkflowEvent, WorkflowEventRow, "r", AGAIN, number)


def executions(run):
    return run.message.execution


def test_a_child_thread_lets_the_whole_run_start_over(ready, play):
    def write(wf):
        wf.variable("count", int, default=0)

        def child(thread):
            thread.wait_for_event("turn")
            thread.throw_event(AGAIN, {"count": 5})

        wf.start_thread(child, name="child")
        wf.start_thread(lambda thread: thread.task("work"), name="other")
        wf.wait_for_event("never")

    run = play(write)
    ready.post("turn")
    assert (executions(run), run.variable("count")) == (2, 5)
    assert run.threads == {0: "RUNNING", 1: "RUNNING", 2: "RUNNING"}
    assert run.node(1).node_name == run.node(1, 1).node_name
    assert thrown(ready).node_run_id.thread_run_number == 1


def test_a_grandchild_may_do_it_too(ready, play):
    def write(wf):
        count = wf.variable("count", int, default=0)

        def child(thread):
            thread.start_thread(grandchild, name="grandchild")
            thread.wait_for_event("never")

        def grandchild(thread):
            with thread.when(count == 0):
                thread.throw_event(AGAIN, {"count": 1})

        wf.start_thread(child, name="child")
        wf.wait_for_event("never")

    run = play(write)
    assert (executions(run), run.variable("count")) == (2, 1)


def test_the_handler_of_an_interrupt_may_do_it(ready, play):
    def write(wf):
        wf.variable("count", int, default=0)
        wf.interrupt("turn")(lambda handler: handler.throw_event(AGAIN, {"count": 1}))
        wf.wait_for_event("never")

    run = play(write)
    ready.post("turn")
    assert (executions(run), run.variable("count"), run.threads) == (2, 1, {0: "RUNNING"})
    assert ready.post("turn").claimed
    assert executions(run) == 3


def test_the_handler_of_a_failure_may_do_it(ready, play):
    def write(wf):
        count = wf.variable("count", int, default=0)
        with wf.when(count == 0):
            failing = wf.fail("poor", "by design")
            wf.handle_failure(failing)(lambda handler: handler.throw_event(AGAIN, {"count": 1}))
        wf.wait_for_event("never")

    run = play(write)
    assert (executions(run), run.variable("count"), run.threads) == (2, 1, {0: "RUNNING"})


def test_a_thread_that_stands_still_does_it_when_it_goes_on(ready, play):
    def write(wf):
        wf.wait_for_event("go")
        wf.throw_event(AGAIN)

    run = play(write)
    ready.stop()
    ready.post("go")
    assert executions(run) == 1
    ready.resume()
    assert executions(run) == 2


def test_a_thread_that_nobody_waits_for_any_more_does_not_do_it(ready, play):
    def write(wf):
        def slow(thread):
            thread.wait_for_event("turn")
            thread.throw_event(AGAIN)

        children = [
            wf.start_thread(slow, name="slow"),
            wf.start_thread(lambda _: None, name="fast"),
        ]
        wf.wait_for_threads(*children, strategy="any")
        wf.wait_for_event("never")

    run = play(write)
    ready.post("turn")
    assert executions(run) == 1


def test_no_content_means_no_inputs(ready, play):
    def write(wf):
        wf.variable("count", int, default=3)
        wf.wait_for_event("go")
        wf.throw_event(AGAIN)

    run = play(write, count=8)
    ready.post("go")
    assert (executions(run), run.variable("count")) == (2, 3)


def test_what_the_others_could_not_claim_any_more_is_found_by_the_next_execution(ready, play):
    def write(wf):
        wf.variable("count", int, default=0)

        def child(thread):
            thread.wait_for_event("turn")
            thread.throw_event(AGAIN, {"count": 2})

        wf.start_thread(child, name="child")
        wf.wait_for_event("go")
        wf.throw_event(AGAIN, {"count": 1})

    run = play(write)
    ready.stop()
    ready.post("turn")
    ready.post("go")
    ready.resume()
    # Thread 0 goes first; what child 1 was to get is there for the child of execution 2.
    assert (executions(run), run.variable("count")) == (3, 2)


def test_several_executions_may_follow_one_another_in_one_command(ready, play):
    def write(wf):
        count = wf.variable("count", int, default=0)
        again = wf.variable("again", dict, default={})
        wf.wait_for_event("go")
        with wf.when(count < 4):
            wf.set(again.get("count"), count + 1)
            wf.throw_event(AGAIN, again)

    for _ in range(3):
        ready.post("go")
    run = play(write)
    assert (executions(run), run.variable("count"), run.status) == (4, 3, "RUNNING")
    numbers = [row.number for row in ready.rows.values() if isinstance(row, WorkflowEventRow)]
    assert numbers == [0, 1, 2]


BAD = {
    "count": {"who": "Ada", "count": "many"},
    "colour": {"who": "Ada", "colour": "red"},
    "who": {"count": 1},
    "a run starts over with a JSON_OBJ": [1],
}


@pytest.mark.parametrize(("problem", "content"), BAD.items())
def test_what_is_no_input_fails_the_throwing_node(ready, play, problem, content):
    def write(wf):
        wf.input("who", str)
        wf.variable("count", int, default=0)
        wf.throw_event(AGAIN, wf.wait_for_event("go"))

    run = play(write, who="Ada")
    ready.post("go", content)
    assert (run.status, executions(run), run.failures(0)) == ("ERROR", 1, ["VAR_SUB_ERROR"])
    assert problem in run.node(0).failures[0].message
    assert not [row for row in ready.rows.values() if isinstance(row, WorkflowEventRow)]


def test_the_failure_may_be_handled_and_the_run_goes_on(ready, play):
    def write(wf):
        count = wf.variable("count", int, default=0)
        throwing = wf.throw_event(AGAIN, wf.wait_for_event("turn"))
        wf.handle_error(throwing)(lambda handler: handler.set(count, 99))
        wf.wait_for_event("go")

    run = play(write)
    ready.post("turn", {"count": "many"})
    assert (run.status, executions(run), run.variable("count")) == ("RUNNING", 1, 99)
    ready.post("go")
    assert run.status == "COMPLETED"


def test_a_value_that_is_too_large_to_be_kept_fails_the_throwing_node(make_world):
    world = make_world(object_bytes_max=1_100_000, content_bytes_max=1_000_000)
    world.put_event_def("go", content_type=values.ReturnType(return_type=_json()))

    @hitchpost.workflow("growing")
    def growing(wf):
        text = wf.variable("text", str, default="")
        wf.set(text, wf.wait_for_event("go").get("text"))
        wf.throw_event(AGAIN, {"text": "x" * 600_000})

    world.put_workflow(growing)
    world.start("growing")
    assert world.post("go", {"text": "y"}).claimed
    assert RunView(world).message.execution == 2


def _json():
    return values.TypeDefinition(primitive_type=values.JSON_OBJ)


@hitchpost.struct("account")
class Account:
    number: int
    pin: Annotated[str, hitchpost.Field(masked=True)]


def test_masked_inputs_are_not_in_the_event_that_is_thrown(ready, play):
    def write(wf):
        wf.variable("count", int, default=0)
        wf.variable("secret", str, masked=True)
        wf.wait_for_event("go")
        wf.throw_event(AGAIN, {"count": 1, "secret": "s3cret"})

    run = play(write)
    ready.post("go")
    assert hitchpost.from_value(thrown(ready).content) == {"count": 1, "secret": "*****"}
    assert run.variable("secret") == "s3cret"  # as the engine knows it


def test_masked_fields_of_structs_are_not_in_it_either(ready, play):
    ready.put_struct_def(Account)

    def write(wf):
        wf.variable("one", Account)
        wf.variable("all", hitchpost.Array[Account])
        wf.variable("named", hitchpost.Map[str, Account])
        account = {"number": 7, "pin": "s3cret"}
        wf.wait_for_event("go")
        wf.throw_event(AGAIN, {"one": account, "all": [account], "named": {"a": account}})

    run = play(write)
    ready.post("go")
    shown = {"number": 7, "pin": "*****"}
    assert hitchpost.from_value(thrown(ready).content) == {
        "one": shown,
        "all": [shown],
        "named": {"a": shown},
    }
    assert run.variable("one").struct.fields["pin"].value.str == "s3cret"


def test_content_without_anything_masked_stays_the_text_that_was_thrown(ready, play):
    content = values.VariableValue(json_obj='{ "count" : 1.0e0 }')

    def write(wf):
        wf.variable("count", float, default=0.0)
        wf.wait_for_event("go")
        wf.throw_event(AGAIN, content)

    play(write)
    ready.post("go")
    assert thrown(ready).content == content
