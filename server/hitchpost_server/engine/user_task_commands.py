"""What people and timers do to user tasks: the rules.

A user task that has ended, and whose node was left, is not in the run's state
any more: what is still allowed then works on the row that is stored.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.advance import advance
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.failing import fail
from hitchpost_server.engine.folding.user_tasks import add_comment
from hitchpost_server.engine.ids import execution_of, run_key
from hitchpost_server.engine.nodes.kind import NodeFailure
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.times import timestamp
from hitchpost_server.engine.user_task_actions import (
    Action,
    assign,
    is_as_it_was,
    next_assignee,
    open_user_task,
    remind,
)
from hitchpost_server.engine.user_task_results import check_filled_in, check_writable
from hitchpost_server.engine.user_task_sizes import check_completion, check_growth
from hitchpost_server.engine.user_tasks import ENDED, Assignee, give_up
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.visits import ThreadVisit, traversal_of

UserTaskRun = user_tasks.UserTaskRun
Save = user_tasks.SaveUserTaskRunProgressRequest


def assign_user_task(draft: Draft, run: RunState, command: commands.AssignUserTask) -> None:
    """Give a user task to somebody; one that a user has only if the request says so."""
    request = command.request
    user_task_run = _open(draft, run, request.user_task_run_id.user_task_guid)
    if user_task_run.HasField("user_id") and not request.override_claim:
        problem = f"user {user_task_run.user_id} has it, and override_claim is not set"
        raise _claimed(user_task_run, problem)
    assignee = Assignee(
        request.user_id if request.HasField("user_id") else None,
        request.user_group if request.HasField("user_group") else None,
    )
    check_growth(user_task_run, request, draft.limits)
    assign(_visit(draft, run, user_task_run.node_run_id.thread_run_number), assignee)


def complete_user_task(draft: Draft, run: RunState, command: commands.CompleteUserTask) -> None:
    """Take the results and move the run on; a user task that has ended stays as it is."""
    request = command.request
    user_task_run = _find(draft, run, request.user_task_run_id.user_task_guid)
    if not _is_open(run, user_task_run):
        return
    _check_results(draft, user_task_run, request.results)
    check_completion(user_task_run, request, draft.limits)
    guid = user_task_run.id.user_task_guid
    visit = _visit(draft, run, user_task_run.node_run_id.thread_run_number)
    draft.begin_transition(run)
    if request.user_id and request.user_id != user_task_run.user_id:
        group = user_task_run.user_group if user_task_run.HasField("user_group") else None
        visit.emit("user_task_run_assigned", Assignee(request.user_id, group).of(guid))
    completed = history.UserTaskRunCompleted(user_task_guid=guid, results=request.results)
    visit.emit("user_task_run_completed", completed)
    advance(visit.draft, visit.run)
    draft.complete_transition()


def cancel_user_task(draft: Draft, run: RunState, command: commands.CancelUserTask) -> None:
    """Give a user task up; once more changes nothing."""
    user_task_run = _find(draft, run, command.request.user_task_run_id.user_task_guid)
    if user_task_run.status == user_tasks.CANCELLED:
        return
    _must_be_open(run, user_task_run)
    visit = _visit(draft, run, user_task_run.node_run_id.thread_run_number)
    draft.begin_transition(run)
    give_up(visit, user_task_run, "the user task was cancelled by request")
    advance(visit.draft, visit.run)
    draft.complete_transition()


def save_user_task(draft: Draft, run: RunState, command: commands.SaveUserTask) -> UserTaskRun:
    """Keep what was filled in so far, in the place of what was saved before."""
    request = command.request
    user_task_run = _open(draft, run, request.user_task_run_id.user_task_guid)
    ours = user_task_run.user_id in ("", request.user_id)
    if not ours and request.policy != Save.IGNORE_CLAIM:
        raise _claimed(user_task_run, f"another user, {user_task_run.user_id}, has it")
    check_writable(request.results)
    check_growth(user_task_run, request, draft.limits)
    saved = history.UserTaskRunSaved(
        user_task_guid=user_task_run.id.user_task_guid,
        user_id=request.user_id,
        results=request.results,
    )
    draft.emit(run, "user_task_run_saved", saved)
    return copy_of(user_task_run)


def comment_user_task(
    draft: Draft, run: RunState, command: commands.CommentUserTask
) -> UserTaskRun:
    """Add, edit or delete a comment, whatever the status."""
    request = command.request
    guid = request.user_task_run_id.user_task_guid
    user_task_run = _find(draft, run, guid)
    check_growth(user_task_run, request, draft.limits)
    body = history.UserTaskRunCommented(user_task_guid=guid)
    if isinstance(request, user_tasks.PutUserTaskRunCommentRequest):
        number = sum(event.HasField("comment_added") for event in user_task_run.events) + 1
        body.added.CopyFrom(_comment(number, request))
    else:
        _must_be_commented(user_task_run, request.user_comment_id)
        if isinstance(request, user_tasks.EditUserTaskRunCommentRequest):
            body.edited.CopyFrom(_comment(request.user_comment_id, request))
        else:
            body.deleted.user_comment_id = request.user_comment_id
            body.deleted.user_id = request.user_id
    if guid not in run.user_tasks:
        body.before.CopyFrom(user_task_run)
    reply = copy_of(user_task_run)
    add_comment(reply, body, timestamp(draft.now_us))
    draft.emit(run, "user_task_run_commented", body)
    return reply


def _comment(
    number: int,
    request: user_tasks.PutUserTaskRunCommentRequest | user_tasks.EditUserTaskRunCommentRequest,
) -> user_tasks.UserTaskEvent.UTECommented:
    return user_tasks.UserTaskEvent.UTECommented(
        user_comment_id=number, user_id=request.user_id, comment=request.comment
    )


def _must_be_commented(user_task_run: UserTaskRun, number: int) -> None:
    """Refuse to change a comment that never was, or that was deleted."""
    name, events = _name(user_task_run), user_task_run.events
    if not any(event.comment_added.user_comment_id == number for event in events):
        raise errors.ObjectNotFound(kind="UserTaskRun comment", id=f"{name}/{number}")
    if any(event.comment_deleted.user_comment_id == number for event in events):
        raise errors.CommentUnavailable(
            user_task_run=name, user_comment_id=number, problem="it was deleted"
        )


def fire_user_task_action(
    draft: Draft, run: RunState, number: int, timer: history.TimerSet
) -> None:
    """Carry out an action of a USER_TASK node."""
    visit = _visit(draft, run, timer.thread_run_number)
    action: Action = visit.details.actions[timer.user_task_action]
    _FIRINGS[action.kind](visit, action, number, timer)


def _fire_task(visit: ThreadVisit, action: Action, number: int, _timer: history.TimerSet) -> None:
    visit.emit("timer_fired", history.TimerFired(timer=number))
    remind(visit, action)


def _fire_cancel(
    visit: ThreadVisit, _action: Action, number: int, _timer: history.TimerSet
) -> None:
    visit.draft.begin_transition(visit.run)
    visit.emit("timer_fired", history.TimerFired(timer=number))
    give_up(visit, open_user_task(visit), "the user task was cancelled since its time was over")
    advance(visit.draft, visit.run)
    visit.draft.complete_transition()


def _fire_reassign(
    visit: ThreadVisit, action: Action, number: int, timer: history.TimerSet
) -> None:
    fired = history.TimerFired(timer=number)
    if not is_as_it_was(visit, timer):
        visit.emit("timer_fired", fired)
        return
    try:
        assignee = next_assignee(visit, action)
    except EvaluationError as error:
        visit.draft.begin_transition(visit.run)
        visit.emit("timer_fired", fired)
        fail(visit, NodeFailure("VAR_SUB_ERROR", str(error)), while_waiting=True)
        advance(visit.draft, visit.run)
        visit.draft.complete_transition()
        return
    visit.emit("timer_fired", fired)
    if not assignee.is_nobody:
        assign(visit, assignee)


_FIRINGS: dict[str, Callable[[ThreadVisit, Action, int, history.TimerSet], None]] = {
    "task": _fire_task,
    "cancel": _fire_cancel,
    "reassign": _fire_reassign,
}


def _find(draft: Draft, run: RunState, guid: str) -> UserTaskRun:
    """Find a user task, live or as it is stored."""
    is_current = execution_of(guid) >= run.execution
    found = run.user_tasks.get(guid) or (
        draft.facts.user_task_run(run.key, guid) if is_current else None
    )
    if found is None:
        raise errors.ObjectNotFound(kind="UserTaskRun", id=f"{run.key}/{guid}")
    return found


def _open(draft: Draft, run: RunState, guid: str) -> UserTaskRun:
    """Find a user task that has not ended."""
    user_task_run = _find(draft, run, guid)
    _must_be_open(run, user_task_run)
    return user_task_run


def _is_open(run: RunState, user_task_run: UserTaskRun) -> bool:
    is_live = user_task_run.id.user_task_guid in run.user_tasks
    return is_live and user_task_run.status not in ENDED


def _must_be_open(run: RunState, user_task_run: UserTaskRun) -> None:
    if not _is_open(run, user_task_run):
        status = user_tasks.UserTaskRunStatus.Name(user_task_run.status)
        raise errors.UserTaskEnded(user_task_run=_name(user_task_run), status=status)


def _name(user_task_run: UserTaskRun) -> str:
    return f"{run_key(user_task_run.id.wf_run_id)}/{user_task_run.id.user_task_guid}"


def _claimed(user_task_run: UserTaskRun, problem: str) -> errors.UserTaskClaimed:
    return errors.UserTaskClaimed(
        user_task_run=_name(user_task_run), user_id=user_task_run.user_id, problem=problem
    )


def _check_results(
    draft: Draft, user_task_run: UserTaskRun, results: Mapping[str, values.VariableValue]
) -> None:
    """Refuse results that the form does not ask for, or not all that it requires.

    A form that was deleted meanwhile asks for nothing: any field will do.
    """
    used = user_task_run.user_task_def_id
    form = draft.facts.user_task_def(used.name, used.version)
    if form is not None:
        check_filled_in(form, results)
    check_writable({**user_task_run.results, **results})


def _visit(draft: Draft, run: RunState, thread: int) -> ThreadVisit:
    return traversal_of(draft, run).visit(thread)


USER_TASK_DECIDERS: dict[type[commands.Command], Callable[[Draft, RunState, Any], Any]] = {
    commands.AssignUserTask: assign_user_task,
    commands.CompleteUserTask: complete_user_task,
    commands.CancelUserTask: cancel_user_task,
    commands.SaveUserTask: save_user_task,
    commands.CommentUserTask: comment_user_task,
}
