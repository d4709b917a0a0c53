"""Which waiting node gets which external event.

Knows the queue's order and nothing of storage: first in, first out, one to one.
Among the unclaimed events of a name, the oldest whose aim fits is the next.
"""

from typing import TYPE_CHECKING

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import status_pb2 as status
from hitchpost_server.engine.state import RunState, ThreadState

if TYPE_CHECKING:
    from hitchpost_server.engine.compiled import CompiledThread, CompiledWfSpec


def oldest_fitting(
    run: RunState, name: str, thread: int, position: int
) -> events.ExternalEvent | None:
    """Find the unclaimed event that a node would claim now."""
    for unclaimed in run.unclaimed.values():
        if unclaimed.name == name and aims_at(unclaimed.event, thread, position):
            return unclaimed.event
    return None


def aims_at(
    event: events.ExternalEvent | events.PutExternalEventRequest, thread: int, position: int
) -> bool:
    """Whether an event's aim, as far as it has one, is that node of that thread."""
    if event.HasField("thread_run_number") and event.thread_run_number != thread:
        return False
    return not event.HasField("node_run_position") or event.node_run_position == position


def is_awaited(
    run: RunState, spec: "CompiledWfSpec", request: events.PutExternalEventRequest
) -> bool:
    """Whether a thread waits for an event like this one right now, or is interrupted by it."""
    name = request.external_event_def_id.name
    for thread in run.threads.values():
        if _waits(thread, name) and aims_at(request, thread.number, thread.position):
            return True
    return is_interrupt(run, spec, request)


def _waits(thread: ThreadState, name: str) -> bool:
    node_run = thread.node_run
    if node_run.status != status.RUNNING or thread.thread_run.status != status.RUNNING:
        return False
    waiting = node_run.external_event
    return waiting.external_event_def_id.name == name and not waiting.timed_out


def is_interrupt(
    run: RunState, spec: "CompiledWfSpec", request: events.PutExternalEventRequest
) -> bool:
    """Whether an event like this one interrupts a thread right now."""
    name = request.external_event_def_id.name
    threads = spec.threads
    return name in spec.interrupting_events and any(
        interrupt_handler(run, threads[thread.thread_run.thread_spec_name], thread, name, request)
        for thread in run.threads.values()
    )


def interrupt_handler(
    run: RunState,
    spec: "CompiledThread",
    thread: ThreadState,
    name: str,
    event: events.ExternalEvent | events.PutExternalEventRequest,
) -> str | None:
    """Name the ThreadSpec that handles an event as an interrupt of a thread, if one does."""
    if thread.is_terminated:
        return None
    if event.HasField("thread_run_number") and event.thread_run_number != thread.number:
        return None
    handler = spec.interrupts.get(name)
    return None if handler is None or run.is_dismissed(thread) else handler
