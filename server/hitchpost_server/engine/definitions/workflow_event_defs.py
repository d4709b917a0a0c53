"""Putting a WorkflowEventDef: once put, it never changes."""

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.workflow_event_pb2 import PutWorkflowEventDefRequest, WorkflowEventDef
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.definitions.pinning import pin
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.shape import check_shape
from hitchpost_server.engine.definitions.variables import check_type
from hitchpost_server.engine.errors import DefinitionExists
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.types import normalised


def put_workflow_event_def(
    request: PutWorkflowEventDefRequest,
    stored: WorkflowEventDef | None,
    struct_defs: StructDefs,
    created_at: Timestamp,
) -> WorkflowEventDef:
    """Make a WorkflowEventDef, or return `stored` itself if it says the same.

    Raises:
        FieldInvalid: its name is not one.
        DefinitionInvalid: it contradicts itself or names a StructDef that does not exist.
        DefinitionExists: one with another content type is stored.
    """
    new = _new_workflow_event_def(request, struct_defs, created_at)
    if stored is None:
        return new
    if new.content_type != stored.content_type:
        raise DefinitionExists(
            kind="WorkflowEventDef", name=request.name, problem="its content type cannot be changed"
        )
    return stored


def _new_workflow_event_def(
    request: PutWorkflowEventDefRequest, struct_defs: StructDefs, created_at: Timestamp
) -> WorkflowEventDef:
    check_name("name", request.name)
    place = Place("WorkflowEventDef", request.name)
    check_shape(request, place)
    result = WorkflowEventDef(created_at=created_at)
    result.id.name = request.name
    result.content_type.SetInParent()
    if request.content_type.HasField("return_type"):
        type_def = normalised(request.content_type.return_type)
        check_type(type_def, place.at("content_type.return_type"))
        result.content_type.return_type.CopyFrom(type_def)
    result.DiscardUnknownFields()
    pin(result, place, struct_defs)
    return result
