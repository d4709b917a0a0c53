"""Who stands still for what, when several reasons come together."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import task_pb2 as tasks


def put(world, write, *event_names):
    for event_name in event_names:
        world.put_event_def(event_name)
    world.put_task_def("work", {}, returns=str)
    world.put_workflow(hitchpost.workflow("any")(write))


@pytest.fixture
def run(world):
    return RunView(world)


def interrupted_child(wf):
    """The child is interrupted by "changed" until "checked"; the parent waits at its exit."""

    def child(thread):
        @thread.interrupt("changed")
        def changed(handler):
            handler.wait_for_event("checked")

        thread.wait_for_event("go")

    wf.start_thread(child)


class TestExit:
    """The end of a thread waits for what goes on by itself, and for nothing else."""

    def test_it_waits_for_a_child_that_is_interrupted(self, world, run):
        put(world, interrupted_child, "changed", "checked", "go")
        world.start("any")
        world.post("changed")
        assert run.threads == {0: "RUNNING", 1: "HALTED", 2: "RUNNING"}
        world.post("checked")
        world.post("go")
        assert run.status == "COMPLETED"

    def test_it_waits_for_a_child_whose_failure_is_being_handled(self, world, run):
        def write(wf):
            def child(thread):
                work = thread.task("work")

                @thread.handle_failure(work)
                def handler(handler):
                    handler.wait_for_event("checked")

            wf.start_thread(child)

        put(world, write, "checked")
        world.start("any")
        world.start_task("1-1")
        world.report("1-1", status=tasks.TASK_FAILED)
        assert run.threads == {0: "RUNNING", 1: "HALTED", 2: "RUNNING"}
        world.post("checked")
        assert run.status == "COMPLETED"

    def test_it_does_not_wait_for_one_that_somebody_stopped(self, world, run):
        put(world, interrupted_child, "changed", "checked", "go")
        world.start("any")
        world.post("changed")
        world.stop(1)
        assert (run.status, run.threads[1]) == ("COMPLETED", "HALTED")

    def test_it_does_not_wait_for_one_that_a_node_has_no_use_for(self, world, run):
        def write(wf):
            children = [
                wf.start_thread(lambda child, name=name: child.wait_for_event(name), name=name)
                for name in ("slow", "fast")
            ]
            wf.wait_for_threads(*children, strategy="any")

        put(world, write, "slow", "fast")
        world.start("any")
        world.post("fast")
        assert (run.status, run.reasons(1)) == ("COMPLETED", ["halted_by_parent"])


def interrupted(wf):
    @wf.interrupt("changed")
    def changed(handler):
        handler.wait_for_event("checked")

    waited = wf.wait_for_event("go", timeout=10)

    @wf.handle_error(waited)
    def late(handler):
        handler.wait_for_event("handled")


class TestHandlers:
    @pytest.fixture(autouse=True)
    def begun(self, world):
        put(world, interrupted, "changed", "checked", "go", "handled")
        world.start("any")

    def test_the_handler_of_an_interrupt_starts_when_a_stopped_thread_is_resumed(self, world, run):
        world.stop()
        assert world.post("changed").claimed
        assert run.threads == {0: "HALTED"}
        assert run.reasons(0) == ["manual_halt", "pending_interrupt"]
        world.resume()
        assert run.threads == {0: "HALTED", 1: "RUNNING"}

    def test_a_timeout_that_came_while_the_thread_stood_still_fails_it_afterwards(self, world, run):
        world.post("changed")
        world.pass_time(20)
        assert (run.threads, run.failures(0, 1)) == ({0: "HALTED", 1: "RUNNING"}, [])
        world.post("checked")
        assert (run.failures(0, 1), run.reasons(0)) == (["TIMEOUT"], ["handling_failure"])

    def test_the_time_goes_on_though_the_thread_stands_still(self, world, run):
        """So an event that came meanwhile helps only if the thread goes on in time."""
        world.post("changed")
        assert not world.post("go").claimed
        world.pass_time(20)
        world.post("checked")
        assert run.failures(0, 1) == ["TIMEOUT"]

    def test_the_handler_of_a_failure_waits_until_an_interrupt_is_over(self, world, run):
        world.pass_time(10)
        assert run.threads == {0: "HALTED", 1: "RUNNING"}
        world.post("changed")
        assert run.threads == {0: "HALTED", 1: "HALTED", 2: "RUNNING"}
        assert not world.post("handled").claimed
        world.post("checked")
        assert run.status == "COMPLETED"

    def test_a_stop_halts_all_handlers_until_the_resume(self, world, run):
        world.pass_time(10)
        world.stop()
        assert (run.status, run.threads) == ("HALTED", {0: "HALTED", 1: "HALTED"})
        world.resume()
        assert (run.status, run.threads) == ("RUNNING", {0: "HALTED", 1: "RUNNING"})
        world.post("handled")
        assert run.status == "COMPLETED"


def stop_at_exit(wf):
    wf.start_thread(lambda child: child.wait_for_event("go"), name="child")


def stop_at_child_run(wf):
    wf.wait_for_child_wf(wf.run_child_wf("waiting", id="kid"))


def stop_at_condition(wf):
    wf.wait_for_condition(wf.variable("done", bool, default=False))


@pytest.mark.parametrize("write", [stop_at_exit, stop_at_child_run, stop_at_condition])
def test_a_thread_can_be_stopped_wherever_it_waits(world, run, write):
    world.put_event_def("go")
    world.put_workflow(hitchpost.workflow("waiting")(lambda wf: wf.wait_for_event("go")))
    put(world, write)
    world.start("any")
    world.stop()
    assert (run.status, run.threads[0], run.node_status(0)) == ("HALTED", "HALTED", "HALTED")
    world.resume()
    assert (run.status, run.threads[0], run.node_status(0)) == ("RUNNING", "RUNNING", "RUNNING")


def test_a_child_run_ends_while_the_run_above_stands_still(world, run):
    world.put_event_def("go")
    world.put_workflow(hitchpost.workflow("waiting")(lambda wf: wf.wait_for_event("go")))
    put(world, stop_at_child_run)
    world.start("any")
    world.stop()
    assert world.post("go", run="r_kid").claimed
    assert (run.status, RunView(world, "r_kid").status) == ("HALTED", "COMPLETED")
    world.resume()
    assert run.status == "COMPLETED"


def test_a_child_run_can_be_stopped_and_resumed(world, run):
    world.put_event_def("go")
    world.put_workflow(hitchpost.workflow("waiting")(lambda wf: wf.wait_for_event("go")))
    put(world, stop_at_child_run)
    world.start("any")
    world.stop(run="r_kid")
    assert (run.status, RunView(world, "r_kid").status) == ("RUNNING", "HALTED")
    world.resume(run="r_kid")
    world.post("go", run="r_kid")
    assert run.status == "COMPLETED"


@pytest.mark.parametrize("kind", ["interrupt", "failure"])
def test_a_handler_that_cannot_start_fails_its_thread(world, run, kind):
    """It takes a number, and is given a text."""

    def write(wf):
        def handler(thread):
            thread.received(int)

        if kind == "interrupt":
            wf.interrupt("changed")(handler)
        work = wf.task("work")
        if kind == "failure":
            wf.handle_failure(work)(handler)

    put(world, write, "changed")
    world.start("any")
    world.start_task("0-1")
    if kind == "interrupt":
        world.post("changed", "no number")
        world.report("0-1", "fine")
    else:
        content = hitchpost.to_value("no number")
        exception = tasks.LHTaskException(name="broken", content=content)
        world.report("0-1", status=tasks.TASK_EXCEPTION, exception=exception)
    assert (run.status, run.threads) == ("ERROR", {0: "ERROR"})
    assert "INPUT" in run.thread(0).error_message


@pytest.mark.parametrize("kind", ["interrupt", "failure"])
def test_a_handler_for_which_there_is_no_room_fails_its_thread(make_world, kind):
    def write(wf):
        def handler(thread):
            thread.wait_for_event("checked")

        if kind == "interrupt":
            wf.interrupt("changed")(handler)
        waited = wf.wait_for_event("go", timeout=5)
        if kind == "failure":
            wf.handle_failure(waited)(handler)

    world = make_world(threads_per_run_max=1)
    run = RunView(world)
    put(world, write, "changed", "checked", "go")
    world.start("any")
    if kind == "interrupt":
        world.post("changed")
    else:
        world.pass_time(5)
    assert (run.status, run.threads) == ("ERROR", {0: "ERROR"})
    assert "maximum number of ThreadRuns" in run.thread(0).error_message


def test_a_sleep_that_matured_meanwhile_goes_on_if_its_moment_has_moved(world, run):
    begin_ms = world.now_us // 1000

    def write(wf):
        until = wf.variable("until", int, default=begin_ms + 5_000)

        @wf.interrupt("later")
        def later(handler):
            handler.wait_for_event("checked")
            handler.set(until, until + 10_000)

        wf.sleep_until(until)

    put(world, write, "later", "checked")
    world.start("any")
    world.post("later")
    world.pass_time(6)
    assert run.node(0).sleep.matured
    world.post("checked")
    assert (run.threads[0], run.node(0).sleep.matured) == ("RUNNING", False)
    world.pass_time(8)
    assert run.status == "RUNNING"
    world.pass_time(2)
    assert run.status == "COMPLETED"


@pytest.mark.parametrize(
    ("strategy", "status"), [("all", "COMPLETED"), ("any", "ERROR"), ("first", "ERROR")]
)
def test_who_waits_for_nobody(world, run, strategy, status):
    def write(wf):
        wf.wait_for_threads(wf.input("nobody", list), strategy=strategy)

    put(world, write)
    world.start("any", nobody=[])
    assert run.status == status


def test_threads_that_have_failed_say_when(world, run):
    put(world, lambda wf: wf.fail("broken", "by design"))
    world.start("any")
    thread = run.thread(0)
    assert (thread.end_time, thread.error_message) == (run.message.end_time, "by design")


def test_a_rescued_run_has_neither_an_end_nor_an_error_any_more(world, run):
    put(world, lambda wf: wf.task("work"))
    world.start("any")
    world.start_task("0-1")
    world.report("0-1", status=tasks.TASK_FAILED)
    assert run.thread(0).error_message
    world.rescue()
    assert not run.message.HasField("end_time")
    assert not run.thread(0).HasField("end_time")
    assert not run.thread(0).HasField("error_message")
