"""Types of assignments, told before anything runs.

It follows the steps of evaluation with types in place of values. None is a type
that is not known, which forbids nothing. It knows nothing of where an
assignment stands: a TypeScope says which variables and nodes there are.
"""

from collections.abc import Callable
from typing import Protocol

from hitchpost.v1.assignment_pb2 import LHPath, VariableAssignment
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.casts import castable
from hitchpost_server.engine.values.errors import EvaluationError, MisfitError, StaticTypeError
from hitchpost_server.engine.values.format_strings import parsed_template
from hitchpost_server.engine.values.json_documents import JSON_KINDS
from hitchpost_server.engine.values.json_paths import CompiledPath, compiled_path
from hitchpost_server.engine.values.operation_types import operation_result
from hitchpost_server.engine.values.struct_builders import check_builder, field_type
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.type_definitions import (
    BOOL,
    INT,
    STR,
    entry_type,
    item_type,
    key_type,
    kind_of,
    normalised,
    normalised_map,
)
from hitchpost_server.engine.values.types import is_assignable, type_name, type_of

_SIZED = ("str", "array", "json_arr")


class TypeScope(StructDefs, Protocol):
    """What is known of types where an assignment stands."""

    def variable_type(self, name: str) -> TypeDefinition | None:
        """Find the type of a variable; StaticTypeError if none is declared."""

    def node_output_type(self, node_name: str) -> TypeDefinition | None:
        """Find the type of a node's output; StaticTypeError if there is no such node.

        The deprecated form of a mutation names no node: '' is the node being left.
        """


def assignment_type(assignment: VariableAssignment, scope: TypeScope) -> TypeDefinition | None:
    """Find the type of what an assignment yields; StaticTypeError if it can yield nothing."""
    source = assignment.WhichOneof("source")
    if source is None:
        raise StaticTypeError("The assignment names no source")
    found = _path_type(assignment, _SOURCES[source](assignment, scope), scope)
    if not assignment.HasField("target_type"):
        return found
    target = normalised(assignment.target_type)
    if not castable(found, target):
        raise StaticTypeError(f"Cannot cast from {type_name(found)} to {type_name(target)}")
    return target


def _path_type(
    assignment: VariableAssignment, source: TypeDefinition | None, scope: TypeScope
) -> TypeDefinition | None:
    path = assignment.WhichOneof("path")
    if path == "json_path":
        check_json_path(assignment.json_path, source)
        return None
    if path == "lh_path":
        return lh_path_type(source, assignment.lh_path, scope)
    return source


def check_json_path(path: str, source: TypeDefinition | None) -> CompiledPath:
    """Refuse a JSON path into what is not JSON, or one that is no path."""
    if source is not None and kind_of(source) not in JSON_KINDS:
        raise StaticTypeError(f"Cannot follow a JSON path into {type_name(source)}")
    try:
        return compiled_path(path)
    except EvaluationError as error:
        raise StaticTypeError(str(error)) from error


def lh_path_type(
    source: TypeDefinition | None, path: LHPath, scope: TypeScope
) -> TypeDefinition | None:
    """Find the type of what a path leads to; None if it is not known."""
    found = source
    for selector in path.path:
        step = _selector_type(selector, scope)
        if found is not None:
            found = _step_type(found, selector, step, scope)
    return found


def _selector_type(selector: LHPath.Selector, scope: TypeScope) -> TypeDefinition | None:
    kind = selector.WhichOneof("selector_type")
    if kind is None:
        raise StaticTypeError("A selector of the path is empty")
    if kind != "dynamic":
        return STR if kind == "key" else INT
    found = assignment_type(selector.dynamic, scope)
    if found is not None and kind_of(found) not in ("str", "int"):
        raise StaticTypeError(f"A path is followed by STR and INT, not by {type_name(found)}")
    return found


def _step_type(
    holder: TypeDefinition,
    selector: LHPath.Selector,
    step: TypeDefinition | None,
    struct_defs: StructDefs,
) -> TypeDefinition | None:
    kind = kind_of(holder)
    if kind in JSON_KINDS:
        return None
    if kind == "struct" and is_assignable(step, STR) and not _is(step, "int"):
        return _field_type(holder, selector, struct_defs)
    if kind == "array" and is_assignable(step, INT):
        return item_type(holder)
    if kind == "map" and is_assignable(step, STR) and not _is(step, "int"):
        return entry_type(holder)
    wanted = {"array": "an index", "map": "a key", "struct": "a field"}.get(kind)
    if wanted:
        raise StaticTypeError(f"{type_name(holder)} is entered by {wanted}")
    raise StaticTypeError(f"There is no way into {type_name(holder)}")


def _field_type(
    holder: TypeDefinition, selector: LHPath.Selector, struct_defs: StructDefs
) -> TypeDefinition | None:
    """Find the type of a struct's field; None where its name is not known before it runs."""
    if not selector.HasField("key"):
        return None
    named = holder.struct_def_id
    found = struct_defs.struct_def(named.name, named.version)
    return None if found is None else field_type(found, selector.key)


def _is(type_def: TypeDefinition | None, kind: str) -> bool:
    return type_def is not None and kind_of(type_def) == kind


def _variable(assignment: VariableAssignment, scope: TypeScope) -> TypeDefinition | None:
    return scope.variable_type(assignment.variable_name)


def _literal(assignment: VariableAssignment, scope: TypeScope) -> TypeDefinition | None:
    return literal_type(assignment.literal_value, scope)


def literal_type(literal: VariableValue, struct_defs: StructDefs) -> TypeDefinition | None:
    """Find the type of a literal value, which must be what it says it is."""
    found = type_of(literal)
    try:
        admitted(literal, found, struct_defs)
    except MisfitError as error:
        raise StaticTypeError(f"The literal value is wrong: {error}") from error
    return found


def _node_output(assignment: VariableAssignment, scope: TypeScope) -> TypeDefinition | None:
    return scope.node_output_type(assignment.node_output.node_name)


def _expression(assignment: VariableAssignment, scope: TypeScope) -> TypeDefinition | None:
    expression = assignment.expression
    left = assignment_type(expression.lhs, scope)
    right = assignment_type(expression.rhs, scope)
    kind = expression.WhichOneof("operation")
    if kind is None:
        raise StaticTypeError("The expression names no operation")
    if kind == "comparator":
        return BOOL
    return operation_result(int(expression.mutation_type), left, right)


def _format_string(assignment: VariableAssignment, scope: TypeScope) -> TypeDefinition | None:
    source = assignment.format_string
    template = assignment_type(source.format, scope)
    if template is not None and kind_of(template) != "str":
        raise StaticTypeError(f"A format string is a STR, not {type_name(template)}")
    for argument in source.args:
        assignment_type(argument, scope)
    if source.format.HasField("literal_value") and not source.format.WhichOneof("path"):
        _check_template(source.format.literal_value.str)
    return STR


def _check_template(template: str) -> None:
    try:
        parsed_template(template)
    except EvaluationError as error:
        raise StaticTypeError(str(error)) from error


def _size(assignment: VariableAssignment, scope: TypeScope) -> TypeDefinition | None:
    operand = assignment_type(assignment.size_of.operand, scope)
    if operand is not None and kind_of(operand) not in _SIZED:
        raise StaticTypeError(f"size() takes one of STR, ARRAY, JSON_ARR, not {type_name(operand)}")
    return INT


def _map(assignment: VariableAssignment, scope: TypeScope) -> TypeDefinition | None:
    builder = assignment.map_builder
    whole = TypeDefinition(inline_map_def=normalised_map(builder.map_type))
    for entry in builder.entries:
        check_assignable(entry.key, key_type(whole), scope)
        check_assignable(entry.value, entry_type(whole), scope)
    return whole


def _struct(assignment: VariableAssignment, scope: TypeScope) -> TypeDefinition | None:
    def check(part: VariableAssignment, wanted: TypeDefinition) -> None:
        check_assignable(part, wanted, scope)

    return check_builder(assignment.struct_builder, scope, check)


_SOURCES: dict[str, Callable[[VariableAssignment, TypeScope], TypeDefinition | None]] = {
    "variable_name": _variable,
    "literal_value": _literal,
    "node_output": _node_output,
    "expression": _expression,
    "format_string": _format_string,
    "size_of": _size,
    "map_builder": _map,
    "struct_builder": _struct,
}


def check_assignable(
    assignment: VariableAssignment, expected: TypeDefinition | None, scope: TypeScope
) -> None:
    """Refuse an assignment whose type does not fit where it is used."""
    check_fits(assignment_type(assignment, scope), expected)


def check_fits(given: TypeDefinition | None, expected: TypeDefinition | None) -> None:
    """Refuse a type that does not fit where it is used."""
    if not is_assignable(given, expected):
        raise StaticTypeError(
            f"A value of type {type_name(given)} cannot be used as {type_name(expected)}"
            " without explicit casting"
        )
