"""TASK: have a worker do something, as often as it takes, and go on with the result."""

from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.attempts import TASK_FAILURES, failure_of
from hitchpost_server.engine.nodes.kind import Done, NodeFailure, Visit
from hitchpost_server.engine.times import timestamp
from hitchpost_server.engine.values.casts import cast
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.types import mismatch, variable_type


@dataclass(frozen=True, slots=True)
class Task:
    """What a TASK node asks for."""

    node: wf_specs.TaskNode
    inputs: tuple[Assignment, ...]


class TaskKind:
    """Complete when an attempt succeeds; fails when the last one has failed."""

    def compile(self, node: wf_specs.TaskNode) -> Task:
        """Compile the inputs."""
        return Task(node, tuple(compile_assignment(one) for one in node.variables))

    def entered(self, _details: Task) -> history.NodeEntered:
        """Show a TaskNodeRun; TaskScheduled fills in the TaskRun's id."""
        return history.NodeEntered(task=node_runs.TaskNodeRun())

    def arrive(self, visit: Visit) -> None:
        """Create the TaskRun and schedule its first attempt."""
        node: wf_specs.TaskNode = visit.details.node
        task_def = visit.draft.facts.task_def(node.task_def_id.name)
        if task_def is None:
            raise NodeFailure("TASK_ERROR", f"TaskDef {node.task_def_id.name} does not exist")
        inputs = _inputs(task_def, visit)
        task_run = _new_task_run(visit, node, inputs)
        limit = visit.draft.limits.object_bytes_max
        if task_run.ByteSize() > limit:
            raise EvaluationError(f"the inputs of the task take more than {limit} bytes")
        visit.emit(
            "task_scheduled",
            history.TaskScheduled(task_guid=task_run.id.task_guid, task_run=task_run),
        )

    def check(self, visit: Visit) -> Done | None:
        """Complete or fail as the latest attempt did; the next one is scheduled elsewhere."""
        task_run = visit.run.tasks[visit.thread.node_run.task.task_run_id.task_guid]
        if task_run.status == tasks.TASK_SUCCESS:
            latest = task_run.attempts[-1]
            return Done(latest.output, latest.masked_value)
        if task_run.status in TASK_FAILURES:
            raise failure_of(task_run)
        return None


def _inputs(task_def: tasks.TaskDef, visit: Visit) -> list[values.VarNameAndVal]:
    details: Task = visit.details
    if len(details.inputs) != len(task_def.input_vars):
        raise EvaluationError(
            f"TaskDef {task_def.id.name} takes {len(task_def.input_vars)} inputs, "
            f"not {len(details.inputs)}"
        )
    return [
        _input(definition, assignment, visit)
        for definition, assignment in zip(task_def.input_vars, details.inputs, strict=True)
    ]


def _input(
    definition: values.VariableDef, assignment: Assignment, visit: Visit
) -> values.VarNameAndVal:
    declared, value = variable_type(definition), assignment(visit)
    problem = mismatch(value, declared)
    if problem is not None:
        raise EvaluationError(f"input {definition.name}: {problem}")
    if declared.HasField("primitive_type"):
        value = cast(value, declared)
    return values.VarNameAndVal(var_name=definition.name, value=value, masked=declared.masked)


def _new_task_run(
    visit: Visit, node: wf_specs.TaskNode, inputs: list[values.VarNameAndVal]
) -> tasks.TaskRun:
    node_run = visit.thread.node_run
    guid = f"{visit.thread.number}-{visit.thread.position}"
    return tasks.TaskRun(
        id=ids.TaskRunId(wf_run_id=visit.run.run_id, task_guid=visit.draft.guid_prefix + guid),
        task_def_id=node.task_def_id,
        input_variables=inputs,
        source=tasks.TaskRunSource(
            task_node=tasks.TaskNodeReference(node_run_id=node_run.id),
            wf_spec_id=node_run.wf_spec_id,
        ),
        scheduled_at=timestamp(visit.draft.now_us),
        status=tasks.TASK_SCHEDULED,
        timeout_seconds=node.timeout_seconds,
        total_attempts=1 + node.retries,
        exponential_backoff=node.exponential_backoff
        if node.HasField("exponential_backoff")
        else None,
    )
