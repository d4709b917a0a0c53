"""Field 4 of PutExternalEventDefRequest, which means two things.

Here it is `require_wfrun`, a varint; LittleHorse later gave the number to
`correlated_event_config`, a message. On the wire the two cannot be confused: a
length-delimited field 4 arrives as an unknown field and is read as field 102.
All knowledge of that is in this module.
"""

from typing import Any

from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet

from hitchpost.v1 import external_event_pb2 as events
from hitchpost_server.api.errors import MalformedRequest
from hitchpost_server.engine.errors import FieldInvalid

LITTLEHORSE_FIELD = 4
LENGTH_DELIMITED = 2


def normalise(request: events.PutExternalEventDefRequest) -> None:
    """Move a length-delimited field 4 to field 102 and discard all unknown fields.

    Repeats merge, as everywhere in protobuf. Bytes that do not parse, and field
    4 together with field 102, are refused.
    """
    # A sequence at run time, which its stubs do not know.
    unknown: Any = UnknownFieldSet(request)
    configs = [
        field.data
        for field in unknown
        if field.field_number == LITTLEHORSE_FIELD and field.wire_type == LENGTH_DELIMITED
    ]
    request.DiscardUnknownFields()
    if not configs:
        return
    if request.HasField("correlated_event_config"):
        raise FieldInvalid(
            field="correlated_event_config", problem="it is given twice, as fields 4 and 102"
        )
    for config in configs:
        try:
            request.correlated_event_config.MergeFromString(config)
        except DecodeError as error:
            raise MalformedRequest(message="CorrelatedEventConfig") from error
    request.correlated_event_config.SetInParent()
    request.DiscardUnknownFields()
