"""What remains of a node once it is written: its name, and where its failure handlers go.

It knows the node messages and nothing of expressions.
"""

from collections.abc import MutableSequence
from typing import Protocol

from hitchpost.v1.wf_spec_pb2 import FailureHandlerDef, Node


class Handled(Protocol):
    """Something whose failures can be handled: a step, or each child that a step waits for."""

    @property
    def node(self) -> Node:
        """The node as it is written so far."""

    @property
    def node_name(self) -> str:
        """The name of the node."""

    @property
    def failure_handlers(self) -> MutableSequence[FailureHandlerDef]:
        """Its handlers; the first one that fits a failure is taken."""


class Step:
    """A node that was written, for `handle_failure` and the like. It gives nothing."""

    def __init__(self, node_name: str, node: Node) -> None:
        self.node_name = node_name
        self.node = node

    @property
    def failure_handlers(self) -> MutableSequence[FailureHandlerDef]:
        """Its handlers; the first one that fits a failure is taken."""
        return self.node.failure_handlers


class ThreadsWait(Step):
    """A node that waits for threads."""

    @property
    def each_child(self) -> "EachChild":
        """Each of the threads alone: a handler for it works before the node looks at it."""
        return EachChild(self)


class EachChild:
    """Each child that a node waits for, for `handle_failure` and the like."""

    def __init__(self, wait: ThreadsWait) -> None:
        self.node = wait.node
        self.node_name = wait.node_name

    @property
    def failure_handlers(self) -> MutableSequence[FailureHandlerDef]:
        """Its handlers; the first one that fits a failure is taken."""
        return self.node.wait_for_threads.per_thread_failure_handlers
