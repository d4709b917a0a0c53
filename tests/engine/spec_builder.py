"""A builder of WfSpecs node by node, for what no client would write."""

from typing import Any

from hitchpost.v1.assignment_pb2 import VariableAssignment, VariableMutation
from hitchpost.v1.value_pb2 import TypeDefinition, VariableDef, VariableValue
from hitchpost.v1.wf_spec_pb2 import (
    PRIVATE_VAR,
    AllowedUpdateType,
    Node,
    PutWfSpecRequest,
    ThreadSpec,
)


def typed(given: int | TypeDefinition) -> TypeDefinition:
    """Name a primitive type by its number, any other by itself."""
    return TypeDefinition(primitive_type=given) if isinstance(given, int) else given


class Spec:
    """Builds a WfSpec node by node; each node follows the one before it."""

    def __init__(self, name: str = "greet", entrypoint: str = "main") -> None:
        self.request = PutWfSpecRequest(name=name, entrypoint_thread_name=entrypoint)
        self.thread(entrypoint)

    def thread(self, name: str) -> "Spec":
        """Begin another thread."""
        self.current: ThreadSpec = self.request.thread_specs[name]
        self.last = "0-entrypoint"
        self.current.nodes[self.last].entrypoint.SetInParent()
        return self

    def then(self, **node: Any) -> "Spec":
        """Add a node of any kind: `then(nop=NopNode())`."""
        (kind,) = node
        before, self.last = self.last, f"{len(self.current.nodes)}-{kind}"
        self.current.nodes[before].outgoing_edges.add(sink_node_name=self.last)
        self.current.nodes[self.last].CopyFrom(Node(**node))
        return self

    def task(self, name: str, *inputs: VariableAssignment, **settings: Any) -> "Spec":
        """Add a TASK node."""
        return self.then(task={"task_def_id": {"name": name}, "variables": inputs, **settings})

    def wait(self, name: str, **settings: Any) -> "Spec":
        """Add an EXTERNAL_EVENT node."""
        return self.then(external_event={"external_event_def_id": {"name": name}, **settings})

    def exit(self, content: VariableAssignment | None = None) -> "Spec":
        """Add an EXIT node, which may give something back."""
        return self.then(exit={"return_content": content} if content is not None else {})

    def change(self, **mutation: Any) -> "Spec":
        """Change a variable on the edge that entered the last node."""
        self._last_edge().variable_mutations.append(VariableMutation(**mutation))
        return self

    def only_if(self, condition: VariableAssignment) -> "Spec":
        """Set the condition of the edge that entered the last node."""
        self._last_edge().condition.CopyFrom(condition)
        return self

    def _last_edge(self) -> Any:
        edges = [edge for node in self.current.nodes.values() for edge in node.outgoing_edges]
        return next(edge for edge in edges if edge.sink_node_name == self.last)

    def edge(self, source: str, sink: str) -> "Spec":
        """Add an edge between two nodes."""
        self.current.nodes[source].outgoing_edges.add(sink_node_name=sink)
        return self

    def variable(self, name: str, type_def: int | TypeDefinition, **settings: Any) -> "Spec":
        """Declare a variable of the current thread, private unless said otherwise."""
        settings.setdefault("access_level", PRIVATE_VAR)
        default = settings.pop("default", None)
        self.current.variable_defs.add(
            var_def=VariableDef(name=name, type_def=typed(type_def), default_value=default),
            **settings,
        )
        return self

    def interrupt(self, name: str, handler: str) -> "Spec":
        """Let an external event interrupt the current thread."""
        self.current.interrupt_defs.add(
            external_event_def_id={"name": name}, handler_spec_name=handler
        )
        return self

    def allowing(self, allowed: AllowedUpdateType) -> "Spec":
        """Say which updates are allowed."""
        self.request.allowed_updates = allowed
        return self

    @staticmethod
    def var(name: str, **path: Any) -> VariableAssignment:
        """Take a variable."""
        return VariableAssignment(variable_name=name, **path)

    @staticmethod
    def output(node_name: str) -> VariableAssignment:
        """Take the output of a node."""
        return VariableAssignment(node_output={"node_name": node_name})

    @staticmethod
    def literal(**value: Any) -> VariableAssignment:
        """Take a value: `literal(int=5)`."""
        return VariableAssignment(literal_value=VariableValue(**value))

    @staticmethod
    def expression(
        lhs: VariableAssignment, rhs: VariableAssignment, **operation: Any
    ) -> VariableAssignment:
        """Compute: `expression(a, b, mutation_type=ADD)`."""
        return VariableAssignment(expression={"lhs": lhs, "rhs": rhs, **operation})
