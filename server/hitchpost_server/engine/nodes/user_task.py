"""USER_TASK: wait until a person has filled in a form, and go on with what they said.

What happens to it meanwhile as time goes by is in `user_task_actions.py`, what
people do to it in `user_task_commands.py`.
"""

from dataclasses import dataclass
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost_server.engine.definitions.catalogue import (
    Definitions,
    RequiredDefinitions,
    united,
)
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.ids import user_task_def_name
from hitchpost_server.engine.nodes.kind import Done, NodeFailure, NodeKind, Surroundings, Visit
from hitchpost_server.engine.nodes.task import TaskKind
from hitchpost_server.engine.rows import LATEST
from hitchpost_server.engine.user_task_actions import (
    ON_ARRIVAL,
    ON_TASK_ASSIGNED,
    Action,
    arm,
    compile_action,
    delays,
)
from hitchpost_server.engine.user_task_results import output_of
from hitchpost_server.engine.user_task_sizes import bytes_before_the_end
from hitchpost_server.engine.user_tasks import (
    ENDED,
    Assignee,
    evaluated_assignee,
    give_up,
    text_of,
)
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.static_types import check_assignable

JSON_OBJ = values.TypeDefinition(primitive_type=values.JSON_OBJ)
STR = values.TypeDefinition(primitive_type=values.STR)
INT = values.TypeDefinition(primitive_type=values.INT)

_TASK = TaskKind()


@dataclass(frozen=True, slots=True)
class UserTask:
    """What a USER_TASK node asks for."""

    definition: ids.UserTaskDefId
    user_id: Assignment | None
    user_group: Assignment | None
    notes: Assignment | None
    exception_name: Assignment | None
    actions: tuple[Action, ...]


class UserTaskKind(NodeKind):
    """Complete when the user task is done; fails when it was cancelled."""

    def required(self, node: wf_specs.Node) -> RequiredDefinitions:
        """Lean on the UserTaskDef, and on what the tasks among the actions lean on."""
        asked = node.user_task
        has_version = asked.HasField("user_task_def_version")
        version = asked.user_task_def_version if has_version else LATEST
        form = RequiredDefinitions(user_task_defs=frozenset({(asked.user_task_def_name, version)}))
        return united([form, *map(_TASK.required, _task_nodes(asked))])

    def normalise(self, node: wf_specs.Node, definitions: Definitions) -> None:
        """Pin the version of the form, and fill in the timeouts of tasks."""
        asked = node.user_task
        if not asked.HasField("user_task_def_version"):
            latest = definitions.user_task_def(asked.user_task_def_name, LATEST)
            if latest is not None:
                asked.user_task_def_version = latest.version
        for trigger in asked.actions:
            if trigger.HasField("task"):
                task = wf_specs.Node(task=trigger.task.task)
                _TASK.normalise(task, definitions)
                trigger.task.task.CopyFrom(task.task)

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse a form that is not defined, nobody to fill it in, actions that cannot be."""
        asked = node.user_task
        _validate_form(asked, place, surroundings)
        if not asked.HasField("user_id") and not asked.HasField("user_group"):
            raise place.invalid("it needs a user_id or a user_group")
        _validate_assignee(asked, place, surroundings)
        for field in ("notes", "on_cancellation_exception_name"):
            if asked.HasField(field):
                with place.at(field).typed():
                    check_assignable(getattr(asked, field), STR, surroundings.scope)
        for index, trigger in enumerate(asked.actions):
            _validate_action(trigger, place.at("actions", index), surroundings)

    def output_type(
        self, node: wf_specs.Node, definitions: Definitions
    ) -> values.TypeDefinition | None:
        """Tell that it is an object of the form's fields."""
        return JSON_OBJ

    def compile(self, node: wf_specs.UserTaskNode) -> UserTask:
        """Compile all that is to be evaluated."""

        def compiled(field: str) -> Assignment | None:
            return compile_assignment(getattr(node, field)) if node.HasField(field) else None

        return UserTask(
            ids.UserTaskDefId(name=node.user_task_def_name, version=node.user_task_def_version),
            compiled("user_id"),
            compiled("user_group"),
            compiled("notes"),
            compiled("on_cancellation_exception_name"),
            tuple(compile_action(trigger) for trigger in node.actions),
        )

    def entered(self, _details: Any) -> history.NodeEntered:
        """Show a UserTaskNodeRun; UserTaskRunStarted fills in the UserTaskRun's id."""
        return history.NodeEntered(user_task=node_runs.UserTaskNodeRun())

    def arrive(self, visit: Visit) -> None:
        """Start the user task, give it to whom it is for, and set the timers of its actions."""
        details: UserTask = visit.details
        definition = details.definition
        if visit.draft.facts.user_task_def(definition.name, definition.version) is None:
            name = user_task_def_name(definition)
            raise NodeFailure("TASK_ERROR", f"UserTaskDef {name} does not exist")
        assignee = _assignee(details, visit)
        due = delays(visit, details.actions, ON_ARRIVAL)
        if assignee.user_id is not None:
            due += delays(visit, details.actions, ON_TASK_ASSIGNED)
        started = _started(details, visit)
        visit.emit("user_task_run_started", started)
        visit.emit("user_task_run_assigned", assignee.of(started.user_task_guid))
        arm(visit, due)

    def check(self, visit: Visit) -> Done | None:
        """Complete or fail as the user task has ended."""
        user_task_run = _live(visit)
        assert user_task_run is not None
        if user_task_run.status == user_tasks.CANCELLED:
            raise NodeFailure(_failure_name(visit), _why_cancelled(user_task_run))
        if user_task_run.status != user_tasks.DONE:
            return None
        return Done(output_of(user_task_run.results))

    def halt(self, visit: Visit) -> bool:
        """Cancel the user task: whoever comes back to it finds it given up."""
        user_task_run = _live(visit)
        if user_task_run is not None and user_task_run.status not in ENDED:
            give_up(visit, user_task_run, "the node of the user task was halted")
        return True


def _live(visit: Visit) -> user_tasks.UserTaskRun | None:
    guid = visit.thread.node_run.user_task.user_task_run_id.user_task_guid
    found: user_tasks.UserTaskRun | None = visit.run.user_tasks.get(guid)
    return found


def _task_nodes(asked: wf_specs.UserTaskNode) -> list[wf_specs.Node]:
    """Look at the tasks among the actions as if each were a node."""
    return [
        wf_specs.Node(task=trigger.task.task)
        for trigger in asked.actions
        if trigger.HasField("task")
    ]


def _validate_form(asked: wf_specs.UserTaskNode, place: Place, surroundings: Surroundings) -> None:
    name, version = asked.user_task_def_name, asked.user_task_def_version
    if version < 0:
        raise place.at("user_task_def_version").invalid("it may not be negative")
    is_pinned = asked.HasField("user_task_def_version")
    if not is_pinned or surroundings.definitions.user_task_def(name, version) is None:
        version_text = f" {version}" if is_pinned else ""
        raise place.at("user_task_def_name").invalid(
            f"UserTaskDef {shortened(name)}{version_text} does not exist"
        )


def _validate_assignee(
    asked: wf_specs.UserTaskNode | wf_specs.UTActionTrigger.UTAReassign,
    place: Place,
    surroundings: Surroundings,
) -> None:
    given: tuple[tuple[str, VariableAssignment], ...] = (
        ("user_id", asked.user_id),
        ("user_group", asked.user_group),
    )
    for field, assignment in given:
        if not asked.HasField(field):
            continue
        literal = assignment.literal_value
        if literal.HasField("str") and not literal.str.strip():
            raise place.at(field).invalid("it may not be blank")
        with place.at(field).typed():
            check_assignable(assignment, STR, surroundings.scope)


def _validate_action(
    trigger: wf_specs.UTActionTrigger, place: Place, surroundings: Surroundings
) -> None:
    with place.at("delay_seconds").typed():
        check_assignable(trigger.delay_seconds, INT, surroundings.scope)
    if trigger.HasField("task"):
        task = wf_specs.Node(task=trigger.task.task)
        _TASK.validate(task, place.at("task").at("task"), surroundings)
    elif trigger.HasField("reassign"):
        _validate_assignee(trigger.reassign, place.at("reassign"), surroundings)


def _assignee(details: UserTask, visit: Visit) -> Assignee:
    assignee = evaluated_assignee(visit, details.user_id, details.user_group)
    if assignee.problem is not None:
        raise NodeFailure("VAR_ERROR", assignee.problem)
    if assignee.is_nobody:
        raise NodeFailure(
            "VAR_ERROR", "Invalid user task assignment: neither user nor group is there"
        )
    return assignee


def _started(details: UserTask, visit: Visit) -> history.UserTaskRunStarted:
    notes = text_of(details.notes(visit)) if details.notes is not None else None
    limit = bytes_before_the_end(visit.draft.limits)
    if notes is not None and len(notes.encode()) > limit:
        raise EvaluationError(f"the notes take more than {limit} bytes")
    guid = f"{visit.thread.number}-{visit.thread.position}"
    return history.UserTaskRunStarted(
        user_task_guid=visit.draft.guid_prefix(visit.run) + guid,
        thread_run_number=visit.thread.number,
        user_task_def_id=details.definition,
        notes=notes,
    )


def _why_cancelled(user_task_run: user_tasks.UserTaskRun) -> str:
    events = (event for event in reversed(user_task_run.events) if event.HasField("cancelled"))
    return next(events).cancelled.message


def _failure_name(visit: Visit) -> str:
    details: UserTask = visit.details
    if details.exception_name is None:
        return "USER_TASK_CANCELLED"
    name = text_of(details.exception_name(visit)) or ""
    return name.strip() or "USER_TASK_CANCELLED"
