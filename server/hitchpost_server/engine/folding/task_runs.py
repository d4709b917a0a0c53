"""Tasks: their attempts from schedule to end."""

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.folding.timers import remove_timers
from hitchpost_server.engine.folding.user_tasks import note_reminder
from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.engine.times import microseconds


def _task_scheduled(
    _state: FamilyState, run: RunState, body: history.TaskScheduled, moment: Moment, rows: Touched
) -> None:
    guid = body.task_guid
    if body.HasField("task_run"):
        task_run = run.tasks[guid] = copy_of(body.task_run)
        if task_run.source.HasField("user_task_trigger"):
            note_reminder(run, task_run, moment, rows)
        else:
            _link_node(run, task_run, rows)
    task_run = run.tasks[guid]
    pending = body.pending
    attempt = task_run.attempts.add()
    attempt.status = task_run.status = tasks.TASK_PENDING if pending else tasks.TASK_SCHEDULED
    if not pending:
        attempt.schedule_time.CopyFrom(moment.timestamp)
        rows.queued(run.key, guid, task_run, moment.us)
    rows.task_run(run.key, guid, task_run)


def _link_node(run: RunState, task_run: tasks.TaskRun, rows: Touched) -> None:
    """Let the node that waits for a task know which it is."""
    node = task_run.source.task_node.node_run_id
    thread = run.threads[node.thread_run_number]
    thread.node_run.task.task_run_id.CopyFrom(task_run.id)
    rows.node_run(run.key, thread)


def _task_started(
    _state: FamilyState, run: RunState, body: history.TaskStarted, moment: Moment, rows: Touched
) -> None:
    guid = body.task_guid
    task_run = run.tasks[guid]
    attempt = task_run.attempts[-1]
    attempt.status = task_run.status = tasks.TASK_RUNNING
    attempt.start_time.CopyFrom(moment.timestamp)
    attempt.task_worker_id = body.task_worker_id
    if body.HasField("task_worker_version"):
        attempt.task_worker_version = body.task_worker_version
    rows.unqueued(run.key, guid)
    rows.task_run(run.key, guid, task_run)


def _task_attempt_ended(
    state: FamilyState,
    run: RunState,
    body: history.TaskAttemptEnded,
    _moment: Moment,
    rows: Touched,
) -> None:
    guid = body.task_guid
    task_run = run.tasks[guid]
    attempt = task_run.attempts[-1]
    if attempt.status == tasks.TASK_SCHEDULED:
        rows.unqueued(run.key, guid)
    attempt.status = task_run.status = body.status
    attempt.end_time.CopyFrom(body.end_time)
    attempt.masked_value = body.masked
    if body.HasField("log_output"):
        attempt.log_output.CopyFrom(body.log_output)
    result = body.WhichOneof("result")
    if result is not None:
        shown = getattr(attempt, result)
        shown.CopyFrom(getattr(body, result))
        shown.SetInParent()
    _remove_deadline(state, run, guid, rows)
    rows.task_run(run.key, guid, task_run)
    if body.ends_reminder:
        del run.tasks[guid]


def _task_returned(
    state: FamilyState, run: RunState, body: history.TaskReturned, _moment: Moment, rows: Touched
) -> None:
    guid = body.task_guid
    task_run = run.tasks[guid]
    attempt = task_run.attempts[-1]
    attempt.status = task_run.status = tasks.TASK_SCHEDULED
    for field in ("start_time", "task_worker_id", "task_worker_version"):
        attempt.ClearField(field)
    _remove_deadline(state, run, guid, rows)
    rows.queued(run.key, guid, task_run, microseconds(attempt.schedule_time))
    rows.task_run(run.key, guid, task_run)


def _checkpoint_put(
    state: FamilyState, run: RunState, body: history.CheckpointPut, _moment: Moment, rows: Touched
) -> None:
    checkpoint = body.checkpoint
    guid = checkpoint.id.task_run.task_guid
    task_run = run.tasks[guid]
    task_run.total_checkpoints = checkpoint.id.checkpoint_number + 1
    _remove_deadline(state, run, guid, rows)
    rows.checkpoint(run.key, checkpoint)
    rows.task_run(run.key, guid, task_run)


def _remove_deadline(state: FamilyState, run: RunState, guid: str, rows: Touched) -> None:
    if not run.timers:
        return

    def is_deadline(timer: history.TimerSet) -> bool:
        return timer.kind == history.TASK_DEADLINE and timer.task_guid == guid

    remove_timers(state, run, rows, is_deadline)


APPLIERS: dict[str, Applier] = {
    "task_scheduled": _task_scheduled,
    "task_started": _task_started,
    "task_returned": _task_returned,
    "checkpoint_put": _checkpoint_put,
    "task_attempt_ended": _task_attempt_ended,
}
