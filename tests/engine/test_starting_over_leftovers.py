"""What an ended execution leaves behind: late news of it changes nothing."""

import pytest
from office import Office, cancellation, literal, release, reminder
from run_view import RunView

import hitchpost
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.owed_commands import from_follow_up
from hitchpost_server.engine.rows import (
    EXECUTION_TABLES,
    CheckpointRow,
    ExternalEventRow,
    InactiveThreadRow,
    QueuedTaskRow,
    TaskRunRow,
    TimerRow,
    UserTaskRunRow,
)

STOP = tasks.PutCheckpointResponse.STOP_TASK


@pytest.fixture
def ready(world):
    world.put_event_def("never")
    world.put_task_def("work", {}, returns=str)
    return world


@pytest.fixture
def play(ready, play):
    return play


def rows(world, table):
    return [row for row in world.rows.values() if isinstance(row, table)]


def changes_nothing(world, order, run="r"):
    """Give an order and return its reply; nothing happens to the run."""
    before = len(world.history(run))
    reply = order()
    assert len(world.history(run)) == before
    return reply


def working(wf):
    wf.task("work", retries=2, timeout=60)
    wf.wait_for_event("never")


def test_a_task_that_waits_for_a_worker_cannot_be_had_any_more(ready, play):
    play(working)
    assert [row.task_guid for row in rows(ready, QueuedTaskRow)] == ["0-1"]
    ready.continue_as_new()
    assert [row.task_guid for row in rows(ready, QueuedTaskRow)] == ["2.0-1"]
    assert changes_nothing(ready, lambda: ready.start_task("0-1")) is None


@pytest.mark.parametrize("status", [tasks.TASK_SUCCESS, tasks.TASK_FAILED])
def test_a_late_report_changes_nothing(ready, play, status):
    run = play(working)
    ready.start_task("0-1")
    ready.continue_as_new()
    changes_nothing(ready, lambda: ready.report("0-1", "late", status=status))
    assert run.thread(0).current_node_position == 1
    ready.do_task("2.0-1", "in time")
    assert run.thread(0).current_node_position == 2


def test_a_late_report_of_a_task_that_was_done_changes_nothing(ready, play):
    play(working)
    ready.do_task("0-1")
    ready.continue_as_new()
    changes_nothing(ready, lambda: ready.report("0-1"))


def test_a_late_checkpoint_stops_the_worker(ready, play):
    play(working)
    ready.start_task("0-1")
    ready.put_checkpoint("0-1", "half")
    ready.continue_as_new()
    assert rows(ready, CheckpointRow) == []
    late = changes_nothing(ready, lambda: ready.put_checkpoint("0-1", "most"))
    assert late.flow_control_continue_type == STOP
    assert not late.HasField("created_checkpoint")


def test_the_same_task_of_the_next_execution_has_seen_no_checkpoint(ready, play):
    play(working)
    ready.start_task("0-1")
    ready.put_checkpoint("0-1", "half")
    ready.continue_as_new()
    assert ready.start_task("2.0-1").total_observed_checkpoints == 0


def test_a_task_that_could_not_be_sent_is_not_offered_again(ready, play):
    play(working)
    ready.start_task("0-1")
    ready.continue_as_new()
    changes_nothing(ready, lambda: ready.return_task("0-1"))


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda wf: wf.sleep(10), id="sleep"),
        pytest.param(lambda wf: wf.wait_for_event("never", timeout=10), id="timeout of a wait"),
        pytest.param(lambda wf: wf.task("work", timeout=10), id="deadline of a task"),
    ],
)
def test_a_timer_of_an_ended_execution_does_not_fire(ready, play, write):
    run = play(write)
    ready.start_task("0-1")
    armed = rows(ready, TimerRow)
    ready.now_us += 5_000_000
    ready.continue_as_new()
    (late,) = [row for row in armed if row not in rows(ready, TimerRow)]
    fire = commands.FireTimer(**ready.common(late.stream), run="r", timer=late.timer)
    changes_nothing(ready, lambda: ready.do(fire))
    ready.pass_time(6)
    assert run.status == "RUNNING"  # the next execution has its own ten seconds
    assert run.message.execution == 2


def test_a_backoff_of_an_ended_execution_does_not_offer_its_task_again(ready, play):
    def write(wf):
        backoff = hitchpost.Backoff(first_seconds=5)
        wf.task("work", retries=3, timeout=60, backoff=backoff)

    play(write)
    ready.start_task("0-1")
    ready.report("0-1", status=tasks.TASK_FAILED)
    ready.continue_as_new()
    assert ready.pass_time(20) == 0
    assert [row.task_guid for row in rows(ready, QueuedTaskRow)] == ["2.0-1"]


def test_threads_that_were_archived_are_not_there_any_more(ready, play):
    def write(wf):
        children = [wf.start_thread(lambda _: None, name=f"c{n}") for n in range(3)]
        wf.wait_for_threads(*children)
        wf.start_thread(lambda thread: thread.retention(0), name="gone")
        wf.wait_for_event("never")

    run = play(write)
    assert rows(ready, InactiveThreadRow)
    before = run.message.greatest_threadrun_number
    ready.continue_as_new()
    assert run.message.greatest_threadrun_number == before
    assert {row.thread for row in rows(ready, InactiveThreadRow)} == {4}


class TestPeople:
    @pytest.fixture
    def office(self, world):
        office = Office(world)
        office.start(reminder(5, "soon"), release(10, group="all"), cancellation(30))
        return office

    def test_an_open_user_task_ends_and_the_next_execution_has_its_own(self, office):
        office.world.continue_as_new()
        assert [row.user_task_guid for row in rows(office.world, UserTaskRunRow)] == ["2.0-1"]

    @pytest.mark.parametrize(
        "order",
        [
            lambda office: office.complete(reason="late"),
            lambda office: office.save(reason="late"),
            lambda office: office.assign(user_id="grace", override=True),
            lambda office: office.cancel(),
            lambda office: office.comment("late"),
        ],
        ids=["complete", "save", "assign", "cancel", "comment"],
    )
    def test_whoever_comes_late_is_told_that_there_is_no_such_task(self, office, order):
        office.world.continue_as_new()
        with pytest.raises(errors.ObjectNotFound):
            changes_nothing(office.world, lambda: order(office))

    def test_actions_are_for_the_current_user_task_only(self, office):
        office.world.pass_time(3)
        office.world.continue_as_new()
        office.world.pass_time(4)
        assert rows(office.world, TaskRunRow) == []
        office.world.pass_time(2)
        (remembered,) = rows(office.world, TaskRunRow)
        assert remembered.task_guid.startswith("2.ut-0-1-")

    def test_a_reminder_that_is_underway_ends_as_well(self, office):
        office.world.pass_time(6)
        (guid,) = (row.task_guid for row in rows(office.world, TaskRunRow))
        office.world.start_task(guid)
        office.world.continue_as_new()
        changes_nothing(office.world, lambda: office.world.report(guid))
        office.world.pass_time(6)
        (again,) = (row.task_guid for row in rows(office.world, TaskRunRow))
        assert again == f"2.{guid}"


class TestCorrelation:
    """Marks carry the execution; what was on its way when it ended is put on record."""

    @pytest.fixture
    def parcels(self, world):
        world.put_event_def("scanned", correlated_event_config=events.CorrelatedEventConfig())

        @hitchpost.workflow("parcel")
        def parcel(wf):
            got = wf.variable("got", str)
            wf.set(got, wf.wait_for_event("scanned", correlation_key="k"))

        world.put_workflow(parcel)
        world.start("parcel")
        world.carry_out_follow_ups()
        return world

    def marks(self, world):
        return [wait.execution for wait in world.states["correlation/scanned/k"].marks]

    def on_its_way(self, world):
        """Put an event, and return what brings it to the run."""
        world.put_correlated("scanned", "k", "for execution 1")
        (delivery,) = world.owed()
        return delivery

    def test_the_mark_of_the_next_execution_takes_the_place_of_the_old_one(self, parcels):
        parcels.continue_as_new()
        parcels.carry_out_follow_ups()
        assert self.marks(parcels) == [2]

    def test_the_next_execution_is_reached(self, parcels):
        parcels.continue_as_new()
        parcels.carry_out_follow_ups()
        parcels.put_correlated("scanned", "k", "Ada")
        parcels.carry_out_follow_ups()
        assert RunView(parcels).variable("got") == "Ada"

    def test_a_late_delivery_is_received_and_dropped(self, parcels):
        delivery = self.on_its_way(parcels)
        parcels.continue_as_new()
        parcels.carry_out(delivery)
        late = parcels.history()[-2:]
        assert [event.execution for event in late] == [2, 2]
        assert late[0].external_event_received.external_event.content.str == "for execution 1"
        dropped = late[1].external_event_dropped
        assert dropped.reason == history.AIMED_AT_ENDED_EXECUTION
        assert (
            dropped.external_event_id.guid == late[0].external_event_received.external_event.id.guid
        )
        assert rows(parcels, ExternalEventRow) == []

    def test_the_operator_hears_of_it(self, parcels):
        delivery = self.on_its_way(parcels)
        parcels.continue_as_new()
        command = from_follow_up(delivery.id, delivery.stream, "5eed", delivery.body)
        (warning,) = parcels.decide(command).warnings
        assert warning.startswith("WfRun r: ExternalEvent scanned ")
        assert warning.endswith("in execution 2: it was aimed at a thread or node of execution 1")

    def test_the_next_execution_has_the_event_all_the_same_if_it_stays(self, parcels):
        delivery = self.on_its_way(parcels)
        parcels.continue_as_new()
        parcels.carry_out(delivery)
        parcels.carry_out_follow_ups()
        assert RunView(parcels).variable("got") == "for execution 1"

    def test_a_late_delivery_is_on_record_also_when_the_run_is_full(self, parcels):
        parcels.put_event_def("noise")
        delivery = self.on_its_way(parcels)
        for _ in range(100):
            parcels.post("noise")
        parcels.continue_as_new()
        parcels.carry_out(delivery)
        assert parcels.body("external_event_dropped").reason == history.AIMED_AT_ENDED_EXECUTION
        assert len(rows(parcels, ExternalEventRow)) == 100

    def test_a_delivery_for_a_run_that_was_deleted_leaves_no_trace(self, parcels):
        delivery = self.on_its_way(parcels)
        parcels.continue_as_new()
        parcels.delete()
        changes_nothing(parcels, lambda: parcels.carry_out(delivery))

    @pytest.mark.parametrize("execution", [1, 2])
    def test_nor_does_it_if_the_id_is_used_again(self, parcels, execution):
        delivery = self.on_its_way(parcels)
        parcels.delete()
        parcels.start("parcel")
        if execution == 2:
            parcels.continue_as_new()
        changes_nothing(parcels, lambda: parcels.carry_out(delivery))

    def test_a_deleted_child_does_not_make_another_run_of_one_that_starts_over(self, parcels):
        parcels.post("scanned", run="r_child")
        delivery = self.on_its_way(parcels)
        parcels.delete("r_child")
        parcels.continue_as_new()
        parcels.carry_out(delivery)
        assert parcels.body("external_event_dropped").reason == history.AIMED_AT_ENDED_EXECUTION


def test_nothing_of_an_ended_execution_is_in_the_tables(world):
    office = Office(world)
    office.start(reminder(5, "soon"), user_id=literal("ada"))
    world.pass_time(6)
    before = rows(world, EXECUTION_TABLES)
    world.continue_as_new()
    assert not [row for row in rows(world, (UserTaskRunRow, TaskRunRow)) if row in before]
