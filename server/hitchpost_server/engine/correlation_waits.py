"""Nodes that wait for a correlation key, as the state of their family knows them.

Knows who waits where, and the written form of it; knows nothing of what comes
of it.
"""

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost_server.engine.ids import run_id, run_key
from hitchpost_server.engine.state import (
    TERMINATED,
    Correlation,
    FamilyState,
    RunState,
    ThreadState,
    Wait,
)


def wait_of(run: RunState, thread: ThreadState) -> Wait:
    """Tell the node where a thread stands apart from all that are or were."""
    assert run.wf_run is not None
    return Wait(run.key, run.incarnation, run.wf_run.execution, thread.number, thread.position)


def begin(state: FamilyState, run: RunState, thread: ThreadState) -> None:
    """Note that a thread has come to wait for its correlation key."""
    waiting = thread.node_run.external_event
    state.waits[wait_of(run, thread)] = Correlation(
        waiting.external_event_def_id.name, waiting.correlation_key
    )


def end(state: FamilyState, run: RunState, thread: ThreadState) -> None:
    """Note that a thread leaves its node, for whatever it was waiting there."""
    if state.waits:
        state.waits.pop(wait_of(run, thread), None)


def end_all(state: FamilyState, run: str) -> None:
    """Note that all threads of a run are gone."""
    for wait in [wait for wait in state.waits if wait.run == run]:
        del state.waits[wait]


def find_all(state: FamilyState) -> None:
    """Find out who waits from where the threads stand."""
    for run in state.runs.values():
        for thread in run.threads.values():
            if thread.node_run.external_event.HasField("correlation_key") and _waits(run, thread):
                begin(state, run, thread)


def _waits(run: RunState, thread: ThreadState) -> bool:
    """Whether a thread is not through with its node, and may ever be.

    Those of a run that failed may: they can be rescued.
    """
    has_ended = thread.is_terminated or thread.node_run.status in TERMINATED
    return not has_ended and not run.is_dismissed(thread)


def as_message(wait: Wait) -> history.CorrelatedWait:
    """Write down who waits."""
    return history.CorrelatedWait(
        node_run_id=ids.NodeRunId(
            wf_run_id=run_id(wait.run), thread_run_number=wait.thread, position=wait.position
        ),
        incarnation=wait.incarnation,
        execution=wait.execution,
    )


def from_message(message: history.CorrelatedWait) -> Wait:
    """Read who waits."""
    at = message.node_run_id
    return Wait(
        run_key(at.wf_run_id),
        message.incarnation,
        message.execution,
        at.thread_run_number,
        at.position,
    )
