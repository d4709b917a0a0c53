"""What happens to user tasks as time goes by: reminders, reassignments, cancellations, halts."""

from typing import Any

import pytest
from tests.engine.office import (
    Office,
    Trigger,
    cancellation,
    literal,
    release,
    reminder,
    variable,
)

import hitchpost
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import (
    DefinitionInvalid,
    ObjectNotFound,
)
from hitchpost_server.engine.rows import (
    QueuedTaskRow,
    TaskRunRow,
    TimerRow,
    UserTaskRunRow,
)


@pytest.fixture
def office(world: Any) -> Office:
    return Office(world)


@pytest.mark.parametrize(
    "action",
    [
        Trigger(cancel=Trigger.UTACancel()),
        Trigger(delay_seconds=literal(1)),
        cancellation("soon"),
        reminder(1),
        release(1, ""),
    ],
)
def test_action_that_cannot_be_is_refused_when_the_workflow_is_put(
    office: Office, action: Trigger
) -> None:
    with pytest.raises(DefinitionInvalid):
        office.put(action, user_id=literal("ada"))


def test_reminder_is_scheduled_for_whoever_has_the_task(office: Office) -> None:
    office.start(reminder(10, "hurry"), user_id=literal("ada"), user_group=literal("law"))
    office.world.pass_time(9)
    assert office.reminders == []
    office.world.pass_time(1)
    [task_run] = office.reminders
    trigger = task_run.source.user_task_trigger
    assert task_run.id.task_guid == "ut-0-1-1"
    assert (trigger.user_id, trigger.user_group) == ("ada", "law")
    assert (trigger.user_task_event_number, trigger.node_run_id.position) == (1, 1)
    assert task_run.source.wf_spec_id.name == "wf"
    assert office.task.events[1].task_executed.task_run == task_run.id


def test_reminder_is_done_and_forgotten_and_never_touches_the_run(office: Office) -> None:
    office.start(reminder(0, "hurry"))
    office.world.pass_time(0)
    office.world.do_task("ut-0-1-1")
    assert office.reminders[0].status == tasks.TASK_SUCCESS
    assert office.run_status == status.RUNNING
    state = office.world.states["run/r"].runs["r"]
    assert (state.tasks, office.timers) == ({}, 0)
    assert "transition_started" not in [
        event.WhichOneof("event") for event in office.world.history()[-3:]
    ]


def test_reminder_that_fails_is_tried_again_and_then_given_up(office: Office) -> None:
    office.start(reminder(0, "hurry", retries=1))
    office.world.pass_time(0)
    for attempt in range(2):
        assert office.world.start_task("ut-0-1-1") is not None
        office.world.report("ut-0-1-1", attempt=attempt, status=tasks.TASK_FAILED)
    assert office.world.start_task("ut-0-1-1") is None
    assert office.reminders[0].status == tasks.TASK_FAILED
    assert office.world.states["run/r"].runs["r"].tasks == {}
    office.complete(reason="a")
    assert office.run_status == status.COMPLETED


def test_reminder_that_is_not_reported_times_out(office: Office) -> None:
    office.start(reminder(0, "hurry"))
    office.world.pass_time(0)
    office.world.start_task("ut-0-1-1")
    office.complete(reason="a")
    office.world.pass_time(60)
    assert office.reminders[0].status == tasks.TASK_TIMEOUT
    assert office.world.states["run/r"].runs["r"].tasks == {}


def test_reminder_already_scheduled_is_carried_out_though_the_run_has_ended(
    office: Office,
) -> None:
    office.start(reminder(5, "cancelled soon"), cancellation(5))
    office.world.pass_time(5)
    assert office.run_status == status.ERROR
    office.world.do_task("ut-0-1-1")
    assert office.reminders[0].status == tasks.TASK_SUCCESS
    assert not any(isinstance(row, QueuedTaskRow) for row in office.world.rows.values())


def test_reminder_that_cannot_be_scheduled_is_left_out_with_a_warning(office: Office) -> None:
    office.start(reminder(5, "hurry"))
    office.world.do(commands.DeleteTaskDef(**office.world.common("task-def/remind")))
    [timer] = [row for row in office.world.rows.values() if isinstance(row, TimerRow)]
    fire = commands.FireTimer(**office.world.common("run/r"), run="r", timer=timer.timer)
    assert "left out" in office.world.decide(fire).warnings[0]
    assert office.happened == ["assigned"]
    assert office.run_status == status.RUNNING


def test_nothing_more_happens_to_a_task_that_has_ended(office: Office) -> None:
    office.start(reminder(5, "hurry"), release(6, "boss"), cancellation(7))
    assert office.timers == 3
    office.complete(reason="a")
    assert office.timers == 0


def test_deadline_releases_the_task_to_the_group(office: Office) -> None:
    office.start(reminder(0, "hurry"), release(1, "law"), user_id=literal("ada"))
    office.world.pass_time(1)
    assert office.task.status == user_tasks.UNASSIGNED
    assert office.task.user_group == "law"
    assert office.happened == ["assigned", "task_executed", "assigned"]


def test_release_counts_from_the_latest_assignment_of_a_new_user(office: Office) -> None:
    office.start(release(10, "law"), user_id=literal("ada"))
    office.world.pass_time(6)
    office.assign(user_id="bob", override=True)
    office.world.pass_time(6)
    assert office.task.user_id == "bob"
    office.world.pass_time(4)
    assert office.task.user_group == "law"


def test_hook_of_assignment_does_not_count_for_groups_nor_for_the_same_user(
    office: Office,
) -> None:
    office.start(release(10, "law"), user_group=literal("tax"))
    assert office.timers == 0
    office.assign(user_id="ada")
    assert office.timers == 1
    office.assign(user_id="ada", override=True)
    office.assign(user_group="tax", override=True)
    assert office.timers == 1


def test_reassignment_to_a_user_counts_as_a_new_assignment(office: Office) -> None:
    office.start(release(10, user="bob"), reminder(1, "yours", hook=Trigger.ON_TASK_ASSIGNED))
    office.world.pass_time(12)
    assert office.task.user_id == "bob"
    assert office.happened == ["assigned", "task_executed", "assigned", "task_executed"]
    assert [one.id.task_guid for one in office.reminders] == ["ut-0-1-1", "ut-0-1-3"]


def test_reassignment_to_nobody_changes_nothing(office: Office) -> None:
    to = Trigger.UTAReassign(user_id=variable("who"))
    action = Trigger(reassign=to, delay_seconds=literal(1), hook=Trigger.ON_TASK_ASSIGNED)
    office.start(action, user_id=literal("ada"))
    office.world.pass_time(2)
    assert (office.task.user_id, office.task.epoch) == ("ada", 1)


def test_reassignment_that_cannot_be_evaluated_fails_the_node_and_gives_the_task_up(
    office: Office,
) -> None:
    selected = VariableAssignment(variable_name="result", json_path="$.missing[0]")
    to = Trigger.UTAReassign(user_id=selected)
    action = Trigger(reassign=to, delay_seconds=literal(1), hook=Trigger.ON_TASK_ASSIGNED)
    office.start(action, user_id=literal("ada"))
    office.world.pass_time(2)
    assert office.failure[0] == "VAR_SUB_ERROR"
    assert office.task.status == user_tasks.CANCELLED
    assert office.run_status == status.ERROR


def test_cancellation_after_a_time_is_not_disarmed_by_a_reassignment(office: Office) -> None:
    office.start(cancellation(10))
    office.assign(user_id="bob", override=True)
    office.world.pass_time(10)
    assert office.failure[0] == "USER_TASK_CANCELLED"


def test_delay_that_is_no_number_fails_the_arrival(office: Office) -> None:
    path = VariableAssignment(variable_name="result", json_path="$.delay")
    action = Trigger(cancel=Trigger.UTACancel(), delay_seconds=path)
    office.start(action, user_id=literal("ada"))
    assert office.failure[0] == "VAR_SUB_ERROR"
    assert ("r", "0-1") not in [key.key for key in office.world.rows if key.table is UserTaskRunRow]


def test_halting_the_thread_cancels_the_task_and_resuming_fails_the_node(office: Office) -> None:
    office.start(reminder(5, "hurry"))
    common = office.world.common("run/r")
    office.world.do(commands.StopThread(**common, run="r", thread_run_number=0))
    assert office.task.status == user_tasks.CANCELLED
    assert (office.run_status, office.timers) == (status.HALTED, 0)
    office.complete(reason="late")
    assert office.comment("why?").events[-1].comment_added.user_comment_id == 1
    common = office.world.common("run/r")
    office.world.do(commands.ResumeThread(**common, run="r", thread_run_number=0))
    assert office.failure[0] == "USER_TASK_CANCELLED"
    assert office.run_status == status.ERROR


def test_what_is_forgotten_comes_back_with_the_log(office: Office) -> None:
    office.start(reminder(5, "hurry"), release(8, "law"))
    office.save(reason="a")
    office.world.pass_time(5)
    office.world.forget()
    office.world.do_task("ut-0-1-2")
    office.world.pass_time(3)
    office.complete("bob", reason="b")
    assert office.happened == [
        *("assigned", "saved", "task_executed", "assigned", "assigned", "completed")
    ]


def test_deleted_run_takes_its_tasks_along_and_a_new_one_has_other_guids(office: Office) -> None:
    office.start(reminder(0, "hurry"))
    office.world.pass_time(0)
    office.world.delete()
    with pytest.raises(ObjectNotFound):
        office.complete(reason="a")
    office.world.start("wf")
    office.world.pass_time(0)
    guids = [key.key[1] for key in office.world.rows if key.table in (UserTaskRunRow, TaskRunRow)]
    assert sorted(guids) == ["i1.0-1", "i1.ut-0-1-1"]


def test_thread_that_fails_takes_the_tasks_below_it_along(office: Office) -> None:
    @hitchpost.workflow("above")
    def above(wf: hitchpost.WorkflowBuilder) -> None:
        def below(child: hitchpost.WorkflowBuilder) -> None:
            child.user_task("form", user="ada")

        wf.start_thread(below)
        wf.fail("enough", "by design")

    office.world.put_workflow(above)
    office.world.start("above")
    [row] = [row for row in office.world.rows.values() if isinstance(row, UserTaskRunRow)]
    assert (row.user_task_guid, row.status) == ("1-1", user_tasks.CANCELLED)


def test_endless_loop_beside_a_person_gives_their_task_up(make_world: Any) -> None:
    office = Office(make_world(steps_per_command_max=20))

    @hitchpost.workflow("beside")
    def beside(wf: hitchpost.WorkflowBuilder) -> None:
        def below(child: hitchpost.WorkflowBuilder) -> None:
            one = child.variable("one", int, default=1)
            with child.loop_while(one > 0):
                child.set(one, one)

        wf.start_thread(below)
        wf.user_task("form", user="ada")

    office.world.put_workflow(beside)
    office.world.start("beside")
    [row] = [row for row in office.world.rows.values() if isinstance(row, UserTaskRunRow)]
    assert row.status == user_tasks.CANCELLED
