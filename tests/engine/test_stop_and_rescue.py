"""Stopping, resuming and rescuing threads."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.engine.errors import FieldInvalid, NotRescuable, ObjectNotFound
from hitchpost_server.engine.rows import TaskRunRow


def put(world, write, *event_names):
    for event_name in event_names:
        world.put_event_def(event_name)
    world.put_task_def("work", {}, returns=str)
    world.put_workflow(hitchpost.workflow("any")(write))


@pytest.fixture
def run(world):
    return RunView(world)


def waiting_with_a_child(wf):
    wf.start_thread(lambda child: child.wait_for_event("child"), name="child")
    wf.wait_for_event("parent")


class TestStop:
    @pytest.fixture(autouse=True)
    def begun(self, world):
        put(world, waiting_with_a_child, "child", "parent")
        world.start("any")

    def test_a_stopped_run_stands_still_with_its_children(self, world, run):
        world.stop()
        assert (run.status, run.threads) == ("HALTED", {0: "HALTED", 1: "HALTED"})
        assert (run.reasons(0), run.reasons(1)) == (["manual_halt"], ["parent_halted"])
        assert not world.post("parent").claimed

    def test_a_resumed_run_takes_what_has_come_meanwhile(self, world, run):
        world.stop()
        world.post("parent")
        world.post("child")
        world.resume()
        assert run.status == "COMPLETED"

    def test_stopping_twice_is_stopping_once(self, world, run):
        world.stop()
        world.stop()
        assert run.reasons(0) == ["manual_halt"]

    def test_one_thread_can_be_stopped_alone(self, world, run):
        world.stop(1)
        assert (run.status, run.threads) == ("RUNNING", {0: "RUNNING", 1: "HALTED"})
        world.resume(1)
        assert run.threads == {0: "RUNNING", 1: "RUNNING"}

    def test_a_run_completes_without_a_child_that_was_stopped(self, world, run):
        world.stop(1)
        world.post("parent")
        assert (run.status, run.threads[1]) == ("COMPLETED", "HALTED")
        world.resume(1)
        assert run.threads[1] == "HALTED"

    def test_what_is_not_stopped_is_not_resumed(self, world, run):
        world.resume()
        assert run.threads == {0: "RUNNING", 1: "RUNNING"}

    @pytest.mark.parametrize("thread", [-1, 2])
    def test_a_thread_that_was_never_started_is_refused(self, world, thread):
        for order in (world.stop, world.resume, world.rescue):
            with pytest.raises(FieldInvalid, match="threads 0 to 1"):
                order(thread)

    def test_a_run_that_does_not_exist_is_refused(self, world):
        for order in (world.stop, world.resume, world.rescue):
            with pytest.raises(ObjectNotFound):
                order(0, run="other")


def test_a_stop_waits_for_a_running_task(world, run):
    put(world, lambda wf: wf.task("work"))
    world.start("any")
    world.start_task("0-1")
    world.stop()
    assert (run.status, run.threads) == ("RUNNING", {0: "HALTING"})
    world.report("0-1", "done")
    assert (run.status, run.threads) == ("HALTED", {0: "HALTED"})
    world.resume()
    assert run.status == "COMPLETED"


def test_a_sleep_that_ends_while_its_thread_is_stopped_is_over_afterwards(world, run):
    put(world, lambda wf: wf.sleep(5))
    world.start("any")
    world.stop()
    world.pass_time(10)
    assert run.status == "HALTED"
    world.resume()
    assert run.status == "COMPLETED"


def test_a_stop_while_an_interrupt_is_handled_halts_the_handler_too(world, run):
    def write(wf):
        @wf.interrupt("changed")
        def changed(handler):
            handler.wait_for_event("checked")

        wf.wait_for_event("parent")

    put(world, write, "changed", "checked", "parent")
    world.start("any")
    world.post("changed")
    world.stop()
    assert run.threads == {0: "HALTED", 1: "HALTED"}
    world.resume()
    assert run.threads == {0: "HALTED", 1: "RUNNING"}
    world.post("checked")
    world.post("parent")
    assert run.status == "COMPLETED"


def a_task_whose_output_counts(wf):
    result = wf.variable("result", str, default="untouched")
    wf.set(result, wf.task("work"))
    wf.task("work")


def fail_task(world, guid):
    assert world.start_task(guid) is not None
    world.report(guid, status=tasks.TASK_FAILED)


class TestRescue:
    @pytest.fixture(autouse=True)
    def failed(self, world, run):
        put(world, a_task_whose_output_counts)
        world.start("any")
        fail_task(world, "0-1")
        assert run.status == "ERROR"

    def test_the_failed_node_is_tried_again(self, world, run):
        assert world.rescue().status == run.message.status
        assert (run.status, run.node_status(0, 1), run.node_status(0, 2)) == (
            "RUNNING",
            "ERROR",
            "RUNNING",
        )
        assert not run.message.HasField("end_time")
        world.do_task("0-2", "second try")
        world.do_task("0-3", "")
        assert (run.status, run.variable("result")) == ("COMPLETED", "second try")
        assert sum(row.table is TaskRunRow for row in world.rows) == 3

    def test_the_failed_node_can_be_skipped_with_what_it_would_have_changed(self, world, run):
        world.rescue(skip=True)
        world.do_task("0-2", "the next one")
        assert (run.status, run.variable("result")) == ("COMPLETED", "untouched")

    def test_a_rescued_run_may_fail_again(self, world, run):
        world.rescue()
        fail_task(world, "0-2")
        assert run.status == "ERROR"
        world.rescue(skip=True)
        world.do_task("0-3", "")
        assert run.status == "COMPLETED"

    def test_a_report_for_the_old_task_changes_nothing(self, world, run):
        world.rescue()
        world.report("0-1", "late")
        assert run.node(0).id.position == 2


@pytest.mark.parametrize("end", ["RUNNING", "COMPLETED", "EXCEPTION"])
def test_only_errors_are_rescued(world, run, end):
    def write(wf):
        wf.wait_for_event("go")
        if end == "EXCEPTION":
            wf.fail("broken", "by design")

    put(world, write, "go")
    world.start("any")
    if end != "RUNNING":
        world.post("go")
    with pytest.raises(NotRescuable):
        world.rescue()


def parent_and_failing_child(wf):
    started = wf.start_thread(lambda child: child.task("work"), name="child")
    wf.wait_for_event("parent")
    wf.wait_for_threads(started)


class TestRescueOfChildren:
    @pytest.fixture(autouse=True)
    def begun(self, world):
        put(world, parent_and_failing_child, "parent")
        world.start("any")

    def test_the_thread_that_failed_waiting_for_it_waits_once_more(self, world, run):
        world.post("parent")
        fail_task(world, "1-1")
        assert (run.status, run.thread(0).current_node_position) == ("ERROR", 3)
        world.rescue(1)
        assert run.threads == {0: "RUNNING", 1: "RUNNING"}
        assert run.thread(0).current_node_position == 4
        world.do_task("1-2", "done")
        assert run.status == "COMPLETED"

    def test_a_parent_that_waits_elsewhere_is_left_alone(self, world, run):
        fail_task(world, "1-1")
        world.rescue(1)
        assert run.thread(0).current_node_position == 2
        world.do_task("1-2", "done")
        world.post("parent")
        assert run.status == "COMPLETED"


def test_a_rescued_thread_counts_again_for_who_waits_for_any(world, run):
    def write(wf):
        children = [wf.start_thread(lambda child: child.task("work"), name=name) for name in "ab"]
        wf.wait_for_threads(*children, strategy="any")

    put(world, write)
    world.start("any")
    fail_task(world, "1-1")
    world.rescue(1)
    fail_task(world, "2-1")
    assert run.status == "RUNNING"
    world.do_task("1-2", "done")
    assert run.status == "COMPLETED"


def test_a_thread_whose_handler_was_dismissed_is_rescued(world, run):
    def write(wf):
        children = [wf.start_thread(lambda child: child.task("work"), name=name) for name in "ab"]
        waiting = wf.wait_for_threads(*children)
        wf.handle_error(waiting.each_child)(lambda handler: handler.task("work"))

    put(world, write)
    world.start("any")
    fail_task(world, "1-1")
    fail_task(world, "2-1")
    fail_task(world, "3-1")
    assert (run.status, run.reasons(4)) == ("ERROR", ["halted_by_parent", "parent_halted"])
    world.rescue(2)
    assert (run.status, run.threads[2]) == ("RUNNING", "RUNNING")


def test_a_handler_that_failed_does_not_count_once_its_thread_was_rescued(world, run):
    def write(wf):
        charged = wf.task("work")

        @wf.handle_failure(charged)
        def handler(thread):
            thread.task("work")

    put(world, write)
    world.start("any")
    fail_task(world, "0-1")
    fail_task(world, "1-1")
    assert run.threads == {0: "ERROR", 1: "ERROR"}
    world.rescue(skip=True)
    assert run.status == "COMPLETED"


def test_an_exit_cannot_be_skipped(world, run):
    put(world, lambda wf: wf.start_thread(lambda child: child.task("work"), name="child"))
    world.start("any")
    fail_task(world, "1-1")
    assert run.status == "ERROR"
    with pytest.raises(NotRescuable, match="no edge leads on from node 2-exit-EXIT"):
        world.rescue(skip=True)


def test_a_thread_below_one_that_failed_goes_on_when_that_is_rescued(world, run):
    def write(wf):
        wf.start_thread(lambda child: child.task("work"), name="child")
        wf.task("work")

    put(world, write)
    world.start("any")
    fail_task(world, "1-1")
    fail_task(world, "0-2")
    world.rescue(1, skip=True)
    assert (run.threads, run.reasons(1)) == ({0: "ERROR", 1: "HALTED"}, ["parent_halted"])
    world.rescue(0, skip=True)
    assert (run.status, run.threads[1]) == ("COMPLETED", "COMPLETED")


def test_rescuing_a_parent_revives_its_halted_children(world, run):
    def write(wf):
        wf.start_thread(lambda child: child.wait_for_event("child"), name="child")
        wf.task("work")

    put(world, write, "child")
    world.start("any")
    fail_task(world, "0-2")
    assert run.threads == {0: "ERROR", 1: "HALTED"}
    world.rescue()
    assert run.threads == {0: "RUNNING", 1: "RUNNING"}


def test_a_failure_that_was_handled_is_not_rescued(world, run):
    def write(wf):
        waiting = wf.wait_for_threads(wf.start_thread(lambda child: child.task("work"), name="c"))

        @wf.handle_failure(waiting)
        def handler(thread):
            thread.sleep(0)

        wf.wait_for_event("parent")

    put(world, write, "parent")
    world.start("any")
    fail_task(world, "1-1")
    world.pass_time(1)
    assert run.threads[0] == "RUNNING"
    with pytest.raises(NotRescuable, match="gone on without it"):
        world.rescue(1)


def test_a_thread_whose_failure_is_being_handled_is_not_rescued(world, run):
    def write(wf):
        waiting = wf.wait_for_threads(wf.start_thread(lambda child: child.task("work"), name="c"))

        @wf.handle_failure(waiting.each_child)
        def handler(thread):
            thread.wait_for_event("mended")

    put(world, write, "mended")
    world.start("any")
    fail_task(world, "1-1")
    with pytest.raises(NotRescuable, match="thread 2 is handling"):
        world.rescue(1)
    world.post("mended")
    assert run.status == "COMPLETED"


def test_a_thread_whose_handler_nobody_waits_for_any_more_is_rescued(world, run):
    def write(wf):
        children = [wf.start_thread(lambda child: child.task("work"), name=name) for name in "ab"]
        waiting = wf.wait_for_threads(*children)

        @wf.handle_error(waiting.each_child, "TASK_ERROR")
        def handler(thread):
            thread.wait_for_event("mended")

    put(world, write, "mended")
    world.start("any")
    fail_task(world, "1-1")
    assert world.start_task("2-1") is not None
    world.report("2-1", status=tasks.TASK_INPUT_VAR_SUB_ERROR)
    assert run.threads == {0: "ERROR", 1: "ERROR", 2: "ERROR", 3: "HALTED"}
    world.rescue(1)
    assert (run.threads[0], run.threads[1]) == ("ERROR", "HALTING")
