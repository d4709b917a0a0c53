"""What commands do to runs: the rules.

Every decider first refuses what is to be refused, then lets events happen to
the draft and returns the reply.
"""

from collections.abc import Callable
from typing import Any

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands, errors, guardrails
from hitchpost_server.engine.advance import advance
from hitchpost_server.engine.attempts import (
    ended,
    has_another,
    hides_output,
    is_reminder,
    reject_bad_output,
    retry_if_due,
    set_deadline,
    timed_out,
)
from hitchpost_server.engine.child_runs import heirs
from hitchpost_server.engine.claims import is_awaited
from hitchpost_server.engine.correlation_waits import from_message
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.handlers import trigger_interrupts
from hitchpost_server.engine.ids import AUDIT_STREAM, keys_above
from hitchpost_server.engine.running_attempts import put_checkpoint, return_task
from hitchpost_server.engine.starting import begin_run
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.thread_commands import (
    rescue_thread,
    resume_thread,
    stop_thread,
)
from hitchpost_server.engine.times import later, timestamp
from hitchpost_server.engine.user_task_commands import USER_TASK_DECIDERS, fire_user_task_action
from hitchpost_server.engine.visits import traversal_of
from hitchpost_server.storage.v1 import storage_pb2 as storage


def start_run(draft: Draft, run: RunState, command: commands.StartRun) -> wf_runs.WfRun:
    """Start a run and move it as far as it goes."""
    begin_run(draft, run, command.request)
    advance(draft, run)
    draft.complete_transition()
    assert run.wf_run is not None
    reply: wf_runs.WfRun = _copy_of(run.wf_run)
    return reply


def _copy_of(message: Any) -> Any:
    """Copy a live message: replies leave after later commands may have changed it."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def post_external_event(
    draft: Draft, run: RunState, command: commands.PostExternalEvent
) -> events.ExternalEvent:
    """Accept an external event and give it to whoever waits for it."""
    definition, content = guardrails.check(draft, run, command.request)
    received = _received(draft, run, command.request, command.seed, content)
    return _accept(draft, run, command.request, received, definition)


def deliver_correlated_event(
    draft: Draft, run: RunState, command: commands.DeliverCorrelatedEvent
) -> None:
    """Accept what has come of a correlated event, if the run that it was for is still there.

    Whoever waits is never refused it. If nobody waits any more and the run is
    full, it is given up, which is put on record.
    """
    wait, request = from_message(command.delivery.waiting), command.delivery.request
    if run.wf_run is None or (run.incarnation, run.wf_run.execution) != wait[1:3]:
        return
    name = request.external_event_def_id.name
    if wait not in draft.state.waits:
        try:
            guardrails.within_limit(draft, run, request)
        except errors.UnconsumedEventLimit as limit:
            draft.warnings.append(limit.message)
            draft.owed.add(AUDIT_STREAM, record_refusal=refusal(request, limit))
            return
    received = _received(draft, run, request, command.seed, request.content)
    _accept(draft, run, request, received, draft.facts.external_event_def(name))


def refusal(
    request: events.PutExternalEventRequest, refused: errors.ExternalEventRefused
) -> storage.RecordRefusal:
    """Say for the record which event was refused."""
    return storage.RecordRefusal(
        external_event_def=request.external_event_def_id.name,
        wf_run_id=request.wf_run_id,
        reason=refused.reason,
    )


def _accept(
    draft: Draft,
    run: RunState,
    request: events.PutExternalEventRequest,
    received: history.ExternalEventReceived,
    definition: events.ExternalEventDef | None,
) -> events.ExternalEvent:
    traversal = traversal_of(draft, run) if run.is_running else None
    awaited = traversal is not None and is_awaited(run, traversal.spec, request)
    if awaited:
        draft.begin_transition(run)
    received.requires_reference = (
        definition is not None and definition.require_wfspec_reference and run.wf_run is None
    )
    draft.emit(run, "external_event_received", received)
    event_id = received.external_event.id
    accepted = run.unclaimed[event_id.external_event_def_id.name, event_id.guid].event
    if traversal is not None and awaited:
        trigger_interrupts(traversal, accepted)
        advance(draft, run)
        draft.complete_transition()
    elif definition is not None and definition.retention_policy.HasField("seconds_after_put"):
        _expire_later(draft, run, event_id, definition.retention_policy.seconds_after_put)
    reply: events.ExternalEvent = _copy_of(accepted)
    return reply


def _received(
    draft: Draft,
    run: RunState,
    request: events.PutExternalEventRequest,
    seed: str,
    content: values.VariableValue,
) -> history.ExternalEventReceived:
    """Write a new event into what will say that it was received: contents may be large."""
    received = history.ExternalEventReceived()
    event = received.external_event
    event.id.wf_run_id.CopyFrom(request.wf_run_id)
    event.id.external_event_def_id.CopyFrom(request.external_event_def_id)
    event.id.guid = request.guid or seed
    event.created_at.CopyFrom(timestamp(draft.now_us))
    event.content.CopyFrom(content)
    event.content.SetInParent()
    event.execution = run.wf_run.execution if run.wf_run else 1
    if request.HasField("thread_run_number"):
        event.thread_run_number = request.thread_run_number
    if request.HasField("node_run_position"):
        event.node_run_position = request.node_run_position
    return received


def _expire_later(draft: Draft, run: RunState, event_id: ids.ExternalEventId, seconds: int) -> None:
    due = timestamp(later(draft.now_us, seconds))
    timer = history.TimerSet(kind=history.EVENT_RETENTION, due=due, external_event_id=event_id)
    draft.emit(run, "timer_set", timer)


def start_task(
    draft: Draft, run: RunState, command: commands.StartTask
) -> tasks.ScheduledTask | None:
    """Give a task to a worker; None if it cannot be had any more."""
    task_run = run.tasks.get(command.task_guid)
    if task_run is None or task_run.status != tasks.TASK_SCHEDULED:
        return None
    scheduled_at = task_run.attempts[-1].schedule_time
    scheduled = tasks.ScheduledTask(
        task_run_id=task_run.id,
        task_def_id=task_run.task_def_id,
        attempt_number=len(task_run.attempts) - 1,
        variables=task_run.input_variables,
        created_at=scheduled_at,
        source=task_run.source,
        total_observed_checkpoints=task_run.total_checkpoints,
    )
    draft.emit(
        run,
        "task_started",
        history.TaskStarted(
            task_guid=command.task_guid,
            task_worker_id=command.task_worker_id,
            task_worker_version=command.task_worker_version,
        ),
    )
    set_deadline(draft, run, task_run)
    return scheduled


def report_task(draft: Draft, run: RunState, command: commands.ReportTask) -> None:
    """Take a worker's report; one for an attempt that is not running changes nothing."""
    report = command.report
    guid = report.task_run_id.task_guid
    task_run = run.tasks.get(guid)
    if task_run is None:
        if not draft.facts.has_task_run(run.key, guid):
            raise errors.ObjectNotFound(kind="TaskRun", id=f"{run.key}/{guid}")
        return
    latest = len(task_run.attempts) - 1
    if report.attempt_number > latest:
        raise errors.FieldInvalid(
            field="attempt_number", problem=f"the latest attempt is number {latest}"
        )
    if report.attempt_number < latest or task_run.status != tasks.TASK_RUNNING:
        return
    end = ended(task_run, report, draft.now_us)
    task_def = draft.facts.task_def(task_run.task_def_id.name)
    reject_bad_output(end, task_run, task_def, draft)
    end.masked = hides_output(end, task_def)
    if not is_reminder(task_run):
        draft.begin_transition(run)
    _end_attempt(draft, run, task_run, end)
    draft.complete_transition()


def _end_attempt(
    draft: Draft, run: RunState, task_run: tasks.TaskRun, end: history.TaskAttemptEnded
) -> None:
    end.ends_reminder = is_reminder(task_run) and not has_another(task_run, end.status)
    draft.emit(run, "task_attempt_ended", end)
    if not retry_if_due(draft, run, task_run) and not end.ends_reminder:
        advance(draft, run)


def fire_timer(draft: Draft, run: RunState, command: commands.FireTimer) -> None:
    """Let a timer do its work, if it still matters."""
    timer = run.timers.get(command.timer)
    if timer is None:
        draft.rows.timer_gone(draft.state.stream, command.timer)
        return
    FIRINGS[timer.kind](draft, run, command.timer, timer)


def _fire_node(draft: Draft, run: RunState, number: int, _timer: history.TimerSet) -> None:
    draft.begin_transition(run)
    draft.emit(run, "timer_fired", history.TimerFired(timer=number))
    advance(draft, run)
    draft.complete_transition()


def _fire_backoff(draft: Draft, run: RunState, number: int, _timer: history.TimerSet) -> None:
    draft.emit(run, "timer_fired", history.TimerFired(timer=number))


def _fire_deadline(draft: Draft, run: RunState, number: int, timer: history.TimerSet) -> None:
    task_run = run.tasks[timer.task_guid]
    if not is_reminder(task_run):
        draft.begin_transition(run)
    draft.emit(run, "timer_fired", history.TimerFired(timer=number))
    _end_attempt(draft, run, task_run, timed_out(task_run, draft.now_us))
    draft.complete_transition()


def _fire_event_retention(
    draft: Draft, run: RunState, number: int, timer: history.TimerSet
) -> None:
    expired = history.ExternalEventExpired(external_event_id=timer.external_event_id)
    draft.emit(run, "timer_fired", history.TimerFired(timer=number))
    draft.emit(run, "external_event_expired", expired)


def _fire_run_retention(
    draft: Draft, run: RunState, _number: int, _timer: history.TimerSet
) -> None:
    # No TimerFired: what the timer was set for is erased, and its setting with it.
    _erase(draft, run)


FIRINGS: dict[int, Callable[[Draft, RunState, int, history.TimerSet], None]] = {
    history.NODE_TIMEOUT: _fire_node,
    history.SLEEP_END: _fire_node,
    history.TASK_DEADLINE: _fire_deadline,
    history.TASK_BACKOFF: _fire_backoff,
    history.EVENT_RETENTION: _fire_event_retention,
    history.RUN_RETENTION: _fire_run_retention,
    history.USER_TASK_ACTION: fire_user_task_action,
}


def delete_run(draft: Draft, run: RunState, _command: commands.DeleteRun) -> None:
    """Erase a run and its events; one of which nothing is known is erased already."""
    if run.wf_run is not None or run.unclaimed:
        _erase(draft, run)


def _erase(draft: Draft, run: RunState) -> None:
    deleted = history.RunDeleted(incarnation=draft.state.incarnation + 1)
    draft.emit(run, "run_deleted", deleted)
    runs = draft.state.runs
    above = [runs[key] for key in keys_above(run.key) if key in runs]
    left = [*(one for one in above if _waits_for(one, run)), *heirs(draft, run)]
    if left:
        draft.begin_transition(left[0])
        for one in left:
            draft.has_to_move(one)
        advance(draft, left[0])
        draft.complete_transition()


def _waits_for(above: RunState, run: RunState) -> bool:
    return any(
        thread.node_run.wait_for_child_wf.child_wf_run_id == run.run_id
        for thread in above.threads.values()
    )


RUN_DECIDERS: dict[type[commands.Command], Callable[[Draft, RunState, Any], Any]] = {
    commands.StartRun: start_run,
    commands.PostExternalEvent: post_external_event,
    commands.StartTask: start_task,
    commands.PutCheckpoint: put_checkpoint,
    commands.ReturnTask: return_task,
    commands.ReportTask: report_task,
    commands.FireTimer: fire_timer,
    commands.DeleteRun: delete_run,
    commands.StopThread: stop_thread,
    commands.ResumeThread: resume_thread,
    commands.RescueThread: rescue_thread,
    commands.DeliverCorrelatedEvent: deliver_correlated_event,
    **USER_TASK_DECIDERS,
}
