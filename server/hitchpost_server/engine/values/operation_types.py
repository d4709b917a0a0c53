"""Which operations and comparators may be registered for which types: tables.

It knows nothing of values; what an operation does is in `operations`.
"""

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1.assignment_pb2 import Comparator
from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost_server.engine.values.errors import StaticTypeError
from hitchpost_server.engine.values.operations import VERBS
from hitchpost_server.engine.values.type_definitions import (
    PRIMITIVES,
    item_type,
    key_type,
    kind_of,
)
from hitchpost_server.engine.values.types import is_assignable, same_type, type_name

_NUMBERS = frozenset({"int", "double"})
_TRUTHS = frozenset({"bool", "str"})
_PRIMITIVES = frozenset(PRIMITIVES)
_ANYTHING = _PRIMITIVES | {"struct", "array", "map"}
_WRITTEN_AS_TEXT = frozenset({"int", "double", "bool", "str", "wf_run_id", "utc_timestamp"})
_ARITHMETIC: dict[int, frozenset[str]] = dict.fromkeys(
    (assignments.ADD, assignments.SUBTRACT, assignments.MULTIPLY, assignments.DIVIDE), _NUMBERS
)
_LOGIC = frozenset({assignments.AND, assignments.OR})

# Type of the left side, then operation: the types of right sides that are allowed.
# What arrays and maps hold is looked at besides.
OPERATIONS: dict[str, dict[int, frozenset[str]]] = {
    "int": {**_ARITHMETIC, assignments.POW: frozenset({"int"})},
    "double": {**_ARITHMETIC, assignments.POW: _NUMBERS},
    "bool": {assignments.AND: _TRUTHS, assignments.OR: _TRUTHS},
    "str": {
        assignments.ADD: _WRITTEN_AS_TEXT,
        assignments.EXTEND: _WRITTEN_AS_TEXT,
        # LittleHorse registers these two as well; they fail when they run.
        assignments.REMOVE_IF_PRESENT: _ANYTHING,
        assignments.REMOVE_INDEX: _ANYTHING,
    },
    "json_arr": {
        assignments.ADD: _ANYTHING,
        assignments.EXTEND: frozenset({"json_arr", "array"}),
        assignments.REMOVE_IF_PRESENT: _PRIMITIVES,
        assignments.REMOVE_INDEX: _NUMBERS,
    },
    "json_obj": {assignments.REMOVE_KEY: _PRIMITIVES},
    "bytes": {assignments.EXTEND: frozenset({"bytes"})},
    "array": {
        assignments.EXTEND: _ANYTHING,
        assignments.REMOVE_IF_PRESENT: _ANYTHING,
        assignments.REMOVE_INDEX: _NUMBERS,
    },
    "map": {
        assignments.EXTEND: frozenset({"map"}),
        assignments.REMOVE_KEY: _ANYTHING,
    },
}
_NONE: dict[int, frozenset[str]] = {}

_ORDERED = frozenset({"int", "double", "str", "bool", "utc_timestamp"})
_CONTAINERS = frozenset({"json_obj", "json_arr", "struct", "array", "map"})
_ORDERINGS: dict[int, frozenset[str]] = dict.fromkeys(
    (
        assignments.LESS_THAN,
        assignments.LESS_THAN_EQ,
        assignments.GREATER_THAN,
        assignments.GREATER_THAN_EQ,
    ),
    _ORDERED,
)
# Comparator: the types of right sides that are allowed.
COMPARATORS: dict[int, frozenset[str]] = {
    **_ORDERINGS,
    assignments.EQUALS: _ANYTHING,
    assignments.NOT_EQUALS: _ANYTHING,
    assignments.IN: _CONTAINERS,
    assignments.NOT_IN: _CONTAINERS,
}


def check_operation(operation: int, left: TypeDefinition, right: TypeDefinition | None) -> None:
    """Refuse an operation that a type does not have, or not with such a right side."""
    verb = VERBS.get(operation, f"do operation {operation}")
    allowed = OPERATIONS.get(kind_of(left), _NONE).get(operation)
    if allowed is None:
        raise StaticTypeError(f"Cannot {verb} to a {type_name(left)}")
    if right is None:
        return
    if kind_of(right) not in allowed or not _holds(operation, left, right):
        raise StaticTypeError(
            f"Cannot {verb} a {type_name(right)} to a {type_name(left)} without explicit casting"
        )


def _holds(operation: int, left: TypeDefinition, right: TypeDefinition) -> bool:
    """Tell whether an array or a map may hold the right side."""
    kind = kind_of(left)
    if kind == "array" and operation == assignments.EXTEND:
        return is_assignable(right, item_type(left)) or is_assignable(right, left)
    if kind == "array" and operation == assignments.REMOVE_IF_PRESENT:
        return is_assignable(right, item_type(left))
    if kind == "map" and operation == assignments.EXTEND:
        return is_assignable(right, left)
    if kind == "map" and operation == assignments.REMOVE_KEY:
        return is_assignable(right, key_type(left))
    return True


def operation_result(
    operation: int, left: TypeDefinition | None, right: TypeDefinition | None
) -> TypeDefinition | None:
    """Find the type of an expression that calculates; None if it is not known.

    An expression with an INT on the left counts as INT, even where a DOUBLE on
    the right makes it yield a DOUBLE.
    """
    if operation == assignments.ASSIGN:
        return right
    if operation in _LOGIC:
        _check_truth(left)
        _check_truth(right)
        return PRIMITIVES["bool"]
    if left is not None:
        # Nothing is written back, so an INT takes what a DOUBLE takes.
        widened = PRIMITIVES["double"] if kind_of(left) == "int" else left
        check_operation(operation, widened, right)
    return left


def _check_truth(operand: TypeDefinition | None) -> None:
    if operand is not None and kind_of(operand) not in _TRUTHS:
        raise StaticTypeError(f"A {type_name(operand)} is neither true nor false")


def check_comparison(
    comparator: int, left: TypeDefinition | None, right: TypeDefinition | None
) -> None:
    """Refuse a comparison that can never be made; one of types not known passes."""
    allowed = COMPARATORS.get(comparator)
    if allowed is None:
        raise StaticTypeError(f"There is no comparator {comparator}")
    if left is None or right is None:
        return
    if kind_of(right) not in allowed or not _comparable(comparator, left, right):
        name = Comparator.DESCRIPTOR.values_by_number[comparator].name
        raise StaticTypeError(f"{name} cannot compare {type_name(left)} with {type_name(right)}")


def _comparable(comparator: int, left: TypeDefinition, right: TypeDefinition) -> bool:
    if comparator in (assignments.EQUALS, assignments.NOT_EQUALS):
        both_ordered = kind_of(left) in _ORDERED and kind_of(right) in _ORDERED
        return both_ordered or same_type(left, right)
    if comparator in (assignments.IN, assignments.NOT_IN):
        return _findable(left, right)
    return True


def _findable(item: TypeDefinition, container: TypeDefinition) -> bool:
    kind = kind_of(container)
    if kind == "json_arr" or kind_of(item) == "str":
        return True
    if kind == "array":
        return is_assignable(item, item_type(container))
    return kind == "map" and is_assignable(item, key_type(container))
