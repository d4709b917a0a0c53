"""Admission: whether a value fits the type that is expected, and what is kept of it then.

What is kept says what it is: arrays and maps name the types of what they hold,
structs the version of their StructDef and which of their fields are masked,
whatever the client wrote there. It knows nothing of casts.
"""

from collections.abc import Callable, Container

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import InlineStructDef, StructFieldDef, TypeDefinition, VariableValue
from hitchpost_server.engine.ids import struct_def_name
from hitchpost_server.engine.times import is_moment
from hitchpost_server.engine.values import json_texts
from hitchpost_server.engine.values.errors import MisfitError
from hitchpost_server.engine.values.limits import NESTING_MAX
from hitchpost_server.engine.values.nesting import NO_MOMENT, TOO_DEEP, levels_of
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
    must be well-formed wherever it is, moments must be some, and nothing may be
    nested too deeply.
    Without `struct_defs` the names of structs are compared and their fields are
    trusted: they were admitted before.
    """
    return _Admission(struct_defs).take(value, expected, 1)


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


class _Admission:
    """One value's way in, part by part; a `level` counts the messages around a part."""

    __slots__ = ("_struct_defs",)

    def __init__(self, struct_defs: StructDefs | None) -> None:
        self._struct_defs = struct_defs

    def take(
        self, value: VariableValue, expected: TypeDefinition | None, level: int
    ) -> VariableValue:
        """Admit a value at a level."""
        kind = value.WhichOneof("value")
        if kind is None:
            return value
        if expected is not None and not kind_fits(kind, kind_of(expected)):
            raise _misfit(value, expected)
        admit = _PARTS.get(kind)
        return value if admit is None else admit(self, value, expected, level)

    def _part(
        self, where: str, value: VariableValue, expected: TypeDefinition | None, level: int
    ) -> VariableValue:
        try:
            return self.take(value, expected, level)
        except MisfitError as error:
            raise MisfitError(f"{where}: {error}") from error

    def json_object(
        self, value: VariableValue, _expected: TypeDefinition | None, _level: int
    ) -> VariableValue:
        """Admit a JSON object."""
        _check_json(value.json_obj, dict)
        return value

    def json_array(
        self, value: VariableValue, _expected: TypeDefinition | None, _level: int
    ) -> VariableValue:
        """Admit a JSON array."""
        _check_json(value.json_arr, list)
        return value

    def timestamp(
        self, value: VariableValue, _expected: TypeDefinition | None, _level: int
    ) -> VariableValue:
        """Admit a moment."""
        if not is_moment(value.utc_timestamp):
            raise MisfitError(NO_MOMENT)
        return value

    def run_id(
        self, value: VariableValue, _expected: TypeDefinition | None, level: int
    ) -> VariableValue:
        """Admit the id of a run."""
        one = value.wf_run_id
        while one.HasField("parent_wf_run_id"):
            one, level = one.parent_wf_run_id, level + 1
        _check_level(level + 1)
        return value

    def array(
        self, value: VariableValue, expected: TypeDefinition | None, level: int
    ) -> VariableValue:
        """Admit an array, item by item."""
        item = None if expected is None else item_type(expected)
        _check_level(level + 1 + levels_of(item or value.array.element_type))
        items = [
            self._part(f"item {index}", each, item, level + 2)
            for index, each in enumerate(value.array.items)
        ]
        if item is None:
            return value
        return VariableValue(array=values.Array(items=items, element_type=item))

    def map(
        self, value: VariableValue, expected: TypeDefinition | None, level: int
    ) -> VariableValue:
        """Admit a map, entry by entry."""
        keys = None if expected is None else key_type(expected)
        held = None if expected is None else entry_type(expected)
        whole = TypeDefinition(inline_map_def=value.map.map_type) if expected is None else expected
        _check_level(level + levels_of(whole))
        entries = [
            values.Map.Entry(
                key=self._part(f"key of entry {index}", entry.key, keys, level + 3),
                value=self._part(f"value of entry {index}", entry.value, held, level + 3),
            )
            for index, entry in enumerate(value.map.entries)
        ]
        if expected is None or (keys is None and held is None):
            return value
        return VariableValue(map=values.Map(entries=entries, map_type=expected.inline_map_def))

    def struct(
        self, value: VariableValue, expected: TypeDefinition | None, level: int
    ) -> VariableValue:
        """Admit a struct, field by field."""
        _check_name(value, expected)
        _check_level(level + 6)
        given = value.struct.struct.fields
        if expected is None or self._struct_defs is None:
            for name in sorted(given):
                self._part(f"field {name}", given[name].value, None, level + 5)
            return value
        wanted = expected.struct_def_id
        found = self._struct_defs.struct_def(wanted.name, wanted.version)
        if found is None:
            raise MisfitError(f"StructDef {struct_def_name(wanted)} does not exist")
        _check_presence(given, found.struct_def)
        result = values.Struct(struct_def_id=found.id)
        for name in sorted(given):
            declared = found.struct_def.fields.get(name)
            kept = self._field(name, given[name].value, declared, level + 5)
            result.struct.fields[name].CopyFrom(kept)
        return VariableValue(struct=result)

    def _field(
        self, name: str, value: VariableValue, declared: StructFieldDef | None, level: int
    ) -> values.StructField:
        """Admit a field; one that is not declared is kept as it is."""
        where = f"field {name}"
        if declared is None:
            return values.StructField(value=self._part(where, value, None, level))
        if is_null(value) and not declared.is_nullable:
            raise MisfitError(f"{where} is not nullable")
        kept = self._part(where, value, normalised(declared.field_type), level)
        return values.StructField(value=kept, masked=declared.field_type.masked)


def _check_json(text: str, root: type) -> None:
    flaw = json_texts.flaw(text, root)
    if flaw is not None:
        raise MisfitError(flaw)


def _check_level(level: int) -> None:
    if level > NESTING_MAX:
        raise MisfitError(TOO_DEEP)


def _check_name(value: VariableValue, expected: TypeDefinition | None) -> None:
    if expected is not None and value.struct.struct_def_id.name != expected.struct_def_id.name:
        raise _misfit(value, expected)


def _check_presence(given: Container[str], definition: InlineStructDef) -> None:
    missing = [name for name in sorted(required_fields(definition)) if name not in given]
    if missing:
        raise MisfitError(f"required fields are missing: {', '.join(missing)}")


def _misfit(value: VariableValue, expected: TypeDefinition) -> MisfitError:
    given = type_name(type_of(value))
    return MisfitError(f"a value of type {given} does not fit {type_name(expected)}")


_Admit = Callable[[_Admission, VariableValue, TypeDefinition | None, int], VariableValue]
_PARTS: dict[str, _Admit] = {
    "json_obj": _Admission.json_object,
    "json_arr": _Admission.json_array,
    "wf_run_id": _Admission.run_id,
    "utc_timestamp": _Admission.timestamp,
    "array": _Admission.array,
    "map": _Admission.map,
    "struct": _Admission.struct,
}
