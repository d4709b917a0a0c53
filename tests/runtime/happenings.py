"""What may happen only once to each thing of a run that is never deleted.

Knows the events of the log; knows nothing of how they came to be.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.object_id_pb2 import ExternalEventId
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.log import expanded

Happening = tuple[str | int, ...]


def _named(event: ExternalEventId) -> Happening:
    return event.external_event_def_id.name, event.guid


# What each kind of event is about, besides its run.
ONCE: dict[str, Callable[[Any], Happening]] = {
    "run_started": lambda _: (),
    "thread_started": lambda body: (body.thread_run_number,),
    "external_event_received": lambda body: _named(body.external_event.id),
    "external_event_claimed": lambda body: _named(body.external_event_id),
    "interrupt_triggered": lambda body: (*_named(body.external_event_id), body.thread_run_number),
    "user_task_run_completed": lambda body: (body.user_task_guid,),
    "user_task_run_cancelled": lambda body: (body.user_task_guid,),
}


def happenings(records: Iterable[Any], prefix: str) -> Counter[Happening]:
    """Count what has happened in streams whose names begin so."""
    found: Counter[Happening] = Counter()
    for record in records:
        if record.stream.startswith(prefix):
            for event in expanded(record.stream, record.first_sequence, 1, record.body):
                found.update(_happening(event))
    return found


def _happening(event: HistoryEvent) -> list[Happening]:
    kind = event.WhichOneof("event") or ""
    if kind not in ONCE:
        return []
    return [(kind, run_key(event.wf_run_id), *ONCE[kind](getattr(event, kind)))]
