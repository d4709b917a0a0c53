"""Interrupts: on arrival, side by side, on children, together with waiting nodes."""

from datetime import UTC, datetime, timedelta

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import wf_run_pb2 as wf_runs


def put(world, write, *event_names):
    for event_name in event_names:
        world.put_event_def(event_name)
    world.put_task_def("work", {}, returns=str)
    world.put_workflow(hitchpost.workflow("any")(write))


@pytest.fixture
def run(world):
    return RunView(world)


def waiting(wf):
    """Waits for "signed"; "changed" interrupts it, and its handler waits for "checked"."""
    seen = wf.variable("seen", str)
    signed = wf.variable("signed", str)

    @wf.interrupt("changed")
    def changed(handler):
        handler.set(seen, handler.received(str))
        handler.wait_for_event("checked")

    wf.set(signed, wf.wait_for_event("signed"))


@pytest.fixture
def interrupted(world, run):
    put(world, waiting, "changed", "checked", "signed")
    world.start("any")
    assert world.post("changed", "address").claimed
    return world


def test_an_interrupt_halts_the_thread_and_starts_its_handler(interrupted, run):
    assert (run.status, run.threads) == ("RUNNING", {0: "HALTED", 1: "RUNNING"})
    assert (run.node_status(0), run.reasons(0)) == ("HALTED", ["interrupted"])
    assert run.thread(1).type == wf_runs.INTERRUPT
    assert run.thread(1).interrupt_trigger_id.external_event_def_id.name == "changed"
    assert run.variable("seen") == "address"
    assert list(run.message.pending_interrupts) == []


def test_the_thread_goes_on_when_the_handler_is_done(interrupted, run):
    interrupted.post("checked")
    assert run.threads == {0: "RUNNING", 1: "COMPLETED"}
    assert run.node_status(0) == "RUNNING"
    interrupted.post("signed", "Ada")
    assert (run.status, run.variable("signed")) == ("COMPLETED", "Ada")


def test_an_event_that_arrives_meanwhile_is_taken_afterwards(interrupted, run):
    assert not interrupted.post("signed", "Ada").claimed
    interrupted.post("checked")
    assert (run.status, run.variable("signed")) == ("COMPLETED", "Ada")


def test_an_event_from_before_the_run_interrupts_nothing(world, run):
    put(world, waiting, "changed", "checked", "signed")
    world.post("changed", "early")
    world.start("any")
    assert run.threads == {0: "RUNNING"}


def test_an_interrupt_of_a_run_that_is_over_stays_unclaimed(interrupted, run):
    interrupted.post("checked")
    interrupted.post("signed", "Ada")
    assert not interrupted.post("changed", "too late").claimed


def test_an_interrupt_aimed_at_another_thread_interrupts_nothing(world, run):
    put(world, waiting, "changed", "checked", "signed")
    world.start("any")
    assert not world.post("changed", "x", thread_run_number=3).claimed
    assert run.threads == {0: "RUNNING"}


def test_a_thread_that_nobody_waits_for_takes_no_interrupts(world, run):
    def write(wf):
        def interruptible(thread):
            thread.interrupt("changed")(lambda handler: handler.sleep(0))
            thread.wait_for_event("signed")

        def above(thread):
            thread.start_thread(interruptible)

        children = [wf.start_thread(above), wf.start_thread(lambda _: None, name="b")]
        wf.wait_for_threads(*children, strategy="any")
        wf.wait_for_event("checked")

    put(world, write, "changed", "checked", "signed")
    world.start("any")
    assert (run.reasons(1), run.reasons(2)) == (["halted_by_parent"], ["parent_halted"])
    assert not world.post("changed").claimed


def test_a_run_completes_without_interrupts_of_children_that_were_stopped(world, run):
    def write(wf):
        def interruptible(thread):
            thread.interrupt("changed")(lambda handler: handler.sleep(0))
            thread.wait_for_event("signed")

        wf.variable("shared", int, public=True)
        wf.start_thread(interruptible)
        wf.wait_for_event("checked")

    put(world, write, "changed", "checked", "signed")
    world.start("any")
    world.stop(1)
    world.post("changed")
    assert len(run.message.pending_interrupts) == 1
    world.post("checked")
    assert (run.status, list(run.message.pending_interrupts)) == ("COMPLETED", [])


def test_two_interrupts_work_side_by_side(interrupted, run):
    interrupted.post("changed", "again")
    assert run.threads == {0: "HALTED", 1: "RUNNING", 2: "RUNNING"}
    interrupted.post("checked")
    assert run.threads == {0: "HALTED", 1: "COMPLETED", 2: "RUNNING"}
    interrupted.post("checked")
    assert run.threads[0] == "RUNNING"


def test_a_running_task_delays_the_interrupt(world, run):
    def write(wf):
        result = wf.variable("result", str)

        @wf.interrupt("changed")
        def changed(handler):
            handler.wait_for_event("checked")

        wf.set(result, wf.task("work"))

    put(world, write, "changed", "checked")
    world.start("any")
    world.start_task("0-1")
    world.post("changed")
    assert (run.threads, run.node_status(0)) == ({0: "HALTING"}, "HALTING")
    assert len(run.message.pending_interrupts) == 1
    world.report("0-1", "done")
    assert run.threads == {0: "HALTED", 1: "RUNNING"}
    world.post("checked")
    assert (run.status, run.variable("result")) == ("COMPLETED", "done")


def test_a_handler_that_fails_fails_the_thread_and_asks_no_handler_of_the_node(world, run):
    def write(wf):
        @wf.interrupt("changed")
        def changed(handler):
            handler.fail("spoilt", "by design")

        waited = wf.wait_for_event("signed")

        @wf.handle_failure(waited)
        def never(handler):
            handler.sleep(1)

    put(world, write, "changed", "signed")
    world.start("any")
    world.post("changed")
    assert (run.status, run.threads) == ("EXCEPTION", {0: "EXCEPTION", 1: "EXCEPTION"})
    assert run.failures(0, 1) == ["spoilt"]
    assert "thread 1" in run.thread(0).error_message


def test_halted_children_of_an_interrupted_thread_go_on_with_it(world, run):
    def write(wf):
        @wf.interrupt("changed")
        def changed(handler):
            handler.wait_for_event("checked")

        wf.start_thread(lambda child: child.wait_for_event("go"), name="child")
        wf.wait_for_event("signed")

    put(world, write, "changed", "checked", "go", "signed")
    world.start("any")
    world.post("changed")
    assert run.threads == {0: "HALTED", 1: "HALTED", 2: "RUNNING"}
    assert run.reasons(1) == ["parent_halted"]
    world.post("checked")
    assert run.threads == {0: "RUNNING", 1: "RUNNING", 2: "COMPLETED"}


class TestChildThenParent:
    """A child is interrupted, then its parent; each handler waits for an event of its own."""

    @pytest.fixture(autouse=True)
    def begun(self, world, run):
        def write(wf):
            @wf.interrupt("parent")
            def parent_changed(handler):
                handler.wait_for_event("parent-done")

            def child(thread):
                @thread.interrupt("child")
                def child_changed(handler):
                    handler.wait_for_event("child-done")

                thread.wait_for_event("go")

            wf.wait_for_threads(wf.start_thread(child))

        put(world, write, "parent", "parent-done", "child", "child-done", "go")
        world.start("any")
        world.post("child")
        assert run.threads == {0: "RUNNING", 1: "HALTED", 2: "RUNNING"}
        world.post("parent")

    def test_the_child_has_two_reasons_and_its_handler_stands_still(self, world, run):
        assert run.reasons(1) == ["interrupted", "parent_halted"]
        assert run.threads == {0: "HALTED", 1: "HALTED", 2: "HALTED", 3: "RUNNING"}

    def test_all_go_on_when_the_handler_of_the_parent_is_done(self, world, run):
        world.post("parent-done")
        assert run.threads == {0: "RUNNING", 1: "HALTED", 2: "RUNNING", 3: "COMPLETED"}
        world.post("child-done")
        world.post("go")
        assert run.status == "COMPLETED"

    def test_events_for_the_handler_that_stands_still_wait(self, world, run):
        assert not world.post("child-done").claimed
        world.post("parent-done")
        assert run.threads[1] == "RUNNING"


def test_the_failing_interrupt_of_a_child_can_be_handled_by_who_waits_for_it(world, run):
    def write(wf):
        def child(thread):
            @thread.interrupt("child")
            def changed(handler):
                handler.fail("spoilt", "by design")

            thread.wait_for_event("go")

        waiting = wf.wait_for_threads(wf.start_thread(child))

        @wf.handle_failure(waiting)
        def recover(handler):
            handler.sleep(0)

    put(world, write, "child", "go")
    world.start("any")
    world.post("child")
    world.pass_time(1)
    assert run.status == "COMPLETED"
    assert run.message.greatest_threadrun_number == 3


def test_a_condition_is_looked_at_again_after_each_interrupt(world, run):
    def write(wf):
        counter = wf.input("counter", int)

        @wf.interrupt("subtract")
        def subtract(handler):
            handler.set(counter, counter - 1)

        wf.wait_for_condition(counter == 0)

    put(world, write, "subtract")
    world.start("any", counter=2)
    world.post("subtract")
    assert run.status == "RUNNING"
    world.post("subtract")
    assert run.status == "COMPLETED"


def test_a_condition_that_holds_already_completes_at_once(world, run):
    def write(wf):
        counter = wf.input("counter", int)
        wf.wait_for_condition(counter == 0)

    put(world, write)
    world.start("any", counter=0)
    assert run.status == "COMPLETED"


IN_TEN_SECONDS = {
    "milliseconds": lambda now: int(now.timestamp() * 1000) + 10_000,
    "moment": lambda now: now + timedelta(seconds=10),
    "text": lambda now: (now + timedelta(seconds=10)).isoformat(),
}


@pytest.mark.parametrize("form", IN_TEN_SECONDS)
def test_a_sleep_ends_at_its_moment_however_that_is_written(world, run, form):
    until = IN_TEN_SECONDS[form](datetime.fromtimestamp(world.now_us / 1e6, UTC))
    put(world, lambda wf: wf.sleep_until(until))
    world.start("any")
    world.pass_time(9.9)
    assert run.status == "RUNNING"
    world.pass_time(0.2)
    assert run.status == "COMPLETED"


@pytest.mark.parametrize("text", ["tomorrow", "2030-01-01T00:00:00", "", None])
def test_a_text_that_is_no_moment_fails_the_sleep(world, run, text):
    put(world, lambda wf: wf.sleep_until(wf.input("until", str)))
    world.start("any", until=text)
    assert (run.status, run.failures(0, 1)) == ("ERROR", ["VAR_SUB_ERROR"])


class TestSleep:
    """Sleeping until a variable's moment, which an interrupt may move."""

    @pytest.fixture(autouse=True)
    def begun(self, world, run):
        def write(wf):
            until = wf.input("until", int)

            @wf.interrupt("move")
            def move(handler):
                handler.set(until, handler.received(int))

            wf.sleep_until(until)

        put(world, write, "move")
        self.begin_ms = world.now_us // 1000
        world.start("any", until=self.begin_ms + 10_000)

    @pytest.mark.parametrize("seconds", [5, 20])
    def test_the_moment_moves_with_the_variable(self, world, run, seconds):
        world.post("move", self.begin_ms + seconds * 1000)
        world.pass_time(seconds - 1)
        assert run.status == "RUNNING"
        world.pass_time(2)
        assert run.status == "COMPLETED"

    def test_a_moment_in_the_past_is_over_at_once(self, world, run):
        world.post("move", self.begin_ms - 1000)
        world.pass_time(0)
        assert run.status == "COMPLETED"
