"""Which operation does what to which type of value, at run time.

The left operand's type decides. Expressions and mutations share this table;
what may be registered is another one, in `operation_types`.
"""

from collections.abc import Callable

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values import containers
from hitchpost_server.engine.values.arithmetic import calculate
from hitchpost_server.engine.values.casts import cast, text
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.scalars import bool_value, str_value
from hitchpost_server.engine.values.type_definitions import BOOL
from hitchpost_server.engine.values.types import is_null, type_name, type_of

Operator = Callable[[VariableValue, VariableValue], VariableValue]

VERBS: dict[int, str] = {
    assignments.ASSIGN: "assign",
    assignments.ADD: "add",
    assignments.EXTEND: "extend",
    assignments.SUBTRACT: "subtract",
    assignments.MULTIPLY: "multiply",
    assignments.DIVIDE: "divide",
    assignments.REMOVE_IF_PRESENT: "remove",
    assignments.REMOVE_INDEX: "remove an index",
    assignments.REMOVE_KEY: "remove a key",
    assignments.AND: "apply AND",
    assignments.OR: "apply OR",
    assignments.POW: "raise to a power",
}
# JSON knows null, so a list may hold it.
_TAKES_NULL = {assignments.ADD, assignments.REMOVE_IF_PRESENT}


def _concatenate(left: VariableValue, right: VariableValue) -> VariableValue:
    return str_value(text(left) + text(right))


def _both(left: VariableValue, right: VariableValue) -> VariableValue:
    return bool_value(_truth(left) and _truth(right))


def _either(left: VariableValue, right: VariableValue) -> VariableValue:
    return bool_value(_truth(left) or _truth(right))


def _truth(value: VariableValue) -> bool:
    if value.WhichOneof("value") not in ("bool", "str"):
        raise EvaluationError(f"{type_name(type_of(value))} is neither true nor false")
    return cast(value, BOOL).bool


def _calculating(operation: int) -> Operator:
    return lambda left, right: calculate(operation, left, right)


_ARITHMETIC: dict[int, Operator] = {
    operation: _calculating(operation)
    for operation in (
        assignments.ADD,
        assignments.SUBTRACT,
        assignments.MULTIPLY,
        assignments.DIVIDE,
        assignments.POW,
    )
}
_LOGIC: dict[int, Operator] = {assignments.AND: _both, assignments.OR: _either}

OPERATORS: dict[str, dict[int, Operator]] = {
    "int": _ARITHMETIC,
    "double": _ARITHMETIC,
    "bool": _LOGIC,
    "str": {assignments.ADD: _concatenate, assignments.EXTEND: _concatenate, **_LOGIC},
    "bytes": {assignments.EXTEND: containers.extend_bytes},
    "json_arr": {
        assignments.ADD: containers.append_json,
        assignments.EXTEND: containers.extend_json,
        assignments.REMOVE_IF_PRESENT: containers.remove_from_json,
        assignments.REMOVE_INDEX: containers.remove_index_from_json,
    },
    "json_obj": {assignments.REMOVE_KEY: containers.remove_key_from_json},
    "array": {
        assignments.EXTEND: containers.extend_array,
        assignments.REMOVE_IF_PRESENT: containers.remove_from_array,
        assignments.REMOVE_INDEX: containers.remove_index_from_array,
    },
    "map": {
        assignments.EXTEND: containers.extend_map,
        assignments.REMOVE_KEY: containers.remove_key_from_map,
    },
}
_NONE: dict[int, Operator] = {}


def operate(operation: int, left: VariableValue, right: VariableValue) -> VariableValue:
    """Apply an operation; neither operand is changed."""
    if operation == assignments.ASSIGN:
        return right
    verb = VERBS.get(operation, f"do operation {operation}")
    kind = left.WhichOneof("value")
    if kind is None:
        raise EvaluationError(f"Cannot {verb} to null")
    found = OPERATORS.get(kind, _NONE).get(operation)
    if found is None:
        raise EvaluationError(f"Cannot {verb} to a {type_name(type_of(left))}")
    if is_null(right) and not (kind == "json_arr" and operation in _TAKES_NULL):
        raise EvaluationError(f"Cannot {verb} null to a {type_name(type_of(left))}")
    return found(left, right)
