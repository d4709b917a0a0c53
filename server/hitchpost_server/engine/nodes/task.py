"""TASK: have a worker do something, as often as it takes, and go on with the result."""

import math
from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.attempts import TASK_FAILURES, TASK_OPEN, failure_of, given_up
from hitchpost_server.engine.definitions.catalogue import Definitions, RequiredDefinitions
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.limits import check_made
from hitchpost_server.engine.nodes.kind import Done, NodeFailure, NodeKind, Surroundings, Visit
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.casts import cast
from hitchpost_server.engine.values.errors import EvaluationError, MisfitError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.static_types import check_assignable
from hitchpost_server.engine.values.types import variable_type


@dataclass(frozen=True, slots=True)
class Task:
    """What a TASK node asks for; `dynamic_name` computes its TaskDef's name if it is dynamic."""

    node: wf_specs.TaskNode
    dynamic_name: Assignment | None
    inputs: tuple[Assignment, ...]


# How long a task may take if the node does not say.
TIMEOUT_SECONDS_DEFAULT = 60

WHOLE_TASK = "the task with its inputs"

_STR = values.TypeDefinition(primitive_type=values.STR)


def task_def_name(node: wf_specs.Node) -> str:
    """Name the TaskDef of a TASK node that is not dynamic."""
    return node.task.task_def_id.name


class TaskKind(NodeKind):
    """Complete when an attempt succeeds; fails when the last one has failed."""

    def required(self, node: wf_specs.Node) -> RequiredDefinitions:
        """Lean on the TaskDef, unless only a run can tell which it is."""
        if node.task.HasField("dynamic_task"):
            return RequiredDefinitions()
        return RequiredDefinitions(task_defs=frozenset({task_def_name(node)}))

    def normalise(self, node: wf_specs.Node, definitions: Definitions) -> None:
        """Fill in the timeout."""
        if node.task.timeout_seconds == 0:
            node.task.timeout_seconds = TIMEOUT_SECONDS_DEFAULT

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse a task that is not defined, inputs that do not fit, impossible retries."""
        if not node.task.HasField("dynamic_task"):
            _validate_task_def(node, place, surroundings)
        if node.task.timeout_seconds < 0:
            raise place.at("timeout_seconds").invalid("it may not be negative")
        if node.task.retries < 0:
            raise place.at("retries").invalid("it may not be negative")
        if node.task.HasField("exponential_backoff"):
            _validate_backoff(node.task.exponential_backoff, place.at("exponential_backoff"))

    def output_type(
        self, node: wf_specs.Node, definitions: Definitions
    ) -> values.TypeDefinition | None:
        """Tell what the TaskDef returns; of a dynamic task that is unknown."""
        if node.task.HasField("dynamic_task"):
            return None
        found = definitions.task_def(task_def_name(node))
        if found is None or not found.return_type.HasField("return_type"):
            return None
        return found.return_type.return_type

    def compile(self, node: wf_specs.TaskNode) -> Task:
        """Compile the inputs, and the name if it is to be computed."""
        dynamic = node.HasField("dynamic_task")
        name = compile_assignment(node.dynamic_task) if dynamic else None
        return Task(node, name, tuple(compile_assignment(one) for one in node.variables))

    def entered(self, _details: Task) -> history.NodeEntered:
        """Show a TaskNodeRun; TaskScheduled fills in the TaskRun's id."""
        return history.NodeEntered(task=node_runs.TaskNodeRun())

    def arrive(self, visit: Visit) -> None:
        """Create the TaskRun and schedule its first attempt."""
        guid = f"{visit.thread.number}-{visit.thread.position}"
        scheduled = first_attempt(visit, visit.details, guid)
        scheduled.task_run.source.task_node.node_run_id.CopyFrom(visit.thread.node_run.id)
        check_made(scheduled.task_run, WHOLE_TASK, visit.draft.limits)
        visit.emit("task_scheduled", scheduled)

    def check(self, visit: Visit) -> Done | None:
        """Complete or fail as the latest attempt did; the next one is scheduled elsewhere."""
        task_run = visit.run.tasks[visit.thread.node_run.task.task_run_id.task_guid]
        if task_run.status == tasks.TASK_SUCCESS:
            latest = task_run.attempts[-1]
            return Done(latest.output, latest.masked_value)
        if task_run.status in TASK_FAILURES:
            raise failure_of(task_run)
        return None

    def abandon(self, visit: Visit) -> None:
        """End the task: nobody waits for it, and no worker is to be given it."""
        task_run = visit.run.tasks.get(visit.thread.node_run.task.task_run_id.task_guid)
        if task_run is not None and task_run.status in TASK_OPEN:
            visit.emit("task_attempt_ended", given_up(task_run, visit.draft.now_us))

    def halt(self, visit: Visit) -> bool:
        """Wait for the end of the last attempt: what a worker does cannot be halted."""
        task_run = visit.run.tasks.get(visit.thread.node_run.task.task_run_id.task_guid)
        return task_run is None or task_run.status not in TASK_OPEN


def _validate_task_def(node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
    task_def = surroundings.definitions.task_def(task_def_name(node))
    if task_def is None:
        name = shortened(task_def_name(node))
        raise place.at("task_def_id").invalid(f"TaskDef {name} does not exist")
    _validate_inputs(node.task, task_def, place, surroundings)


def _validate_inputs(
    task: wf_specs.TaskNode, task_def: tasks.TaskDef, place: Place, surroundings: Surroundings
) -> None:
    wanted, given = len(task_def.input_vars), len(task.variables)
    if wanted != given:
        raise place.at("variables").invalid(
            f"TaskDef {task_def.id.name} takes {wanted} inputs; there are {given}"
        )
    for index, (variable, source) in enumerate(
        zip(task_def.input_vars, task.variables, strict=True)
    ):
        with place.at("variables", index).typed():
            check_assignable(source, variable.type_def, surroundings.scope)


def _validate_backoff(backoff: tasks.ExponentialBackoffRetryPolicy, place: Place) -> None:
    if backoff.base_interval_ms <= 0:
        raise place.at("base_interval_ms").invalid("it must be more than 0")
    if not 1.0 <= backoff.multiplier < math.inf:
        raise place.at("multiplier").invalid("it must be a number of at least 1.0")
    if backoff.max_delay_ms < backoff.base_interval_ms:
        raise place.at("max_delay_ms").invalid("it may not be less than base_interval_ms")


def first_attempt(visit: Visit, task: Task, guid: str) -> history.TaskScheduled:
    """Describe a new TaskRun for the thread's node; its source is to be filled in.

    Raises NodeFailure and EvaluationError when the task cannot be had.
    """
    task_def = _task_def(task, visit)
    inputs = _inputs(task_def, task, visit)
    scheduled = history.TaskScheduled()
    scheduled.task_guid = visit.draft.guid_prefix(visit.run) + guid
    task_run = scheduled.task_run
    task_run_id = task_run.id
    task_run_id.wf_run_id.CopyFrom(visit.run.run_id)
    task_run_id.task_guid = scheduled.task_guid
    task_run.task_def_id.CopyFrom(task_def.id)
    task_run.input_variables.extend(inputs)
    task_run.source.wf_spec_id.CopyFrom(visit.thread.node_run.wf_spec_id)
    task_run.scheduled_at.CopyFrom(visit.draft.moment.timestamp)
    task_run.status = tasks.TASK_SCHEDULED
    task_run.timeout_seconds = task.node.timeout_seconds
    task_run.total_attempts = 1 + task.node.retries
    if task.node.HasField("exponential_backoff"):
        task_run.exponential_backoff.CopyFrom(task.node.exponential_backoff)
    return scheduled


def _task_def(details: Task, visit: Visit) -> tasks.TaskDef:
    """Find the TaskDef that a thread is to run, which may have been deleted."""
    if details.dynamic_name is not None:
        return _dynamic_task_def(details.dynamic_name, visit)
    name = details.node.task_def_id.name
    found: tasks.TaskDef | None = visit.draft.facts.task_def(name)
    if found is None:
        raise NodeFailure("TASK_ERROR", f"TaskDef {name} does not exist")
    return found


def _dynamic_task_def(name: Assignment, visit: Visit) -> tasks.TaskDef:
    computed = cast(name(visit), _STR)
    if not computed.HasField("str"):
        raise EvaluationError("the name of the TaskDef is NULL")
    found: tasks.TaskDef | None = visit.draft.facts.task_def(computed.str)
    if found is None:
        raise EvaluationError(f"TaskDef {shortened(computed.str)} does not exist")
    return found


def _inputs(task_def: tasks.TaskDef, task: Task, visit: Visit) -> list[values.VarNameAndVal]:
    if len(task.inputs) != len(task_def.input_vars):
        raise EvaluationError(
            f"TaskDef {task_def.id.name} takes {len(task_def.input_vars)} inputs, "
            f"not {len(task.inputs)}"
        )
    return [
        _input(definition, assignment, visit)
        for definition, assignment in zip(task_def.input_vars, task.inputs, strict=True)
    ]


def _input(
    definition: values.VariableDef, assignment: Assignment, visit: Visit
) -> values.VarNameAndVal:
    declared, value = variable_type(definition), assignment(visit)
    try:
        value = admitted(value, declared, visit)
    except MisfitError as misfit:
        raise EvaluationError(f"input {definition.name}: {misfit}") from misfit
    if declared.HasField("primitive_type"):
        value = cast(value, declared)
    given = values.VarNameAndVal()
    given.var_name = definition.name
    kept = given.value
    kept.CopyFrom(value)
    kept.SetInParent()  # NULL is an input too
    given.masked = declared.masked
    return given
