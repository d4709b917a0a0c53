"""What commands do to single threads: stop, resume, rescue."""

from collections.abc import Iterator
from typing import NamedTuple

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.advance import advance, arrive, go_on_without
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.halting import STOPPED, go_on, halt, halt_with_parent
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.state import FAILED, RunState, ThreadState
from hitchpost_server.engine.visits import ThreadVisit, traversal_of

_HANDLING_FAILURE = node_runs.WaitForThreadsRun.THREAD_HANDLING_FAILURE


def stop_thread(draft: Draft, run: RunState, command: commands.StopThread) -> None:
    """Halt a thread and what is below it until somebody resumes it."""
    thread = _find(run, command.thread_run_number)
    if thread is None or thread.is_terminated or STOPPED in thread.thread_run.halt_reasons:
        return
    draft.begin_transition(run)
    traversal = traversal_of(draft, run)
    halt(traversal.visit(thread.number), STOPPED)
    advance(draft, run)
    draft.complete_transition()


def resume_thread(draft: Draft, run: RunState, command: commands.ResumeThread) -> None:
    """Let a thread that was stopped go on, unless it has other reasons to stand still."""
    thread = _find(run, command.thread_run_number)
    if thread is None or STOPPED not in thread.thread_run.halt_reasons:
        return
    draft.begin_transition(run)
    traversal = traversal_of(draft, run)
    left = [reason for reason in thread.thread_run.halt_reasons if reason != STOPPED]
    go_on(traversal.visit(thread.number), left)
    advance(draft, run)
    draft.complete_transition()


def rescue_thread(draft: Draft, run: RunState, command: commands.RescueThread) -> wf_runs.WfRun:
    """Let a thread that ended with ERROR go on from the node where it failed."""
    thread = _find(run, command.thread_run_number)
    problem = _unrescuable(draft, run, thread)
    if thread is None or problem is not None:
        raise errors.NotRescuable(wf_run=run.key, thread=command.thread_run_number, problem=problem)
    visit = traversal_of(draft, run).visit(thread.number)
    if command.skip_current_node and not visit.node.edges:
        problem = f"no edge leads on from node {visit.node.name}"
        raise errors.NotRescuable(wf_run=run.key, thread=thread.number, problem=problem)
    draft.begin_transition(run)
    _rescue(visit, skip=command.skip_current_node)
    advance(draft, run)
    draft.complete_transition()
    assert run.wf_run is not None
    return copy_of(run.wf_run)


def _find(run: RunState, number: int) -> ThreadState | None:
    """Find a thread of a run; None if it was archived or its run has completed."""
    if run.wf_run is None:
        raise errors.ObjectNotFound(kind="WfRun", id=run.key)
    greatest = run.wf_run.greatest_threadrun_number
    if not 0 <= number <= greatest:
        raise errors.FieldInvalid(
            field="thread_run_number", problem=f"the run has threads 0 to {greatest}"
        )
    return run.threads.get(number)


def _unrescuable(draft: Draft, run: RunState, thread: ThreadState | None) -> str | None:
    """Say why a thread cannot be rescued, if so."""
    if thread is None:
        return "it has completed"
    if thread.status != status.ERROR:
        return f"its status is {status.LHStatus.Name(thread.status)}, not ERROR"
    for one, parent in _lineage(run, thread):
        if parent is not None and one.number in parent.thread_run.handled_failed_children:
            return f"thread {parent.number} has gone on without it"
        handler = _handler_at_work(run, one)
        if handler is not None:
            return f"thread {handler} is handling the failure of thread {one.number}"
    if thread.number == 0 and _has_gone_on(_waiting_above(draft, run)):
        return "the run above has gone on without it"
    return None


def _lineage(
    run: RunState, thread: ThreadState | None
) -> Iterator[tuple[ThreadState, ThreadState | None]]:
    """Give a thread and those above it, each with the one right above."""
    while thread is not None:
        parent = run.parent_of(thread)
        yield thread, parent
        thread = parent


def _handler_at_work(run: RunState, failed: ThreadState) -> int | None:
    """Number the handler of a failed thread, for one that waits for the thread.

    Beside a thread that lives again it would handle a failure that is none. The handler
    of a node that does not wait any more is no longer at work.
    """
    for thread in run.threads.values():
        if not thread.is_terminated and thread.node_run.status not in FAILED:
            for waited in thread.node_run.wait_for_threads.threads:
                is_handled = waited.waiting_status == _HANDLING_FAILURE
                if is_handled and waited.thread_run_number == failed.number:
                    return waited.failure_handler_thread_run_id
    return None


class _Waiting(NamedTuple):
    """Where a child run was waited for; `thread` is None if that has completed since."""

    run: RunState
    thread: ThreadState | None
    position: int


def _waiting_above(draft: Draft, run: RunState) -> _Waiting | None:
    """Find who waits, or waited last, for a child run; None if nobody did or it was deleted."""
    assert run.wf_run is not None
    if not run.wf_run.parent_trigger.HasField("waiting_node_run"):
        return None
    waiting = run.wf_run.parent_trigger.waiting_node_run
    above = draft.state.runs.get(run_key(waiting.wf_run_id))
    if above is None or above.wf_run is None:
        return None
    return _Waiting(above, above.threads.get(waiting.thread_run_number), waiting.position)


def _has_gone_on(waiting: _Waiting | None) -> bool:
    if waiting is None:
        return False
    thread = waiting.thread
    if thread is None or thread.position > waiting.position:
        return True
    return any(one.was_properly_handled for one in thread.node_run.failures)


def _rescue(visit: ThreadVisit, *, skip: bool) -> None:
    """Revive a thread, and the one above it if that failed because of it.

    Below one that failed for another reason it stands still until that is rescued.
    """
    visit.emit("thread_rescued", history.ThreadRescued(thread_run_number=visit.thread.number))
    if skip:
        go_on_without(visit)
    else:
        arrive(visit, visit.node)
    parent = visit.run.parent_of(visit.thread)
    if parent is not None:
        above = visit.traversal.visit(parent.number)
        if above.node.kind.waits_for_threads and _has_failed_with_children(parent):
            _rescue(above, skip=False)
    halt_with_parent(visit)
    if visit.thread.number == 0:
        _rescue_run_above(visit)


def _rescue_run_above(visit: ThreadVisit) -> None:
    """Let the thread that waits for this run wait once more, if it failed because of it."""
    waiting = _waiting_above(visit.draft, visit.run)
    thread = waiting.thread if waiting is not None else None
    if waiting is None or thread is None:
        return
    if thread.position == waiting.position and _has_failed_with_children(thread):
        _rescue(traversal_of(visit.draft, waiting.run).visit(thread.number), skip=False)
        visit.draft.has_to_move(waiting.run)


def _has_failed_with_children(thread: ThreadState) -> bool:
    failures = thread.node_run.failures
    return (
        thread.status == status.ERROR
        and bool(failures)
        and failures[-1].failure_name == "CHILD_FAILURE"
    )
