"""Between Python types and TypeDefinitions. It knows both sides and no value.

str    STR       bytes     BYTES        Array[T]           array
int    INT       datetime  TIMESTAMP    Map[K, V]          map
float  DOUBLE    WfRunId   WF_RUN_ID    a class of struct  struct
bool   BOOL      dict      JSON_OBJ     list               JSON_ARR

In structs, arrays and maps `list[T]` is an array and `dict[K, V]` a map.
"""

import types
from datetime import datetime
from typing import Annotated, Union, get_args, get_origin

from hitchpost._marks import Array, Field, Map, struct_name
from hitchpost.v1 import value_pb2
from hitchpost.v1.object_id_pb2 import StructDefId, WfRunId
from hitchpost.v1.value_pb2 import InlineArrayDef, InlineMapDef, TypeDefinition, VariableType

# How a type is named to us: a Python type of the table above, also in `Annotated` or with
# `| None`; a VariableType; or a TypeDefinition for what the table cannot say.
DeclaredType = object

LATEST_VERSION = -1

_PRIMITIVES: dict[object, VariableType] = {
    str: value_pb2.STR,
    int: value_pb2.INT,
    float: value_pb2.DOUBLE,
    bool: value_pb2.BOOL,
    bytes: value_pb2.BYTES,
    datetime: value_pb2.TIMESTAMP,
    dict: value_pb2.JSON_OBJ,
    list: value_pb2.JSON_ARR,
    WfRunId: value_pb2.WF_RUN_ID,
}

_ARRAYS, _MAPS = (Array, list), (Map, dict)


def type_definition(declared: DeclaredType, *, native: bool = False) -> TypeDefinition:
    """Turn a declared type into a TypeDefinition.

    `native` is for what stands in a struct, array or map: `list[int]` is an array there and
    JSON elsewhere. Raises TypeError for a type that is not in the table, ValueError for no
    VariableType.
    """
    if isinstance(declared, TypeDefinition):
        return declared
    if isinstance(declared, int) and not isinstance(declared, bool):
        return TypeDefinition(primitive_type=VariableType.Name(declared))
    plain, mark = without_mark(declared)
    definition = _definition_of(without_none(plain)[0], native)
    return masked(definition) if mark.masked else definition


def _definition_of(plain: object, native: bool) -> TypeDefinition:
    if (name := struct_name(plain)) is not None:
        version = LATEST_VERSION if name.version is None else name.version
        return TypeDefinition(struct_def_id=StructDefId(name=name.name, version=version))
    origin, items = get_origin(plain), get_args(plain)
    if origin is Array or (native and origin is list):
        return array_definition(type_definition(items[0], native=True))
    if origin is Map or (native and origin is dict):
        key, value = (type_definition(item, native=True) for item in items)
        return map_definition(key, value)
    primitive = primitive_type(plain)
    if primitive is None:
        raise TypeError(f"{plain!r} is no type of a variable; use {_known_types()}")
    return TypeDefinition(primitive_type=primitive)


def array_definition(item: TypeDefinition) -> TypeDefinition:
    """Give the type of arrays with such items."""
    return TypeDefinition(inline_array_def=InlineArrayDef(array_type=item))


def map_definition(key: TypeDefinition, value: TypeDefinition) -> TypeDefinition:
    """Give the type of maps with such keys and values."""
    return TypeDefinition(inline_map_def=InlineMapDef(key_type=key, value_type=value))


def masked(declared: DeclaredType) -> TypeDefinition:
    """Declare a type whose values nobody may read, only tasks."""
    definition = TypeDefinition()
    definition.CopyFrom(type_definition(declared))
    definition.masked = True
    return definition


def primitive_type(declared: DeclaredType) -> VariableType | None:
    """Give the VariableType of a Python type, if it has one."""
    origin = get_origin(declared)
    return _PRIMITIVES.get(declared if origin is None else origin)


def is_primitive(declared: TypeDefinition | None, *wanted: VariableType) -> bool:
    """Say whether a type is known and one of these primitive ones."""
    return (
        declared is not None
        and declared.WhichOneof("defined_type") in (None, "primitive_type")
        and declared.primitive_type in wanted
    )


def without_mark(annotation: object) -> tuple[object, Field]:
    """Split `Annotated[T, Field(...)]` into T and the mark, which may say nothing."""
    if get_origin(annotation) is not Annotated:
        return annotation, Field()
    plain, *marks = get_args(annotation)
    return plain, next((mark for mark in marks if isinstance(mark, Field)), Field())


def without_none(annotation: object) -> tuple[object, bool]:
    """Split `T | None` into T and whether None was there. Other unions stay as they are."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    alternatives = [one for one in get_args(annotation) if one is not type(None)]
    optional = len(alternatives) < len(get_args(annotation))
    return (alternatives[0] if len(alternatives) == 1 else annotation), optional


def items_of(kind: object) -> tuple[object, ...]:
    """Give the types of a collection's items: `(T,)` of a list, `(K, V)` of a dict, or none."""
    return get_args(kind) if get_origin(kind) in (*_ARRAYS, *_MAPS) else ()


def type_text(definition: TypeDefinition) -> str:
    """Name a type for people."""
    match definition.WhichOneof("defined_type"):
        case "struct_def_id":
            return f"struct {definition.struct_def_id.name}"
        case "inline_array_def":
            return f"array of {type_text(definition.inline_array_def.array_type)}"
        case "inline_map_def":
            inline = definition.inline_map_def
            return f"map of {type_text(inline.key_type)} to {type_text(inline.value_type)}"
        case "inline_struct_def":
            return "struct"
        case _:
            return VariableType.Name(definition.primitive_type)


def _known_types() -> str:
    known = sorted(getattr(known, "__name__", "") for known in _PRIMITIVES)
    return ", ".join([*known, "Array[...]", "Map[...]", "a class of struct"])
