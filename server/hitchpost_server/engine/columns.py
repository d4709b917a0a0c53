"""How rows are made of live messages: a table, one function a table of that kind.

Such a message may change until its batch ends, so its row is made then. Knows rows
and messages; knows nothing of what has changed them.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message

from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.rows import (
    CorrelatedEventRow,
    ExternalEventRow,
    Key,
    NodeRunRow,
    Row,
    RunRow,
    TaskRunRow,
    UserTaskRunRow,
    VariableRow,
)
from hitchpost_server.engine.times import microseconds

Columns = tuple[Any, ...]


def _run_columns(wf_run: wf_runs.WfRun) -> Columns:
    spec = wf_run.wf_spec_id
    return (
        wf_run.execution,
        spec.name,
        spec.major_version,
        spec.revision,
        wf_run.status,
        microseconds(wf_run.start_time),
        wf_run.SerializeToString(deterministic=True),
    )


def _node_run_columns(node_run: node_runs.NodeRun) -> Columns:
    body = node_run.SerializeToString(deterministic=True)
    return node_run.node_name, node_run.status, body


def _task_run_columns(task_run: tasks.TaskRun) -> Columns:
    return (
        task_run.task_def_id.name,
        task_run.status,
        microseconds(task_run.scheduled_at),
        task_run.SerializeToString(deterministic=True),
    )


def _variable_columns(variable: values.Variable) -> Columns:
    return (variable.SerializeToString(deterministic=True),)


def _external_event_columns(event: events.ExternalEvent) -> Columns:
    body = event.SerializeToString(deterministic=True)
    return microseconds(event.created_at), int(event.claimed), body


def _correlated_event_columns(event: correlated_events.CorrelatedEvent) -> Columns:
    return microseconds(event.created_at), event.SerializeToString(deterministic=True)


def _user_task_run_columns(user_task_run: user_tasks.UserTaskRun) -> Columns:
    return (
        user_task_run.user_task_def_id.name,
        user_task_run.status,
        user_task_run.user_id,
        user_task_run.user_group,
        microseconds(user_task_run.scheduled_time),
        user_task_run.SerializeToString(deterministic=True),
    )


# What a row has behind its key.
_COLUMNS: dict[type[Row], Callable[[Any], Columns]] = {
    RunRow: _run_columns,
    NodeRunRow: _node_run_columns,
    TaskRunRow: _task_run_columns,
    VariableRow: _variable_columns,
    ExternalEventRow: _external_event_columns,
    CorrelatedEventRow: _correlated_event_columns,
    UserTaskRunRow: _user_task_run_columns,
}


def made(table: type[Row], at: Key, what: Row | Message) -> Row:
    """Make the row of a message; give one that is made already as it is."""
    columns = _COLUMNS.get(table)
    row: Any = what if columns is None else table._make(at + columns(what))
    return row  # type: ignore[no-any-return]
