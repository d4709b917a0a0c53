"""Putting a TaskDef: once put, it never changes."""

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.task_pb2 import PutTaskDefRequest, TaskDef
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.definitions.pinning import pin
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.shape import check_shape
from hitchpost_server.engine.definitions.variables import check_type, check_variable, folded
from hitchpost_server.engine.errors import DefinitionExists
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.types import normalised


def put_task_def(
    request: PutTaskDefRequest,
    stored: TaskDef | None,
    struct_defs: StructDefs,
    created_at: Timestamp,
) -> TaskDef:
    """Make a TaskDef, or return `stored` itself if it says the same.

    Raises:
        FieldInvalid: its name is not one.
        DefinitionInvalid: it contradicts itself or names a StructDef that does not exist.
        DefinitionExists: another one is stored.
    """
    new = new_task_def(request, struct_defs, created_at)
    if stored is None:
        return new
    if not _says_the_same(new, stored):
        raise DefinitionExists(
            kind="TaskDef",
            name=request.name,
            problem=f"TaskDef [{request.name}] cannot be changed",
        )
    return stored


def new_task_def(
    request: PutTaskDefRequest, struct_defs: StructDefs, created_at: Timestamp
) -> TaskDef:
    """Make the TaskDef that a request asks for, whatever is stored."""
    check_name("name", request.name)
    place = Place("TaskDef", request.name)
    check_shape(request, place)
    result = TaskDef(created_at=created_at, input_vars=map(folded, request.input_vars))
    result.id.name = request.name
    result.return_type.SetInParent()
    if request.return_type.HasField("return_type"):
        result.return_type.return_type.CopyFrom(normalised(request.return_type.return_type))
    if request.HasField("description"):
        result.description = request.description
    result.DiscardUnknownFields()
    _check(result, place)
    pin(result, place, struct_defs)
    return result


def _check(task_def: TaskDef, place: Place) -> None:
    for index, variable in enumerate(task_def.input_vars):
        check_variable(variable, place.at("input_vars", index))
    check_type(task_def.return_type.return_type, place.at("return_type"))


def _says_the_same(new: TaskDef, stored: TaskDef) -> bool:
    copy = copy_of(new)
    copy.created_at.CopyFrom(stored.created_at)
    # By bytes: messages with a NaN in them never equal themselves.
    return copy.SerializeToString(deterministic=True) == stored.SerializeToString(
        deterministic=True
    )
