"""Comparators: order, equality and membership of two values.

It knows no types by name and casts nothing: an INT and a DOUBLE do not compare.
"""

import math
from collections.abc import Callable
from typing import Any

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.casts import text
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_documents import document_of, to_json
from hitchpost_server.engine.values.json_texts import Json
from hitchpost_server.engine.values.types import is_null, type_name, type_of

Comparison = Callable[[VariableValue, VariableValue], bool]


def _double_key(value: VariableValue) -> tuple[bool, float]:
    # NaN equals itself and is above all others, so that the order is total.
    number = value.double
    return (True, 0.0) if math.isnan(number) else (False, number)


def _str_key(value: VariableValue) -> bytes:
    return value.str.encode("utf-16-be")


def _timestamp_key(value: VariableValue) -> tuple[int, int]:
    return value.utc_timestamp.seconds, value.utc_timestamp.nanos


# Types with an order, each with what its values are ordered by.
_ORDERED: dict[str, Callable[[VariableValue], Any]] = {
    "int": lambda value: value.int,
    "double": _double_key,
    "str": _str_key,
    "bool": lambda value: value.bool,
    "bytes": lambda value: value.bytes,
    "wf_run_id": text,
    "utc_timestamp": _timestamp_key,
}


def order(left: VariableValue, right: VariableValue) -> int:
    """Say which comes first: below, at or above 0 as left is before, with or after right.

    NULL comes before everything else. Values of different types have no order.
    """
    kind, other = left.WhichOneof("value"), right.WhichOneof("value")
    if kind is None or other is None:
        return (kind is not None) - (other is not None)
    key = _ORDERED.get(kind)
    if key is None or kind != other:
        raise _incomparable("compare", left, "with", right)
    one, two = key(left), key(right)
    return bool(one > two) - bool(one < two)


def equal(left: VariableValue, right: VariableValue) -> bool:
    """Tell whether two values are equal; structs are equal with all that they hold."""
    if left.HasField("struct") and right.HasField("struct"):
        return left.struct == right.struct
    return order(left, right) == 0


def contains(item: VariableValue, container: VariableValue) -> bool:
    """Tell whether a value is among what another holds."""
    check = _CONTAINERS.get(container.WhichOneof("value") or "")
    if check is None:
        raise _incomparable("look for", item, "in", container)
    return check(item, container)


def _in_json_array(item: VariableValue, container: VariableValue) -> bool:
    wanted = to_json(item, text)
    return any(_matches(wanted, element) for element in document_of(container))


def _matches(wanted: Json, element: Json) -> bool:
    """Compare as a search does: 1 is 1.0, an object may hold more, a list is never found."""
    if isinstance(wanted, list):
        return False
    if isinstance(wanted, dict):
        return isinstance(element, dict) and all(
            key in element and _alike(inner, element[key]) for key, inner in wanted.items()
        )
    return _alike(wanted, element)


def _alike(one: Json, other: Json) -> bool:
    # For Python True is 1, for JSON it is not.
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return bool(one == other)


def _in_json_object(item: VariableValue, container: VariableValue) -> bool:
    return not is_null(item) and text(item) in document_of(container)


def _in_str(item: VariableValue, container: VariableValue) -> bool:
    return not is_null(item) and text(item) in container.str


def _in_array(item: VariableValue, container: VariableValue) -> bool:
    return any(item == each for each in container.array.items)


def _in_map(item: VariableValue, container: VariableValue) -> bool:
    return any(item == entry.key for entry in container.map.entries)


_CONTAINERS: dict[str, Comparison] = {
    "json_arr": _in_json_array,
    "json_obj": _in_json_object,
    "str": _in_str,
    "array": _in_array,
    "map": _in_map,
}

COMPARISONS: dict[int, Comparison] = {
    assignments.LESS_THAN: lambda left, right: order(left, right) < 0,
    assignments.GREATER_THAN: lambda left, right: order(left, right) > 0,
    assignments.LESS_THAN_EQ: lambda left, right: order(left, right) <= 0,
    assignments.GREATER_THAN_EQ: lambda left, right: order(left, right) >= 0,
    assignments.EQUALS: equal,
    assignments.NOT_EQUALS: lambda left, right: not equal(left, right),
    assignments.IN: contains,
    assignments.NOT_IN: lambda left, right: not contains(left, right),
}


def comparison(comparator: int) -> Comparison:
    """Find how to compare; the comparator may be of a newer client than this server."""
    found = COMPARISONS.get(comparator)
    if found is None:
        raise EvaluationError(f"There is no comparator {comparator}")
    return found


def _incomparable(
    verb: str, left: VariableValue, preposition: str, right: VariableValue
) -> EvaluationError:
    one, other = ("NULL" if is_null(each) else type_name(type_of(each)) for each in (left, right))
    return EvaluationError(f"Cannot {verb} {one} {preposition} {other}")
