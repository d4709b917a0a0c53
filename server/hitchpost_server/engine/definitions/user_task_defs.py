"""Putting a UserTaskDef: a form that says something else becomes its next version."""

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.user_task_pb2 import PutUserTaskDefRequest, UserTaskDef
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.shape import check_shape


def put_user_task_def(
    request: PutUserTaskDefRequest, latest: UserTaskDef | None, created_at: Timestamp
) -> UserTaskDef:
    """Make the next version of a UserTaskDef, or return `latest` itself if it says the same.

    Names and types of fields are taken as they come, as in LittleHorse.

    Raises:
        FieldInvalid: its name is not one.
        DefinitionInvalid: it does not hold together.
    """
    check_name("name", request.name)
    check_shape(request, Place("UserTaskDef", request.name))
    new = UserTaskDef(name=request.name, fields=request.fields, created_at=created_at)
    if request.HasField("description"):
        new.description = request.description
    new.DiscardUnknownFields()
    if latest is None:
        return new
    new.version = latest.version + 1
    return latest if _says_the_same(new, latest) else new


def _says_the_same(new: UserTaskDef, latest: UserTaskDef) -> bool:
    """Whether they differ in nothing but the version and the time."""
    copy = copy_of(new)
    copy.version = latest.version
    copy.created_at.CopyFrom(latest.created_at)
    return copy == latest
