"""One child thread for each element of a list: what becomes of the others when one fails."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.engine.rows import TaskRunRow

UNSUCCESSFUL = node_runs.WaitForThreadsRun.THREAD_UNSUCCESSFUL


def checking(handle=None):
    """Each child has its element checked by a task, and waits for "next" if that is fine."""

    def write(wf):
        items = wf.input("items", list)

        def child(thread):
            thread.task("check", thread.received(str))
            thread.wait_for_event("next")

        waiting = wf.wait_for_threads(wf.start_thread_for_each(items, child))
        if handle is not None:
            handle(wf, waiting)

    return write


def put(world, write):
    world.put_event_def("next")
    world.put_event_def("handled")
    world.put_task_def("check", {"item": str}, returns=str)
    world.put_workflow(hitchpost.workflow("any")(write))


@pytest.fixture
def run(world):
    return RunView(world)


def throw(world, guid, name="spoilt"):
    assert world.start_task(guid) is not None
    exception = tasks.LHTaskException(name=name, message=f"{guid} is {name}")
    world.report(guid, status=tasks.TASK_EXCEPTION, exception=exception)


def task_status(world, guid):
    found = world.found(tasks.TaskRun, TaskRunRow, "r", guid)
    return tasks.TaskStatus.Name(found.status)


def recover_each(wf, waiting):
    @wf.handle_exception(waiting.each_child)
    def recover(handler):
        handler.wait_for_event("handled")


def test_each_child_gets_its_element_as_its_input(world, run):
    put(world, checking())
    world.start("any", items=["apple", "pear"])
    for number, item in ((1, "apple"), (2, "pear")):
        assert run.variable("INPUT", number) == item
        assert world.start_task(f"{number}-1").variables[0].value.str == item


def test_an_exception_that_nobody_handles_is_that_of_the_node_and_the_run(world, run):
    put(world, checking())
    world.start("any", items=["apple", "pear"])
    throw(world, "2-1")
    assert (run.status, run.failures(0, 2)) == ("EXCEPTION", ["spoilt"])
    assert run.thread(0).error_message == "2-1 is spoilt"
    waited = run.node(0, 2).wait_for_threads.threads
    assert [one.waiting_status == UNSUCCESSFUL for one in waited] == [False, True]


def test_a_sibling_at_work_ends_its_task_and_does_nothing_more(world, run):
    put(world, checking())
    world.start("any", items=["apple", "pear"])
    assert world.start_task("1-1") is not None
    throw(world, "2-1")
    assert run.threads == {0: "EXCEPTION", 1: "HALTING", 2: "EXCEPTION"}
    world.report("1-1", "fine")
    assert (run.threads[1], run.reasons(1)) == ("HALTED", ["parent_halted"])
    assert run.thread(1).current_node_position == 1
    assert (run.node_status(1, 1), task_status(world, "1-1")) == ("HALTED", "TASK_SUCCESS")


def test_a_sibling_at_work_may_fail_too_and_nobody_handles_it(world, run):
    def only_spoilt(wf, waiting):
        @wf.handle_exception(waiting.each_child, "bruised")
        def recover(handler):
            handler.wait_for_event("handled")

    put(world, checking(only_spoilt))
    world.start("any", items=["apple", "pear"])
    assert world.start_task("1-1") is not None
    throw(world, "2-1")
    exception = tasks.LHTaskException(name="bruised", message="but it is too late")
    world.report("1-1", status=tasks.TASK_EXCEPTION, exception=exception)
    assert run.threads == {0: "EXCEPTION", 1: "HALTED", 2: "EXCEPTION"}
    assert run.message.greatest_threadrun_number == 2


def test_each_child_that_fails_has_a_handler_of_its_own(world, run):
    put(world, checking(recover_each))
    world.start("any", items=["apple", "pear", "fig"])
    throw(world, "3-1")
    throw(world, "1-1")
    assert [run.thread(number).parent_thread_id for number in (4, 5)] == [3, 1]
    world.post("handled")
    world.post("handled")
    world.do_task("2-1", "fine")
    world.post("next")
    assert run.status == "COMPLETED"
    assert run.threads == {
        0: "COMPLETED",
        **{1: "EXCEPTION", 2: "COMPLETED", 3: "EXCEPTION"},
        **{4: "COMPLETED", 5: "COMPLETED"},
    }


def test_once_the_node_has_failed_no_handler_starts_any_more(world, run):
    def recover_badly(wf, waiting):
        @wf.handle_exception(waiting.each_child)
        def recover(handler):
            handler.wait_for_event("handled")
            handler.fail("beyond-recovery", "by design")

    put(world, checking(recover_badly))
    world.start("any", items=["apple", "pear"])
    throw(world, "1-1")
    world.post("handled")
    assert (run.status, run.failures(0, 2)) == ("EXCEPTION", ["beyond-recovery"])
    assert run.threads == {0: "EXCEPTION", 1: "EXCEPTION", 2: "HALTING", 3: "EXCEPTION"}
    throw(world, "2-1")
    assert run.message.greatest_threadrun_number == 3


def test_more_failures_than_one_are_handled_by_the_node_at_once(world, run):
    def recover_all(wf, waiting):
        @wf.handle_exception(waiting)
        def recover(handler):
            handler.wait_for_event("handled")

    put(world, checking(recover_all))
    world.start("any", items=["apple", "pear", "fig"])
    throw(world, "1-1")
    world.do_task("2-1", "fine")
    world.do_task("3-1", "fine")
    assert run.threads == {
        0: "HALTED",
        **{1: "EXCEPTION", 2: "HALTED", 3: "HALTED"},
        4: "RUNNING",
    }
    world.post("handled")
    assert [run.threads[number] for number in (0, 2, 3)] == ["RUNNING"] * 3
    world.post("next")
    world.post("next")
    assert run.status == "COMPLETED"
