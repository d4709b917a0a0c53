"""Calls about UserTaskDefs: the forms that people fill in. It knows nothing of runs.

Each function is a method of Client.
"""

import dataclasses
from collections.abc import Iterable

from hitchpost import _methods
from hitchpost._calls.definitions import delete
from hitchpost._connection import Connection
from hitchpost._structs import Member, members
from hitchpost._types import primitive_type
from hitchpost.v1.object_id_pb2 import UserTaskDefId
from hitchpost.v1.user_task_pb2 import (
    DeleteUserTaskDefRequest,
    GetLatestUserTaskDefRequest,
    PutUserTaskDefRequest,
    UserTaskDef,
    UserTaskField,
)


async def put_user_task_def(
    self: Connection,
    name: str,
    fields: type | Iterable[UserTaskField],
    description: str | None = None,
) -> UserTaskDef:
    """Define a form, or a new version of it; its fields are those of a dataclass.

        @dataclass
        class Approval:
            approved: bool
            reason: Annotated[str | None, hitchpost.Field(description="Why not?")] = None

        await client.put_user_task_def("approve", Approval)

    A field with a default, or that may be None, need not be filled in. A definition that
    equals the latest version is answered with that.
    """
    request = PutUserTaskDefRequest(name=name, fields=form_fields(fields), description=description)
    return await self.call(_methods.PUT_USER_TASK_DEF, request)


async def get_user_task_def(self: Connection, name: str, version: int | None = None) -> UserTaskDef:
    """Get a version of a form; the latest is the default. Raises ObjectNotFound."""
    if version is None:
        latest = GetLatestUserTaskDefRequest(name=name)
        return await self.call(_methods.GET_LATEST_USER_TASK_DEF, latest)
    exactly = UserTaskDefId(name=name, version=version)
    return await self.call(_methods.GET_USER_TASK_DEF, exactly)


async def delete_user_task_def(self: Connection, name: str, version: int) -> None:
    """Delete one version of a form. Raises ObjectNotFound."""
    request = DeleteUserTaskDefRequest(id=UserTaskDefId(name=name, version=version))
    await delete(self, _methods.DELETE_USER_TASK_DEF, request)


def form_fields(fields: type | Iterable[UserTaskField]) -> list[UserTaskField]:
    """Describe the fields of a form in the contract's words. Raises TypeError."""
    if not isinstance(fields, type):
        return list(fields)
    if not dataclasses.is_dataclass(fields):
        raise TypeError(f"{fields!r} is no dataclass")
    return [_form_field(member) for member in members(fields)]


def _form_field(member: Member) -> UserTaskField:
    kind = primitive_type(member.kind)
    if kind is None:
        raise TypeError(f"no field of a form can be a {member.kind!r} ({member.attribute})")
    return UserTaskField(
        name=member.mark.name or member.attribute,
        type=kind,
        description=member.mark.description,
        display_name=member.mark.display_name or member.attribute.replace("_", " ").capitalize(),
        required=not member.optional,
    )
