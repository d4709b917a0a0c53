"""What every kind of node can do, and what it may say.

A kind works on a `Visit`: one thread standing at one node. It changes nothing
itself; it emits events.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine.values.evaluation import Scope

NULL = values.VariableValue()


class NodeFailure(Exception):
    """A node fails: with a failure's name, a message for people and perhaps content."""

    def __init__(
        self, name: str, message: str, content: values.VariableValue | None = None
    ) -> None:
        super().__init__(message)
        self.failure = node_runs.Failure(failure_name=name, message=message, content=content)


@dataclass(frozen=True, slots=True)
class Done:
    """A node is complete; `output` is what it gives to later nodes.

    `masked` says that clients may not read it.
    """

    output: values.VariableValue | None = None
    masked: bool = False


class Visit(Scope, Protocol):
    """One thread at one node, and the means to say what happens there.

    As a Scope it gives the variables and node outputs that the thread sees.
    """

    @property
    def draft(self) -> Any:
        """The decision in the making."""
        ...

    @property
    def run(self) -> Any:
        """The RunState."""
        ...

    @property
    def thread(self) -> Any:
        """The ThreadState."""
        ...

    @property
    def details(self) -> Any:
        """What the kind's `compile` made of the node."""
        ...

    def emit(self, kind: str, body: Any) -> None:
        """Let an event happen to the run."""
        ...


class NodeKind(Protocol):
    """A kind of node. Implemented by the modules of this package.

    All four may raise EvaluationError, which fails the node with VAR_SUB_ERROR.
    """

    def compile(self, node: Any) -> Any:
        """Prepare the node's message; the result is `Visit.details`."""
        ...

    def entered(self, details: Any) -> history.NodeEntered:
        """Describe the NodeRun on arrival: the kind's member of `node_type`."""
        ...

    def arrive(self, visit: Visit) -> None:
        """Do what is to be done on arrival. May raise NodeFailure."""
        ...

    def check(self, visit: Visit) -> Done | None:
        """Tell whether the node is complete; None: it still waits. May raise NodeFailure."""
        ...
