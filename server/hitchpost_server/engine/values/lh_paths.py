"""LHPaths: the way into a value by keys and indexes, to read it and to replace a part.

Reading steps through arrays, maps, structs and JSON; replacing makes new ones around
the changed part. It knows neither where the steps come from nor what is
written: `change` says that.
"""

from collections.abc import Callable, Sequence

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import StructFieldDef, TypeDefinition, VariableValue
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.ids import struct_def_name
from hitchpost_server.engine.values.casts import coerce, text
from hitchpost_server.engine.values.containers import entry_key
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_documents import (
    JSON_KINDS,
    document_of,
    from_json,
    to_json,
)
from hitchpost_server.engine.values.json_texts import Json, write
from hitchpost_server.engine.values.scalars import NULL, bounded, str_value
from hitchpost_server.engine.values.struct_defs import StructDefs, is_required
from hitchpost_server.engine.values.type_definitions import entry_type, item_type, normalised
from hitchpost_server.engine.values.types import is_null, type_name, type_of

Step = str | int
Steps = Sequence[Step]
# Makes the new part of the old one and of its type, which may not be known.
Change = Callable[[VariableValue, TypeDefinition | None], VariableValue]


def read(value: VariableValue, steps: Steps, struct_defs: StructDefs | None) -> VariableValue:
    """Follow the steps into a value.

    A key that is not there is NULL, an index that is not there is an error. A
    field that is not there is what its StructDef says that it then stands for.
    """
    for position, step in enumerate(steps):
        kind = value.WhichOneof("value")
        if kind in JSON_KINDS:
            return from_json(_read_json(document_of(value), steps[position:]))
        if kind == "array":
            value = value.array.items[_index(step, len(value.array.items))]
        elif kind == "map":
            value = _read_map(value.map, step)
        elif kind == "struct":
            value = _read_struct(value.struct, step, struct_defs)
        else:
            raise _no_way(value, step)
    return value


def _read_json(document: Json, steps: Steps) -> Json:
    for step in steps:
        if isinstance(document, dict) and isinstance(step, str):
            document = document.get(step)
        elif isinstance(document, list) and isinstance(step, int):
            inside = -len(document) <= step < len(document)
            document = document[step] if inside else None
        else:
            return None
    return document


def _read_map(content: values.Map, step: Step) -> VariableValue:
    key = str_value(_key(step))
    return next((entry.value for entry in content.entries if entry.key == key), NULL)


def _read_struct(
    content: values.Struct, step: Step, struct_defs: StructDefs | None
) -> VariableValue:
    name = _key(step, "a STRUCT")
    if name in content.struct.fields:
        return content.struct.fields[name].value
    field = _declaration(content, name, struct_defs)
    if field is None or is_required(field):
        raise _no_field(content, name)
    return field.default_value


def _declaration(
    content: values.Struct, name: str, struct_defs: StructDefs | None
) -> StructFieldDef | None:
    named = content.struct_def_id
    found = struct_defs.struct_def(named.name, named.version) if struct_defs else None
    return None if found is None else found.struct_def.fields.get(name)


def replaced(
    value: VariableValue,
    steps: Steps,
    change: Change,
    declared: TypeDefinition | None = None,
    struct_defs: StructDefs | None = None,
) -> VariableValue:
    """Make a value whose part at the end of the steps is changed.

    A key that is not there is made if it is the last step; every other step
    must lead somewhere.
    """
    if not steps:
        return change(value, declared)
    kind = value.WhichOneof("value")
    if kind in JSON_KINDS:
        result = write(replaced_in_json(document_of(value), steps, change))
        return (
            VariableValue(json_obj=result) if kind == "json_obj" else VariableValue(json_arr=result)
        )
    if kind == "array":
        return _replaced_in_array(value, steps, change, struct_defs)
    if kind == "map":
        return _replaced_in_map(value, steps, change, struct_defs)
    if kind == "struct":
        return _replaced_in_struct(value, steps, change, struct_defs)
    raise _no_way(value, steps[0])


def replaced_in_json(document: Json, steps: Steps, change: Change) -> Json:
    """Change a part of a document, which the caller owns, in place; return the document."""
    *way, last = steps
    parent = document
    for step in way:
        parent = _slot(parent, step)[step]
        if parent is None:
            raise EvaluationError(f"The JSON path has a missing property '{step}'")
    if isinstance(parent, dict) and isinstance(last, str):
        parent.setdefault(last, None)
    slot = _slot(parent, last)
    slot[last] = _changed(slot[last], change)
    return document


def _slot(parent: Json, step: Step) -> Json:
    """Find the object or the list that has something at a step."""
    if isinstance(step, str):
        if not isinstance(parent, dict) or step not in parent:
            raise EvaluationError(f"The JSON path has a missing property '{step}'")
    elif not isinstance(parent, list) or not -len(parent) <= step < len(parent):
        raise EvaluationError(f"The JSON path has no index {step}")
    return parent


def _changed(existing: Json, change: Change) -> Json:
    current = from_json(existing)
    return to_json(change(current, type_of(current)), text)


def _replaced_in_array(
    value: VariableValue, steps: Steps, change: Change, struct_defs: StructDefs | None
) -> VariableValue:
    array = value.array
    position = _index(steps[0], len(array.items))
    whole = type_of(value)
    item = None if whole is None else item_type(whole)
    items = list(array.items)
    part = replaced(items[position], steps[1:], change, item, struct_defs)
    items[position] = _fitting(part, item, struct_defs)
    element_type = array.element_type if array.HasField("element_type") else None
    return bounded(VariableValue(array=values.Array(items=items, element_type=element_type)))


def _replaced_in_map(
    value: VariableValue, steps: Steps, change: Change, struct_defs: StructDefs | None
) -> VariableValue:
    key = str_value(_key(steps[0]))
    whole = type_of(value)
    inner = None if whole is None else entry_type(whole)
    entries = {entry_key(entry.key): entry for entry in value.map.entries}
    old = entries.get(entry_key(key))
    if old is None and len(steps) > 1:
        raise EvaluationError(f"The path has a missing property '{steps[0]}'")
    before = NULL if old is None else old.value
    part = _fitting(replaced(before, steps[1:], change, inner, struct_defs), inner, struct_defs)
    entries[entry_key(key)] = values.Map.Entry(key=key, value=part)
    map_type = value.map.map_type if value.map.HasField("map_type") else None
    return bounded(VariableValue(map=values.Map(entries=list(entries.values()), map_type=map_type)))


def _replaced_in_struct(
    value: VariableValue, steps: Steps, change: Change, struct_defs: StructDefs | None
) -> VariableValue:
    content, name = value.struct, _key(steps[0], "a STRUCT")
    field = _declaration(content, name, struct_defs)
    if field is None:
        raise _no_field(content, name)
    inner = normalised(field.field_type)
    old = content.struct.fields[name].value if name in content.struct.fields else NULL
    part = _fitting(replaced(old, steps[1:], change, inner, struct_defs), inner, struct_defs)
    if is_null(part) and not field.is_nullable:
        raise EvaluationError(f"field {name} is not nullable")
    result = copy_of(value)
    kept = values.StructField(value=part, masked=field.field_type.masked)
    result.struct.struct.fields[name].CopyFrom(kept)
    return bounded(result)


def _fitting(
    value: VariableValue, declared: TypeDefinition | None, struct_defs: StructDefs | None
) -> VariableValue:
    if declared is None or is_null(value):
        return value
    return coerce(value, declared, struct_defs)


def _index(step: Step, length: int) -> int:
    if not isinstance(step, int) or not 0 <= step < length:
        raise EvaluationError(f"There is no index {step} in an ARRAY of {length} items")
    return step


def _key(step: Step, holder: str = "a MAP") -> str:
    if not isinstance(step, str):
        raise EvaluationError(f"There is a way into {holder} by a key, not by index {step}")
    return step


def _no_field(content: values.Struct, name: str) -> EvaluationError:
    holder = struct_def_name(content.struct_def_id)
    return EvaluationError(f"could not find field '{name}' in a struct {holder}")


def _no_way(value: VariableValue, step: Step) -> EvaluationError:
    holder = "NULL" if is_null(value) else type_name(type_of(value))
    return EvaluationError(f"{holder} has nothing at '{step}'")
