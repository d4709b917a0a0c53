"""What commands do to schedules, and what a tick owes a run.

A tick never starts a run itself: it owes the run's stream a StartRun, in the
same commit that sets the next tick. The run's id is made of the schedule's and
the moment of the tick, so that there is one run a tick, whatever fails.
"""

from collections.abc import Callable, Iterable
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.compiled import CompiledWfSpec
from hitchpost_server.engine.cron import NoTickError, next_tick
from hitchpost_server.engine.ids import family_stream, requested_run_id, run_key, scheduled_run_name
from hitchpost_server.engine.limits import check_size
from hitchpost_server.engine.schedule_fold import schedule_id
from hitchpost_server.engine.starting import find_spec, inputs_of
from hitchpost_server.engine.state import ScheduleState
from hitchpost_server.engine.stream_draft import StreamDraft
from hitchpost_server.engine.times import microseconds, timestamp
from hitchpost_server.engine.values.types import is_null

ScheduleDraft = StreamDraft[ScheduleState]


def _schedule_wf(draft: ScheduleDraft, command: commands.ScheduleWf) -> schedules.ScheduledWfRun:
    """Put a schedule in the place of whatever has its id; an equal one stays as it is."""
    put = _new_schedule(draft, command.request)
    stored = draft.state.put
    if stored is not None:
        put.scheduled_wf_run.created_at.CopyFrom(stored.scheduled_wf_run.created_at)
        if put == stored:
            return put.scheduled_wf_run
    put.scheduled_wf_run.created_at.CopyFrom(timestamp(draft.now_us))
    try:
        due_us = _next_tick(draft, put.scheduled_wf_run, draft.now_us)
    except NoTickError as error:
        raise errors.FieldInvalid(field="cron_expression", problem=error) from error
    check_size(put.scheduled_wf_run, draft.limits)
    draft.emit("schedule_put", put)
    _set_tick(draft, due_us)
    return put.scheduled_wf_run


def _new_schedule(
    draft: ScheduleDraft, request: schedules.ScheduleWfRequest
) -> history.SchedulePut:
    """Check that a run could start now, and say what the schedule is to be."""
    put = history.SchedulePut(
        scheduled_wf_run=schedules.ScheduledWfRun(
            id=ids.ScheduledWfRunId(id=schedule_id(draft.state)),
            variables=request.variables,
            cron_expression=request.cron_expression,
        )
    )
    put.scheduled_wf_run.wf_spec_id.name = request.wf_spec_name
    for field in ("major_version", "revision"):
        if request.HasField(field):
            setattr(put, field, getattr(request, field))
    if request.HasField("parent_wf_run_id"):
        put.scheduled_wf_run.parent_wf_run_id.CopyFrom(request.parent_wf_run_id)
    first_run = _run_request(put, draft.now_us)
    spec = _startable_spec(draft, first_run)
    put.scheduled_wf_run.wf_spec_id.CopyFrom(spec.wf_spec.id)
    _keep_inputs(
        put.scheduled_wf_run, inputs_of(first_run.variables, spec, draft.facts, draft.limits)
    )
    return put


def _keep_inputs(
    schedule: schedules.ScheduledWfRun, inputs: Iterable[values.VarNameAndVal]
) -> None:
    """Keep what was given as the first run would, and say which of it clients may not read."""
    given = [one for one in inputs if one.var_name in schedule.variables]
    for one in given:
        if not is_null(schedule.variables[one.var_name]):
            schedule.variables[one.var_name].CopyFrom(one.value)
    schedule.masked_variables.extend(sorted(one.var_name for one in given if one.masked))


def _startable_spec(draft: ScheduleDraft, request: wf_runs.RunWfRequest) -> CompiledWfSpec:
    try:
        _, spec = find_spec(draft.facts, request)
    except errors.ObjectNotFound as missing:
        problem = f"there is no WfSpec {missing.facts['id']}"
        raise errors.FieldInvalid(field="wf_spec_name", problem=problem) from missing
    has_parent = request.HasField("parent_wf_run_id")
    if has_parent != spec.wf_spec.HasField("parent_wf_spec"):
        name = request.wf_spec_name
        problem = (
            f"WfSpec {name} has no parent WfSpec" if has_parent else f"WfSpec {name} needs one"
        )
        raise errors.FieldInvalid(field="parent_wf_run_id", problem=problem)
    return spec


def _run_request(put: history.SchedulePut, tick_us: int) -> wf_runs.RunWfRequest:
    """Make the request that a tick stands for."""
    schedule = put.scheduled_wf_run
    request = wf_runs.RunWfRequest(
        id=scheduled_run_name(schedule.id.id, tick_us),
        wf_spec_name=schedule.wf_spec_id.name,
        variables=schedule.variables,
    )
    for field in ("major_version", "revision"):
        if put.HasField(field):
            setattr(request, field, getattr(put, field))
    if schedule.HasField("parent_wf_run_id"):
        request.parent_wf_run_id.CopyFrom(schedule.parent_wf_run_id)
    return request


def _next_tick(draft: ScheduleDraft, schedule: schedules.ScheduledWfRun, after_us: int) -> int:
    return next_tick(schedule.cron_expression, draft.limits.schedule_time_zone, after_us)


def _set_tick(draft: ScheduleDraft, due_us: int) -> None:
    draft.emit("timer_set", history.TimerSet(kind=history.SCHEDULE, due=timestamp(due_us)))


def _tick(draft: ScheduleDraft, command: commands.FireTimer) -> None:
    """Owe a run, and set the next tick: the first to come, so that missed ones make one run."""
    timer = draft.state.timers.get(command.timer)
    put = draft.state.put
    if timer is None or put is None:
        draft.rows.timer_gone(draft.state.stream, command.timer)
        return
    tick_us = microseconds(timer.due)
    request = _run_request(put, tick_us)
    draft.emit("timer_fired", history.TimerFired(timer=command.timer))
    draft.emit("schedule_ticked", history.ScheduleTicked(wf_run_id=requested_run_id(request)))
    draft.owed.add(family_stream(run_key(requested_run_id(request))), start_run=request)
    try:
        # Another server's clock may be a little ahead of the one that decides.
        _set_tick(draft, _next_tick(draft, put.scheduled_wf_run, max(tick_us, draft.now_us)))
    except NoTickError as error:
        draft.warnings.append(f"schedule {schedule_id(draft.state)} has ticked out: {error}")


def _delete(draft: ScheduleDraft, _command: commands.DeleteSchedule) -> None:
    if draft.state.put is not None:
        draft.emit("schedule_deleted", history.ScheduleDeleted())


SCHEDULE_DECIDERS: dict[type[commands.Command], Callable[[ScheduleDraft, Any], Any]] = {
    commands.ScheduleWf: _schedule_wf,
    commands.FireTimer: _tick,
    commands.DeleteSchedule: _delete,
}
