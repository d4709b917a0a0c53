"""Masked values: what a definition masks, clients read as `*****`.

The engine and the workers work with the real values; everything that is read
through the api passes here. Masked fields of structs: `masked_fields.py`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from google.protobuf.message import Message

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import route_pb2 as routes
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.api.masked_fields import MASKED_AS_WRITTEN, mask
from hitchpost_server.engine.values.masks import MASK, MASKED


def variable(one: values.Variable) -> values.Variable:
    """Mask a Variable of a masked type."""
    if one.masked:
        one.value.CopyFrom(MASKED)
    return one


def node_run(one: node_runs.NodeRun) -> node_runs.NodeRun:
    """Mask the correlation key of a node that asks for it."""
    waiting = one.external_event
    if waiting.mask_correlation_key and waiting.HasField("correlation_key"):
        waiting.correlation_key = MASK
    return one


def task_run(one: tasks.TaskRun) -> tasks.TaskRun:
    """Mask inputs of masked types, and outputs of a masked return type."""
    _inputs(one)
    for attempt in one.attempts:
        if attempt.masked_value and attempt.HasField("output"):
            attempt.output.CopyFrom(MASKED)
    return one


def scheduled_wf_run(one: schedules.ScheduledWfRun) -> schedules.ScheduledWfRun:
    """Mask inputs of masked types."""
    for name in one.masked_variables:
        one.variables[name].CopyFrom(MASKED)
    return one


def route(one: routes.Route) -> routes.Route:
    """Mask what lets somebody pass for the server: secrets, values of headers, most of the URL."""
    if one.webhook.url:
        one.webhook.url = _url(one.webhook.url)
    for index in range(len(one.webhook.secrets)):
        one.webhook.secrets[index] = MASK
    for name in one.webhook.headers:
        one.webhook.headers[name] = MASK
    return one


def _url(url: str) -> str:
    """Leave of a URL what says where to; path and query are often all that it takes to write."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    has_more = parts.path.strip("/") or parts.query or parts.fragment or host != parts.netloc
    return f"{parts.scheme}://{host}/{MASK}" if has_more else url


def _inputs(one: tasks.TaskRun) -> None:
    for given in one.input_variables:
        if given.masked:
            given.value.CopyFrom(MASKED)


def as_stored(kind: str, stored: bytes) -> bytes:
    """Mask a HistoryEvent as the log has it, which does not pass the door as a message.

    Nearly all are given back as they are: to look for the flags of what is masked, as they are
    written, is much faster than to decode an event.
    """
    flag = _FLAGS.get(kind)
    if MASKED_AS_WRITTEN in stored or (flag is not None and flag in stored):
        return entry(history.HistoryEvent.FromString(stored)).SerializeToString()
    return stored


def entry(one: history.HistoryEvent) -> history.HistoryEvent:
    """Mask a HistoryEvent that does not pass the door as a message: fields of structs, too."""
    event(one)
    kind = one.WhichOneof("event")
    if kind is not None:
        mask(getattr(one, kind))
    return one


def event(one: history.HistoryEvent) -> history.HistoryEvent:
    """Mask whatever a HistoryEvent holds of masked values."""
    kind = one.WhichOneof("event") or ""
    if kind in _EVENTS:
        _EVENTS[kind].mask(getattr(one, kind))
    return one


def _first_values(started: history.ThreadStarted) -> None:
    for first in started.variables:
        if first.masked:
            first.value.CopyFrom(MASKED)


def _changes(changed: history.EdgeTaken | history.VariablesChanged) -> None:
    for change in changed.changes:
        if change.masked:
            change.value.CopyFrom(MASKED)


def _output(ended: history.TaskAttemptEnded | history.NodeExited) -> None:
    if ended.masked:
        ended.output.CopyFrom(MASKED)


def _key(computed: history.CorrelationKeyComputed) -> None:
    if computed.masked:
        computed.correlation_key = MASK


class _Masked(NamedTuple):
    """How a kind of event is masked, and what every one holds that has something masked."""

    mask: Callable[[Any], Any]
    flag: Message


_EVENTS = {
    "thread_started": _Masked(_first_values, values.VarNameAndVal(masked=True)),
    "edge_taken": _Masked(_changes, history.VariableChange(masked=True)),
    "variables_changed": _Masked(_changes, history.VariableChange(masked=True)),
    "task_scheduled": _Masked(
        lambda scheduled: _inputs(scheduled.task_run), values.VarNameAndVal(masked=True)
    ),
    "task_attempt_ended": _Masked(_output, history.TaskAttemptEnded(masked=True)),
    "correlation_key_computed": _Masked(_key, history.CorrelationKeyComputed(masked=True)),
    "node_exited": _Masked(_output, history.NodeExited(masked=True)),
    # These are rare: all of them are looked at.
    "route_put": _Masked(lambda put: route(put.route), history.RoutePut()),
    "schedule_put": _Masked(
        lambda put: scheduled_wf_run(put.scheduled_wf_run), history.SchedulePut()
    ),
}
_FLAGS = {kind: masked.flag.SerializeToString() for kind, masked in _EVENTS.items()}
