"""Calls about StructDefs, which are classes of `struct` here. It knows nothing of runs.

Each function is a method of Client.
"""

import dataclasses

from hitchpost import _methods
from hitchpost._calls.definitions import delete
from hitchpost._connection import Connection
from hitchpost._structs import Member, members, named
from hitchpost._types import LATEST_VERSION, type_definition
from hitchpost._values import to_value
from hitchpost.v1 import struct_def_pb2
from hitchpost.v1.object_id_pb2 import StructDefId
from hitchpost.v1.struct_def_pb2 import (
    DeleteStructDefRequest,
    PutStructDefRequest,
    StructDef,
    StructDefCompatibilityType,
    ValidateStructDefEvolutionRequest,
)
from hitchpost.v1.value_pb2 import InlineStructDef, StructFieldDef


async def put_struct_def(
    self: Connection,
    struct: type,
    *,
    allowed_updates: StructDefCompatibilityType = struct_def_pb2.NO_SCHEMA_UPDATES,
) -> StructDef:
    """Define the StructDef that a class of `struct` stands for, or a new version of it.

    Structs that its fields are of must have been defined before. One that equals the latest
    version is answered with that; `allowed_updates` says how another one may differ from it,
    and past that it is refused with DefinitionInvalid.
    """
    name = named(struct)
    request = PutStructDefRequest(
        name=name.name,
        description=name.description,
        struct_def=inline_struct_def(struct),
        allowed_updates=allowed_updates,
    )
    return await self.call(_methods.PUT_STRUCT_DEF, request)


async def get_struct_def(
    self: Connection, struct: type | str, version: int | None = None
) -> StructDef:
    """Get a version of a StructDef, by its name or its class; the latest is the default.

    Raises ObjectNotFound.
    """
    return await self.call(_methods.GET_STRUCT_DEF, _struct_def_id(struct, version))


async def delete_struct_def(self: Connection, struct: type | str, version: int) -> None:
    """Delete one version of a StructDef. Raises ObjectNotFound."""
    request = DeleteStructDefRequest(id=_struct_def_id(struct, version))
    await delete(self, _methods.DELETE_STRUCT_DEF, request)


async def validate_struct_def_evolution(
    self: Connection,
    struct: type,
    version: int | None = None,
    *,
    allowed_updates: StructDefCompatibilityType = struct_def_pb2.NO_SCHEMA_UPDATES,
) -> bool:
    """Say whether a class could be put after a version of its StructDef; the latest is the default.

    Nothing is stored. Without such a version it could.
    """
    request = ValidateStructDefEvolutionRequest(
        struct_def_id=_struct_def_id(struct, version),
        struct_def=inline_struct_def(struct),
        compatibility_type=allowed_updates,
    )
    return (await self.call(_methods.VALIDATE_STRUCT_DEF_EVOLUTION, request)).is_valid


def inline_struct_def(struct: type) -> InlineStructDef:
    """Describe the fields of a class of `struct` in the contract's words."""
    return InlineStructDef(fields={one.name: _field_def(one) for one in members(struct)})


def _field_def(member: Member) -> StructFieldDef:
    described = StructFieldDef(
        field_type=member.definition,
        is_nullable=member.nullable,
        description=member.mark.description,
    )
    if member.default is not dataclasses.MISSING and member.default is not None:
        described.default_value.CopyFrom(to_value(member.default, member.definition))
    return described


def _struct_def_id(struct: type | str, version: int | None) -> StructDefId:
    if isinstance(struct, str):
        return StructDefId(name=struct, version=LATEST_VERSION if version is None else version)
    chosen = type_definition(struct).struct_def_id
    return StructDefId(name=chosen.name, version=chosen.version if version is None else version)
