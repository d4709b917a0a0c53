"""Type definitions alone: what they mean, their parts and their names. It knows no values.

A TypeDefinition that is handed out may be shared and must not be changed.
"""

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import InlineMapDef, TypeDefinition, VariableDef

# The field of a VariableValue that holds each primitive type.
KINDS: dict[int, str] = {
    values.JSON_OBJ: "json_obj",
    values.JSON_ARR: "json_arr",
    values.DOUBLE: "double",
    values.BOOL: "bool",
    values.STR: "str",
    values.INT: "int",
    values.BYTES: "bytes",
    values.WF_RUN_ID: "wf_run_id",
    values.TIMESTAMP: "utc_timestamp",
}
_OTHER_KINDS = {
    "struct_def_id": "struct",
    "inline_array_def": "array",
    "inline_map_def": "map",
}
PRIMITIVES = {
    kind: TypeDefinition(primitive_type=values.VariableType.Name(number))
    for number, kind in KINDS.items()
}
JSON_OBJ = PRIMITIVES["json_obj"]
JSON_ARR = PRIMITIVES["json_arr"]
DOUBLE = PRIMITIVES["double"]
BOOL = PRIMITIVES["bool"]
STR = PRIMITIVES["str"]
INT = PRIMITIVES["int"]


def normalised(type_def: TypeDefinition | None) -> TypeDefinition:
    """Say what a type means: one that defines nothing is JSON_OBJ, and so is an inline struct.

    What an array or a map holds may be left open; that stays open.
    """
    if type_def is None:
        return JSON_OBJ
    defined = type_def.WhichOneof("defined_type")
    if defined in ("primitive_type", "struct_def_id"):
        return type_def
    result = TypeDefinition(masked=type_def.masked)
    if defined == "inline_array_def":
        result.inline_array_def.SetInParent()
        if type_def.inline_array_def.HasField("array_type"):
            item = normalised(type_def.inline_array_def.array_type)
            result.inline_array_def.array_type.CopyFrom(item)
    elif defined == "inline_map_def":
        result.inline_map_def.CopyFrom(normalised_map(type_def.inline_map_def))
    else:
        result.primitive_type = values.JSON_OBJ
    return result


def normalised_map(map_type: InlineMapDef) -> InlineMapDef:
    """Say what the type of a map means."""
    result = InlineMapDef()
    if map_type.HasField("key_type"):
        result.key_type.CopyFrom(normalised(map_type.key_type))
    if map_type.HasField("value_type"):
        result.value_type.CopyFrom(normalised(map_type.value_type))
    return result


def variable_type(variable_def: VariableDef) -> TypeDefinition:
    """Find the type of a variable; the deprecated `type` wins when it is present.

    The variable is masked if any of its two marks says so.
    """
    masked = variable_def.masked_value or variable_def.type_def.masked
    if variable_def.HasField("type"):
        return TypeDefinition(primitive_type=variable_def.type, masked=masked)
    declared = normalised(variable_def.type_def)
    if declared.masked == masked:
        return declared
    result = TypeDefinition(masked=masked)
    result.MergeFrom(declared)
    return result


def item_type(array: TypeDefinition) -> TypeDefinition | None:
    """Find the type of an array's items; None if it is left open."""
    definition = array.inline_array_def
    return normalised(definition.array_type) if definition.HasField("array_type") else None


def key_type(map_def: TypeDefinition) -> TypeDefinition | None:
    """Find the type of a map's keys; None if it is left open."""
    definition = map_def.inline_map_def
    return normalised(definition.key_type) if definition.HasField("key_type") else None


def entry_type(map_def: TypeDefinition) -> TypeDefinition | None:
    """Find the type of a map's values; None if it is left open."""
    definition = map_def.inline_map_def
    return normalised(definition.value_type) if definition.HasField("value_type") else None


def kind_of(type_def: TypeDefinition) -> str:
    """Name the field of a VariableValue that holds values of a type; '' if there is none."""
    defined = type_def.WhichOneof("defined_type") or ""
    if defined == "primitive_type":
        return KINDS.get(type_def.primitive_type, "")
    return _OTHER_KINDS.get(defined, "json_obj")


def type_name(type_def: TypeDefinition | None) -> str:
    """Name a type as messages for people do: `MAP<STR, ARRAY<INT>>`; `?` if it is not known."""
    if type_def is None:
        return "?"
    kind = kind_of(type_def)
    if kind == "struct":
        return f"STRUCT<{type_def.struct_def_id.name}, {type_def.struct_def_id.version}>"
    if kind == "array":
        return f"ARRAY<{type_name(item_type(type_def))}>"
    if kind == "map":
        return f"MAP<{type_name(key_type(type_def))}, {type_name(entry_type(type_def))}>"
    return NAMES.get(kind) or f"TYPE {type_def.primitive_type}"


# How people call what a field of a VariableValue holds.
NAMES = {kind: values.VariableType.Name(number) for number, kind in KINDS.items()} | {
    "struct": "STRUCT",
    "array": "ARRAY",
    "map": "MAP",
}
