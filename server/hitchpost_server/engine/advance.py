"""Moving a run until nothing more can move without a new command.

The order of effects is LittleHorse's: in each pass every thread, in the order
of numbers, takes one step; passes follow one another until one changes nothing.
A bounded number of passes a command keeps an endless loop from being endless.
"""

from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine.compiled import CompiledNode, CompiledThread, CompiledWfSpec
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.edges import take_edge
from hitchpost_server.engine.failure_names import failure_status
from hitchpost_server.engine.nodes.exit import ExitKind
from hitchpost_server.engine.nodes.kind import Done, NodeFailure
from hitchpost_server.engine.state import RunState, ThreadState
from hitchpost_server.engine.times import later, timestamp
from hitchpost_server.engine.values.errors import EvaluationError


class ThreadVisit:
    """One thread at one node: what node kinds work on, and a Scope for evaluation."""

    __slots__ = ("_node", "draft", "run", "thread", "threads")

    def __init__(
        self, draft: Draft, run: RunState, thread: ThreadState, threads: dict[str, CompiledThread]
    ) -> None:
        self.draft = draft
        self.run = run
        self.thread = thread
        self.threads = threads
        self._node: CompiledNode | None = None

    @property
    def node(self) -> CompiledNode:
        """The node where the thread stands."""
        name = self.thread.node_run.node_name
        if self._node is None or self._node.name != name:
            self._node = self.threads[self.thread.thread_run.thread_spec_name].nodes[name]
        return self._node

    @property
    def details(self) -> Any:
        """What the node's kind made of it."""
        return self.node.details

    def emit(self, kind: str, body: Any) -> None:
        """Let an event happen to the run."""
        self.draft.emit(self.run, kind, body)

    def owner_of(self, name: str) -> ThreadState:
        """Find the thread whose variable a name means here: this one or an ancestor."""
        thread: ThreadState | None = self.thread
        while thread is not None:
            if name in thread.variables:
                return thread
            parent = thread.thread_run
            thread = (
                self.run.threads.get(parent.parent_thread_id)
                if parent.HasField("parent_thread_id")
                else None
            )
        raise EvaluationError(f"variable {name} is not in scope")

    def variable(self, name: str) -> values.VariableValue:
        """Read a variable."""
        return self.owner_of(name).variables[name].value

    def node_output(self, node_name: str) -> values.VariableValue:
        """Read the latest output of a node of this thread."""
        output = self.thread.outputs.get(node_name)
        if output is None:
            raise EvaluationError(f"node {node_name} has no output")
        return output


def start_thread(visit: ThreadVisit) -> None:
    """Let a new thread arrive at its first node."""
    thread = visit.threads[visit.thread.thread_run.thread_spec_name]
    arrive(visit, thread.nodes[thread.entrypoint])


def advance(draft: Draft, run: RunState, spec: CompiledWfSpec) -> None:
    """Move a run as far as it goes."""
    visits: dict[int, ThreadVisit] = {}
    moved = True
    while moved and run.threads:
        draft.steps += 1
        if draft.steps > draft.limits.steps_per_command_max:
            _stop_endless(ThreadVisit(draft, run, run.threads[0], spec.threads))
            return
        moved = False
        for number in list(run.threads):
            thread = run.threads.get(number)
            if thread is None:
                continue
            if number not in visits:
                visits[number] = ThreadVisit(draft, run, thread, spec.threads)
            moved = step(visits[number]) or moved


def step(visit: ThreadVisit) -> bool:
    """Let a thread take one step if it can; tell whether it did."""
    try:
        done = visit.node.kind.check(visit)
    except EvaluationError as error:
        fail(visit, NodeFailure("VAR_SUB_ERROR", str(error)), while_waiting=True)
        return True
    except NodeFailure as failure:
        fail(visit, failure, while_waiting=True)
        return True
    if done is None:
        return False
    leave(visit, done)
    return True


def leave(visit: ThreadVisit, done: Done) -> None:
    """Leave a complete node: end the thread, or go on to the next node."""
    node = visit.node
    output = done.output if node.output_is_read else None
    visit.emit(
        "node_exited",
        history.NodeExited(
            thread_run_number=visit.thread.number,
            output=output,
            masked=done.masked and output is not None,
        ),
    )
    if isinstance(node.kind, ExitKind):
        end_thread(visit, done.output)
        return
    try:
        edge = take_edge(visit, node)
    except EvaluationError as error:
        fail(visit, NodeFailure("VAR_SUB_ERROR", str(error)), while_waiting=False)
        return
    visit.emit("edge_taken", edge)
    arrive(
        visit, visit.threads[visit.thread.thread_run.thread_spec_name].nodes[edge.sink_node_name]
    )


def arrive(visit: ThreadVisit, node: CompiledNode) -> None:
    """Let a thread arrive at a node."""
    entered = node.kind.entered(node.details)
    entered.thread_run_number = visit.thread.number
    entered.node_name = node.name
    visit.emit("node_entered", entered)
    try:
        node.kind.arrive(visit)
    except EvaluationError as error:
        fail(visit, NodeFailure("VAR_SUB_ERROR", str(error)), while_waiting=False)
    except NodeFailure as failure:
        fail(visit, failure, while_waiting=False)


def fail(visit: ThreadVisit, failure: NodeFailure, *, while_waiting: bool) -> None:
    """Let the node fail, and the thread with it, since nothing handles failures yet."""
    visit.emit(
        "node_failed",
        history.NodeFailed(
            thread_run_number=visit.thread.number,
            failure=failure.failure,
            while_waiting=while_waiting,
        ),
    )
    fail_thread(visit, failure.failure)


def fail_thread(visit: ThreadVisit, failure: node_runs.Failure) -> None:
    """End a thread by a failure; the run too, if it is thread 0."""
    number, end = visit.thread.number, failure_status(failure.failure_name)
    visit.emit(
        "thread_ended",
        history.ThreadEnded(thread_run_number=number, status=end, error_message=failure.message),
    )
    if number == 0:
        visit.emit(
            "run_faulted",
            history.RunFaulted(
                status=end, failure_name=failure.failure_name, message=failure.message
            ),
        )
        _schedule_retention(visit)


def end_thread(visit: ThreadVisit, output: values.VariableValue | None) -> None:
    """Complete a thread; the run too, if it is thread 0."""
    number = visit.thread.number
    visit.emit(
        "thread_ended",
        history.ThreadEnded(thread_run_number=number, status=status.COMPLETED, output=output),
    )
    if number == 0:
        visit.emit("run_completed", history.RunCompleted())
        _schedule_retention(visit)


def _schedule_retention(visit: ThreadVisit) -> None:
    """Set the timer that deletes a terminated run, if its WfSpec wants that."""
    spec = (
        visit.draft.facts.wf_spec(
            visit.run.wf_run.wf_spec_id.name, visit.run.wf_spec_sequence
        ).wf_spec
        if visit.run.wf_run
        else None
    )
    if spec is None or not spec.HasField("retention_policy"):
        return
    seconds = spec.retention_policy.seconds_after_wf_termination
    due = timestamp(later(visit.draft.now_us, seconds))
    visit.emit("timer_set", history.TimerSet(kind=history.RUN_RETENTION, due=due))


def _stop_endless(visit: ThreadVisit) -> None:
    limit = visit.draft.limits.steps_per_command_max
    message = f"one command has taken more than {limit} steps: an endless loop?"
    fail(visit, NodeFailure("INTERNAL_ERROR", message), while_waiting=False)
