"""Where a command stands in a run: the run as a whole, and one thread at one node.

Knows how to find threads, nodes and variables from there; decides nothing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.struct_def_pb2 import StructDef
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.ids import keys_above
from hitchpost_server.engine.state import RunState, ThreadState
from hitchpost_server.engine.values.errors import EvaluationError

if TYPE_CHECKING:
    from hitchpost_server.engine.compiled import CompiledNode, CompiledThread, CompiledWfSpec


class Owner(NamedTuple):
    """The thread, and its run, that a variable belongs to."""

    run: RunState
    thread: ThreadState


class Traversal:
    """One command's way through one run."""

    __slots__ = ("_visits", "draft", "run", "spec")

    def __init__(self, draft: Draft, run: RunState, spec: "CompiledWfSpec") -> None:
        self.draft = draft
        self.run = run
        self.spec = spec
        self._visits: dict[int, ThreadVisit] = {}

    def visit(self, number: int) -> "ThreadVisit":
        """Visit a thread that is still in the run's state."""
        found = self._visits.get(number)
        if found is None or found.thread is not self.run.threads[number]:
            found = self._visits[number] = ThreadVisit(self, self.run.threads[number])
        return found

    def end(self) -> None:
        """Let go of the visits: they and this hold on to one another."""
        self._visits.clear()

    def visits(self) -> "Iterator[ThreadVisit]":
        """Visit every thread in the order of numbers, also those that are added meanwhile."""
        threads = self.run.threads
        numbers = [*threads]
        while numbers:
            for number in numbers:
                if number in threads:
                    yield self.visit(number)
            latest = numbers[-1]
            is_last = not threads or next(reversed(threads)) <= latest
            numbers = [] if is_last else [number for number in threads if number > latest]

    def children(self, number: int) -> "list[ThreadVisit]":
        """Visit the threads right below a thread, except for archived ones."""
        threads = self.run.threads
        below = threads[number].thread_run.child_thread_ids
        return [self.visit(child) for child in below if child in threads] if below else []

    def status_of(self, number: int) -> status.LHStatus:
        """Tell the status of a thread that was started; only completed ones are archived."""
        thread = self.run.threads.get(number)
        return status.COMPLETED if thread is None else thread.thread_run.status


def traversal_of(draft: Draft, run: RunState) -> Traversal:
    """Begin a command's way through a run that has started, or go on with it."""
    found = draft.traversals.get(run.key)
    if found is None or found.run is not run:
        assert run.wf_run is not None
        spec = draft.facts.wf_spec(run.wf_spec_name, run.wf_spec_sequence)
        found = draft.traversals[run.key] = Traversal(draft, run, spec)
    return found


class ThreadVisit:
    """One thread at one node: what node kinds work on, and a Scope for evaluation.

    `spec` is the ThreadSpec that the thread follows, `node` where it stands.
    """

    __slots__ = ("draft", "node", "run", "spec", "thread", "traversal")

    def __init__(self, traversal: Traversal, thread: ThreadState) -> None:
        self.traversal = traversal
        self.draft = traversal.draft
        self.run = traversal.run
        self.thread = thread
        self.spec: CompiledThread = traversal.spec.threads[thread.thread_run.thread_spec_name]
        self.node: CompiledNode = self.spec.nodes[thread.node_run.node_name]

    @property
    def details(self) -> Any:
        """What the node's kind made of it."""
        return self.node.details

    def emit(self, kind: str, body: Any) -> None:
        """Let an event happen to the run."""
        self.draft.emit(self.run, kind, body)

    def owner_of(self, name: str) -> "Owner":
        """Find the thread whose variable a name means here.

        This one or an ancestor; for an inherited variable thread 0 of a run above.
        """
        thread: ThreadState | None = self.thread
        while thread is not None:
            if name in thread.variables:
                return Owner(self.run, thread)
            thread = self.run.parent_of(thread)
        return self._inherited(name)

    def _inherited(self, name: str) -> "Owner":
        spec, runs = self.traversal.spec, self.draft.state.runs
        for key in keys_above(self.run.key):
            above = runs.get(key)
            if name not in spec.inherits or above is None or above.wf_run is None:
                break
            spec = self.draft.facts.wf_spec(above.wf_spec_name, above.wf_spec_sequence)
            first = above.threads.get(0)
            if name in spec.public and first is not None and name in first.variables:
                return Owner(above, first)
        raise EvaluationError(f"variable {name} is not in scope")

    def struct_def(self, name: str, version: int) -> StructDef | None:
        """Find a StructDef."""
        return self.draft.facts.struct_def(name, version)

    def variable(self, name: str) -> values.VariableValue:
        """Read a variable."""
        return self.owner_of(name).thread.variables[name].value

    def node_output(self, node_name: str) -> values.VariableValue:
        """Read the latest output of a node of this thread."""
        output = self.thread.outputs.get(node_name)
        if output is None:
            raise EvaluationError(f"node {node_name} has no output")
        return output
