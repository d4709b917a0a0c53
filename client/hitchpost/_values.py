"""Between Python objects and VariableValues. It knows both sides and no call.

None       unset            dict   json_obj         WfRunId    wf_run_id
bool       bool             list   json_arr         datetime   utc_timestamp
int        int (64 bit)     str    str
float      double           bytes  bytes
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost._errors import ValueUnsupported
from hitchpost._ids import run_id_text
from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.value_pb2 import Array, InlineStruct, Map, VariableValue

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


def to_value(obj: object) -> VariableValue:
    """Turn a Python object into a VariableValue; one that is one already is returned as it is.

    Raises ValueUnsupported for anything else than the module's table, for an int outside
    64 bit, a datetime without a time zone and content that JSON cannot hold.
    """
    if isinstance(obj, VariableValue):
        return obj
    if obj is None:
        return VariableValue()
    for kind, convert in _CONVERSIONS:
        if isinstance(obj, kind):
            return convert(obj)
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


def from_value(value: VariableValue) -> Any:
    """Turn a VariableValue into a Python object, after the module's table.

    Times come in UTC and in microseconds. A struct becomes a dict of its fields, an array a
    list, a map a dict; a map's keys that are run ids become their text form.
    """
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    content = getattr(value, kind)
    read = _READINGS.get(kind)
    return content if read is None else read(content)


def _struct_fields(struct: InlineStruct) -> dict[str, Any]:
    return {name: from_value(field.value) for name, field in struct.fields.items()}


def _items(array: Array) -> list[Any]:
    return [from_value(item) for item in array.items]


def _entries(entries: Map) -> dict[Any, Any]:
    return {_key(entry.key): from_value(entry.value) for entry in entries.entries}


def _key(value: VariableValue) -> Any:
    key = from_value(value)
    return run_id_text(key) if isinstance(key, WfRunId) else key


_READINGS: dict[str, Callable[[Any], Any]] = {
    "json_obj": json.loads,
    "json_arr": json.loads,
    "utc_timestamp": lambda stamp: stamp.ToDatetime(tzinfo=UTC),
    "struct": lambda struct: _struct_fields(struct.struct),
    "array": _items,
    "map": _entries,
}
