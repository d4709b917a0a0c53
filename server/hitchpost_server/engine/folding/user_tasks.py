"""User tasks: what has happened to them, which is also what clients read of them."""

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.folding.timers import remove_timers
from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched

UserTaskEvent = user_tasks.UserTaskEvent


def note_reminder(run: RunState, task_run: tasks.TaskRun, moment: Moment, rows: Touched) -> None:
    """Let a user task know of a task that one of its actions has caused."""
    node = task_run.source.user_task_trigger.node_run_id
    link = run.threads[node.thread_run_number].node_run.user_task.user_task_run_id
    user_task_run = run.user_tasks[link.user_task_guid]
    _happened(user_task_run, moment).task_executed.task_run.CopyFrom(task_run.id)
    rows.user_task_run(run.key, user_task_run)


def add_comment(
    user_task_run: user_tasks.UserTaskRun, body: history.UserTaskRunCommented, time: Timestamp
) -> None:
    """Put a comment, or what happened to it, among the events of a user task."""
    change = body.WhichOneof("change")
    assert change is not None
    happened = user_task_run.events.add(time=time)
    getattr(happened, f"comment_{change}").CopyFrom(getattr(body, change))


def _happened(user_task_run: user_tasks.UserTaskRun, moment: Moment) -> UserTaskEvent:
    return user_task_run.events.add(time=moment.timestamp)


def _started(
    _state: FamilyState,
    run: RunState,
    body: history.UserTaskRunStarted,
    moment: Moment,
    rows: Touched,
) -> None:
    thread = run.threads[body.thread_run_number]
    user_task_run = run.user_tasks[body.user_task_guid] = user_tasks.UserTaskRun(
        id=ids.UserTaskRunId(wf_run_id=run.run_id, user_task_guid=body.user_task_guid),
        user_task_def_id=body.user_task_def_id,
        status=user_tasks.UNASSIGNED,
        notes=body.notes if body.HasField("notes") else None,
        scheduled_time=moment.timestamp,
        node_run_id=thread.node_run.id,
    )
    thread.node_run.user_task.user_task_run_id.CopyFrom(user_task_run.id)
    rows.user_task_run(run.key, user_task_run)
    rows.node_run(run.key, thread)


def _assigned(
    _state: FamilyState,
    run: RunState,
    body: history.UserTaskRunAssigned,
    moment: Moment,
    rows: Touched,
) -> None:
    user_task_run = run.user_tasks[body.user_task_guid]
    assigned = _happened(user_task_run, moment).assigned
    assigned.SetInParent()
    for field in ("user_id", "user_group"):
        if user_task_run.HasField(field):
            setattr(assigned, f"old_{field}", getattr(user_task_run, field))
        user_task_run.ClearField(field)
        if body.HasField(field):
            setattr(assigned, f"new_{field}", getattr(body, field))
            setattr(user_task_run, field, getattr(body, field))
    has_user = user_task_run.HasField("user_id")
    user_task_run.status = user_tasks.ASSIGNED if has_user else user_tasks.UNASSIGNED
    user_task_run.epoch += 1
    rows.user_task_run(run.key, user_task_run)


def _saved(
    _state: FamilyState,
    run: RunState,
    body: history.UserTaskRunSaved,
    moment: Moment,
    rows: Touched,
) -> None:
    user_task_run = run.user_tasks[body.user_task_guid]
    saved = _happened(user_task_run, moment).saved
    saved.user_id = body.user_id
    user_task_run.results.clear()
    for name, value in body.results.items():
        saved.results[name].CopyFrom(value)
        user_task_run.results[name].CopyFrom(value)
    rows.user_task_run(run.key, user_task_run)


def _completed(
    state: FamilyState,
    run: RunState,
    body: history.UserTaskRunCompleted,
    moment: Moment,
    rows: Touched,
) -> None:
    user_task_run = run.user_tasks[body.user_task_guid]
    _happened(user_task_run, moment).completed.SetInParent()
    for name, value in body.results.items():
        user_task_run.results[name].CopyFrom(value)
    _end(state, run, user_task_run, user_tasks.DONE, rows)


def _cancelled(
    state: FamilyState,
    run: RunState,
    body: history.UserTaskRunCancelled,
    moment: Moment,
    rows: Touched,
) -> None:
    user_task_run = run.user_tasks[body.user_task_guid]
    _happened(user_task_run, moment).cancelled.message = body.message
    _end(state, run, user_task_run, user_tasks.CANCELLED, rows)


def _end(
    state: FamilyState,
    run: RunState,
    user_task_run: user_tasks.UserTaskRun,
    end: user_tasks.UserTaskRunStatus,
    rows: Touched,
) -> None:
    """Nothing is to happen to it any more."""
    user_task_run.status = end
    rows.user_task_run(run.key, user_task_run)
    node = user_task_run.node_run_id
    remove_timers(
        state,
        run,
        rows,
        lambda timer: (
            timer.kind == history.USER_TASK_ACTION
            and timer.thread_run_number == node.thread_run_number
            and timer.node_run_position == node.position
        ),
    )


def _commented(
    _state: FamilyState,
    run: RunState,
    body: history.UserTaskRunCommented,
    moment: Moment,
    rows: Touched,
) -> None:
    user_task_run = run.user_tasks.get(body.user_task_guid)
    if user_task_run is None:
        user_task_run = copy_of(body.before)
    add_comment(user_task_run, body, moment.timestamp)
    rows.user_task_run(run.key, user_task_run)


APPLIERS: dict[str, Applier] = {
    "user_task_run_started": _started,
    "user_task_run_assigned": _assigned,
    "user_task_run_saved": _saved,
    "user_task_run_completed": _completed,
    "user_task_run_cancelled": _cancelled,
    "user_task_run_commented": _commented,
}
