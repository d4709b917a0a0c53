"""The nodes and edges of one thread, as they are written one after the other.

It knows names, edges and where the writing stands; it knows nothing of what nodes do.
"""

from dataclasses import dataclass, field

from hitchpost._errors import WorkflowInvalid
from hitchpost.v1.assignment_pb2 import VariableAssignment, VariableMutation
from hitchpost.v1.wf_spec_pb2 import Edge, EntrypointNode, Node


@dataclass
class Place:
    """Where the writing stands: after a node, on an edge whose sink is not written yet."""

    node_name: str
    condition: VariableAssignment | None = None
    mutations: list[VariableMutation] = field(default_factory=list)


class Graph:
    """The graph of one thread. `here` is where the next node goes, None after an exit."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.here: Place | None = None
        self._named = 0
        self.here = Place(self.place("entrypoint", Node(entrypoint=EntrypointNode())))

    def place(self, label: str, node: Node) -> str:
        """Add a node that no edge leads to yet, and name it."""
        kind = str(node.WhichOneof("node")).upper()
        name = f"{self._named}-{label}-{kind}"
        self._named += 1
        self.nodes[name] = node
        return name

    def add(self, label: str, node: Node) -> str:
        """Add a node after the one before, and go on after it."""
        self.reachable()
        name = self.place(label, node)
        self.lead_to(name)
        self.here = None if node.HasField("exit") else Place(name)
        return name

    def lead_to(self, sink_node_name: str) -> None:
        """End the edge that is being written. After an exit there is none."""
        if self.here is not None:
            self.edge(self.here, sink_node_name)
            self.here = None

    def edge(self, place: Place, sink_node_name: str) -> None:
        """Add an edge, after those that its source has."""
        self.nodes[place.node_name].outgoing_edges.append(
            Edge(
                sink_node_name=sink_node_name,
                condition=place.condition,
                variable_mutations=place.mutations,
            )
        )

    def reachable(self) -> Place:
        """Give the place of what is written next; after an exit there is none."""
        if self.here is None:
            raise WorkflowInvalid("nothing can follow here: the thread has ended before")
        return self.here
