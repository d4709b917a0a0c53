"""The fields of a StructDef: what they may be called, what they may hold, their defaults."""

import re

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import InlineStructDef, StructFieldDef, TypeDefinition
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.definitions.pinning import pin
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.variables import check_label, check_type
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.errors import MisfitError
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.types import is_null, normalised, type_name

_FORBIDDEN_TYPES = frozenset({values.JSON_OBJ, values.JSON_ARR})

# What a field's name must look like, each rule with what is said of one that breaks it.
_NAME_RULES = (
    (re.compile(r"[^_]*"), "its name has an underscore"),
    (re.compile(r"[A-Za-z].*", re.DOTALL), "its name does not begin with a letter"),
    (re.compile(r"[^A-Z].*", re.DOTALL), "its name begins with a capital letter"),
    (re.compile(r"[A-Za-z0-9]*"), "its name has something else than letters and digits"),
)


def checked_fields(
    given: InlineStructDef, place: Place, struct_defs: StructDefs
) -> InlineStructDef:
    """Return fields as they are stored: with types that say what they mean.

    Raises:
        DefinitionInvalid: a field cannot be.
    """
    result = InlineStructDef()
    for name in sorted(given.fields):
        spot = place.at("fields", name)
        _check_field_name(name, spot)
        result.fields[name].CopyFrom(_checked_field(given.fields[name], spot, struct_defs))
    result.DiscardUnknownFields()
    return result


def _check_field_name(name: str, place: Place) -> None:
    check_label(name, place)
    for rule, problem in _NAME_RULES:
        if not rule.fullmatch(name):
            raise place.invalid(problem)


def _checked_field(given: StructFieldDef, place: Place, struct_defs: StructDefs) -> StructFieldDef:
    result = copy_of(given)
    result.field_type.CopyFrom(normalised(given.field_type))
    _check_no_json(result.field_type, place.at("field_type"))
    check_type(result.field_type, place.at("field_type"))
    pin(result.field_type, place.at("field_type"), struct_defs)
    if result.HasField("default_value"):
        _admit_default(result, place.at("default_value"), struct_defs)
    return result


def _check_no_json(type_def: TypeDefinition, place: Place) -> None:
    """Refuse JSON at any depth; also what is left open, which means a JSON_OBJ."""
    kind = type_def.WhichOneof("defined_type")
    if kind == "inline_array_def":
        _check_no_json(
            type_def.inline_array_def.array_type, place.at("inline_array_def.array_type")
        )
    elif kind == "inline_map_def":
        _check_no_json(type_def.inline_map_def.value_type, place.at("inline_map_def.value_type"))
    elif kind != "struct_def_id" and type_def.primitive_type in _FORBIDDEN_TYPES:
        raise place.invalid(f"Forbidden JSON type {type_name(type_def)}")


def _admit_default(field: StructFieldDef, place: Place, struct_defs: StructDefs) -> None:
    if is_null(field.default_value):
        if not field.is_nullable:
            raise place.invalid("the field is not nullable")
        return
    try:
        kept = admitted(field.default_value, field.field_type, struct_defs)
    except MisfitError as error:
        raise place.invalid(str(error)) from error
    field.default_value.CopyFrom(kept)
