"""Putting a StructDef: one that says something else becomes its next version, if it may.

It knows the order of what is checked and what is stored; how versions may
differ is in `struct_evolution`.
"""

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.struct_def_pb2 import (
    PutStructDefRequest,
    StructDef,
    ValidateStructDefEvolutionRequest,
)
from hitchpost.v1.value_pb2 import InlineStructDef
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.shape import check_shape
from hitchpost_server.engine.definitions.struct_evolution import violations
from hitchpost_server.engine.definitions.struct_fields import checked_fields
from hitchpost_server.engine.values.struct_defs import StructDefs


def put_struct_def(
    request: PutStructDefRequest,
    latest: StructDef | None,
    struct_defs: StructDefs,
    created_at: Timestamp,
) -> StructDef:
    """Make the next version of a StructDef, or return `latest` itself if it says the same.

    Raises:
        FieldInvalid: its name is not one.
        DefinitionInvalid: a field cannot be, or differs where it may not.
    """
    check_name("name", request.name)
    place = Place("StructDef", request.name)
    check_shape(request, place)
    fields = checked_fields(request.struct_def, place.at("struct_def"), struct_defs)
    new = StructDef(created_at=created_at, struct_def=fields)
    new.id.name = request.name
    if request.HasField("description"):
        new.description = request.description
    if latest is None:
        return new
    new.id.version = latest.id.version + 1
    if not _same(new.struct_def, latest.struct_def):
        _check_evolution(new, latest, request, place)
    elif _description(new) == _description(latest):
        return latest
    return new


def _same(one: InlineStructDef, other: InlineStructDef) -> bool:
    # By bytes: messages with a NaN in them never equal themselves.
    return one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)


def _description(struct_def: StructDef) -> str | None:
    return struct_def.description if struct_def.HasField("description") else None


def _check_evolution(
    new: StructDef, latest: StructDef, request: PutStructDefRequest, place: Place
) -> None:
    wrong = violations(new.struct_def, latest.struct_def, request.allowed_updates)
    if wrong:
        raise place.at("struct_def").invalid(
            f"version {latest.id.version} does not let these fields change: {', '.join(wrong)}"
        )


def is_valid_evolution(request: ValidateStructDefEvolutionRequest, struct_defs: StructDefs) -> bool:
    """Tell whether a version could be followed by such fields; one that is unknown by any.

    Raises:
        DefinitionInvalid: a field cannot be.
    """
    named = request.struct_def_id
    place = Place("StructDef", named.name)
    check_shape(request, place)
    fields = checked_fields(request.struct_def, place.at("struct_def"), struct_defs)
    stored = struct_defs.struct_def(named.name, named.version)
    return stored is None or not violations(fields, stored.struct_def, request.compatibility_type)
