"""What a USER_TASK node has done as time goes by: reminders, reassignments, cancellations.

An action is armed by a hook, as a timer, and carried out when that is due. The
timers go when the user task ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.limits import check_made
from hitchpost_server.engine.nodes.kind import NodeFailure, Visit
from hitchpost_server.engine.nodes.task import WHOLE_TASK, Task, TaskKind, first_attempt
from hitchpost_server.engine.times import later, timestamp
from hitchpost_server.engine.user_tasks import Assignee, evaluated_assignee
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment

ON_ARRIVAL = wf_specs.UTActionTrigger.ON_ARRIVAL
ON_TASK_ASSIGNED = wf_specs.UTActionTrigger.ON_TASK_ASSIGNED


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a node; `kind` is the name of its member in UTActionTrigger."""

    kind: str
    hook: int
    delay: Assignment
    task: Task | None
    user_id: Assignment | None
    user_group: Assignment | None


@dataclass(frozen=True, slots=True)
class Delay:
    """After how many seconds the action of that place among the node's is to happen."""

    action: int
    seconds: int


def compile_action(trigger: wf_specs.UTActionTrigger) -> Action:
    """Compile all that is to be evaluated."""
    kind, reassign = trigger.WhichOneof("action"), trigger.reassign
    assert kind is not None
    return Action(
        kind,
        trigger.hook,
        compile_assignment(trigger.delay_seconds),
        TaskKind().compile(trigger.task.task) if kind == "task" else None,
        compile_assignment(reassign.user_id) if reassign.HasField("user_id") else None,
        compile_assignment(reassign.user_group) if reassign.HasField("user_group") else None,
    )


def delays(visit: Visit, actions: Iterable[Action], hook: int) -> list[Delay]:
    """Find out when the actions of a hook are to happen. Raises EvaluationError."""
    return [
        Delay(place, _seconds(action, visit))
        for place, action in enumerate(actions)
        if action.hook == hook
    ]


def _seconds(action: Action, visit: Visit) -> int:
    seconds = action.delay(visit)
    if seconds.WhichOneof("value") != "int":
        raise EvaluationError("the delay of an action is not an INT")
    return int(seconds.int)


def arm(visit: Visit, due: Iterable[Delay]) -> None:
    """Set the timers of actions of the thread's node."""
    for delay in due:
        visit.emit(
            "timer_set",
            history.TimerSet(
                kind=history.USER_TASK_ACTION,
                due=timestamp(later(visit.draft.now_us, delay.seconds)),
                thread_run_number=visit.thread.number,
                node_run_position=visit.thread.position,
                user_task_action=delay.action,
                user_task_epoch=open_user_task(visit).epoch,
            ),
        )


def open_user_task(visit: Visit) -> user_tasks.UserTaskRun:
    """Find the user task that the thread's node waits for."""
    guid = visit.thread.node_run.user_task.user_task_run_id.user_task_guid
    found: user_tasks.UserTaskRun = visit.run.user_tasks[guid]
    return found


def assign(visit: Visit, assignee: Assignee) -> None:
    """Give the user task to somebody, and arm what is to happen when a new user has it.

    An action whose delay cannot be evaluated is left out, with a warning.
    """
    user_task_run = open_user_task(visit)
    is_new = assignee.user_id is not None and assignee.user_id != user_task_run.user_id
    visit.emit("user_task_run_assigned", assignee.of(user_task_run.id.user_task_guid))
    if not is_new:
        return
    for place, action in enumerate(visit.details.actions):
        if action.hook == ON_TASK_ASSIGNED:
            try:
                arm(visit, [Delay(place, _seconds(action, visit))])
            except EvaluationError as error:
                _warn(visit, f"action {place} is left out: {error}")


def is_as_it_was(visit: Visit, timer: history.TimerSet) -> bool:
    """Whether a user still has the user task who had it when the timer was set."""
    user_task_run = open_user_task(visit)
    is_assigned = user_task_run.status == user_tasks.ASSIGNED
    return is_assigned and user_task_run.epoch == timer.user_task_epoch


def next_assignee(visit: Visit, action: Action) -> Assignee:
    """Find out to whom an action gives the user task. Raises EvaluationError."""
    assignee = evaluated_assignee(visit, action.user_id, action.user_group)
    if assignee.problem is not None:
        raise EvaluationError(assignee.problem)
    return assignee


def remind(visit: Visit, action: Action) -> None:
    """Schedule the task of an action. If that cannot be, a warning is all that comes of it."""
    assert action.task is not None
    user_task_run = open_user_task(visit)
    number = len(user_task_run.events)
    trigger = tasks.UserTaskTriggerReference(
        node_run_id=visit.thread.node_run.id, user_task_event_number=number
    )
    for field in ("user_id", "user_group"):
        if user_task_run.HasField(field):
            setattr(trigger, field, getattr(user_task_run, field))
    guid = f"ut-{visit.thread.number}-{visit.thread.position}-{number}"
    try:
        scheduled = first_attempt(visit, action.task, guid)
        scheduled.task_run.source.user_task_trigger.CopyFrom(trigger)
        check_made(scheduled.task_run, WHOLE_TASK, visit.draft.limits)
    except (EvaluationError, NodeFailure) as error:
        _warn(visit, f"a reminder is left out: {error}")
        return
    visit.emit("task_scheduled", scheduled)


def _warn(visit: Visit, problem: str) -> None:
    guid = open_user_task(visit).id.user_task_guid
    visit.draft.warnings.append(f"WfRun {visit.run.key}: UserTaskRun {guid}: {problem}")
