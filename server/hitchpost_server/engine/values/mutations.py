"""Mutations compiled: the new value of a variable, made of its old one and a right side.

It knows nothing of whose variable it is, nor of what happens when one of
several mutations fails.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1.assignment_pb2 import VariableMutation
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine.values import lh_paths
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.casts import cast, coerce, text
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import (
    Assignment,
    Scope,
    compile_assignment,
    compile_steps,
    failing,
    json_path_reader,
)
from hitchpost_server.engine.values.json_documents import JSON_KINDS, from_json, to_json
from hitchpost_server.engine.values.json_paths import compiled_path
from hitchpost_server.engine.values.lh_paths import Step
from hitchpost_server.engine.values.operations import operate
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.type_definitions import INT, kind_of
from hitchpost_server.engine.values.types import is_null, type_name, type_of

Change = Callable[[VariableValue, Scope], VariableValue]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of one variable."""

    variable: str
    _change: Change

    def apply(self, current: VariableValue, scope: Scope) -> VariableValue:
        """Make the new value; EvaluationError if there is none. `current` stays as it is."""
        return self._change(current, scope)


def compile_mutation(mutation: VariableMutation, declared: TypeDefinition | None) -> Mutation:
    """Make a mutation ready; `declared` is the variable's type, None if it is not known."""
    right = _compile_right_side(mutation)
    operation = int(mutation.operation)
    if mutation.HasField("lhs_json_path"):
        change = _at_json_path(mutation.lhs_json_path, operation, right)
    elif mutation.HasField("lhs_lh_path"):
        change = _at_lh_path(mutation.lhs_lh_path, operation, right, declared)
    else:
        change = _whole(operation, right, declared)
    return Mutation(mutation.lhs_name, change)


def _compile_right_side(mutation: VariableMutation) -> Assignment:
    kind = mutation.WhichOneof("rhs_value")
    if kind == "rhs_assignment":
        return compile_assignment(mutation.rhs_assignment)
    if kind == "literal_value":
        literal = mutation.literal_value
        return lambda scope: literal
    if kind == "node_output":
        return _compile_own_output(mutation.node_output)
    return failing(EvaluationError("The mutation has no right side"))


def _compile_own_output(source: VariableMutation.NodeOutputSource) -> Assignment:
    path = source.WhichOneof("path")
    if path == "jsonpath":
        read = json_path_reader(source.jsonpath)
        return lambda scope: read(scope.node_output(""))
    if path == "lh_path":
        steps = compile_steps(source.lh_path)
        return lambda scope: lh_paths.read(scope.node_output(""), steps(scope), scope)
    return lambda scope: scope.node_output("")


def _whole(operation: int, right: Assignment, declared: TypeDefinition | None) -> Change:
    if operation == assignments.ASSIGN:
        return lambda current, scope: _assigned(right(scope), declared, scope)
    return lambda current, scope: mutated(operation, current, right(scope), declared, scope)


def _assigned(
    value: VariableValue, declared: TypeDefinition | None, struct_defs: StructDefs
) -> VariableValue:
    return value if declared is None else coerce(value, declared, struct_defs)


def mutated(
    operation: int,
    current: VariableValue,
    right: VariableValue,
    declared: TypeDefinition | None,
    struct_defs: StructDefs,
) -> VariableValue:
    """Apply an operation to what is there, which may still be of a type that only fits."""
    result_type = declared or type_of(current)
    if result_type is None:
        return operate(operation, current, right)
    left = coerce(current, result_type, struct_defs)
    if operation == assignments.ADD and left.HasField("int") and right.HasField("double"):
        # Adding a DOUBLE to an INT truncates it first; the other operations truncate the result.
        right = cast(right, INT)
    return coerce(operate(operation, left, right), result_type, struct_defs)


def _put_or_mutate(
    operation: int, right: VariableValue, struct_defs: StructDefs
) -> lh_paths.Change:
    """Where there is nothing yet, the right side is put, whatever the operation."""

    def change(existing: VariableValue, declared: TypeDefinition | None) -> VariableValue:
        if is_null(existing):
            return right
        if operation == assignments.ASSIGN:
            return _assigned(right, declared, struct_defs)
        return mutated(operation, existing, right, declared, struct_defs)

    return change


def _at_json_path(path: str, operation: int, right: Assignment) -> Change:
    try:
        steps = writable_steps(path)
    except EvaluationError as error:
        return failing(error)

    def change(current: VariableValue, scope: Scope) -> VariableValue:
        if current.WhichOneof("value") not in JSON_KINDS:
            raise _not_json(current)
        change_json = _put_or_mutate(operation, _of_json(right(scope)), scope)
        return lh_paths.replaced(current, steps, change_json, type_of(current))

    return change


def _of_json(value: VariableValue) -> VariableValue:
    """Make a value one of a type that JSON has, since a document holds no other."""
    return from_json(to_json(value, text))


def writable_steps(path: str) -> tuple[Step, ...]:
    """Find the one place that a JSON path leads to; EvaluationError if it is not one."""
    compiled = compiled_path(path)
    if compiled.steps is None or compiled.counts:
        raise EvaluationError(f"The JSON path '{path}' does not lead to one place")
    return compiled.steps


def _at_lh_path(
    path: assignments.LHPath,
    operation: int,
    right: Assignment,
    declared: TypeDefinition | None,
) -> Change:
    steps = compile_steps(path)

    def change(current: VariableValue, scope: Scope) -> VariableValue:
        way, value = steps(scope), right(scope)
        if current.WhichOneof("value") in JSON_KINDS:
            change_json = _put_or_mutate(operation, _of_json(value), scope)
            return lh_paths.replaced(current, way, change_json, type_of(current))
        whole = declared if declared is not None and kind_of(declared) else type_of(current)
        change_part = _put_or_mutate(operation, value, scope)
        return admitted(lh_paths.replaced(current, way, change_part, whole, scope), declared, scope)

    return change


def _not_json(current: VariableValue) -> EvaluationError:
    given = "NULL" if is_null(current) else type_name(type_of(current))
    return EvaluationError(f"Cannot follow a JSON path into {given}")
