"""Edges: which way a thread leaves a node, and what that changes.

Conditions are evaluated in order before any mutation; the first open edge is
taken. Its mutations run as one transaction: later ones see earlier ones, and
any error undoes them all.
"""

from typing import TYPE_CHECKING, NamedTuple

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.struct_def_pb2 import StructDef
from hitchpost_server.engine.child_runs import heirs
from hitchpost_server.engine.limits import check_made
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.values.errors import EvaluationError

if TYPE_CHECKING:
    from hitchpost_server.engine.compiled import CompiledEdge, CompiledNode
    from hitchpost_server.engine.visits import ThreadVisit


class Change(NamedTuple):
    """A variable that an edge has changed: of which thread, and what it is now."""

    thread: int
    name: str
    value: values.VariableValue
    masked: bool


def take_edge(
    visit: "ThreadVisit", node: "CompiledNode", *, mutate: bool
) -> tuple[str, list[Change]]:
    """Choose the way out of a node: where it leads, and what it changes in the run.

    Raises EvaluationError when there is none.
    """
    edge = _open_edge(visit, node)
    if not (edge.mutations and mutate):
        return edge.sink, []
    own: list[Change] = []
    for key, changes in _changes(visit, edge).items():
        run = visit.draft.state.runs[key]
        if run is visit.run:
            own = changes
        else:
            changed = history.VariablesChanged()
            write_changes(changed, changes)
            visit.draft.emit(run, "variables_changed", changed)
            visit.draft.has_to_move(run)
        _move_heirs(visit, run, {change.name for change in changes})
    return edge.sink, own


def write_changes(
    event: history.EdgeTaken | history.VariablesChanged, changes: list[Change]
) -> None:
    """Say in an event what has changed."""
    for change in changes:
        written = event.changes.add(thread_run_number=change.thread, name=change.name)
        value = written.value
        value.CopyFrom(change.value)
        value.SetInParent()  # NULL is a value too
        written.masked = change.masked


def _move_heirs(visit: "ThreadVisit", owner: RunState, names: set[str]) -> None:
    """Let runs that inherit what has changed look whether they waited for that."""
    if owner is visit.run:
        names &= visit.traversal.spec.public
    if names:
        for heir in heirs(visit.draft, owner):
            visit.draft.has_to_move(heir)


def _open_edge(visit: "ThreadVisit", node: "CompiledNode") -> "CompiledEdge":
    for edge in node.edges:
        if edge.condition is None or edge.condition(visit):
            return edge
    raise EvaluationError(f"no edge out of node {node.name} is open")


class _Mutating:
    """The scope of a visit as mutations see it: with what earlier ones have changed."""

    def __init__(self, visit: "ThreadVisit") -> None:
        self._visit = visit
        self.changed: dict[tuple[str, int, str], values.VariableValue] = {}

    def variable(self, name: str) -> values.VariableValue:
        owner = self._visit.owner_of(name)
        changed = self.changed.get((owner.run.key, owner.thread.number, name))
        return owner.thread.variables[name].value if changed is None else changed

    def node_output(self, node_name: str) -> values.VariableValue:
        # The deprecated form of a mutation names no node: it means the one left.
        return self._visit.node_output(node_name or self._visit.thread.node_run.node_name)

    def struct_def(self, name: str, version: int) -> StructDef | None:
        return self._visit.struct_def(name, version)

    def change(self, name: str, value: values.VariableValue) -> None:
        run, thread = self._visit.owner_of(name)
        self.changed[run.key, thread.number, name] = value


def _changes(visit: "ThreadVisit", edge: "CompiledEdge") -> dict[str, list[Change]]:
    """Compute what an edge changes, by the run that owns the variables."""
    scope = _Mutating(visit)
    for mutation in edge.mutations:
        value = mutation.apply(scope.variable(mutation.variable), scope)
        check_made(value, f"variable {mutation.variable}", visit.draft.limits)
        scope.change(mutation.variable, value)
    changes: dict[str, list[Change]] = {}
    for (run, thread, name), value in scope.changed.items():
        masked = visit.draft.state.runs[run].threads[thread].variables[name].masked
        changes.setdefault(run, []).append(Change(thread, name, value, masked))
    return changes
