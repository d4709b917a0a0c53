"""How threads come to stand still, and how they go on.

A thread stands still for reasons; it goes on when all of them are gone. Whoever
halts a thread halts those below it. Knows LittleHorse's reasons and when each is
resolved; why somebody halts a thread is none of its business.
"""

from collections.abc import Callable

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.state import FAILED, ThreadState
from hitchpost_server.engine.visits import ThreadVisit

Reason = wf_runs.ThreadHaltReason

STANDING = frozenset({status.HALTING, status.HALTED})
STOPPED = Reason(manual_halt=wf_runs.ManualHalt())

# The reasons that last as long as a handler is at work, and where its number is.
_HANDLERS = {"interrupted": "interrupt_thread_id", "handling_failure": "handler_thread_id"}


def halt(visit: ThreadVisit, reason: Reason) -> None:
    """Halt a thread and what is below it, as soon as each can.

    One that has terminated stays so; what is below it halts in its place.
    """
    if visit.thread.is_terminated:
        for child in visit.traversal.children(visit.thread.number):
            halt(child, reason)
    elif reason not in visit.thread.thread_run.halt_reasons:
        halt_children(visit, spare_interrupts=reason.HasField("pending_interrupt"))
        _stand(visit, reason)


def halt_children(visit: ThreadVisit, *, spare_interrupts: bool = False) -> None:
    """Halt what is below a thread; running handlers of interrupts only if not spared."""
    for child in visit.traversal.children(visit.thread.number):
        is_spared = child.thread.thread_run.type == wf_runs.INTERRUPT and spare_interrupts
        if not is_spared or child.thread.status != status.RUNNING:
            _halt_below(child, visit.thread)


def halt_with_parent(visit: ThreadVisit) -> None:
    """Halt a thread if the one above it stands still or has failed: it goes on when that does."""
    parent = visit.run.parent_of(visit.thread)
    if parent is not None and parent.status in STANDING | FAILED:
        _halt_below(visit, parent)


def _halt_below(visit: ThreadVisit, parent: ThreadState) -> None:
    halt(visit, Reason(parent_halted=wf_runs.ParentHalted(parent_thread_id=parent.number)))


def settle(visit: ThreadVisit) -> bool:
    """Let a thread that is halting stand still if it can; tell whether it does."""
    if not _rests(visit):
        return False
    _stand(visit, None)
    return True


def _stand(visit: ThreadVisit, reason: Reason | None) -> None:
    now = status.HALTED if _rests(visit) else status.HALTING
    number = visit.thread.number
    visit.emit(
        "thread_halted",
        history.ThreadHalted(thread_run_number=number, status=now, reason=reason),
    )
    run, reasons = visit.run.wf_run, visit.thread.thread_run.halt_reasons
    assert run is not None
    if number == 0 and now == status.HALTED and STOPPED in reasons and run.status != now:
        visit.emit("run_halted", history.RunHalted())


def _rests(visit: ThreadVisit) -> bool:
    """Whether nothing goes on at the thread's node and below it, but for its handlers."""
    if visit.thread.node_run.status not in FAILED and not visit.node.kind.halt(visit):
        return False
    at_work = _handlers_of(visit.thread)
    return all(
        child.thread.number in at_work
        and child.thread.status == status.RUNNING
        or is_at_rest(child)
        for child in visit.traversal.children(visit.thread.number)
    )


def is_at_rest(visit: ThreadVisit) -> bool:
    """Whether a thread stands still, or has ended and so it is with all below it."""
    if not visit.thread.is_terminated:
        return visit.thread.status == status.HALTED
    return all(is_at_rest(child) for child in visit.traversal.children(visit.thread.number))


def _handlers_of(thread: ThreadState) -> set[int]:
    """Number the handlers that a thread stands still for."""
    return {
        getattr(getattr(reason, kind), _HANDLERS[kind])
        for reason in thread.thread_run.halt_reasons
        if (kind := reason.WhichOneof("reason")) in _HANDLERS
    }


def revive(visit: ThreadVisit) -> bool:
    """Drop the reasons that are resolved, and let a thread with none left go on."""
    reasons = visit.thread.thread_run.halt_reasons
    left = [reason for reason in reasons if not _is_resolved(visit, reason)]
    if len(left) == len(reasons):
        return False
    if any(reason.HasField("handling_failure") and reason not in left for reason in reasons):
        handled = history.FailuresHandled(
            thread_run_number=visit.thread.number,
            children=visit.node.kind.covered(visit),
            own=True,
        )
        visit.emit("failures_handled", handled)
    go_on(visit, left)
    return True


def go_on(visit: ThreadVisit, left: list[Reason]) -> None:
    """Leave a thread with fewer reasons to stand still, perhaps none."""
    resumed = history.ThreadResumed(
        thread_run_number=visit.thread.number,
        status=visit.thread.status if left else status.RUNNING,
        halt_reasons=left,
    )
    visit.emit("thread_resumed", resumed)
    run = visit.run.wf_run
    assert run is not None
    if visit.thread.number == 0 and run.status == status.HALTED and STOPPED not in left:
        visit.emit("run_resumed", history.RunResumed())


def _is_resolved(visit: ThreadVisit, reason: Reason) -> bool:
    kind = reason.WhichOneof("reason")
    return kind in _RESOLVED and _RESOLVED[kind](visit, reason)


def _parent_goes_on(visit: ThreadVisit, reason: Reason) -> bool:
    number = reason.parent_halted.parent_thread_id
    now = visit.traversal.status_of(number)
    if now in STANDING:
        return _is_all_that_is_awaited(visit.thread, visit.run.threads[number])
    return now not in FAILED


def _is_all_that_is_awaited(handler: ThreadState, parent: ThreadState) -> bool:
    """Whether the parent stands still for this handler, and for nothing that halts it too.

    Handlers of interrupts work side by side; that of a failure waits for them.
    """
    if handler.number not in _handlers_of(parent):
        return False
    kinds = {reason.WhichOneof("reason") for reason in parent.thread_run.halt_reasons}
    if handler.thread_run.type == wf_runs.INTERRUPT:
        return kinds <= _HANDLERS.keys()
    return len(parent.thread_run.halt_reasons) == 1


def _interrupt_is_over(visit: ThreadVisit, reason: Reason) -> bool:
    return visit.traversal.status_of(reason.interrupted.interrupt_thread_id) == status.COMPLETED


def _failure_is_handled(visit: ThreadVisit, reason: Reason) -> bool:
    return visit.traversal.status_of(reason.handling_failure.handler_thread_id) == status.COMPLETED


# Which reasons can go away by themselves, and when. The pending ones are replaced
# when the handler starts; what somebody stopped, somebody resumes; a thread for
# which its parent has no more use stays where it is.
_RESOLVED: dict[str, Callable[[ThreadVisit, Reason], bool]] = {
    "parent_halted": _parent_goes_on,
    "interrupted": _interrupt_is_over,
    "handling_failure": _failure_is_handled,
}
