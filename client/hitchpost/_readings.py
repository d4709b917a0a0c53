"""From VariableValues to Python objects: the table of `_values`, read from right to left.

It knows both sides and no call.
"""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC
from typing import Any, TypeVar, overload

from hitchpost import _marks
from hitchpost._ids import run_id_text
from hitchpost._marks import struct_name
from hitchpost._structs import members
from hitchpost._types import items_of, without_mark, without_none
from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.value_pb2 import Array, Map, Struct, VariableValue

Kind = TypeVar("Kind")


@overload
def from_value(value: VariableValue) -> Any: ...
@overload
def from_value(value: VariableValue, kind: type[Kind]) -> Kind: ...
@overload
def from_value(value: VariableValue, kind: object) -> Any: ...
def from_value(value: VariableValue, kind: object = None) -> Any:
    """Turn a VariableValue into a Python object, after the module's table.

    `kind` is the type that is wanted: a struct becomes an instance of a class of `struct`,
    alone or as in `list[Customer]`; without it, a dict of its fields. Nothing is checked
    against it. Times come in UTC and in microseconds; a map's keys that are run ids become
    their text form.
    """
    plain = without_none(without_mark(kind)[0])[0]
    form = value.WhichOneof("value")
    if form is None:
        return None
    content = getattr(value, form)
    read = _READINGS.get(form)
    return content if read is None else read(content, plain)


def _read_struct(struct: Struct, kind: object) -> Any:
    fields = struct.struct.fields
    if struct_name(kind) is None:
        return {name: from_value(field.value) for name, field in fields.items()}
    assert isinstance(kind, type)
    present = [member for member in members(kind) if member.name in fields]
    given = {one.attribute: from_value(fields[one.name].value, one.kind) for one in present}
    absent = [one for one in members(kind) if one.name not in fields and one.nullable]
    return kind(
        **{one.attribute: None for one in absent if one.default is dataclasses.MISSING}, **given
    )


def _read_array(array: Array, kind: object) -> _marks.Array[Any]:
    item = next(iter(items_of(kind)), None)
    return _marks.Array(from_value(one, item) for one in array.items)


def _read_map(entries: Map, kind: object) -> _marks.Map[Any, Any]:
    _, item = items_of(kind) or (None, None)
    return _marks.Map((_key(entry.key), from_value(entry.value, item)) for entry in entries.entries)


def _key(value: VariableValue) -> Any:
    key = from_value(value)
    return run_id_text(key) if isinstance(key, WfRunId) else key


_READINGS: dict[str, Callable[[Any, object], Any]] = {
    "int": lambda number, kind: float(number) if kind is float else number,
    "json_obj": lambda text, _: json.loads(text),
    "json_arr": lambda text, _: json.loads(text),
    "utc_timestamp": lambda stamp, _: stamp.ToDatetime(tzinfo=UTC),
    "struct": _read_struct,
    "array": _read_array,
    "map": _read_map,
}
