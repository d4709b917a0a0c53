"""What the answers of a load say, parsed once the clock has stopped.

Every answer must be about the very object that its request was about.
"""

from collections.abc import Set

from bench.load import Load
from bench.processes import Failed
from bench.requests import guid, run_name
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import wf_run_pb2 as wf_runs


def answered_events(load: Load, prefix: str) -> Set[int]:
    """Return the numbers of accepted events."""
    for number, answer in load.answers:
        event = events.ExternalEvent.FromString(answer)
        if (event.id.wf_run_id.id, event.id.guid) != (run_name(prefix, number), guid(number)):
            raise Failed(f"event {number} was answered with {event.id}")
    return {number for number, _ in load.answers}


def answered_runs(load: Load, prefix: str) -> Set[int]:
    """Return the numbers of started runs."""
    for number, answer in load.answers:
        run = wf_runs.WfRun.FromString(answer)
        if run.id.id != run_name(prefix, number) or run.status != status.RUNNING:
            raise Failed(f"run {number} was answered with {run}")
    return {number for number, _ in load.answers}
