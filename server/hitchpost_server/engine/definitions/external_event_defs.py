"""Putting an ExternalEventDef: it always takes the place of the stored one.

Except for the two guardrails: a request that does not speak of them leaves
them as an operator set them.
"""

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.external_event_pb2 import ExternalEventDef, PutExternalEventDefRequest
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.definitions.pinning import pin
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.shape import check_shape
from hitchpost_server.engine.definitions.variables import check_type
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.types import normalised


def put_external_event_def(
    request: PutExternalEventDefRequest,
    stored: ExternalEventDef | None,
    struct_defs: StructDefs,
    created_at: Timestamp,
) -> ExternalEventDef:
    """Make an ExternalEventDef.

    Raises:
        FieldInvalid: its name is not one.
        DefinitionInvalid: it contradicts itself or names a StructDef that does not exist.
    """
    check_name("name", request.name)
    place = Place("ExternalEventDef", request.name)
    check_shape(request, place)
    _check_times(request, place)
    result = ExternalEventDef(created_at=created_at, retention_policy=request.retention_policy)
    result.id.name = request.name
    if request.HasField("content_type"):
        _set_content_type(result, request, place)
    if request.HasField("correlated_event_config"):
        result.correlated_event_config.CopyFrom(request.correlated_event_config)
    _set_guardrails(result, request, stored or ExternalEventDef())
    result.DiscardUnknownFields()
    pin(result, place, struct_defs)
    return result


def _check_times(request: PutExternalEventDefRequest, place: Place) -> None:
    if request.retention_policy.seconds_after_put < 0:
        raise place.at("retention_policy.seconds_after_put").invalid("it may not be negative")
    config = request.correlated_event_config
    if config.HasField("ttl_seconds") and config.ttl_seconds <= 0:
        raise place.at("correlated_event_config.ttl_seconds").invalid("it must be more than 0")


def _set_content_type(
    result: ExternalEventDef, request: PutExternalEventDefRequest, place: Place
) -> None:
    """Take the type over; an empty one says that there is no content."""
    result.type_information.SetInParent()
    if request.content_type.HasField("return_type"):
        type_def = normalised(request.content_type.return_type)
        check_type(type_def, place.at("content_type.return_type"))
        result.type_information.return_type.CopyFrom(type_def)


def _set_guardrails(
    result: ExternalEventDef, request: PutExternalEventDefRequest, stored: ExternalEventDef
) -> None:
    result.require_wfrun = (
        request.require_wfrun if request.HasField("require_wfrun") else stored.require_wfrun
    )
    result.require_wfspec_reference = (
        request.require_wfspec_reference
        if request.HasField("require_wfspec_reference")
        else stored.require_wfspec_reference
    )
