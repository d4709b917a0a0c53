"""Starting over within a family: child runs, who waits for them, and what they inherit."""

import pytest
from families import child_key, doubling, parent_of, put, waiting
from run_view import RunView

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import errors
from hitchpost_server.engine.rows import RunRow

AGAIN = "hitchpost-continue-as-new"


@pytest.fixture
def run(world):
    return RunView(world)


@pytest.fixture
def ready(world):
    for name in ("go", "turn", "never"):
        world.put_event_def(name)
    world.put_task_def("work")
    return world


class TestRunsAbove:
    """The run above starts over; the runs below go on."""

    @pytest.fixture(autouse=True)
    def begun(self, ready, run):
        put(ready, waiting, "waiting")
        put(ready, parent_of("waiting"), "parent")
        ready.start("parent")
        self.first = child_key(run)
        ready.continue_as_new()
        self.second = child_key(run)

    def test_the_next_execution_starts_a_child_of_its_own(self, run):
        assert self.first != self.second
        assert run.node(0).wait_for_child_wf.child_wf_run_id.id == self.second.removeprefix("r_")

    def test_the_child_of_the_ended_execution_goes_on(self, ready):
        child = RunView(ready, self.first)
        assert (child.status, child.message.execution) == ("RUNNING", 1)
        ready.post("go", run=self.first)
        assert child.status == "COMPLETED"

    def test_the_end_of_that_child_moves_nobody(self, ready, run):
        ready.post("go", run=self.first)
        assert (run.status, run.thread(0).current_node_position) == ("RUNNING", 2)
        ready.post("go", run=self.second)
        assert run.status == "COMPLETED"

    def test_nobody_is_shown_to_wait_for_it_any_more(self, ready):
        trigger = RunView(ready, self.first).message.parent_trigger
        assert trigger.HasField("triggering_node_run")
        assert not trigger.HasField("waiting_node_run")
        assert RunView(ready, self.second).message.parent_trigger.HasField("waiting_node_run")

    def test_its_id_is_taken(self, ready, run):
        put(ready, lambda wf: wf.wait_for_event("go"), "x")
        put(ready, lambda wf: (wf.run_child_wf("x", id="kid"), wf.wait_for_event("go")), "named")
        ready.start("named", "n")
        ready.continue_as_new("n")
        named = RunView(ready, "n")
        assert (named.status, named.failures(0)) == ("ERROR", ["CHILD_FAILURE"])
        assert "exists already" in named.node(0).failures[0].message

    def test_it_may_be_deleted(self, ready, run):
        ready.delete(self.first)
        assert (run.status, run.message.execution) == ("RUNNING", 2)


def test_a_child_that_failed_may_be_rescued_when_the_run_above_has_started_over(ready, run):
    put(ready, lambda wf: wf.task("work"), "working")
    put(ready, parent_of("working"), "parent")
    ready.start("parent")
    first = child_key(run)
    ready.start_task("0-1", first)
    ready.continue_as_new()
    ready.report("0-1", run=first, status=tasks.TASK_FAILED)
    assert run.status == "RUNNING"
    ready.rescue(run=first)
    ready.do_task("0-2", run=first)
    assert RunView(ready, first).status == "COMPLETED"
    assert (run.status, run.thread(0).current_node_position) == ("RUNNING", 2)


def test_a_child_that_was_waited_for_in_vain_is_rescued_alone(ready, run):
    """The thread that failed with the child is of an execution that has ended."""

    def parent(wf):
        failing = wf.start_thread(
            lambda thread: thread.wait_for_child_wf(thread.run_child_wf("working", id="kid")),
            name="nurse",
        )
        wf.wait_for_event("never")
        wf.wait_for_threads(failing)

    put(ready, lambda wf: wf.task("work"), "working")
    put(ready, parent, "parent")
    ready.start("parent")
    ready.start_task("0-1", "r_kid")
    ready.report("0-1", run="r_kid", status=tasks.TASK_FAILED)
    assert run.threads[1] == "ERROR"
    ready.continue_as_new()
    before = run.message
    ready.rescue(run="r_kid")
    assert run.message == before
    assert RunView(ready, "r_kid").status == "RUNNING"


class TestRunsBelow:
    """A child run starts over while the run above waits for it."""

    @pytest.fixture(autouse=True)
    def begun(self, ready, run):
        def turning(wf):
            count = wf.variable("count", int, default=1)
            wf.register_event("turn", content_type=dict)
            with wf.when(count < 3):
                wf.throw_event(AGAIN, wf.wait_for_event("turn"))
            wf.wait_for_event("go")
            wf.complete(count)

        put(ready, turning, "turning")
        put(ready, parent_of("turning"), "parent")
        ready.start("parent")
        self.child = child_key(run)
        self.view = RunView(ready, self.child)

    def test_the_run_above_goes_on_waiting(self, ready, run):
        ready.post("turn", {"count": 3}, run=self.child)
        assert self.view.message.execution == 2
        assert (run.status, run.thread(0).current_node_position) == ("RUNNING", 2)

    def test_it_gets_the_output_of_the_execution_that_completes(self, ready, run):
        ready.post("turn", {"count": 2}, run=self.child)
        ready.post("turn", {"count": 3}, run=self.child)
        ready.post("go", run=self.child)
        assert (run.status, run.variable("result"), self.view.message.execution) == (
            "COMPLETED",
            3,
            3,
        )

    def test_it_still_knows_who_started_it_and_who_waits(self, ready):
        before = self.view.message.parent_trigger
        ready.post("turn", {"count": 2}, run=self.child)
        assert self.view.message.parent_trigger == before
        assert before.HasField("triggering_node_run")
        assert before.HasField("waiting_node_run")

    def test_it_may_be_asked_to_as_well(self, ready, run):
        ready.continue_as_new(self.child, count=3)
        ready.post("go", run=self.child)
        assert (run.status, run.variable("result")) == ("COMPLETED", 3)

    def test_its_failure_in_a_later_execution_reaches_the_run_above(self, ready, run):
        ready.post("turn", {"count": "many"}, run=self.child)
        assert (run.status, run.failures(0)) == ("ERROR", ["CHILD_FAILURE"])
        ready.rescue(run=self.child, skip=True)
        assert self.view.status == "RUNNING"
        assert ready.post("go", run=self.child).claimed
        assert run.status == "COMPLETED"

    def test_both_may_start_over(self, ready, run):
        ready.continue_as_new(self.child, count=3)
        ready.continue_as_new()
        ready.post("go", run=self.child)
        assert (self.view.status, run.status, run.message.execution) == ("COMPLETED", "RUNNING", 2)


def test_a_child_may_start_over_within_the_command_that_starts_it(ready, run):
    def child(wf):
        count = wf.variable("count", int, default=0)
        with wf.when(count == 0):
            wf.throw_event(AGAIN, {"count": 21})
        wf.complete(count * 2)

    put(ready, child, "child")
    put(ready, parent_of("child"), "parent")
    ready.start("parent")
    assert (run.status, run.variable("result")) == ("COMPLETED", 42)
    assert RunView(ready, child_key(run)).message.execution == 2


def test_a_run_may_start_over_because_its_child_has_come_to_its_end(ready, run):
    def parent(wf):
        number = wf.variable("number", int, default=1)
        with wf.when(number == 1):
            doubled = wf.wait_for_child_wf(wf.run_child_wf("doubling", {"number": number}))
            wf.set(number, doubled)
            wf.throw_event(AGAIN, {"number": 2})
        wf.wait_for_event("never")

    put(ready, doubling, "doubling")
    put(ready, parent, "parent")
    ready.start("parent")
    assert (run.message.execution, run.variable("number")) == (2, 2)


class TestHierarchy:
    """WfSpecs with a parent: runs below read the variables of the new thread 0."""

    @pytest.fixture(autouse=True)
    def begun(self, ready):
        def parent(wf):
            wf.variable("shared", int, default=6, public=True)
            wf.wait_for_event("never")

        def child(wf):
            shared = wf.inherited("shared", int)
            seen = wf.variable("seen", int)
            wf.wait_for_condition(shared > 10)
            wf.set(seen, shared)
            wf.wait_for_event("go")
            wf.set(shared, shared + 1)

        put(ready, parent, "parent")
        put(ready, child, "child", parent="parent")
        ready.start("parent")
        request = wf_runs.RunWfRequest(wf_spec_name="child", id="kid")
        request.parent_wf_run_id.CopyFrom(ids.WfRunId(id="r"))
        ready.start_request(request, "r_kid")
        self.kid = RunView(ready, "r_kid")

    def test_a_child_that_waits_for_an_inherited_variable_wakes_up(self, ready):
        assert self.kid.thread(0).current_node_position == 1
        ready.continue_as_new(shared=12)
        assert (self.kid.thread(0).current_node_position, self.kid.variable("seen")) == (2, 12)

    def test_it_wakes_up_also_when_the_run_above_throws(self, ready):
        def turning(wf):
            wf.variable("shared", int, default=6, public=True)
            wf.wait_for_event("turn")
            wf.throw_event(AGAIN, {"shared": 13})

        put(ready, turning, "parent")
        ready.start_over(runs.ContinueAsNewRequest(latest_wf_spec=True))
        ready.post("turn")
        assert self.kid.variable("seen") == 13

    def test_it_sleeps_on_if_there_is_nothing_new(self, ready):
        ready.continue_as_new(shared=7)
        assert (self.kid.status, self.kid.thread(0).current_node_position) == ("RUNNING", 1)

    def test_it_changes_the_variable_of_the_new_execution(self, ready, run):
        ready.continue_as_new(shared=12)
        ready.post("go", run="r_kid")
        assert (self.kid.status, run.variable("shared")) == ("COMPLETED", 13)

    def test_what_it_changed_before_is_gone(self, ready, run):
        ready.continue_as_new(shared=12)
        ready.post("go", run="r_kid")
        ready.continue_as_new()
        assert run.variable("shared") == 6

    def test_a_child_of_a_version_that_no_longer_shares_fails_when_it_looks(self, ready):
        put(ready, lambda wf: wf.wait_for_event("never"), "parent")
        ready.start_over(runs.ContinueAsNewRequest(latest_wf_spec=True))
        assert (self.kid.status, self.kid.failures(0)) == ("ERROR", ["VAR_SUB_ERROR"])

    def test_a_child_that_starts_over_inherits_as_before(self, ready):
        ready.continue_as_new(shared=12)
        ready.continue_as_new("r_kid")
        assert (self.kid.message.execution, self.kid.variable("seen")) == (2, 12)

    def test_an_inherited_variable_is_no_input_of_the_next_execution(self, ready):
        with pytest.raises(errors.InputInvalid):
            ready.continue_as_new("r_kid", shared=1)

    def test_a_child_of_a_run_that_has_completed_may_start_over(self, ready, run):
        put(ready, lambda wf: wf.variable("shared", int, default=99, public=True), "parent")
        ready.start_over(runs.ContinueAsNewRequest(latest_wf_spec=True))
        assert run.status == "COMPLETED"
        assert ready.continue_as_new("r_kid").execution == 2
        assert self.kid.variable("seen") == 99


class TestDeletion:
    """Of a run that has started over, within a family that goes on."""

    @pytest.fixture(autouse=True)
    def begun(self, ready, run):
        def child(wf):
            wf.variable("count", int, default=0)
            wf.wait_for_event("go")
            wf.wait_for_event("turn")

        put(ready, child, "child")
        put(ready, lambda wf: (wf.run_child_wf("child", id="kid"), wf.sleep(99)), "parent")
        ready.start("parent")
        for run_key in ("r_kid", "r"):
            ready.post("go", run=run_key, guid="g")
            ready.post("never", run=run_key, guid="n")
        ready.continue_as_new("r_kid", count=1)
        ready.post("go", run="r_kid", guid="g2")
        ready.post("never", run="r_kid", guid="n2")
        ready.continue_as_new("r_kid", count=2)

    def of_run(self, world, key):
        return [row for row in world.rows.values() if row[0] == key]

    def test_a_child_goes_with_all_its_executions_and_the_run_above_stays(self, ready, run):
        ready.delete("r_kid")
        assert self.of_run(ready, "r_kid") == []
        assert (run.status, run.message.execution) == ("RUNNING", 1)
        assert ready.post("go", run="r_kid", guid="g").execution == 1

    def test_its_id_is_free_for_the_next_execution_of_the_run_above(self, ready, run):
        ready.delete("r_kid")
        ready.continue_as_new()
        assert RunView(ready, "r_kid").message.execution == 1
        assert ready.continue_as_new("r_kid", count=5).execution == 2

    def test_a_run_above_goes_and_its_child_stays_with_its_executions(self, ready):
        ready.delete("r")
        kid = RunView(ready, "r_kid")
        assert (kid.message.execution, kid.variable("count")) == (3, 2)
        ready.forget()
        assert ready.continue_as_new("r_kid", count=3).execution == 4


def test_a_family_of_endless_runs_meets_the_limit_of_steps(ready, run):
    """Steps count across executions and runs: each that is endless gets less than the last."""

    def restless(wf):
        wf.run_child_wf("restless-child")
        wf.throw_event(AGAIN)

    put(ready, lambda wf: wf.throw_event(AGAIN), "restless-child")
    put(ready, restless, "restless")
    ready.start("restless")
    assert run.status == "ERROR"
    children = [
        row.run for row in ready.rows.values() if isinstance(row, RunRow) and row.run != "r"
    ]
    assert {RunView(ready, key).status for key in children} == {"ERROR"}
    executions = [RunView(ready, key).message.execution for key in ["r", *children]]
    assert sum(executions) < 3 * 512
