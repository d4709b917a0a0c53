"""Between Python types and TypeDefinitions. It knows both sides and no value."""

import types
from datetime import datetime
from typing import Union, get_args, get_origin

from hitchpost.v1 import value_pb2
from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.value_pb2 import TypeDefinition, VariableType

# How a type is named to us: a Python type of the table below, a VariableType, or a
# TypeDefinition for what the table cannot say.
DeclaredType = object

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


def type_definition(declared: DeclaredType) -> TypeDefinition:
    """Turn a declared type into a TypeDefinition. `dict[str, int]` counts as `dict`.

    Raises TypeError for a type that is not in the table, ValueError for no VariableType.
    """
    if isinstance(declared, TypeDefinition):
        return declared
    if isinstance(declared, int) and not isinstance(declared, bool):
        return TypeDefinition(primitive_type=VariableType.Name(declared))
    primitive = primitive_type(declared)
    if primitive is None:
        raise TypeError(f"{declared!r} is no type of a variable; use {_known_types()}")
    return TypeDefinition(primitive_type=primitive)


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


def without_none(annotation: object) -> tuple[object, bool]:
    """Split `T | None` into T and whether None was there. Other unions stay as they are."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    alternatives = [one for one in get_args(annotation) if one is not type(None)]
    optional = len(alternatives) < len(get_args(annotation))
    return (alternatives[0] if len(alternatives) == 1 else annotation), optional


def type_text(definition: TypeDefinition) -> str:
    """Name a type for people."""
    kind = definition.WhichOneof("defined_type")
    if kind in (None, "primitive_type"):
        return VariableType.Name(definition.primitive_type)
    return str(kind).removeprefix("inline_").removesuffix("_def")


def _known_types() -> str:
    return ", ".join(sorted(getattr(known, "__name__", "") for known in _PRIMITIVES))
