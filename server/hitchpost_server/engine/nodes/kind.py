"""What every kind of node can do, and what it may say.

A kind knows what may be defined and what happens at its nodes; how threads move
from node to node is none of its business. In a run it works on a `Visit`: one
thread standing at one node. It changes nothing itself; it emits events.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost.v1.wf_spec_pb2 import Node, ThreadSpec, WfSpec
from hitchpost_server.engine.definitions.catalogue import Definitions, RequiredDefinitions
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Scope
from hitchpost_server.engine.values.static_types import TypeScope

NULL = values.VariableValue()

# A WfRun shows the messages of all its threads, and clients must be able to take it. What a worker
# has said is whole in its TaskRun.
FAILURE_MESSAGE_CHARACTERS_MAX = 10_000


class NodeFailure(Exception):
    """A node fails: with a failure's name, a message for people and perhaps content."""

    def __init__(
        self, name: str, message: str, content: values.VariableValue | None = None
    ) -> None:
        super().__init__(message)
        shown = shortened(message, FAILURE_MESSAGE_CHARACTERS_MAX)
        self.failure = node_runs.Failure(failure_name=name, message=shown, content=content)

    @classmethod
    def of(cls, error: "NodeFailure | EvaluationError") -> "NodeFailure":
        """Take what cannot be evaluated for a failure of the node that evaluates it."""
        return error if isinstance(error, NodeFailure) else cls("VAR_SUB_ERROR", str(error))

    @classmethod
    def like(cls, failure: node_runs.Failure, message: str) -> "NodeFailure":
        """Fail as something else has, with its name and content and a message of one's own."""
        content = failure.content if failure.HasField("content") else None
        return cls(failure.failure_name, message, content)


@dataclass(frozen=True, slots=True)
class Done:
    """A node is complete; `output` is what it gives to later nodes.

    `masked` says that clients may not read it.
    """

    output: values.VariableValue | None = None
    masked: bool = False


# A node is complete that gives nothing.
DONE = Done()


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
    def traversal(self) -> Any:
        """The command's way through the run: other threads, and the WfSpec."""
        ...

    @property
    def details(self) -> Any:
        """What the kind's `compile` made of the node."""
        ...

    def emit(self, kind: str, body: Any) -> None:
        """Let an event happen to the run."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a node of a definition is validated against.

    `scope` has the types of its thread, `definitions` what is stored; the node
    stands in thread `thread_name` of `wf_spec`, which is the draft being put.
    """

    scope: TypeScope
    definitions: Definitions
    wf_spec: WfSpec
    thread_name: str

    @property
    def thread(self) -> ThreadSpec:
        """The ThreadSpec in which the node stands."""
        return self.wf_spec.thread_specs[self.thread_name]


class NodeKind:
    """A kind of node: what a WfSpec may say of it, and what happens when a run gets there.

    One subclass a module of this package overrides what its kind does otherwise.
    The first four look at definitions and change nothing else; the others are
    about a run and may raise EvaluationError, which fails the node with
    VAR_SUB_ERROR, and where it is said NodeFailure.
    """

    # Whether the thread ends at such a node, instead of leaving it by an edge.
    ends_thread = False

    # Whether such a node waits for threads, and fails with CHILD_FAILURE when they have failed.
    waits_for_threads = False

    # Whether such a node waits for runs below.
    waits_for_runs = False

    def required(self, node: Node) -> RequiredDefinitions:
        """Name the definitions that a node leans on; any node will do."""
        return RequiredDefinitions()

    def normalise(self, node: Node, definitions: Definitions) -> None:
        """Change a node, in place, into what is stored; it was not validated yet."""

    def validate(self, node: Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse a node that cannot be. Raises DefinitionInvalid."""

    def output_type(self, node: Node, definitions: Definitions) -> TypeDefinition | None:
        """Tell the type of the node's output; None if it is unknown or there is none."""
        return None

    def compile(self, node: Any) -> Any:
        """Prepare the kind's message; the result is `Visit.details`."""
        return None

    def entered(self, details: Any) -> history.NodeEntered:
        """Describe the NodeRun on arrival: the kind's member of `node_type`."""
        raise NotImplementedError

    def arrive(self, visit: Visit) -> None:
        """Do what is to be done on arrival. May raise NodeFailure."""

    def check(self, visit: Visit) -> Done | None:
        """Tell whether the node is complete; None: it still waits. May raise NodeFailure."""
        return DONE

    def halt(self, visit: Visit) -> bool:
        """Stand still if the node can, and tell whether it does; asked again until it does."""
        return True

    def abandon(self, visit: Visit) -> None:
        """Stop what the node has begun, since it has failed."""
        self.halt(visit)

    def covered(self, visit: Visit) -> list[int]:
        """Number the failed threads that a handler of the node's failure makes up for."""
        return []
