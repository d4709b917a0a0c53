"""Why a command is refused: one tree.

    Rejection                       nothing of the command is stored
    |- FieldInvalid                 FIELD_INVALID
    |- ObjectNotFound               OBJECT_NOT_FOUND
    |- ObjectTooLarge               OBJECT_TOO_LARGE
    |- DefinitionExists             DEFINITION_EXISTS
    |- DefinitionInvalid            DEFINITION_INVALID
    |- BreakingChange               BREAKING_CHANGE
    |- DefinitionBuiltIn            DEFINITION_BUILT_IN
    |- WfRunExists                  WF_RUN_EXISTS
    |- InputInvalid                 INPUT_INVALID
    |- ParentWfRunNotFound          PARENT_WF_RUN_NOT_FOUND
    |- WfRunTerminated              WF_RUN_TERMINATED
    |- ExecutionMismatch            EXECUTION_MISMATCH
    |- UserTaskClaimed              USER_TASK_CLAIMED
    |- UserTaskEnded                USER_TASK_ENDED
    |- CommentUnavailable           COMMENT_UNAVAILABLE
    |- NotRescuable                 NOT_RESCUABLE
    |- CorrelatedEventExists        CORRELATED_EVENT_EXISTS
    |- MessageExists                MESSAGE_EXISTS
    |- ConsumerMismatch             CONSUMER_MISMATCH
    `- ExternalEventRefused         (what the guardrails say)
       |- ExternalEventDefNotFound  EXTERNAL_EVENT_DEF_NOT_FOUND
       |- ExternalEventExists       EXTERNAL_EVENT_EXISTS
       |- ContentTypeMismatch       CONTENT_TYPE_MISMATCH
       |- ContentTooLarge           CONTENT_TOO_LARGE
       |- WfRunNotFound             WF_RUN_NOT_FOUND
       |- NotReferencedByWfSpec     NOT_REFERENCED_BY_WF_SPEC
       `- UnconsumedEventLimit      UNCONSUMED_EVENT_LIMIT

Each class fixes its reason; the reason fixes the gRPC status and whether a
retry can help (options of the enum in errors.proto). The facts go in named
fields, which become the metadata of the ErrorInfo; the docstring is the
message, with the facts filled in. The reasons that are not here are those of
the server itself, in `hitchpost_server.api.errors` and `hitchpost_server.runtime.errors`.
"""

from typing import ClassVar

from hitchpost.v1 import errors_pb2 as reasons


class ReasonedError(Exception):
    """An error that callers are told of, with its reason and the facts of the case.

    Of each class the docstring is the message, with the facts filled in.
    """

    reason: ClassVar[reasons.ErrorReason]

    def __init__(self, **facts: object) -> None:
        self.facts = {name: str(value) for name, value in facts.items()}
        template = type(self).__doc__ or ""
        super().__init__(template.format(**self.facts))


class Rejection(ReasonedError):
    """A command that is refused. Raised before anything of it has changed."""

    @property
    def message(self) -> str:
        """The sentence for people."""
        return str(self)


class FieldInvalid(Rejection):
    """{field}: {problem}."""

    reason = reasons.FIELD_INVALID


class ObjectNotFound(Rejection):
    """There is no {kind} {id}."""

    reason = reasons.OBJECT_NOT_FOUND


class ObjectTooLarge(Rejection):
    """RESOURCE_EXHAUSTED: the {kind} would take {bytes} bytes; the limit is {limit}."""

    reason = reasons.OBJECT_TOO_LARGE


class DefinitionExists(Rejection):
    """A different {kind} named {name} exists; {problem}."""

    reason = reasons.DEFINITION_EXISTS


class DefinitionInvalid(Rejection):
    """{kind} {name}: {field}: {problem}."""

    reason = reasons.DEFINITION_INVALID


class BreakingChange(Rejection):
    """WfSpec {name} would need a new major version: {problem}."""

    reason = reasons.BREAKING_CHANGE


class DefinitionBuiltIn(Rejection):
    """{kind} {name} is built in and cannot be deleted."""

    reason = reasons.DEFINITION_BUILT_IN


class WfRunExists(Rejection):
    """A WfRun {wf_run} exists already."""

    reason = reasons.WF_RUN_EXISTS


class InputInvalid(Rejection):
    """Input variable {variable}: {problem}."""

    reason = reasons.INPUT_INVALID


class UserTaskClaimed(Rejection):
    """UserTaskRun {user_task_run} is claimed: {problem}."""

    reason = reasons.USER_TASK_CLAIMED


class UserTaskEnded(Rejection):
    """UserTaskRun {user_task_run} has ended with status {status}."""

    reason = reasons.USER_TASK_ENDED


class CommentUnavailable(Rejection):
    """Comment {user_comment_id} on UserTaskRun {user_task_run} cannot be changed: {problem}."""

    reason = reasons.COMMENT_UNAVAILABLE


class ParentWfRunNotFound(Rejection):
    """There is no WfRun {wf_run} to be the parent."""

    reason = reasons.PARENT_WF_RUN_NOT_FOUND


class WfRunTerminated(Rejection):
    """WfRun {wf_run} has terminated with status {status} and cannot start over."""

    reason = reasons.WF_RUN_TERMINATED


class ExecutionMismatch(Rejection):
    """WfRun {wf_run} is at execution {current}, not at {execution}."""

    reason = reasons.EXECUTION_MISMATCH


class NotRescuable(Rejection):
    """Thread {thread} of WfRun {wf_run} cannot be rescued: {problem}."""

    reason = reasons.NOT_RESCUABLE


class CorrelatedEventExists(Rejection):
    """A CorrelatedEvent {external_event_def} with key {key} exists already."""

    reason = reasons.CORRELATED_EVENT_EXISTS


class MessageExists(Rejection):
    """Another message was published to {topic} with the id {id}."""

    reason = reasons.MESSAGE_EXISTS


class ConsumerMismatch(Rejection):
    """Consumer {consumer} was made for {patterns}."""

    reason = reasons.CONSUMER_MISMATCH


class ExternalEventRefused(Rejection):
    """The external event is refused."""


class ExternalEventDefNotFound(ExternalEventRefused):
    """There is no ExternalEventDef {external_event_def}."""

    reason = reasons.EXTERNAL_EVENT_DEF_NOT_FOUND


class ExternalEventExists(ExternalEventRefused):
    """WfRun {wf_run} has an ExternalEvent {external_event_def} with guid {guid} already."""

    reason = reasons.EXTERNAL_EVENT_EXISTS


class ContentTypeMismatch(ExternalEventRefused):
    """Invalid type for ExternalEventDef {external_event_def}: {problem}."""

    reason = reasons.CONTENT_TYPE_MISMATCH


class ContentTooLarge(ExternalEventRefused):
    """The content for {external_event_def} takes {bytes} bytes; the limit is {limit}."""

    reason = reasons.CONTENT_TOO_LARGE


class WfRunNotFound(ExternalEventRefused):
    """ExternalEventDef {external_event_def} requires a WfRun, and there is no WfRun {wf_run}."""

    reason = reasons.WF_RUN_NOT_FOUND


class NotReferencedByWfSpec(ExternalEventRefused):
    """WfSpec {wf_spec} of WfRun {wf_run} does not refer to ExternalEventDef {external_event_def}."""

    reason = reasons.NOT_REFERENCED_BY_WF_SPEC


class UnconsumedEventLimit(ExternalEventRefused):
    """WfRun {wf_run} holds {count} unclaimed ExternalEvents; the limit is {limit} ({external_event_def})."""

    reason = reasons.UNCONSUMED_EVENT_LIMIT
