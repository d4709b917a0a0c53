"""Waiting for what is outside: events, points in time, conditions.

It knows those nodes. Each public function is a builder's verb.
"""

from datetime import datetime

from hitchpost._building.expression import Expression, NodeOutput, assignment
from hitchpost._building.steps import Step
from hitchpost._building.thread import Writing
from hitchpost._errors import WorkflowInvalid
from hitchpost._types import is_primitive
from hitchpost.v1 import value_pb2
from hitchpost.v1.object_id_pb2 import ExternalEventDefId
from hitchpost.v1.wf_spec_pb2 import ExternalEventNode, Node, SleepNode, WaitForConditionNode


def wait_for_event(
    self: Writing,
    name: str,
    *,
    timeout: int | Expression | None = None,
    correlation_key: str | Expression | None = None,
    mask_correlation_key: bool | None = None,
) -> NodeOutput:
    """Wait for an external event and give its content.

    The thread fails with TIMEOUT after `timeout` seconds; absent means never. Events that
    are posted with the `correlation_key` reach the node too. A masked key is readable for
    nobody; absent means that it is if its variable is.
    """
    if isinstance(timeout, int) and timeout < 1:
        raise WorkflowInvalid(f"waiting for {name}: timeout from 1 s on")
    event = ExternalEventNode(
        external_event_def_id=ExternalEventDefId(name=name),
        timeout_seconds=None if timeout is None else assignment(timeout),
    )
    if correlation_key is not None:
        event.correlation_key.CopyFrom(assignment(correlation_key))
        masked = _is_masked(correlation_key)
        event.mask_correlation_key = (
            masked if mask_correlation_key is None else mask_correlation_key
        )
    node = Node(external_event=event)
    return NodeOutput(self._thread.add(name, node), node)


def sleep(self: Writing, seconds: int | Expression) -> Step:
    """Wait for so many seconds."""
    if not isinstance(seconds, int | Expression):
        raise WorkflowInvalid("sleep takes whole seconds")
    return _sleep(self, SleepNode(raw_seconds=assignment(seconds)))


def sleep_until(self: Writing, when: datetime | int | str | Expression) -> Step:
    """Wait for a time: a datetime, ISO 8601 text with its zone, or milliseconds since 1970.

    An expression that is not known to be text is one of the others. When its variables
    change meanwhile, so does the time.
    """
    text = isinstance(when, str) or (
        isinstance(when, Expression) and is_primitive(when.declared, value_pb2.STR)
    )
    if text:
        return _sleep(self, SleepNode(iso_date=assignment(when)))
    return _sleep(self, SleepNode(timestamp=assignment(when)))


def _sleep(self: Writing, how_long: SleepNode) -> Step:
    node = Node(sleep=how_long)
    return Step(self._thread.add("sleep", node), node)


def wait_for_condition(self: Writing, condition: Expression) -> Step:
    """Wait until a condition holds; it is looked at whenever the run moves."""
    node = Node(wait_for_condition=WaitForConditionNode(condition=condition.assignment))
    return Step(self._thread.add("wait-for-condition", node), node)


def _is_masked(key: str | Expression) -> bool:
    return isinstance(key, Expression) and key.declared is not None and key.declared.masked
