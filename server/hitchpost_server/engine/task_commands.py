"""What commands do with attempts of tasks: start, checkpoint, return unsent, report.

Whoever speaks of an attempt names its number; what is said of an attempt that
is not the latest, or not running, comes too late and changes nothing.
"""

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.advance import advance
from hitchpost_server.engine.attempts import (
    declared_output,
    ended,
    has_another,
    hides_output,
    is_reminder,
    reject_bad_output,
    retry_if_due,
    set_deadline,
)
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.ids import execution_of
from hitchpost_server.engine.limits import check_size
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.times import timestamp
from hitchpost_server.engine.values.nesting import flaw

STOP = tasks.PutCheckpointResponse(flow_control_continue_type=tasks.PutCheckpointResponse.STOP_TASK)


def put_checkpoint(
    draft: Draft, run: RunState, command: commands.PutCheckpoint
) -> tasks.PutCheckpointResponse:
    """Keep what a worker has reached, and give the attempt its whole time again."""
    request = command.request
    guid = request.task_run_id.task_guid
    if execution_of(guid) < run.execution:
        return STOP
    task_run = run.tasks.get(guid)
    if task_run is None and not draft.facts.has_task_run(run.key, guid):
        problem = f"there is no TaskRun {run.key}/{guid}"
        raise FieldInvalid(field="task_run_id", problem=problem)
    if (unreadable := flaw(request.value)) is not None:
        raise FieldInvalid(field="value", problem=unreadable)
    if task_run is None or not _is_running(task_run, request.task_attempt):
        return STOP
    checkpoint = _new_checkpoint(task_run, command)
    check_size(checkpoint, draft.limits)
    draft.emit(run, "checkpoint_put", history.CheckpointPut(checkpoint=checkpoint))
    set_deadline(draft, run, task_run)
    return tasks.PutCheckpointResponse(
        flow_control_continue_type=tasks.PutCheckpointResponse.CONTINUE_TASK,
        created_checkpoint=checkpoint,
    )


def _new_checkpoint(task_run: tasks.TaskRun, command: commands.PutCheckpoint) -> tasks.Checkpoint:
    request = command.request
    return tasks.Checkpoint(
        id=ids.CheckpointId(task_run=task_run.id, checkpoint_number=task_run.total_checkpoints),
        value=request.value,
        logs=request.logs if request.HasField("logs") else None,
        created_at=timestamp(command.now_us),
    )


def return_task(draft: Draft, run: RunState, command: commands.ReturnTask) -> None:
    """Offer an attempt again that has certainly not been sent to the worker that it was for."""
    task_run = run.tasks.get(command.task_guid)
    if task_run is not None and _is_running(task_run, command.attempt_number):
        draft.emit(run, "task_returned", history.TaskReturned(task_guid=command.task_guid))


def _is_running(task_run: tasks.TaskRun, attempt_number: int) -> bool:
    is_latest = attempt_number == len(task_run.attempts) - 1
    return is_latest and task_run.status == tasks.TASK_RUNNING


def start_task(
    draft: Draft, run: RunState, command: commands.StartTask
) -> tasks.ScheduledTask | None:
    """Give a task to a worker; None if it cannot be had any more."""
    task_run = run.tasks.get(command.task_guid)
    if task_run is None or task_run.status != tasks.TASK_SCHEDULED:
        return None
    started: history.TaskStarted = draft.write(run, "task_started")
    started.task_guid = command.task_guid
    started.task_worker_id = command.task_worker_id
    if command.task_worker_version is not None:
        started.task_worker_version = command.task_worker_version
    draft.apply(run, "task_started", started)
    set_deadline(draft, run, task_run)
    return _for_worker(task_run)


def _for_worker(task_run: tasks.TaskRun) -> tasks.ScheduledTask:
    """Say what a worker has to know of the latest attempt."""
    scheduled = tasks.ScheduledTask()
    scheduled.task_run_id.CopyFrom(task_run.id)
    scheduled.task_def_id.CopyFrom(task_run.task_def_id)
    scheduled.attempt_number = len(task_run.attempts) - 1
    scheduled.variables.extend(task_run.input_variables)
    scheduled.created_at.CopyFrom(task_run.attempts[-1].schedule_time)
    scheduled.source.CopyFrom(task_run.source)
    scheduled.total_observed_checkpoints = task_run.total_checkpoints
    return scheduled


def report_task(draft: Draft, run: RunState, command: commands.ReportTask) -> None:
    """Take a worker's report; one for an attempt that is not running changes nothing."""
    report = command.report
    guid = report.task_run_id.task_guid
    if execution_of(guid) < run.execution:
        return
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
    end = ended(task_run, report, draft.moment.timestamp)
    declared = declared_output(draft.facts.task_def(task_run.task_def_id.name))
    reject_bad_output(end, task_run, declared, draft)
    end.masked = hides_output(end, declared)
    if not is_reminder(task_run):
        draft.begin_transition(run)
    end_attempt(draft, run, task_run, end)
    draft.complete_transition()


def end_attempt(
    draft: Draft, run: RunState, task_run: tasks.TaskRun, end: history.TaskAttemptEnded
) -> None:
    """End an attempt; then there is another one, or the node hears of it."""
    end.ends_reminder = is_reminder(task_run) and not has_another(task_run, end.status)
    draft.emit(run, "task_attempt_ended", end)
    if not retry_if_due(draft, run, task_run) and not end.ends_reminder:
        advance(draft, run)
