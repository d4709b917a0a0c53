"""Requests that are made in more than one place. It knows messages and no call."""

from hitchpost._types import DeclaredType, type_definition
from hitchpost.v1.external_event_pb2 import (
    ExternalEventRetentionPolicy,
    PutExternalEventDefRequest,
)
from hitchpost.v1.value_pb2 import ReturnType


def return_type(declared: DeclaredType | ReturnType | None) -> ReturnType:
    """Say what is returned: None means nothing."""
    if isinstance(declared, ReturnType):
        return declared
    if declared is None:
        return ReturnType()
    return ReturnType(return_type=type_definition(declared))


def put_external_event_def_request(
    name: str,
    *,
    content_type: DeclaredType | ReturnType | None = None,
    require_wfrun: bool | None = None,
    require_wfspec_reference: bool | None = None,
    retention_seconds: int | None = None,
) -> PutExternalEventDefRequest:
    """Describe an ExternalEventDef. What is None is left out of the request."""
    request = PutExternalEventDefRequest(name=name)
    if require_wfrun is not None:
        request.require_wfrun = require_wfrun
    if require_wfspec_reference is not None:
        request.require_wfspec_reference = require_wfspec_reference
    if content_type is not None:
        request.content_type.CopyFrom(return_type(content_type))
    if retention_seconds is not None:
        request.retention_policy.CopyFrom(
            ExternalEventRetentionPolicy(seconds_after_put=retention_seconds)
        )
    return request
