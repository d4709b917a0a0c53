"""Admission: whether a value fits the type that is expected, and what is kept of it then.

What is kept says what it is: arrays and maps name the types of what they hold,
structs the version of their StructDef and which of their fields are masked,
whatever the client wrote there. It knows nothing of casts.
"""

from collections.abc import Callable, Container

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import InlineStructDef, StructFieldDef, TypeDefinition, VariableValue
from hitchpost_server.engine.ids import struct_def_name
from hitchpost_server.engine.values import json_texts
from hitchpost_server.engine.values.errors import MisfitError
from hitchpost_server.engine.values.struct_defs import StructDefs, required_fields
from hitchpost_server.engine.values.type_definitions import (
    entry_type,
    item_type,
    key_type,
    kind_of,
    normalised,
)
from hitchpost_server.engine.values.types import is_null, kind_fits, type_name, type_of


def admitted(
    value: VariableValue, expected: TypeDefinition | None, struct_defs: StructDefs | None
) -> VariableValue:
    """Return a value as it is kept; raise MisfitError if it does not fit.

    NULL fits everything, and everything fits None, a type that is not known. JSON
    must be well-formed and not too deep wherever it is. Without `struct_defs`
    the names of structs are compared and their fields are trusted: they were
    admitted before.
    """
    kind = value.WhichOneof("value")
    if kind is None:
        return value
    if expected is not None and not kind_fits(kind, kind_of(expected)):
        raise _misfit(value, expected)
    admit = _PARTS.get(kind)
    return value if admit is None else admit(value, expected, struct_defs)


def admitted_or_left(
    value: VariableValue, expected: TypeDefinition | None, struct_defs: StructDefs
) -> VariableValue:
    """Return a value as it is kept, and one that does not fit as it is.

    For the few places where LittleHorse promises a type and nobody checks it.
    """
    try:
        return admitted(value, expected, struct_defs)
    except MisfitError:
        return value


def _json(
    value: VariableValue, _expected: TypeDefinition | None, _struct_defs: StructDefs | None
) -> VariableValue:
    flaw = (
        json_texts.flaw(value.json_obj, dict)
        if value.HasField("json_obj")
        else json_texts.flaw(value.json_arr, list)
    )
    if flaw is not None:
        raise MisfitError(flaw)
    return value


def _array(
    value: VariableValue, expected: TypeDefinition | None, struct_defs: StructDefs | None
) -> VariableValue:
    item = None if expected is None else item_type(expected)
    items = [
        _part(f"item {index}", each, item, struct_defs)
        for index, each in enumerate(value.array.items)
    ]
    if item is None:
        return value
    return VariableValue(array=values.Array(items=items, element_type=item))


def _map(
    value: VariableValue, expected: TypeDefinition | None, struct_defs: StructDefs | None
) -> VariableValue:
    keys = None if expected is None else key_type(expected)
    held = None if expected is None else entry_type(expected)
    entries = [
        values.Map.Entry(
            key=_part(f"key of entry {index}", entry.key, keys, struct_defs),
            value=_part(f"value of entry {index}", entry.value, held, struct_defs),
        )
        for index, entry in enumerate(value.map.entries)
    ]
    if expected is None or (keys is None and held is None):
        return value
    return VariableValue(map=values.Map(entries=entries, map_type=expected.inline_map_def))


def _struct(
    value: VariableValue, expected: TypeDefinition | None, struct_defs: StructDefs | None
) -> VariableValue:
    given = value.struct.struct.fields
    if expected is None or struct_defs is None:
        _check_name(value, expected)
        for name in sorted(given):
            _part(f"field {name}", given[name].value, None, None)
        return value
    _check_name(value, expected)
    wanted = expected.struct_def_id
    found = struct_defs.struct_def(wanted.name, wanted.version)
    if found is None:
        raise MisfitError(f"StructDef {struct_def_name(wanted)} does not exist")
    _check_presence(given, found.struct_def)
    result = values.Struct(struct_def_id=found.id)
    for name in sorted(given):
        declared = found.struct_def.fields.get(name)
        result.struct.fields[name].CopyFrom(_field(name, given[name].value, declared, struct_defs))
    return VariableValue(struct=result)


def _check_name(value: VariableValue, expected: TypeDefinition | None) -> None:
    if expected is not None and value.struct.struct_def_id.name != expected.struct_def_id.name:
        raise _misfit(value, expected)


def _check_presence(given: Container[str], definition: InlineStructDef) -> None:
    missing = [name for name in sorted(required_fields(definition)) if name not in given]
    if missing:
        raise MisfitError(f"required fields are missing: {', '.join(missing)}")


def _field(
    name: str, value: VariableValue, declared: StructFieldDef | None, struct_defs: StructDefs
) -> values.StructField:
    """Admit a field; one that is not declared is kept as it is."""
    if declared is None:
        return values.StructField(value=_part(f"field {name}", value, None, None))
    if is_null(value) and not declared.is_nullable:
        raise MisfitError(f"field {name} is not nullable")
    kept = _part(f"field {name}", value, normalised(declared.field_type), struct_defs)
    return values.StructField(value=kept, masked=declared.field_type.masked)


def _part(
    where: str,
    value: VariableValue,
    expected: TypeDefinition | None,
    struct_defs: StructDefs | None,
) -> VariableValue:
    try:
        return admitted(value, expected, struct_defs)
    except MisfitError as error:
        raise MisfitError(f"{where}: {error}") from error


def _misfit(value: VariableValue, expected: TypeDefinition) -> MisfitError:
    given = type_name(type_of(value))
    return MisfitError(f"a value of type {given} does not fit {type_name(expected)}")


_Admit = Callable[[VariableValue, TypeDefinition | None, StructDefs | None], VariableValue]
_PARTS: dict[str, _Admit] = {
    "json_obj": _json,
    "json_arr": _json,
    "array": _array,
    "map": _map,
    "struct": _struct,
}
