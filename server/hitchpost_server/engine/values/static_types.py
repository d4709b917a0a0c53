"""What types forbid before anything runs: assignments, conditions and mutations that cannot work.

It knows nothing of where they stand. How the type of an assignment is found is
in `assignment_types`; its names are offered here as well.
"""

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1.assignment_pb2 import VariableAssignment, VariableMutation
from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost.v1.wf_spec_pb2 import Edge, WaitForConditionNode
from hitchpost_server.engine.values.assignment_types import (
    TypeScope,
    assignment_type,
    check_assignable,
    check_fits,
    check_json_path,
    lh_path_type,
    literal_type,
)
from hitchpost_server.engine.values.errors import EvaluationError, StaticTypeError
from hitchpost_server.engine.values.mutations import writable_steps
from hitchpost_server.engine.values.operation_types import check_comparison, check_operation
from hitchpost_server.engine.values.type_definitions import kind_of
from hitchpost_server.engine.values.types import type_name

__all__ = [
    "TypeScope",
    "assignment_type",
    "check_assignable",
    "check_condition",
    "check_mutation",
]


def check_condition(edge: Edge | WaitForConditionNode, scope: TypeScope) -> None:
    """Refuse a condition that is not a BOOL, or compares what can never be compared."""
    if edge.HasField("legacy_condition"):
        legacy = edge.legacy_condition
        left, right = assignment_type(legacy.left, scope), assignment_type(legacy.right, scope)
        check_comparison(int(legacy.comparator), left, right)
    elif edge.HasField("condition"):
        _check_bool(edge.condition, scope)


def _check_bool(condition: VariableAssignment, scope: TypeScope) -> None:
    found = assignment_type(condition, scope)
    if found is None and condition.WhichOneof("path"):
        raise StaticTypeError("A condition cannot be taken from a path unless it is cast to BOOL")
    if found is not None and kind_of(found) != "bool":
        raise StaticTypeError(f"A condition must be a BOOL, not {type_name(found)}")
    if condition.expression.WhichOneof("operation") == "comparator":
        left = assignment_type(condition.expression.lhs, scope)
        right = assignment_type(condition.expression.rhs, scope)
        check_comparison(int(condition.expression.comparator), left, right)


def check_mutation(mutation: VariableMutation, scope: TypeScope) -> None:
    """Refuse a mutation that the variable's type does not have, or whose result does not fit it."""
    declared = scope.variable_type(mutation.lhs_name)
    right = _right_side_type(mutation, scope)
    if mutation.HasField("lhs_json_path"):
        _check_written_path(mutation.lhs_json_path, declared)
        return
    if mutation.HasField("lhs_lh_path"):
        declared = lh_path_type(declared, mutation.lhs_lh_path, scope)
    if declared is None or right is None:
        return
    if mutation.operation != assignments.ASSIGN:
        check_operation(int(mutation.operation), declared, right)
    else:
        check_fits(right, declared)


def _check_written_path(path: str, declared: TypeDefinition | None) -> None:
    check_json_path(path, declared)
    try:
        writable_steps(path)
    except EvaluationError as error:
        raise StaticTypeError(str(error)) from error


def _right_side_type(mutation: VariableMutation, scope: TypeScope) -> TypeDefinition | None:
    kind = mutation.WhichOneof("rhs_value")
    if kind is None:
        raise StaticTypeError(f"The mutation of {mutation.lhs_name} has no right side")
    if kind == "rhs_assignment":
        return assignment_type(mutation.rhs_assignment, scope)
    if kind == "literal_value":
        return literal_type(mutation.literal_value, scope)
    return _own_output_type(mutation.node_output, scope)


def _own_output_type(
    source: VariableMutation.NodeOutputSource, scope: TypeScope
) -> TypeDefinition | None:
    found = scope.node_output_type("")
    path = source.WhichOneof("path")
    if path == "jsonpath":
        check_json_path(source.jsonpath, found)
        return None
    if path == "lh_path":
        return lh_path_type(found, source.lh_path, scope)
    return found
