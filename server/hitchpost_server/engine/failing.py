"""How nodes and threads fail: which handler takes a failure, and what ends if none does.

Knows LittleHorse's rules of which failure a handler catches. A failure that was
handled once is not handled again.
"""

from collections.abc import Iterable

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1.wf_spec_pb2 import FailureHandlerDef
from hitchpost_server.engine.failure_names import failure_status
from hitchpost_server.engine.halting import Reason, halt, halt_children
from hitchpost_server.engine.ids import keys_above
from hitchpost_server.engine.nodes.kind import NodeFailure
from hitchpost_server.engine.ready_events import run_completed, thread_completed
from hitchpost_server.engine.state import FAILED
from hitchpost_server.engine.threads import archive_expired
from hitchpost_server.engine.times import later, timestamp
from hitchpost_server.engine.visits import ThreadVisit

# Names that stand for others as well when a handler names them.
_FAMILIES = {
    "VAR_ERROR": frozenset({"VAR_ERROR", "VAR_SUB_ERROR", "VAR_MUTATION_ERROR"}),
    "TASK_ERROR": frozenset({"TASK_ERROR", "TASK_FAILURE", "TIMEOUT"}),
}
_STATUSES = {
    FailureHandlerDef.FAILURE_TYPE_ERROR: status.ERROR,
    FailureHandlerDef.FAILURE_TYPE_EXCEPTION: status.EXCEPTION,
}


def handler_of(
    handlers: Iterable[FailureHandlerDef], failure: node_runs.Failure
) -> FailureHandlerDef | None:
    """Find the first handler, in the order of the WfSpec, that catches a failure."""
    return next((handler for handler in handlers if _catches(handler, failure)), None)


def _catches(handler: FailureHandlerDef, failure: node_runs.Failure) -> bool:
    name, caught = failure.failure_name, handler.WhichOneof("failure_to_catch")
    if caught == "specific_failure":
        return name in _FAMILIES.get(handler.specific_failure, {handler.specific_failure})
    if caught == "any_failure_of_type":
        return failure_status(name) == _STATUSES[handler.any_failure_of_type]
    return True


def fail(visit: ThreadVisit, failure: NodeFailure, *, while_waiting: bool) -> None:
    """Let the node fail: a handler takes it, or the thread fails with it."""
    had_failed = bool(visit.thread.node_run.failures)
    handler = None if had_failed else handler_of(visit.node.failure_handlers, failure.failure)
    _fail_node(visit, failure.failure, handler, while_waiting=while_waiting)
    if handler is None:
        fail_thread(visit, failure.failure)
    else:
        position = visit.thread.position
        pending = wf_runs.PendingFailureHandlerHaltReason(node_run_position=position)
        halt(visit, Reason(pending_failure=pending))


def fail_for_good(visit: ThreadVisit, failure: NodeFailure) -> None:
    """Let the node fail and the thread with it, whatever handlers there are."""
    if visit.thread.node_run.status not in FAILED:
        _fail_node(visit, failure.failure, None, while_waiting=True)
    fail_thread(visit, failure.failure)


def _fail_node(
    visit: ThreadVisit,
    failure: node_runs.Failure,
    handler: FailureHandlerDef | None,
    *,
    while_waiting: bool,
) -> None:
    visit.node.kind.abandon(visit)
    visit.emit(
        "node_failed",
        history.NodeFailed(
            thread_run_number=visit.thread.number,
            failure=failure,
            while_waiting=while_waiting,
            handler_spec_name=handler.handler_spec_name if handler else "",
        ),
    )


def fail_thread(visit: ThreadVisit, failure: node_runs.Failure) -> None:
    """End a thread by a failure; the run too, if it is thread 0. What is below it halts."""
    halt_children(visit)
    number, end = visit.thread.number, failure_status(failure.failure_name)
    visit.emit(
        "thread_ended",
        history.ThreadEnded(
            thread_run_number=number, status=end, error_message=failure.message, failure=failure
        ),
    )
    if number == 0:
        visit.emit(
            "run_faulted",
            history.RunFaulted(
                status=end, failure_name=failure.failure_name, message=failure.message
            ),
        )
        _end_of_run(visit)


def complete_thread(visit: ThreadVisit, output: values.VariableValue | None) -> None:
    """Complete a thread; the run too, if it is thread 0."""
    number = visit.thread.number
    if output is None:
        visit.draft.emit_ready(visit.run, thread_completed(number))
    else:
        ended = visit.draft.write(visit.run, "thread_ended")
        ended.thread_run_number = number
        ended.status = status.COMPLETED
        returned = ended.output
        returned.CopyFrom(output)
        returned.SetInParent()  # NULL is an output too
        visit.draft.apply(visit.run, "thread_ended", ended)
    if number == 0:
        # The threads of a completed run are not looked at again.
        archive_expired(visit.traversal)
        public = visit.traversal.spec.public
        kept = tuple(sorted(public & visit.thread.variables.keys())) if public else ()
        visit.draft.emit_ready(visit.run, run_completed(kept))
        _end_of_run(visit)


def _end_of_run(visit: ThreadVisit) -> None:
    """Let those above look, and set the timer that deletes the run if its WfSpec wants that."""
    runs = visit.draft.state.runs
    for key in keys_above(visit.run.key):
        if key in runs:
            visit.draft.has_to_move(runs[key])
    spec = visit.traversal.spec.wf_spec
    if spec.HasField("retention_policy"):
        seconds = spec.retention_policy.seconds_after_wf_termination
        due = timestamp(later(visit.draft.now_us, seconds))
        visit.emit("timer_set", history.TimerSet(kind=history.RUN_RETENTION, due=due))


def fail_with_handler(visit: ThreadVisit) -> bool:
    """Let a halted thread fail if a handler that it waits for has failed; tell whether it did."""
    for reason in visit.thread.thread_run.halt_reasons:
        kind = reason.WhichOneof("reason")
        if kind == "interrupted":
            failure = _failure_of(visit, reason.interrupted.interrupt_thread_id)
            if failure is not None:
                number = reason.interrupted.interrupt_thread_id
                message = f"The handler of an interrupt, thread {number}, failed"
                fail_for_good(visit, NodeFailure.like(failure, message))
                return True
        elif kind == "handling_failure":
            failure = _failure_of(visit, reason.handling_failure.handler_thread_id)
            if failure is not None:
                fail_thread(visit, failure)
                return True
    return False


def _failure_of(visit: ThreadVisit, number: int) -> node_runs.Failure | None:
    handler = visit.run.threads.get(number)
    return handler.failure if handler is not None and handler.status in FAILED else None
