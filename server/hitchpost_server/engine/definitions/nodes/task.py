"""TASK: one execution of a TaskDef, with its inputs, its timeout and its retries."""

import math

from hitchpost.v1.task_pb2 import ExponentialBackoffRetryPolicy, TaskDef
from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost.v1.wf_spec_pb2 import Node, TaskNode
from hitchpost_server.engine.definitions.catalogue import Definitions, RequiredDefinitions
from hitchpost_server.engine.definitions.nodes.kind import NodeKind, Surroundings
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.values.static_types import check_assignable

# How long a task may take if the node does not say.
TIMEOUT_SECONDS_DEFAULT = 60


def task_def_name(node: Node) -> str:
    """Name the TaskDef of a TASK node."""
    return node.task.task_def_id.name


def _required(node: Node) -> RequiredDefinitions:
    return RequiredDefinitions(task_defs=frozenset({task_def_name(node)}))


def _normalise(node: Node) -> None:
    if node.task.timeout_seconds == 0:
        node.task.timeout_seconds = TIMEOUT_SECONDS_DEFAULT


def _check(node: Node, place: Place, surroundings: Surroundings) -> None:
    task_def = surroundings.definitions.task_def(task_def_name(node))
    if task_def is None:
        name = shortened(task_def_name(node))
        raise place.at("task_def_id").invalid(f"TaskDef {name} does not exist")
    _check_inputs(node.task, task_def, place, surroundings)
    if node.task.timeout_seconds < 0:
        raise place.at("timeout_seconds").invalid("it may not be negative")
    if node.task.retries < 0:
        raise place.at("retries").invalid("it may not be negative")
    if node.task.HasField("exponential_backoff"):
        _check_backoff(node.task.exponential_backoff, place.at("exponential_backoff"))


def _check_inputs(
    task: TaskNode, task_def: TaskDef, place: Place, surroundings: Surroundings
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


def _check_backoff(backoff: ExponentialBackoffRetryPolicy, place: Place) -> None:
    if backoff.base_interval_ms <= 0:
        raise place.at("base_interval_ms").invalid("it must be more than 0")
    if not 1.0 <= backoff.multiplier < math.inf:
        raise place.at("multiplier").invalid("it must be a number of at least 1.0")
    if backoff.max_delay_ms < backoff.base_interval_ms:
        raise place.at("max_delay_ms").invalid("it may not be less than base_interval_ms")


def _output_type(node: Node, definitions: Definitions) -> TypeDefinition | None:
    found = definitions.task_def(task_def_name(node))
    if found is None or not found.return_type.HasField("return_type"):
        return None
    return found.return_type.return_type


KIND = NodeKind(required=_required, normalise=_normalise, check=_check, output_type=_output_type)
