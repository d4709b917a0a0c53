"""Events that say the same of every run of a WfSpec: made once, and encoded once.

Most of what happens to a run is of that kind: it enters this node, leaves it and
takes that edge. Knows how such events look; knows nothing of when they happen.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.folding import nodes, runs, threads
from hitchpost_server.engine.folding.moment import Effect, nothing
from hitchpost_server.storage.v1 import storage_pb2 as storage

if TYPE_CHECKING:
    from hitchpost_server.engine.compiled import CompiledNode, CompiledWfSpec

# Of each kind. They keep their WfSpecs in memory, of which about as many are kept compiled.
KEPT = 2_000

F = TypeVar("F", bound=Callable[..., Any])


class ReadyEvent(NamedTuple):
    """An event: its member of the oneof, which nobody may change, and a LogRecord of it alone.

    `effect` is what the fold makes of it, if the run is the root of its family.
    """

    kind: str
    body: Any
    encoded: bytes
    effect: Effect


def ready(kind: str, body: Any, effect: Effect) -> ReadyEvent:
    """Encode an event."""
    record = storage.LogRecord()
    recorded = getattr(record.events.add(), kind)
    recorded.CopyFrom(body)
    recorded.SetInParent()  # a body without fields says something too
    return ReadyEvent(kind, body, record.SerializeToString(), effect)


def _kept(make: F) -> F:
    kept: Any = lru_cache(KEPT)(make)
    return kept  # type: ignore[no-any-return]


TRANSITION_STARTED = ready("transition_started", history.TransitionStarted(), nothing)
TRANSITION_COMPLETED = ready("transition_completed", history.TransitionCompleted(), nothing)


@_kept
def run_started(spec: "CompiledWfSpec", sequence: int, incarnation: int) -> ReadyEvent:
    """A run begins that nobody's node has started."""
    started = history.RunStarted(
        wf_spec_id=spec.wf_spec.id, wf_spec_sequence=sequence, incarnation=incarnation
    )
    effect = partial(runs.start_run, runs.new_wf_run(started), sequence, incarnation)
    return ready("run_started", started, effect)


class FirstThread(NamedTuple):
    """The start of thread 0 without variables, and what its ThreadRun is like."""

    started: ReadyEvent
    like: wf_runs.ThreadRun


@_kept
def first_thread(spec: "CompiledWfSpec") -> FirstThread:
    """Thread 0 begins."""
    started = history.ThreadStarted(thread_spec_name=spec.entrypoint.name, type=wf_runs.ENTRYPOINT)
    like = wf_runs.ThreadRun()
    threads.write_thread_run(like, started, spec.wf_spec.id)
    effect = partial(threads.begin_first_thread, like, ())
    return FirstThread(ready("thread_started", started, effect), like)


@_kept
def node_entered(node: "CompiledNode", thread: int) -> ReadyEvent:
    """A thread comes to a node."""
    entered = node.kind.entered(node.details)
    entered.thread_run_number = thread
    entered.node_name = node.name
    like = nodes.new_node_run(entered, node.wf_spec_id, node.thread)
    return ready("node_entered", entered, partial(nodes.enter_node, thread, like))


@_kept
def node_exited(thread: int) -> ReadyEvent:
    """A thread is through with its node, of which nobody reads an output."""
    exited = history.NodeExited(thread_run_number=thread)
    return ready("node_exited", exited, partial(nodes.exit_node, thread))


@_kept
def edge_taken(thread: int, sink: str) -> ReadyEvent:
    """A thread takes an edge that changes nothing."""
    taken = history.EdgeTaken(thread_run_number=thread, sink_node_name=sink)
    return ready("edge_taken", taken, nothing)


@_kept
def thread_completed(thread: int) -> ReadyEvent:
    """A thread completes that returns nothing."""
    ended = history.ThreadEnded(thread_run_number=thread, status=status.COMPLETED)
    return ready("thread_ended", ended, partial(threads.end_thread, thread, ended.status))


@_kept
def run_completed(kept_variables: tuple[str, ...]) -> ReadyEvent:
    """A run completes."""
    completed = history.RunCompleted(kept_variables=kept_variables)
    return ready("run_completed", completed, partial(runs.complete_run, kept_variables))
