"""Struct builders: what they must hold before anything runs, and what they build.

How a single assignment is typed or evaluated is not known here: whoever asks
brings that along.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hitchpost.v1.assignment_pb2 import InlineStructBuilder, StructBuilder, VariableAssignment
from hitchpost.v1.object_id_pb2 import StructDefId
from hitchpost.v1.struct_def_pb2 import StructDef
from hitchpost.v1.value_pb2 import InlineStruct, Struct, TypeDefinition, VariableValue
from hitchpost_server.engine.ids import struct_def_name
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.errors import EvaluationError, StaticTypeError
from hitchpost_server.engine.values.scalars import bounded
from hitchpost_server.engine.values.struct_defs import StructDefs, required_fields
from hitchpost_server.engine.values.type_definitions import normalised, type_name

# Refuses an assignment that does not fit a type.
Check = Callable[[VariableAssignment, TypeDefinition], None]
# The fields of a builder: assignments that were compiled, or further fields.
Fields = Mapping[str, Any]


def check_builder(builder: StructBuilder, struct_defs: StructDefs, check: Check) -> TypeDefinition:
    """Refuse a builder that cannot build its struct; return the type of what it builds."""
    _check_fields(builder.value, builder.struct_def_id, struct_defs, check)
    return TypeDefinition(struct_def_id=builder.struct_def_id)


def _check_fields(
    builder: InlineStructBuilder, named: StructDefId, struct_defs: StructDefs, check: Check
) -> None:
    found = struct_defs.struct_def(named.name, named.version)
    if found is None:
        raise StaticTypeError(f"StructDef {struct_def_name(named)} does not exist")
    missing = sorted(required_fields(found.struct_def) - builder.fields.keys())
    if missing:
        raise StaticTypeError(f"required fields are missing: {', '.join(missing)}")
    for name in sorted(builder.fields):
        field, wanted = builder.fields[name], field_type(found, name)
        if field.HasField("simple_value"):
            check(field.simple_value, wanted)
        elif not wanted.HasField("struct_def_id"):
            raise StaticTypeError(f"field {name} is {type_name(wanted)}, which is no struct")
        else:
            _check_fields(field.sub_structure, wanted.struct_def_id, struct_defs, check)


def field_type(struct_def: StructDef, name: str) -> TypeDefinition:
    """Find the type of a field; StaticTypeError if the StructDef has none of that name."""
    field = struct_def.struct_def.fields.get(name)
    if field is None:
        holder = struct_def_name(struct_def.id)
        raise StaticTypeError(f"could not find field '{name}' in StructDef {holder}")
    return normalised(field.field_type)


def compiled_fields(
    builder: InlineStructBuilder, compile_assignment: Callable[[VariableAssignment], Any]
) -> Fields:
    """Make ready what a builder computes."""
    return {
        name: compile_assignment(field.simple_value)
        if field.HasField("simple_value")
        else compiled_fields(field.sub_structure, compile_assignment)
        for name, field in sorted(builder.fields.items())
    }


def built(named: StructDefId, fields: Fields, scope: Any) -> VariableValue:
    """Build a struct of what the fields yield in a scope; EvaluationError if it is none."""
    raw = VariableValue(struct=_built(named, fields, scope))
    return admitted(bounded(raw), TypeDefinition(struct_def_id=named), scope)


def _built(named: StructDefId, fields: Fields, scope: Any) -> Struct:
    struct = InlineStruct()
    for name, field in fields.items():
        if isinstance(field, Mapping):
            inner = _built(_inner_struct(named, name, scope), field, scope)
            struct.fields[name].value.struct.CopyFrom(inner)
        else:
            struct.fields[name].value.CopyFrom(field(scope))
            struct.fields[name].SetInParent()
    return Struct(struct_def_id=named, struct=struct)


def _inner_struct(named: StructDefId, name: str, struct_defs: StructDefs) -> StructDefId:
    found = struct_defs.struct_def(named.name, named.version)
    field = found.struct_def.fields.get(name) if found else None
    if field is None:
        raise EvaluationError(f"StructDef {struct_def_name(named)} has no field {name}")
    return field.field_type.struct_def_id
