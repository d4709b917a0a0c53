"""Assignments compiled into functions: what a VariableAssignment yields in a scope.

An assignment is evaluated in three steps: its source, its path, its cast. It
is taken apart once, when a WfSpec is made ready; running it never looks at the
message again. Compiling never fails: what cannot work raises when it is run.
It knows nothing of where variables and outputs live.
"""

from collections.abc import Callable
from typing import Protocol

from hitchpost.v1.assignment_pb2 import LHPath, VariableAssignment
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values import lh_paths
from hitchpost_server.engine.values.arithmetic import index
from hitchpost_server.engine.values.casts import cast
from hitchpost_server.engine.values.comparisons import comparison
from hitchpost_server.engine.values.containers import built_map, size
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.format_strings import formatted, parsed_template
from hitchpost_server.engine.values.json_documents import JSON_KINDS, document_of, from_json
from hitchpost_server.engine.values.json_paths import compiled_path
from hitchpost_server.engine.values.lh_paths import Step
from hitchpost_server.engine.values.operations import operate
from hitchpost_server.engine.values.scalars import (
    bool_value,
    int_value,
    str_value,
)
from hitchpost_server.engine.values.struct_builders import built, compiled_fields
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.types import is_null, type_name, type_of


class Scope(StructDefs, Protocol):
    """What an assignment sees while it is evaluated."""

    def variable(self, name: str) -> VariableValue:
        """Find the value of a variable; EvaluationError if it is out of scope."""

    def node_output(self, node_name: str) -> VariableValue:
        """Find what a node put out last; EvaluationError if it never did.

        The deprecated form of a mutation names no node: '' is the node being left.
        """


Assignment = Callable[[Scope], VariableValue]
ValueOfValue = Callable[[VariableValue], VariableValue]


def compile_assignment(assignment: VariableAssignment) -> Assignment:
    """Make a function of an assignment; it raises nothing but EvaluationError."""
    result = _compile_source(assignment)
    path = assignment.WhichOneof("path")
    if path == "json_path":
        result = _then(result, json_path_reader(assignment.json_path))
    elif path == "lh_path":
        result = _follow(result, compile_steps(assignment.lh_path))
    if assignment.HasField("target_type"):
        target = assignment.target_type
        result = _then(result, lambda value: cast(value, target))
    return result


def failing(error: EvaluationError) -> Callable[..., VariableValue]:
    """Make a function that only ever fails, for what could not be compiled."""
    message = str(error)

    def fail(*_: object) -> VariableValue:
        raise EvaluationError(message)

    return fail


def _then(source: Assignment, step: ValueOfValue) -> Assignment:
    return lambda scope: step(source(scope))


def _follow(source: Assignment, steps: Callable[[Scope], list[Step]]) -> Assignment:
    return lambda scope: lh_paths.read(source(scope), steps(scope), scope)


def json_path_reader(path: str) -> ValueOfValue:
    """Make a function that follows a JSON path into a JSON value."""
    try:
        compiled = compiled_path(path)
    except EvaluationError as error:
        return failing(error)

    def read(value: VariableValue) -> VariableValue:
        if value.WhichOneof("value") not in JSON_KINDS:
            raise EvaluationError(f"Cannot follow a JSON path into {_name(value)}")
        return from_json(compiled.find(document_of(value)))

    return read


def compile_steps(path: LHPath) -> Callable[[Scope], list[Step]]:
    """Make a function that finds the keys and indexes of a path."""
    steps = [_compile_step(selector) for selector in path.path]
    return lambda scope: [step(scope) for step in steps]


def _compile_step(selector: LHPath.Selector) -> Callable[[Scope], Step]:
    kind = selector.WhichOneof("selector_type")
    if kind == "dynamic":
        source = compile_assignment(selector.dynamic)
        return lambda scope: _step(source(scope))
    if kind is None:
        return _failing_step
    step: Step = selector.key if kind == "key" else selector.index
    return lambda scope: step


def _failing_step(_: Scope) -> Step:
    """Fail, where a selector says nothing."""
    raise EvaluationError("A selector of the path is empty")


def _step(value: VariableValue) -> Step:
    if value.HasField("str"):
        return value.str
    if value.HasField("int"):
        return index(value)
    raise EvaluationError(f"A path is followed by STR and INT, not by {_name(value)}")


def _name(value: VariableValue) -> str:
    return "NULL" if is_null(value) else type_name(type_of(value))


def _compile_source(assignment: VariableAssignment) -> Assignment:
    source = assignment.WhichOneof("source")
    if source is None:
        return failing(EvaluationError("The assignment names no source"))
    return _SOURCES[source](assignment)


def _compile_variable(assignment: VariableAssignment) -> Assignment:
    name = assignment.variable_name
    return lambda scope: scope.variable(name)


def _compile_literal(assignment: VariableAssignment) -> Assignment:
    value = assignment.literal_value
    return lambda scope: value


def _compile_node_output(assignment: VariableAssignment) -> Assignment:
    name = assignment.node_output.node_name
    return lambda scope: scope.node_output(name)


def _compile_expression(assignment: VariableAssignment) -> Assignment:
    expression = assignment.expression
    left, right = compile_assignment(expression.lhs), compile_assignment(expression.rhs)
    kind = expression.WhichOneof("operation")
    if kind == "mutation_type":
        operation = int(expression.mutation_type)
        return lambda scope: operate(operation, left(scope), right(scope))
    if kind is None:
        return failing(EvaluationError("The expression names no operation"))
    try:
        compare = comparison(expression.comparator)
    except EvaluationError as error:
        return failing(error)
    return lambda scope: bool_value(compare(left(scope), right(scope)))


def _compile_format_string(assignment: VariableAssignment) -> Assignment:
    source = assignment.format_string
    template = compile_assignment(source.format)
    arguments = [compile_assignment(each) for each in source.args]

    def evaluate(scope: Scope) -> VariableValue:
        pattern = template(scope)
        if not pattern.HasField("str"):
            raise EvaluationError(f"A format string is a STR, not {_name(pattern)}")
        shown = [argument(scope) for argument in arguments]
        return str_value(formatted(parsed_template(pattern.str), shown))

    return evaluate


def _compile_size(assignment: VariableAssignment) -> Assignment:
    return _then(
        compile_assignment(assignment.size_of.operand), lambda value: int_value(size(value))
    )


def _compile_map(assignment: VariableAssignment) -> Assignment:
    builder = assignment.map_builder
    entries = [
        (compile_assignment(entry.key), compile_assignment(entry.value))
        for entry in builder.entries
    ]
    map_type = builder.map_type if builder.HasField("map_type") else None
    return lambda scope: built_map([(key(scope), value(scope)) for key, value in entries], map_type)


def _compile_struct(assignment: VariableAssignment) -> Assignment:
    builder = assignment.struct_builder
    fields = compiled_fields(builder.value, compile_assignment)
    return lambda scope: built(builder.struct_def_id, fields, scope)


_SOURCES: dict[str, Callable[[VariableAssignment], Assignment]] = {
    "variable_name": _compile_variable,
    "literal_value": _compile_literal,
    "node_output": _compile_node_output,
    "expression": _compile_expression,
    "format_string": _compile_format_string,
    "size_of": _compile_size,
    "map_builder": _compile_map,
    "struct_builder": _compile_struct,
}
