"""What each kind of node holds. It knows the node messages and nothing of the graph."""

from dataclasses import dataclass
from datetime import datetime

from hitchpost._building.expression import Expression, assignment
from hitchpost._errors import WorkflowInvalid
from hitchpost.v1 import value_pb2
from hitchpost.v1.object_id_pb2 import ExternalEventDefId, TaskDefId
from hitchpost.v1.status_pb2 import LHErrorType
from hitchpost.v1.task_pb2 import ExponentialBackoffRetryPolicy
from hitchpost.v1.wf_spec_pb2 import (
    ExitNode,
    ExternalEventNode,
    FailureDef,
    Node,
    SleepNode,
    TaskNode,
)


@dataclass(frozen=True)
class Backoff:
    """How long to wait before a task is tried again: `first_seconds`, then growing.

    Each wait is `multiplier` times the one before, and never longer than `longest_seconds`.
    """

    first_seconds: float = 1.0
    multiplier: float = 2.0
    longest_seconds: float = 60.0

    def policy(self) -> ExponentialBackoffRetryPolicy:
        """Say it in the contract's words."""
        return ExponentialBackoffRetryPolicy(
            base_interval_ms=round(self.first_seconds * 1000),
            max_delay_ms=round(self.longest_seconds * 1000),
            multiplier=self.multiplier,
        )


def task(
    name: str,
    arguments: tuple[object, ...],
    *,
    retries: int,
    timeout: int | None,
    backoff: Backoff | None,
) -> Node:
    """Execute a task; `timeout` in seconds, absent means the server's default."""
    if retries < 0 or (timeout is not None and timeout < 1):
        raise WorkflowInvalid(f"task {name}: retries from 0 on, timeout from 1 s on")
    return Node(
        task=TaskNode(
            task_def_id=TaskDefId(name=name),
            variables=[assignment(argument) for argument in arguments],
            retries=retries,
            timeout_seconds=timeout or 0,
            exponential_backoff=None if backoff is None else backoff.policy(),
        )
    )


def external_event(name: str, timeout: int | Expression | None) -> Node:
    """Wait for an external event; `timeout` in seconds, absent means for ever."""
    if isinstance(timeout, int) and timeout < 1:
        raise WorkflowInvalid(f"waiting for {name}: timeout from 1 s on")
    return Node(
        external_event=ExternalEventNode(
            external_event_def_id=ExternalEventDefId(name=name),
            timeout_seconds=None if timeout is None else assignment(timeout),
        )
    )


def sleep(seconds: int | Expression) -> Node:
    """Wait for so many seconds."""
    if not isinstance(seconds, int | Expression):
        raise WorkflowInvalid("sleep takes whole seconds")
    return Node(sleep=SleepNode(raw_seconds=assignment(seconds)))


def sleep_until(when: datetime | str | Expression) -> Node:
    """Wait for a time: a datetime, an ISO 8601 text with its zone, or an expression of either.

    An expression of another type counts as milliseconds since 1970.
    """
    if isinstance(when, str) or (isinstance(when, Expression) and _is_text(when)):
        return Node(sleep=SleepNode(iso_date=assignment(when)))
    return Node(sleep=SleepNode(timestamp=assignment(when)))


def _is_text(when: Expression) -> bool:
    declared = when.declared
    return declared is not None and (
        declared.WhichOneof("defined_type") == "primitive_type"
        and declared.primitive_type == value_pb2.STR
    )


def complete() -> Node:
    """End the thread well, and return nothing."""
    return Node(exit=ExitNode())


def complete_with(content: object) -> Node:
    """End the thread well, and return something."""
    return Node(exit=ExitNode(return_content=assignment(content)))


def fail(name: str, message: str, content: object) -> Node:
    """End the thread with a failure."""
    if name in LHErrorType.keys():  # noqa: SIM118 (not a mapping)
        raise WorkflowInvalid(f"{name} is a technical failure's name; choose another")
    failure = FailureDef(failure_name=name, message=message)
    if content is not None:
        failure.content.CopyFrom(assignment(content))
    return Node(exit=ExitNode(failure_def=failure))
