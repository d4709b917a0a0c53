"""Unclaimed external events when a run starts over: order, aims, retention, limits, ids."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.rows import (
    ExecutionRow,
    ExternalEventRow,
    PastExternalEventRow,
    TimerRow,
    WorkflowEventRow,
)


@hitchpost.workflow("reader")
def reader(wf):
    first = wf.variable("first", str)
    second = wf.variable("second", str)
    with wf.when(wf.variable("reads", bool, default=False) == True):  # noqa: E712
        wf.set(first, wf.wait_for_event("news"))
        wf.set(second, wf.wait_for_event("news"))
    wf.wait_for_event("end")


@pytest.fixture
def reading(world):
    """A world in which a run does not read its news before it starts over."""
    for name in ("news", "end", "noise"):
        world.put_event_def(name)
    world.put_workflow(reader)
    world.start("reader")
    return world


@pytest.fixture
def view(reading):
    return RunView(reading)


def read(view):
    return [view.variable("first"), view.variable("second")]


def rows(world, table):
    return [row for row in world.rows.values() if isinstance(row, table)]


def drops(world, run="r"):
    bodies = [one.external_event_dropped for one in world.history(run)]
    return [history.DropReason.Name(one.reason) for one in bodies if one.reason]


def carried(world):
    return [
        (event.execution, event.external_event_carried.external_event_id.guid)
        for event in world.history()
        if event.HasField("external_event_carried")
    ]


def test_the_next_execution_claims_them_in_the_order_of_acceptance(reading, view):
    for guid in ("z", "a"):
        reading.post("news", guid, guid=guid)
    reading.continue_as_new(reads=True)
    assert read(view) == ["z", "a"]


def test_carried_events_come_before_those_of_the_new_execution(reading, view):
    reading.post("news", "old")
    reading.continue_as_new()
    reading.post("news", "new")
    reading.continue_as_new(reads=True)
    assert read(view) == ["old", "new"]


def test_what_was_claimed_does_not_come_along(reading, view):
    reading.continue_as_new(reads=True)
    for content in ("read", "unread"):
        reading.post("news", content)
    reading.post("news", "late")
    reading.continue_as_new(reads=True)
    assert read(view) == ["late", None]


def test_each_execution_says_what_has_come_along(reading):
    reading.post("news", guid="one")
    reading.continue_as_new()
    reading.post("news", guid="two")
    reading.continue_as_new()
    assert carried(reading) == [(2, "one"), (3, "one"), (3, "two")]


def test_the_log_says_where_the_event_was_received_and_not_what_it_holds(reading):
    posted = reading.post("news", "contents", guid="one")
    (received,) = (e.sequence for e in reading.history() if e.HasField("external_event_received"))
    reading.continue_as_new()
    body = reading.body("external_event_carried")
    assert body.received_sequence == received
    assert not body.HasField("external_event")
    assert body.external_event_id == posted.id


def test_a_carried_event_keeps_execution_and_time(reading):
    posted = reading.post("news", "x", guid="one")
    reading.pass_time(60)
    reading.continue_as_new()
    assert reading.found(events.ExternalEvent, ExternalEventRow, "r", "news", "one") == posted
    assert posted.execution == 1


def test_an_event_that_came_before_the_run_is_of_execution_1(reading):
    early = reading.post("news", run="later", guid="e")
    assert early.execution == 1
    reading.start("reader", "later")
    for _ in range(5):
        reading.continue_as_new("later")
    assert drops(reading, "later") == []
    reading.continue_as_new("later")
    assert drops(reading, "later") == ["CARRY_LIMIT"]


@pytest.mark.parametrize(("limit", "lasts"), [(1, 1), (3, 3)])
def test_the_carry_limit_is_a_setting(make_world, limit, lasts):
    world = make_world(max_external_event_carry_forward_executions=limit)
    for name in ("news", "end"):
        world.put_event_def(name)
    world.put_workflow(reader)
    world.start("reader")
    world.post("news")
    for _ in range(lasts):
        world.continue_as_new()
    assert drops(world) == []
    world.continue_as_new()
    assert drops(world) == ["CARRY_LIMIT"]


def test_the_age_counts_from_the_execution_of_the_post(reading):
    for _ in range(3):
        reading.continue_as_new()
    assert reading.post("news").execution == 4
    for _ in range(5):
        reading.continue_as_new()
    assert drops(reading) == []
    reading.continue_as_new()
    assert drops(reading) == ["CARRY_LIMIT"]


def test_the_operator_hears_of_each_event_that_is_dropped(reading):
    reading.post("news", guid="g", thread_run_number=0)
    request = commands.runs.ContinueAsNewRequest()
    command = commands.ContinueAsNew(**reading.common("run/r"), run="r", request=request)
    (warning,) = reading.decide(command).warnings
    assert warning == (
        "WfRun r: ExternalEvent news g is dropped as execution 2 begins: it was aimed at a "
        "thread or node of execution 1"
    )


def test_what_is_dropped_can_be_had_no_more_and_makes_room(make_world):
    world = make_world(
        max_external_event_carry_forward_executions=1, max_unconsumed_external_events_per_run=2
    )
    for name in ("news", "end"):
        world.put_event_def(name)
    world.put_workflow(reader)
    world.start("reader")
    for guid in ("a", "b"):
        world.post("news", guid=guid)
    with pytest.raises(errors.UnconsumedEventLimit):
        world.post("news")
    world.continue_as_new()
    world.continue_as_new(reads=True)
    assert rows(world, ExternalEventRow) == []
    assert world.post("news", guid="a").claimed


class TestAims:
    def test_an_event_for_a_thread_does_not_come_along(self, reading):
        reading.post("news", thread_run_number=0)
        reading.continue_as_new()
        assert drops(reading) == ["AIMED_AT_ENDED_EXECUTION"]

    def test_an_event_that_was_aimed_before_the_run_is_for_its_first_execution(self, reading, view):
        reading.post("news", "early", run="later", thread_run_number=0, node_run_position=9)
        reading.start("reader", "later", reads=True)
        reading.post("news", "first", run="later")
        assert read(RunView(reading, "later")) == ["first", None]
        assert drops(reading, "later") == []
        reading.continue_as_new("later")
        assert drops(reading, "later") == ["AIMED_AT_ENDED_EXECUTION"]

    def test_an_event_may_be_aimed_at_the_next_execution_once_that_has_begun(self, reading, view):
        reading.continue_as_new(reads=True)
        assert reading.post("news", "aimed", thread_run_number=0, node_run_position=2).claimed
        assert view.variable("first") == "aimed"

    def test_an_aim_of_a_later_execution_is_dropped_with_that_one(self, reading):
        reading.continue_as_new()
        reading.post("news", thread_run_number=0, node_run_position=9)
        reading.continue_as_new()
        assert drops(reading) == ["AIMED_AT_ENDED_EXECUTION"]


class TestRetention:
    @pytest.fixture(autouse=True)
    def brief(self, reading):
        policy = events.ExternalEventRetentionPolicy(seconds_after_put=10)
        reading.put_event_def("news", retention_policy=policy)

    def test_a_carried_event_expires_when_it_would_have(self, reading):
        reading.post("news")
        reading.pass_time(6)
        reading.continue_as_new()
        reading.pass_time(3)
        assert len(rows(reading, ExternalEventRow)) == 1
        reading.pass_time(2)
        assert rows(reading, ExternalEventRow) == []

    def test_that_is_in_the_history_of_the_current_execution(self, reading):
        reading.post("news")
        reading.continue_as_new()
        reading.pass_time(10)
        last = reading.history()[-1]
        assert (last.execution, last.WhichOneof("event")) == (2, "external_event_expired")

    def test_a_carried_event_that_is_claimed_does_not_expire(self, reading, view):
        reading.post("news", "in time")
        reading.continue_as_new(reads=True)
        assert reading.pass_time(20) == 0
        assert view.variable("first") == "in time"

    def test_a_dropped_event_does_not_expire(self, reading):
        reading.post("news", thread_run_number=0)
        reading.continue_as_new()
        assert rows(reading, TimerRow) == []
        assert reading.pass_time(20) == 0


class TestLimit:
    @pytest.fixture(autouse=True)
    def full(self, reading):
        for number in range(100):
            reading.post("noise", guid=f"{number}")

    def test_carried_events_count(self, reading):
        reading.continue_as_new()
        with pytest.raises(errors.UnconsumedEventLimit):
            reading.post("noise")

    def test_what_is_awaited_is_taken_all_the_same(self, reading):
        reading.continue_as_new()
        assert reading.post("end").claimed

    def test_a_run_that_has_completed_counts_too(self, reading, view):
        reading.continue_as_new()
        reading.post("end")
        assert view.status == "COMPLETED"
        with pytest.raises(errors.UnconsumedEventLimit):
            reading.post("noise")

    def test_what_is_dropped_makes_room(self, reading):
        for _ in range(6):
            reading.continue_as_new()
        assert len(drops(reading)) == 100
        assert reading.post("noise").execution == 7


class TestInterrupts:
    @pytest.fixture
    def interrupted(self, world):
        for name in ("stop", "changed", "end"):
            world.put_event_def(name)
        world.put_task_def("note")

        @hitchpost.workflow("busy")
        def busy(wf):
            wf.interrupt("changed")(lambda handler: handler.task("note"))
            wf.wait_for_event("end")

        world.put_workflow(busy)
        return world

    def test_an_event_that_has_interrupted_does_not_come_along(self, interrupted):
        interrupted.start("busy")
        interrupted.post("changed", guid="c")
        interrupted.continue_as_new()
        assert carried(interrupted) == []
        assert [row.guid for row in rows(interrupted, PastExternalEventRow)] == ["c"]

    def test_one_whose_handler_has_not_started_does_not_either(self, interrupted):
        interrupted.start("busy")
        interrupted.stop()
        interrupted.post("changed")
        assert interrupted.states["run/r"].runs["r"].interrupts
        interrupted.continue_as_new()
        assert RunView(interrupted).threads == {0: "RUNNING"}
        assert carried(interrupted) == []
        assert not interrupted.states["run/r"].runs["r"].interrupts

    def test_one_that_came_before_the_run_comes_along_and_interrupts_nobody(self, interrupted):
        """As at the start of a run: what interrupts is what arrives."""
        interrupted.post("changed", guid="c")
        interrupted.start("busy")
        interrupted.continue_as_new()
        assert carried(interrupted) == [(2, "c")]
        assert RunView(interrupted).threads == {0: "RUNNING"}

    def test_the_next_execution_can_be_interrupted(self, interrupted):
        interrupted.start("busy")
        interrupted.continue_as_new()
        assert interrupted.post("changed").claimed
        assert RunView(interrupted).threads == {0: "HALTED", 1: "RUNNING"}


class TestIds:
    def test_a_guid_that_was_carried_is_taken(self, reading):
        reading.post("news", guid="g")
        reading.continue_as_new()
        with pytest.raises(errors.ExternalEventExists):
            reading.post("news", guid="g")

    def test_a_guid_that_was_claimed_stays_taken_in_all_executions(self, reading):
        reading.continue_as_new(reads=True)
        reading.post("news", guid="g")
        for _ in range(8):
            reading.continue_as_new()
            with pytest.raises(errors.ExternalEventExists):
                reading.post("news", guid="g")

    def test_a_guid_is_taken_for_its_definition_and_run_only(self, reading):
        reading.post("news", guid="g")
        reading.continue_as_new()
        reading.post("noise", guid="g")
        reading.post("news", guid="g", run="other")

    def test_workflow_events_go_on_counting(self, world):
        @hitchpost.workflow("telling")
        def telling(wf):
            wf.throw_event("told", "x")
            wf.wait_for_event("end")

        world.put_event_def("end")
        world.put_workflow_event_def("told")
        world.put_workflow(telling)
        world.start("telling")
        world.continue_as_new()
        assert sorted(row.number for row in rows(world, WorkflowEventRow)) == [0, 1]


class TestDeletion:
    @pytest.fixture(autouse=True)
    def twice(self, reading):
        """A run has started over with claimed and unclaimed events."""
        reading.continue_as_new(reads=True)
        reading.post("news", "claimed", guid="c")
        reading.post("noise", guid="n")
        reading.continue_as_new()

    def test_everything_goes_with_the_run(self, reading):
        reading.delete()
        assert [row for row in reading.rows.values() if row[0] == "r"] == []
        bodies = [event.WhichOneof("event") for event in reading.history()]
        assert [body for body in bodies if body] == ["run_deleted"]

    def test_its_id_may_be_used_again_and_so_may_the_guids(self, reading):
        reading.delete()
        reading.start("reader", reads=True)
        view = RunView(reading)
        assert view.message.execution == 1
        assert reading.post("news", guid="c").claimed
        assert rows(reading, ExecutionRow) == []

    def test_guids_of_incarnations_and_executions_are_told_apart(self, world):
        world.put_task_def("work")
        world.put_workflow(hitchpost.workflow("working")(lambda wf: wf.task("work")))
        world.start("working", "w")
        world.continue_as_new("w")
        world.delete("w")
        world.start("working", "w")
        world.continue_as_new("w")
        assert [*world.states["run/w"].runs["w"].tasks] == ["2.i1.0-1"]

    def test_what_is_reported_of_an_earlier_incarnation_is_refused_or_nothing(self, world):
        world.put_task_def("work")
        world.put_workflow(hitchpost.workflow("working")(lambda wf: wf.task("work")))
        world.start("working", "w")
        world.continue_as_new("w")
        world.start_task("2.0-1", "w")
        world.delete("w")
        world.start("working", "w")
        for _ in range(2):
            with pytest.raises(errors.ObjectNotFound):
                world.report("2.0-1", run="w")
            if RunView(world, "w").message.execution == 1:
                world.continue_as_new("w")
        world.do_task("2.i1.0-1", run="w")
        assert RunView(world, "w").status == "COMPLETED"


def test_events_of_other_runs_of_the_family_stay_where_they_are(reading):
    reading.post("news", run="r_child", guid="c")
    reading.continue_as_new()
    assert carried(reading) == []
    kept = reading.found(events.ExternalEvent, ExternalEventRow, "r_child", "news", "c")
    assert kept.id.wf_run_id == ids.WfRunId(id="child", parent_wf_run_id=ids.WfRunId(id="r"))


def test_all_of_this_is_the_same_after_a_restart(reading, view):
    reading.post("news", "a", guid="a")
    reading.continue_as_new()
    reading.forget()
    reading.post("news", "b", guid="b")
    reading.forget()
    reading.continue_as_new(reads=True)
    assert read(view) == ["a", "b"]


def test_a_limit_of_no_execution_lets_nothing_come_along(make_world):
    world = make_world(max_external_event_carry_forward_executions=0)
    for name in ("news", "end"):
        world.put_event_def(name)
    world.put_workflow(reader)
    world.start("reader")
    world.post("news", "stale")
    world.continue_as_new()
    assert drops(world) == ["CARRY_LIMIT"]
