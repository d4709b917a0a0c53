"""Schedules: what a tick starts, what replaces what, and what is refused."""

from typing import Any

import pytest
from tests.engine.conftest import START_US, World

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import FieldInvalid, InputInvalid, ObjectTooLarge
from hitchpost_server.engine.ids import SCHEDULE_STREAM, WF_SPEC_STREAM
from hitchpost_server.engine.owed_commands import from_follow_up
from hitchpost_server.engine.rows import FollowUpRow, RunRow, ScheduledWfRunRow, TimerRow

# Hourly, from the tick after the world's beginning at 08:00 UTC.
HOURLY = "0 * * * *"
FIRST, SECOND = "nightly-20270115T0900Z", "nightly-20270115T1000Z"


@hitchpost.workflow("report")
def report(wf: hitchpost.WorkflowBuilder) -> None:
    """Take inputs and complete."""
    wf.input("title", str)
    wf.variable("secret", str, masked=True)
    wf.variable("copies", int)


@pytest.fixture
def world(world: World) -> World:
    world.put_workflow(report)
    return world


def schedule(
    world: World, cron: str = HOURLY, name: str = "nightly", inputs: Any = None, **fields: Any
) -> schedules.ScheduledWfRun:
    """Put a schedule of reports."""
    given = {"title": "Sales"} if inputs is None else inputs
    request = schedules.ScheduleWfRequest(
        cron_expression=cron,
        variables={key: hitchpost.to_value(value) for key, value in given.items()},
        **{"wf_spec_name": "report", **fields},
    )
    command = commands.ScheduleWf(**world.common(SCHEDULE_STREAM + name), request=request)
    reply: schedules.ScheduledWfRun = world.do(command)
    return reply


def unschedule(world: World, name: str = "nightly") -> None:
    world.do(commands.DeleteSchedule(**world.common(SCHEDULE_STREAM + name)))


def kinds(world: World, name: str = "nightly") -> list[str]:
    return [one.WhichOneof("event") or "" for one in world.history_of(SCHEDULE_STREAM + name)]


def runs(world: World) -> list[str]:
    return sorted(row.run for row in world.rows.values() if isinstance(row, RunRow))


def timers(world: World) -> list[TimerRow]:
    return [row for row in world.rows.values() if isinstance(row, TimerRow)]


def pass_hours(world: World, hours: int) -> None:
    for _ in range(hours):
        world.pass_time(3600)
        world.carry_out_follow_ups()


def test_schedule_starts_nothing_at_once(world) -> None:
    made = schedule(world)
    assert (made.id.id, made.cron_expression) == ("nightly", HOURLY)
    assert made.wf_spec_id == ids.WfSpecId(name="report")
    assert kinds(world) == ["schedule_put", "timer_set"]
    assert runs(world) == []
    assert [timer.due_us for timer in timers(world)] == [START_US + 3600_000_000]


def test_each_tick_starts_one_run_that_is_named_after_it(world) -> None:
    schedule(world)
    pass_hours(world, 2)
    assert runs(world) == [FIRST, SECOND]
    wf_run = world.found(wf_runs.WfRun, RunRow, FIRST)
    assert wf_run.wf_spec_id == ids.WfSpecId(name="report")
    assert kinds(world)[2:] == ["timer_fired", "schedule_ticked", "timer_set"] * 2
    assert world.body("thread_started", FIRST).variables[0].value.str == "Sales"


def test_forgotten_world_ticks_on(world) -> None:
    schedule(world)
    pass_hours(world, 1)
    world.forget()
    pass_hours(world, 1)
    assert runs(world) == [FIRST, SECOND]


def test_missed_ticks_make_one_run_and_the_schedule_goes_on(world) -> None:
    schedule(world)
    (timer,) = timers(world)
    world.now_us += 5 * 3600_000_000 + 1
    world.do(commands.FireTimer(**world.common(timer.stream), run=timer.run, timer=timer.timer))
    world.carry_out_follow_ups()
    assert runs(world) == [FIRST]
    assert [timer.due_us for timer in timers(world)] == [START_US + 6 * 3600_000_000]


def test_timer_that_fires_a_little_early_ticks_once(world) -> None:
    schedule(world)
    (timer,) = timers(world)
    for _ in range(2):
        world.do(commands.FireTimer(**world.common(timer.stream), run="", timer=timer.timer))
    world.carry_out_follow_ups()
    assert runs(world) == [FIRST]
    assert [timer.due_us for timer in timers(world)] == [START_US + 7200_000_000]


def test_run_that_a_tick_owes_is_started_once(world) -> None:
    schedule(world)
    world.pass_time(3600)
    (owed,) = [row for row in world.rows.values() if isinstance(row, FollowUpRow)]
    for seed in ("a" * 32, "b" * 32):
        command = from_follow_up(owed.id, owed.stream, seed, owed.body)
        assert world.decide(command).rejection is None
    assert world.kinds(FIRST).count("run_started") == 1


def test_same_schedule_again_changes_nothing(world) -> None:
    made = schedule(world)
    world.pass_time(60)
    assert schedule(world) == made
    assert kinds(world) == ["schedule_put", "timer_set"]


def test_another_schedule_of_the_id_takes_its_place(world) -> None:
    schedule(world)
    schedule(world, "30 * * * *", inputs={"title": "Stock"})
    assert [timer.due_us for timer in timers(world)] == [START_US + 1800_000_000]
    pass_hours(world, 1)
    assert runs(world) == ["nightly-20270115T0830Z"]
    assert world.body("thread_started", runs(world)[0]).variables[0].value.str == "Stock"


def test_deleted_schedule_is_gone_and_starts_no_more(world) -> None:
    schedule(world)
    unschedule(world)
    assert kinds(world) == ["schedule_put", "timer_set", "schedule_deleted"]
    pass_hours(world, 2)
    assert (runs(world), timers(world)) == ([], [])
    assert not any(isinstance(row, ScheduledWfRunRow) for row in world.rows.values())


def test_timer_of_a_deleted_schedule_changes_nothing(world) -> None:
    schedule(world)
    (timer,) = timers(world)
    unschedule(world)
    fire = commands.FireTimer(**world.common(timer.stream), run="", timer=timer.timer)
    assert not world.decide(fire).record.events


def test_deleting_what_is_not_there_is_no_mistake(world) -> None:
    unschedule(world)
    assert kinds(world) == []


def test_id_can_be_used_again(world) -> None:
    schedule(world)
    unschedule(world)
    schedule(world)
    pass_hours(world, 1)
    assert runs(world) == [FIRST]


@hitchpost.workflow("report")
def longer_report(wf: hitchpost.WorkflowBuilder) -> None:
    """Do the same and something else."""
    wf.input("title", str)
    wf.variable("secret", str, masked=True)
    wf.variable("copies", int)
    wf.set(wf.variable("pages", int), 1)


def test_each_run_follows_the_latest_version_of_its_time(world) -> None:
    made = schedule(world)
    version = world.put_workflow(longer_report).id
    assert version != made.wf_spec_id
    pass_hours(world, 1)
    assert world.found(wf_runs.WfRun, RunRow, FIRST).wf_spec_id == version


def test_runs_keep_to_the_version_that_was_asked_for(world) -> None:
    made = schedule(world, major_version=0, revision=0)
    world.put_workflow(longer_report)
    pass_hours(world, 1)
    assert world.found(wf_runs.WfRun, RunRow, FIRST).wf_spec_id == made.wf_spec_id


def test_start_that_is_refused_is_a_warning_and_the_schedule_goes_on(world) -> None:
    made = schedule(world)
    delete = commands.DeleteWfSpec(
        **world.common(WF_SPEC_STREAM + "report"), wf_spec_id=made.wf_spec_id
    )
    world.do(delete)
    world.pass_time(3600)
    (owed,) = [row for row in world.rows.values() if isinstance(row, FollowUpRow)]
    decision = world.decide(from_follow_up(owed.id, owed.stream, "a" * 32, owed.body))
    assert decision.warnings == [
        f"WfRun {FIRST} was due and is not started: There is no WfSpec report."
    ]
    world.put_workflow(report)
    pass_hours(world, 1)
    assert runs(world) == [SECOND]


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"wf_spec_name": "nothing"}, FieldInvalid, "wf_spec_name"),
        ({"major_version": 1}, FieldInvalid, "wf_spec_name"),
        ({"cron": "whenever"}, FieldInvalid, "cron_expression"),
        ({"cron": "0 0 31 2 *"}, FieldInvalid, "cron_expression"),
        ({"parent_wf_run_id": ids.WfRunId(id="p")}, FieldInvalid, "parent_wf_run_id"),
        ({"inputs": {}}, InputInvalid, None),
        ({"inputs": {"title": "Sales", "copies": "many"}}, InputInvalid, None),
        ({"inputs": {"title": "Sales", "more": 1}}, InputInvalid, None),
        ({"inputs": {"title": "x" * 1_100_000}}, ObjectTooLarge, None),
    ],
)
def test_schedule_that_could_start_nothing_is_refused(world, fields, refusal, field) -> None:
    with pytest.raises(refusal) as refused:
        schedule(world, **fields)
    assert refused.value.facts.get("field") == field
    assert kinds(world) == []


def test_schedule_is_read_by_the_clocks_of_its_time_zone(make_world) -> None:
    world = make_world(schedule_time_zone="Asia/Kathmandu")
    world.put_workflow(report)
    schedule(world)
    assert [timer.due_us for timer in timers(world)] == [START_US + 900_000_000]


def test_masked_inputs_are_named(world) -> None:
    made = schedule(world, inputs={"title": "Sales", "secret": "1234"})
    assert made.masked_variables == ["secret"]
    assert schedule(world, name="other").masked_variables == []
