"""How conditions and loops become nodes and edges. It knows the graph and no other node.

    when:    NOP -condition-> body -> NOP       loop:  NOP -condition-> body -> NOP
             NOP ------------------> NOP               NOP -opposite----------> NOP
                                                       NOP -condition-> first NOP

`otherwise` takes the unconditional edge of the first NOP for its own body.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from hitchpost._building.expression import Comparison, Expression
from hitchpost._building.graph import Graph, Place
from hitchpost._errors import WorkflowInvalid
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost.v1.wf_spec_pb2 import Node, NopNode


class Branches:
    """The branches of one decision, from its first NOP to its last."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._first = graph.add("nop", Node(nop=NopNode()))
        self._last = ""
        self._after: Place | None = None
        self._joined = False

    @contextmanager
    def branch(self, condition: Expression | None) -> Iterator[None]:
        """Write one branch; without a condition it is the last one."""
        if self._last:
            self._reopen()
        self._graph.here = Place(self._first, _assignment(condition))
        yield
        self._joined |= self._graph.here is not None
        if not self._last:
            self._last = self._graph.place("nop", Node(nop=NopNode()))
        self._graph.lead_to(self._last)
        if condition is not None:
            self._graph.edge(Place(self._first), self._last)
        self._go_on(exhaustive=condition is None)

    def _reopen(self) -> None:
        """Take back the edge for "none of them", if nothing has been written since."""
        here = self._graph.here
        if here is None or here is not self._after or here.mutations:
            raise WorkflowInvalid("`otherwise` must follow at once on its `when`")
        del self._graph.nodes[self._first].outgoing_edges[-1]

    def _go_on(self, exhaustive: bool) -> None:
        """Go on after the last NOP, or nowhere if no branch ever gets there."""
        self._graph.here = Place(self._last)
        self._after = None if exhaustive else self._graph.here
        if exhaustive and not self._joined:
            del self._graph.nodes[self._last]
            self._graph.here = None


@contextmanager
def loop(graph: Graph, condition: Expression) -> Iterator[None]:
    """Write what happens again and again while a condition holds."""
    first = graph.add("nop", Node(nop=NopNode()))
    graph.here = Place(first, condition.assignment)
    yield
    last = graph.place("nop", Node(nop=NopNode()))
    graph.lead_to(last)
    # An edge without a condition is always taken, so the opposite is only for readers.
    opposite = ~condition if isinstance(condition, Comparison) else None
    graph.edge(Place(first, _assignment(opposite)), last)
    graph.edge(Place(last, condition.assignment), first)
    graph.here = Place(last)


def _assignment(condition: Expression | None) -> VariableAssignment | None:
    return None if condition is None else condition.assignment
