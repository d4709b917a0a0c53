"""What can go wrong, as one tree. It knows the reasons of the contract and no transport.

    HitchpostError
    |- ValueUnsupported              a Python object that is no VariableValue (a TypeError too)
    |- WorkflowInvalid               a workflow that makes no sense as written
    |- TaskMismatch                  a function that does not fit its TaskDef
    |- WaitFailed                    a run ended without the status that was waited for
    |  `- WaitTimedOut               ... or is still going (a TimeoutError too)
    `- CallFailed                    a call that did not end well
       |- Rejected                   nothing was stored; the same call again will not help
       |  |- RequestInvalid          ... because of how the request is made
       |  |  |- MalformedRequest     MALFORMED_REQUEST
       |  |  |- FieldInvalid         FIELD_INVALID
       |  |  |- RequestTooLarge      REQUEST_TOO_LARGE
       |  |  |- ObjectTooLarge       OBJECT_TOO_LARGE
       |  |  |- UnsupportedConstruct UNSUPPORTED_CONSTRUCT
       |  |  `- InputInvalid         INPUT_INVALID
       |  |- ObjectNotFound          OBJECT_NOT_FOUND
       |  |- WfRunExists             WF_RUN_EXISTS
       |  |- ParentWfRunNotFound     PARENT_WF_RUN_NOT_FOUND
       |  |- NotRescuable            NOT_RESCUABLE
       |  |- WfRunTerminated         WF_RUN_TERMINATED
       |  |- ExecutionMismatch       EXECUTION_MISMATCH
       |  |- CorrelatedEventExists   CORRELATED_EVENT_EXISTS
       |  |- MessageExists           MESSAGE_EXISTS
       |  |- ConsumerMismatch        CONSUMER_MISMATCH
       |  |- DefinitionRefused       ... because of what a definition says
       |  |  |- DefinitionExists     DEFINITION_EXISTS
       |  |  |- DefinitionInvalid    DEFINITION_INVALID
       |  |  |- DefinitionBuiltIn    DEFINITION_BUILT_IN
       |  |  `- BreakingChange       BREAKING_CHANGE
       |  |- ExternalEventRefused    ... by the guardrails of external events
       |  |  |- ExternalEventDefNotFound  EXTERNAL_EVENT_DEF_NOT_FOUND
       |  |  |- ExternalEventExists       EXTERNAL_EVENT_EXISTS
       |  |  |- ContentTypeMismatch       CONTENT_TYPE_MISMATCH
       |  |  |- ContentTooLarge           CONTENT_TOO_LARGE
       |  |  |- WfRunNotFound             WF_RUN_NOT_FOUND
       |  |  |- NotReferencedByWfSpec     NOT_REFERENCED_BY_WF_SPEC
       |  |  `- UnconsumedEventLimit      UNCONSUMED_EVENT_LIMIT
       |  |- UserTaskRefused         ... because of how a user task stands
       |  |  |- UserTaskClaimed      USER_TASK_CLAIMED
       |  |  |- UserTaskEnded        USER_TASK_ENDED
       |  |  `- CommentUnavailable   COMMENT_UNAVAILABLE
       |  |- AccessDenied            no principal, or one that may not
       |  |  `- TenantUnknown        TENANT_UNKNOWN
       |  `- NotServed               the server has no such method
       |- Unavailable                the same call may succeed later
       |  |- Overloaded              OVERLOADED
       |  |- StoreUnavailable        STORE_UNAVAILABLE
       |  `- ShuttingDown            SHUTTING_DOWN
       |- DeadlineExceeded           no answer in time; the outcome is unknown (a TimeoutError too)
       `- ServerFault                a defect
          `- InternalFault           INTERNAL_FAULT

A class with a reason is raised for that reason and no other. A branch is raised itself when
an answer carries no reason (gRPC's own) or one that this version does not know: then its
status decides. Message texts are for people and decide nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import grpc

from hitchpost.v1 import errors_pb2 as reasons
from hitchpost.v1.wf_run_pb2 import WfRun


class HitchpostError(Exception):
    """Everything that this package raises on purpose."""


class ValueUnsupported(HitchpostError, TypeError):
    """A Python object cannot be sent as a VariableValue."""


class WorkflowInvalid(HitchpostError):
    """A workflow makes no sense as it is written."""


class TaskMismatch(HitchpostError):
    """A function does not take or return what its TaskDef says."""


class WaitFailed(HitchpostError):
    """A run ended without reaching the status that was waited for. `run` is its last state."""

    def __init__(self, message: str, run: WfRun) -> None:
        super().__init__(message)
        self.run = run


class WaitTimedOut(WaitFailed, TimeoutError):
    """A run did not reach the status that was waited for in time. `run` is its last state."""


class CallFailed(HitchpostError):
    """A call ended with another status than OK.

    `reason` is the name of an ErrorReason, or empty if the answer carries none. `metadata`
    holds its facts, `status` the gRPC status, `message` the sentence for people. With
    `retry_can_help` the same call may succeed later without anybody changing anything.
    `retry_after_seconds` is how long the server asks to wait before, if it does.
    `outcome_unknown` says that an earlier try of the same call may have happened.
    """

    reason: str = ""
    code: ClassVar[reasons.ErrorReason | None] = None

    def __init__(
        self,
        message: str,
        *,
        status: grpc.StatusCode,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.reason = reason
        self.metadata = dict(metadata or {})
        self.retry_after_seconds = retry_after_seconds
        self.outcome_unknown = False

    @property
    def retry_can_help(self) -> bool:
        """Whether the same call may succeed later without anybody changing anything."""
        if self.reason in reasons.ErrorReason.keys():  # noqa: SIM118 (not a mapping)
            return retry_can_help(self.reason)
        return self.status in _STATUSES_THAT_PASS

    def __str__(self) -> str:
        """Give the reason, if there is one, and the message."""
        return f"{self.reason or self.status.name}: {self.message}"


class Rejected(CallFailed):
    """The call is refused. Nothing was stored; the same call again will not help."""


class RequestInvalid(Rejected):
    """The request is made wrongly."""


class MalformedRequest(RequestInvalid):
    """The bytes are not the message that the method takes."""

    code = reasons.MALFORMED_REQUEST


class FieldInvalid(RequestInvalid):
    """A field is missing, too long, of the wrong form or in conflict. Metadata: `field`."""

    code = reasons.FIELD_INVALID


class RequestTooLarge(RequestInvalid):
    """The request exceeds what the server takes. Metadata: `bytes`, `limit`."""

    code = reasons.REQUEST_TOO_LARGE


class ObjectTooLarge(RequestInvalid):
    """Something that would be stored exceeds the limit. Metadata: `kind`, `bytes`, `limit`."""

    code = reasons.OBJECT_TOO_LARGE


class UnsupportedConstruct(RequestInvalid):
    """The server does not build this part of the contract. Metadata: `construct`, `field`."""

    code = reasons.UNSUPPORTED_CONSTRUCT


class InputInvalid(RequestInvalid):
    """An input of a new run is missing, unknown or of the wrong type. Metadata: `variable`."""

    code = reasons.INPUT_INVALID


class ObjectNotFound(Rejected):
    """What was asked for by its id is not there. Metadata: `kind`, `id`."""

    code = reasons.OBJECT_NOT_FOUND


class WfRunExists(Rejected):
    """A run with that id exists. Metadata: `wf_run`."""

    code = reasons.WF_RUN_EXISTS


class ParentWfRunNotFound(Rejected):
    """There is no such run to be the parent of a new one. Metadata: `wf_run`."""

    code = reasons.PARENT_WF_RUN_NOT_FOUND


class NotRescuable(Rejected):
    """The thread cannot be brought back to life. Metadata: `wf_run`, `thread`, `problem`."""

    code = reasons.NOT_RESCUABLE


class WfRunTerminated(Rejected):
    """The run has come to its end and cannot start over. Metadata: `wf_run`, `status`."""

    code = reasons.WF_RUN_TERMINATED


class ExecutionMismatch(Rejected):
    """The run is at another execution. Metadata: `wf_run`, `execution`, `current`."""

    code = reasons.EXECUTION_MISMATCH


class ConsumerMismatch(Rejected):
    """The consumer was made for other topics. Metadata: `consumer`, `patterns`."""

    code = reasons.CONSUMER_MISMATCH


class MessageExists(Rejected):
    """Another message was published to that topic with that id. Metadata: `topic`, `id`."""

    code = reasons.MESSAGE_EXISTS


class CorrelatedEventExists(Rejected):
    """A correlated event with that definition and key is there.

    Metadata: `external_event_def`, `key`.
    """

    code = reasons.CORRELATED_EVENT_EXISTS


class DefinitionRefused(Rejected):
    """A definition may not be put as it is."""


class DefinitionExists(DefinitionRefused):
    """Another definition has that name and may not change. Metadata: `kind`, `name`."""

    code = reasons.DEFINITION_EXISTS


class DefinitionInvalid(DefinitionRefused):
    """A definition contradicts itself or names what does not exist. Metadata: `kind`, `name`."""

    code = reasons.DEFINITION_INVALID


class DefinitionBuiltIn(DefinitionRefused):
    """A definition that is the server's own cannot be deleted. Metadata: `kind`, `name`."""

    code = reasons.DEFINITION_BUILT_IN


class BreakingChange(DefinitionRefused):
    """The WfSpec needs a new major version, which the call forbids. Metadata: `name`."""

    code = reasons.BREAKING_CHANGE


class ExternalEventRefused(Rejected):
    """An external event is refused. Metadata: `external_event_def` and more."""


class ExternalEventDefNotFound(ExternalEventRefused):
    """There is no ExternalEventDef of that name."""

    code = reasons.EXTERNAL_EVENT_DEF_NOT_FOUND


class ExternalEventExists(ExternalEventRefused):
    """The run has an event of that definition and guid. Metadata: `wf_run`, `guid`."""

    code = reasons.EXTERNAL_EVENT_EXISTS


class ContentTypeMismatch(ExternalEventRefused):
    """The content does not fit the type that the definition declares."""

    code = reasons.CONTENT_TYPE_MISMATCH


class ContentTooLarge(ExternalEventRefused):
    """The content exceeds what the server takes. Metadata: `bytes`, `limit`."""

    code = reasons.CONTENT_TOO_LARGE


class WfRunNotFound(ExternalEventRefused):
    """The definition requires the run to exist, and it does not. Metadata: `wf_run`."""

    code = reasons.WF_RUN_NOT_FOUND


class NotReferencedByWfSpec(ExternalEventRefused):
    """The run's WfSpec does not refer to the definition. Metadata: `wf_run`, `wf_spec`."""

    code = reasons.NOT_REFERENCED_BY_WF_SPEC


class UnconsumedEventLimit(ExternalEventRefused):
    """The run holds as many unclaimed events as it may. Metadata: `wf_run`, `count`, `limit`."""

    code = reasons.UNCONSUMED_EVENT_LIMIT


class UserTaskRefused(Rejected):
    """A user task does not allow this as it is. Metadata: `user_task_run` and more."""


class UserTaskClaimed(UserTaskRefused):
    """A user has the user task, and the call may not take it from them. Metadata: `user_id`."""

    code = reasons.USER_TASK_CLAIMED


class UserTaskEnded(UserTaskRefused):
    """The user task is done or cancelled. Metadata: `status`."""

    code = reasons.USER_TASK_ENDED


class CommentUnavailable(UserTaskRefused):
    """The comment was deleted, or the call does not say which. Metadata: `user_comment_id`."""

    code = reasons.COMMENT_UNAVAILABLE


class AccessDenied(Rejected):
    """The caller is not known, or may not do that."""


class TenantUnknown(AccessDenied):
    """The server has no tenant of that name. Metadata: `tenant`."""

    code = reasons.TENANT_UNKNOWN


class NotServed(Rejected):
    """The server has no such method."""


class Unavailable(CallFailed):
    """The call did not get through, or its outcome is unknown. The same call may succeed later."""


class Overloaded(Unavailable):
    """More calls wait than the server takes."""

    code = reasons.OVERLOADED


class StoreUnavailable(Unavailable):
    """The store did not take the command, or it cannot be told whether it did."""

    code = reasons.STORE_UNAVAILABLE


class ShuttingDown(Unavailable):
    """The server is stopping and takes no new work."""

    code = reasons.SHUTTING_DOWN


class DeadlineExceeded(CallFailed, TimeoutError):
    """No answer came in time. What was asked for may have happened, or may yet."""


class ServerFault(CallFailed):
    """The server failed in a way that is not foreseen."""


class InternalFault(ServerFault):
    """A defect of the server. Nothing of the command was stored."""

    code = reasons.INTERNAL_FAULT


# Statuses of answers without a reason after which the same call may succeed.
_STATUSES_THAT_PASS = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}

# What is raised for an answer without a reason that this version knows. Others: CallFailed.
BY_STATUS: Mapping[grpc.StatusCode, type[CallFailed]] = {
    grpc.StatusCode.INVALID_ARGUMENT: RequestInvalid,
    grpc.StatusCode.OUT_OF_RANGE: RequestInvalid,
    grpc.StatusCode.NOT_FOUND: Rejected,
    grpc.StatusCode.ALREADY_EXISTS: Rejected,
    grpc.StatusCode.FAILED_PRECONDITION: Rejected,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Rejected,
    grpc.StatusCode.PERMISSION_DENIED: AccessDenied,
    grpc.StatusCode.UNAUTHENTICATED: AccessDenied,
    grpc.StatusCode.UNIMPLEMENTED: NotServed,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.ABORTED: Unavailable,
    # Who cancels a call here gets no answer. This one is from a server that stops: gRPC ends so
    # the calls that have arrived and were not begun.
    grpc.StatusCode.CANCELLED: Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.INTERNAL: ServerFault,
    grpc.StatusCode.UNKNOWN: ServerFault,
    grpc.StatusCode.DATA_LOSS: ServerFault,
}


def _branches(root: type[CallFailed]) -> Iterator[type[CallFailed]]:
    for branch in root.__subclasses__():
        yield branch
        yield from _branches(branch)


BY_REASON: Mapping[str, type[CallFailed]] = {
    reasons.ErrorReason.Name(branch.code): branch
    for branch in _branches(CallFailed)
    if branch.code is not None
}


def class_for(reason: str, status: grpc.StatusCode) -> type[CallFailed]:
    """Say what to raise for an answer."""
    return BY_REASON.get(reason) or BY_STATUS.get(status, CallFailed)


def retry_can_help(reason: str) -> bool:
    """Say what the contract says of a reason that it knows."""
    options: Any = reasons.ErrorReason.DESCRIPTOR.values_by_name[reason].GetOptions()
    return bool(options.Extensions[reasons.retry_can_help])
