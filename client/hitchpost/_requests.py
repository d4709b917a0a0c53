"""Requests that are made in more than one place. It knows messages and no call."""

from dataclasses import dataclass

from hitchpost._types import DeclaredType, type_definition
from hitchpost.v1.external_event_pb2 import (
    CorrelatedEventConfig,
    ExternalEventRetentionPolicy,
    PutExternalEventDefRequest,
)
from hitchpost.v1.value_pb2 import ReturnType
from hitchpost.v1.workflow_event_pb2 import PutWorkflowEventDefRequest


@dataclass(frozen=True)
class Correlation:
    """How external events are kept that name a correlation key instead of a run.

    One is kept for `ttl_seconds`, matched or not; absent means for ever. With
    `delete_after_first` it goes once it has reached the nodes that waited for its key then;
    without, it stays for those that come later.
    """

    ttl_seconds: int | None = None
    delete_after_first: bool = False

    def config(self) -> CorrelatedEventConfig:
        """Say it in the contract's words."""
        return CorrelatedEventConfig(
            ttl_seconds=self.ttl_seconds, delete_after_first_correlation=self.delete_after_first
        )


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
    correlation: Correlation | None = None,
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
    if correlation is not None:
        request.correlated_event_config.CopyFrom(correlation.config())
    return request


def put_workflow_event_def_request(
    name: str, content_type: DeclaredType | ReturnType | None
) -> PutWorkflowEventDefRequest:
    """Describe a WorkflowEventDef; no content type means no content."""
    return PutWorkflowEventDefRequest(name=name, content_type=return_type(content_type))
