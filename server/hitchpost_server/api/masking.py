"""Masked values: what a definition masks, clients read as `*****`.

The engine and the workers work with the real values; everything that is read
through the api passes here. Masked fields of structs: `masked_fields.py`.
"""

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import route_pb2 as routes
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.api.masked_fields import mask
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
    """Mask what lets somebody pass for the server: secrets, and values of headers."""
    for index in range(len(one.webhook.secrets)):
        one.webhook.secrets[index] = MASK
    for name in one.webhook.headers:
        one.webhook.headers[name] = MASK
    return one


def _inputs(one: tasks.TaskRun) -> None:
    for given in one.input_variables:
        if given.masked:
            given.value.CopyFrom(MASKED)


def entry(one: history.HistoryEvent) -> history.HistoryEvent:
    """Mask a HistoryEvent that does not pass the door as a message: fields of structs, too."""
    event(one)
    kind = one.WhichOneof("event")
    if kind is not None:
        mask(getattr(one, kind))
    return one


def event(one: history.HistoryEvent) -> history.HistoryEvent:
    """Mask whatever a HistoryEvent holds of masked values."""
    kind = one.WhichOneof("event")
    if kind == "thread_started":
        for first in one.thread_started.variables:
            if first.masked:
                first.value.CopyFrom(MASKED)
    elif kind in ("edge_taken", "variables_changed"):
        for change in getattr(one, kind).changes:
            if change.masked:
                change.value.CopyFrom(MASKED)
    elif kind == "task_scheduled":
        _inputs(one.task_scheduled.task_run)
    elif kind == "task_attempt_ended" and one.task_attempt_ended.masked:
        one.task_attempt_ended.output.CopyFrom(MASKED)
    elif kind == "correlation_key_computed" and one.correlation_key_computed.masked:
        one.correlation_key_computed.correlation_key = MASK
    elif kind == "node_exited" and one.node_exited.masked:
        one.node_exited.output.CopyFrom(MASKED)
    elif kind == "route_put":
        route(one.route_put.route)
    elif kind == "schedule_put":
        scheduled_wf_run(one.schedule_put.scheduled_wf_run)
    return one
