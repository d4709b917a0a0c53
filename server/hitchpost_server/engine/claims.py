"""Which waiting node gets which external event.

Knows the queue's order and nothing of storage: first in, first out, one to one.
Among the unclaimed events of a name, the oldest whose aim fits is the next.
"""

from hitchpost.v1 import external_event_pb2 as events
from hitchpost_server.engine.state import RunState


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


def is_awaited(run: RunState, request: events.PutExternalEventRequest) -> bool:
    """Whether a thread waits for an event like this one right now."""
    name = request.external_event_def_id.name
    return any(
        thread.node_run.external_event.external_event_def_id.name == name
        and not thread.node_run.external_event.timed_out
        and aims_at(request, thread.number, thread.position)
        for thread in run.threads.values()
    )
