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
ONCE: dict[str, Callable[[HistoryEvent, Any], Happening]] = {
    "run_started": lambda event, _: (event.execution,),
    "run_continued_as_new": lambda event, _: (event.execution,),
    "thread_started": lambda event, body: (event.execution, body.thread_run_number),
    "external_event_claimed": lambda _, body: _named(body.external_event_id),
    "interrupt_triggered": lambda _, body: (
        *_named(body.external_event_id),
        body.thread_run_number,
    ),
    "user_task_run_completed": lambda _, body: (body.user_task_guid,),
    "user_task_run_cancelled": lambda _, body: (body.user_task_guid,),
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
    return [(kind, run_key(event.wf_run_id), *ONCE[kind](event, getattr(event, kind)))]
