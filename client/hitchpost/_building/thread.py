"""One thread of a workflow while it is written. It knows its parts and none of the verbs."""

from collections.abc import Iterator

from google.protobuf.message import Message

from hitchpost._building.branches import Branches
from hitchpost._building.draft import Draft, ThreadWriter
from hitchpost._building.graph import Graph
from hitchpost._building.steps import Handled
from hitchpost._errors import WorkflowInvalid
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost.v1.wf_spec_pb2 import (
    ExitNode,
    InterruptDef,
    Node,
    ThreadRetentionPolicy,
    ThreadSpec,
    ThreadVarDef,
)

# The variable that a thread gets what it was started for in. Only its name may repeat.
HANDLER_INPUT = "INPUT"


class Thread:
    """One thread: its graph, variables and interrupts so far."""

    def __init__(self, draft: Draft, name: str) -> None:
        self.draft = draft
        self.name = name
        self.variables: list[ThreadVarDef] = []
        self.interrupts: list[InterruptDef] = []
        self.branches: Branches | None = None
        self.retention: ThreadRetentionPolicy | None = None
        self._graph = Graph()
        self._unreached: list[Node] = []
        self._paused = ""

    @property
    def graph(self) -> Graph:
        """The nodes and edges. Raises WorkflowInvalid when it is another thread's turn."""
        self.writable()
        return self._graph

    def add(self, label: str, node: Node) -> str:
        """Add a node after the one before, and name it."""
        return self.graph.add(label, node)

    def writable(self) -> None:
        """Refuse to write when it is another thread's turn."""
        if self._paused:
            raise WorkflowInvalid(f"this thread cannot be written now: {self._paused}")

    def owns(self, step: Handled) -> None:
        """Refuse a step of another thread."""
        if self.graph.nodes.get(step.node_name) is not step.node:
            raise WorkflowInvalid(f"{step.node_name} is a step of another thread")

    def write_other(self, name: str, write: ThreadWriter) -> str:
        """Have a function write another thread, and give its name."""
        self.writable()
        self._paused = f"it waits for {name}"
        written = self.draft.write_thread(name, write)
        self._paused = ""
        return written

    def declare(self, definition: ThreadVarDef) -> None:
        """Add a variable. Raises WorkflowInvalid for a second one of its name."""
        self.writable()
        name = definition.var_def.name
        mine = {variable.var_def.name for variable in self.variables}
        elsewhere = self.draft.variable_names - {HANDLER_INPUT}
        if name in mine | elsewhere:
            raise WorkflowInvalid(f"there are two variables named {name}")
        self.draft.variable_names.add(name)
        self.variables.append(definition)

    def end_unreached(self) -> None:
        """End the thread where no run gets; what it returns there is like its other ends."""
        self._unreached.append(Node(exit=ExitNode()))
        self.add("exit", self._unreached[-1])

    def end(self) -> ThreadSpec:
        """End the thread, if it has not ended, and give what was written."""
        if self.graph.here is not None:
            self.add("exit", Node(exit=ExitNode()))
        if any(node.exit.HasField("return_content") for node in self._graph.nodes.values()):
            for node in self._unreached:
                node.exit.return_content.literal_value.SetInParent()
        self._paused = "its function has returned"
        for node_name in _outputs_read(*self._graph.nodes.values()):
            if node_name not in self._graph.nodes:
                raise WorkflowInvalid(
                    f"{self.name} reads the output of {node_name}, a step of another thread:"
                    " set a variable to it there, and read that"
                )
        return ThreadSpec(
            nodes=self._graph.nodes,
            variable_defs=self.variables,
            interrupt_defs=self.interrupts,
            retention_policy=self.retention,
        )


class Writing:
    """What all verbs of a builder share: the thread that they write."""

    def __init__(self, thread: Thread) -> None:
        self._thread = thread


def _outputs_read(*messages: Message) -> Iterator[str]:
    """Yield the names of the nodes whose outputs are read somewhere in messages."""
    for message in messages:
        if isinstance(message, VariableAssignment.NodeOutputReference):
            yield message.node_name
        for field, content in message.ListFields():
            if field.message_type is None:
                continue
            if field.message_type.GetOptions().map_entry:
                values = list(content.values())
            else:
                values = list(content) if field.is_repeated else [content]
            yield from _outputs_read(*(one for one in values if isinstance(one, Message)))
