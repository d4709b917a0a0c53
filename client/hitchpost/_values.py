"""From Python objects to VariableValues. It knows both sides and no call.

None       unset            dict   json_obj         WfRunId    wf_run_id
bool       bool             list   json_arr         datetime   utc_timestamp
int        int (64 bit)     str    str              Array      array
float      double           bytes  bytes            Map        map
an instance of a class of `struct`                  struct
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost import _marks
from hitchpost._errors import ValueUnsupported
from hitchpost._ids import wf_run_id
from hitchpost._marks import struct_name
from hitchpost._structs import members
from hitchpost._types import (
    DeclaredType,
    is_primitive,
    type_definition,
)
from hitchpost.v1 import value_pb2
from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.value_pb2 import (
    Array,
    InlineStruct,
    Map,
    Struct,
    StructField,
    TypeDefinition,
    VariableValue,
)

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


def to_value(obj: object, declared: DeclaredType | None = None) -> VariableValue:
    """Turn a Python object into a VariableValue; one that is one already is returned as it is.

    Where the declared type is an array or map, lists and dicts become that instead of JSON;
    where it is a DOUBLE, an int becomes one; where it is a WF_RUN_ID, its text form does.
    Raises ValueUnsupported for anything else than the module's table, for an int outside
    64 bit, a datetime without a time zone and content that JSON cannot hold.
    """
    return _to_value(obj, None if declared is None else type_definition(declared))


def _to_value(obj: object, declared: TypeDefinition | None) -> VariableValue:
    if isinstance(obj, VariableValue):
        return obj
    if obj is None:
        return VariableValue()
    kind = None if declared is None else declared.WhichOneof("defined_type")
    if isinstance(obj, _marks.Array) or (isinstance(obj, list | tuple) and kind == _ARRAY):
        return VariableValue(array=_array(obj, declared if kind == _ARRAY else None))
    if isinstance(obj, _marks.Map) or (isinstance(obj, dict) and kind == _MAP):
        return VariableValue(map=_map(obj, declared if kind == _MAP else None))
    if struct_name(type(obj)) is not None:
        return VariableValue(struct=_struct(obj))
    return _primitive(obj, declared)


_ARRAY, _MAP = "inline_array_def", "inline_map_def"


def _array(obj: list[Any] | tuple[Any, ...], declared: TypeDefinition | None) -> Array:
    item = None if declared is None else declared.inline_array_def.array_type
    return Array(items=[_to_value(one, item) for one in obj], element_type=item)


def _map(obj: dict[Any, Any], declared: TypeDefinition | None) -> Map:
    inline = None if declared is None else declared.inline_map_def
    key_type, value_type = (None, None) if inline is None else (inline.key_type, inline.value_type)
    entries = [
        Map.Entry(key=_to_value(key, key_type), value=_to_value(one, value_type))
        for key, one in obj.items()
    ]
    return Map(entries=entries, map_type=inline)


def _struct(obj: Any) -> Struct:
    fields = {
        member.name: StructField(value=_to_value(getattr(obj, member.attribute), member.definition))
        for member in members(type(obj))
    }
    struct_def_id = type_definition(type(obj)).struct_def_id
    return Struct(struct_def_id=struct_def_id, struct=InlineStruct(fields=fields))


def _primitive(obj: object, declared: TypeDefinition | None) -> VariableValue:
    if isinstance(obj, str) and is_primitive(declared, value_pb2.WF_RUN_ID):
        return VariableValue(wf_run_id=wf_run_id(obj))
    for kind, convert in _CONVERSIONS:
        if isinstance(obj, kind):
            value = convert(obj)
            if value.HasField("int") and is_primitive(declared, value_pb2.DOUBLE):
                return VariableValue(double=value.int)
            return value
    raise ValueUnsupported(f"a {type(obj).__name__} cannot be a value")


def _from_int(obj: int) -> VariableValue:
    if not _INT_MIN <= obj <= _INT_MAX:
        raise ValueUnsupported(f"{obj} does not fit into 64 bit")
    return VariableValue(int=obj)


def _from_str(obj: str) -> VariableValue:
    try:
        obj.encode()
    except UnicodeEncodeError as error:
        raise ValueUnsupported(f"a str that UTF-8 cannot hold: {error.reason}") from error
    return VariableValue(str=obj)


def _from_datetime(obj: datetime) -> VariableValue:
    if obj.tzinfo is None:
        raise ValueUnsupported(f"{obj.isoformat()} has no time zone")
    stamp = Timestamp()
    stamp.FromDatetime(obj)
    return VariableValue(utc_timestamp=stamp)


def _json(obj: object) -> str:
    try:
        text = json.dumps(obj, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueUnsupported(f"not JSON: {error}") from error
    return text


# In this order: a bool is an int too.
_CONVERSIONS: tuple[tuple[type | tuple[type, ...], Callable[[Any], VariableValue]], ...] = (
    (bool, lambda obj: VariableValue(bool=obj)),
    (int, _from_int),
    (float, lambda obj: VariableValue(double=obj)),
    (str, _from_str),
    ((bytes, bytearray, memoryview), lambda obj: VariableValue(bytes=bytes(obj))),
    (datetime, _from_datetime),
    (dict, lambda obj: VariableValue(json_obj=_json(obj))),
    ((list, tuple), lambda obj: VariableValue(json_arr=_json(obj))),
    (WfRunId, lambda obj: VariableValue(wf_run_id=obj)),
)
