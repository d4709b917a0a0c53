"""Turning a value of one type into another: explicit casts, and assignment's liberal ones.

Two tables say what is possible; nothing here knows what fits without a cast.
"""

import math
import re
from collections.abc import Callable

from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine import ids
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.errors import EvaluationError, MisfitError
from hitchpost_server.engine.values.json_documents import to_json
from hitchpost_server.engine.values.json_texts import write
from hitchpost_server.engine.values.renderings import (
    double_text,
    parsed_wf_run_id,
    timestamp_text,
)
from hitchpost_server.engine.values.scalars import (
    bool_value,
    double_value,
    int_value,
    str_value,
)
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.type_definitions import PRIMITIVES, kind_of
from hitchpost_server.engine.values.types import is_assignable, type_name, type_of

Conversion = Callable[[VariableValue], VariableValue]

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL = re.compile(r"[+-]?(NaN|Infinity|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)")
_TRUTHS = {"true": True, "false": False}


def text(value: VariableValue) -> str:
    """Write a value as a STR: `5.0`, `true`, `parent_child`, JSON as it is, NULL as `null`."""
    kind = value.WhichOneof("value")
    return "null" if kind is None else _TEXTS[kind](value)


def _bytes_text(value: VariableValue) -> str:
    try:
        return value.bytes.decode()
    except UnicodeDecodeError:
        raise EvaluationError("The BYTES are not text in UTF-8") from None


def _json_text(value: VariableValue) -> str:
    return write(to_json(value, text))


_TEXTS: dict[str, Callable[[VariableValue], str]] = {
    "json_obj": lambda value: value.json_obj,
    "json_arr": lambda value: value.json_arr,
    "double": lambda value: double_text(value.double),
    "bool": lambda value: "true" if value.bool else "false",
    "str": lambda value: value.str,
    "int": lambda value: str(value.int),
    "bytes": _bytes_text,
    "wf_run_id": lambda value: ids.run_key(value.wf_run_id),
    "utc_timestamp": lambda value: timestamp_text(value.utc_timestamp),
    "struct": _json_text,
    "array": _json_text,
    "map": _json_text,
}


def _to_str(value: VariableValue) -> VariableValue:
    return str_value(text(value))


def _int_to_double(value: VariableValue) -> VariableValue:
    return double_value(float(value.int))


def _double_to_int(value: VariableValue) -> VariableValue:
    if not math.isfinite(value.double):
        raise EvaluationError("A DOUBLE that is not finite has no INT")
    return int_value(int(value.double))


def _str_to_int(value: VariableValue) -> VariableValue:
    stripped = value.str.strip()
    if not _INTEGER.fullmatch(stripped):
        raise _unreadable("INT")
    return int_value(int(stripped))


def _str_to_double(value: VariableValue) -> VariableValue:
    stripped = value.str.strip()
    if not _DECIMAL.fullmatch(stripped):
        raise _unreadable("DOUBLE")
    number = float(stripped)
    if math.isinf(number) and "Infinity" not in stripped:
        raise _unreadable("DOUBLE")
    return double_value(number)


def _str_to_bool(value: VariableValue) -> VariableValue:
    truth = _TRUTHS.get(value.str.strip().lower())
    if truth is None:
        raise _unreadable("BOOL")
    return bool_value(truth)


def _str_to_bytes(value: VariableValue) -> VariableValue:
    return VariableValue(bytes=value.str.encode())


def _to_wf_run_id(value: VariableValue) -> VariableValue:
    return VariableValue(wf_run_id=parsed_wf_run_id(text(value)))


def _timestamp_to_int(value: VariableValue) -> VariableValue:
    return int_value(value.utc_timestamp.seconds * 1000)


def _unreadable(wanted: str) -> EvaluationError:
    # The text itself may be masked, and clients read messages.
    return EvaluationError(f"Cannot cast this STR to {wanted}")


# Target type, then source type: what an explicit cast may do.
CASTS: dict[str, dict[str, Conversion]] = {
    "str": dict.fromkeys(("int", "double", "bool", "bytes", "wf_run_id"), _to_str),
    "double": {"int": _int_to_double, "str": _str_to_double},
    "int": {"double": _double_to_int, "str": _str_to_int},
    "bool": {"str": _str_to_bool},
    "bytes": {"str": _str_to_bytes},
    "wf_run_id": {"str": _to_wf_run_id},
}
# What assigning to a variable may do: every cast, and these.
COERCIONS: dict[str, dict[str, Conversion]] = CASTS | {
    "str": dict.fromkeys(PRIMITIVES.keys() - {"str"}, _to_str),
    "int": CASTS["int"] | {"utc_timestamp": _timestamp_to_int},
    "wf_run_id": dict.fromkeys(("int", "double", "str"), _to_wf_run_id),
}
_NONE: dict[str, Conversion] = {}


def castable(source: TypeDefinition | None, target: TypeDefinition) -> bool:
    """Tell whether a type may be cast to another; None is one that is not known and may."""
    if source is None or is_assignable(source, target):
        return True
    return kind_of(source) in CASTS.get(kind_of(target), _NONE)


def cast(value: VariableValue, target: TypeDefinition) -> VariableValue:
    """Cast a value explicitly. NULL stays NULL, and only primitive types are cast to."""
    kind = value.WhichOneof("value")
    wanted = kind_of(target)
    if kind is None or kind == wanted or wanted not in PRIMITIVES:
        return value
    conversion = CASTS.get(wanted, _NONE).get(kind)
    if conversion is None:
        given = type_name(type_of(value))
        raise EvaluationError(f"Cannot cast from {given} to {type_name(target)}")
    return conversion(value)


def coerce(
    value: VariableValue, target: TypeDefinition, struct_defs: StructDefs | None = None
) -> VariableValue:
    """Turn a value into the type of the variable that it is assigned to. NULL stays NULL.

    Without `struct_defs` structs are trusted to be what they say they are.
    """
    kind = value.WhichOneof("value")
    wanted = kind_of(target)
    if kind is None:
        return value
    if kind == wanted:
        return value if wanted in PRIMITIVES else _whole(value, target, struct_defs)
    conversion = COERCIONS.get(wanted, _NONE).get(kind)
    if conversion is None:
        raise _unassignable(value, target)
    return conversion(value)


def _whole(
    value: VariableValue, target: TypeDefinition, struct_defs: StructDefs | None
) -> VariableValue:
    """Accept an array, a map or a struct as it is, if it is of the very type."""
    if not is_assignable(type_of(value), target):
        raise _unassignable(value, target)
    if value.HasField("struct") and value.struct.struct_def_id != target.struct_def_id:
        raise _unassignable(value, target)
    try:
        return admitted(value, target, struct_defs)
    except MisfitError as misfit:
        raise EvaluationError(f"{_unassignable(value, target)}: {misfit}") from misfit


def _unassignable(value: VariableValue, target: TypeDefinition) -> EvaluationError:
    return EvaluationError(
        f"Cannot assign a value of type {type_name(type_of(value))} to {type_name(target)}"
    )
