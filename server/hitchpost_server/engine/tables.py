"""Which rows of the derived tables an event touches.

The fold calls these while it applies events; the rows are made once at the end,
from the messages as they are then (`columns.py`). Knows rows and messages; knows neither rules
nor SQL. `Unrecorded` is for folds whose rows are stored already.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import route_pb2 as routes
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import struct_def_pb2 as struct_defs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.engine.columns import made
from hitchpost_server.engine.rows import (
    DEFINITION_TABLES,
    EXECUTION_TABLES,
    RUN_TABLES,
    ArchivedRunRow,
    CheckpointRow,
    ConsumerRow,
    CorrelatedEventRow,
    DeadLetterRow,
    ExecutionRow,
    ExternalEventDefRow,
    ExternalEventRow,
    FollowUpRow,
    InactiveThreadRow,
    Key,
    NodeRunRow,
    PastExternalEventRow,
    PublishedMessageRow,
    QueuedTaskRow,
    RouteCursorRow,
    RouteRow,
    Row,
    RowKey,
    RunRow,
    ScheduledWfRunRow,
    StructDefRow,
    TaskDefRow,
    TaskRunRow,
    TimerRow,
    UserTaskDefRow,
    UserTaskRunRow,
    VariableRow,
    WfSpecRow,
    WfSpecVersionRow,
    WorkflowEventDefRow,
    WorkflowEventRow,
)
from hitchpost_server.engine.state import ThreadState
from hitchpost_server.engine.times import microseconds
from hitchpost_server.storage.v1 import storage_pb2 as storage


@dataclass(frozen=True, slots=True)
class Erased:
    """A run whose contents are to be forgotten, up to a sequence of its stream.

    If its family goes on, what the log holds of other runs must stay.
    """

    stream: str
    run: str
    up_to_sequence: int
    family_goes_on: bool


# Rows, or messages that they are to be made of, by what their RowKey would be; None for those
# to be deleted.
_Rows = dict[tuple[type[Row], Key], Row | Message | None]


class Touched:
    """Collects the rows that a batch of events touches; the last touch of a row counts.

    They are by the first column of their key, which names the run if there is one: what a
    batch has touched of one run is found however many runs it is about.
    """

    def __init__(self) -> None:
        self._rows: defaultdict[Any, _Rows] = defaultdict(dict)
        self.erased: list[Erased] = []
        self._erased: set[str] = set()
        self.ended: list[str] = []

    def put(self, key: RowKey, row: Row | None) -> None:
        """Note that a row is to be written, or deleted."""
        self._rows[key.key[0]][key] = row

    def run(self, key: str, wf_run: wf_runs.WfRun) -> None:
        """Note that a WfRun has changed."""
        self._rows[key][RunRow, (key,)] = wf_run

    def node_run(self, key: str, thread: ThreadState) -> None:
        """Note that the NodeRun has changed where a thread stands."""
        self._rows[key][NodeRunRow, (key, thread.number, thread.position)] = thread.node_run

    def task_run(self, key: str, task_guid: str, task_run: tasks.TaskRun) -> None:
        """Note that a TaskRun has changed."""
        self._rows[key][TaskRunRow, (key, task_guid)] = task_run

    def variable(self, key: str, thread: int, name: str, variable: values.Variable) -> None:
        """Note that a Variable has changed."""
        self._rows[key][VariableRow, (key, thread, name)] = variable

    def inactive_thread(self, key: str, run_id: ids.WfRunId, thread_run: wf_runs.ThreadRun) -> None:
        """Note that a completed thread has left its run."""
        at = (key, thread_run.number)
        inactive = wf_runs.InactiveThreadRun(
            id=ids.InactiveThreadRunId(wf_run_id=run_id, thread_run_number=thread_run.number),
            thread_run=thread_run,
            archived=wf_runs.ArchivedThreadRunInfo(),
        )
        row = InactiveThreadRow(*at, inactive.SerializeToString(deterministic=True))
        self._rows[key][InactiveThreadRow, at] = row

    def external_event(self, key: str, name: str, guid: str, event: events.ExternalEvent) -> None:
        """Note that an ExternalEvent has changed; `name` is that of its definition."""
        self._rows[key][ExternalEventRow, (key, name, guid)] = event

    def external_event_gone(self, key: str, event: events.ExternalEvent) -> None:
        """Note that an unclaimed ExternalEvent is no more."""
        at = (key, event.id.external_event_def_id.name, event.id.guid)
        self._rows[key][ExternalEventRow, at] = None

    def execution_began(self, key: str, execution: int, sequence: int) -> None:
        """Note where the history of an execution begins."""
        row = ExecutionRow(key, execution, sequence)
        self._rows[key][ExecutionRow, row[:2]] = row

    def archived_run(self, key: str, body: bytes | None) -> None:
        """Note that a run has left the live state of its family; None: that it is back."""
        row = None if body is None else ArchivedRunRow(key, body)
        self._rows[key][ArchivedRunRow, (key,)] = row

    def execution_ended(self, key: str) -> None:
        """Note that a run starts over: what belongs to its execution goes.

        Its claimed external events are past ones from now on.
        """
        self.ended.append(key)
        rows = self._rows[key]
        for at in list(rows):
            if at[0] in EXECUTION_TABLES:
                del rows[at]
            elif at[0] is ExternalEventRow:
                self._end_external_event(RowKey(*at))

    def _end_external_event(self, at: RowKey) -> None:
        row = self.row(at)
        if isinstance(row, ExternalEventRow) and row.claimed:
            past = PastExternalEventRow(*row)
            self.put(at, None)
            self.put(RowKey(PastExternalEventRow, at.key), past)

    def workflow_event(self, key: str, event: workflow_events.WorkflowEvent) -> None:
        """Note that a WorkflowEvent was thrown."""
        row = WorkflowEventRow(
            key,
            event.id.workflow_event_def_id.name,
            event.id.number,
            microseconds(event.created_at),
            event.SerializeToString(deterministic=True),
        )
        self._rows[key][WorkflowEventRow, row[:3]] = row

    def correlated_event(self, event: correlated_events.CorrelatedEvent) -> None:
        """Note that a CorrelatedEvent has changed."""
        at = (event.id.external_event_def_id.name, event.id.key)
        self._rows[at[0]][CorrelatedEventRow, at] = event

    def correlated_event_gone(self, event: correlated_events.CorrelatedEvent) -> None:
        """Note that a CorrelatedEvent is no more."""
        at = (event.id.external_event_def_id.name, event.id.key)
        self._rows[at[0]][CorrelatedEventRow, at] = None

    def checkpoint(self, key: str, checkpoint: tasks.Checkpoint) -> None:
        """Note that a worker has put a checkpoint."""
        row = CheckpointRow(
            key,
            checkpoint.id.task_run.task_guid,
            checkpoint.id.checkpoint_number,
            checkpoint.SerializeToString(deterministic=True),
        )
        self._rows[key][CheckpointRow, row[:3]] = row

    def timer(self, stream: str, timer: int, due_us: int, key: str = "") -> None:
        """Note that a timer was armed; `key` is the run, if the stream is of runs."""
        row = TimerRow(stream, timer, due_us, key)
        self._rows[stream][TimerRow, (stream, timer)] = row

    def timer_gone(self, stream: str, timer: int) -> None:
        """Note that a timer is not armed any more."""
        self._rows[stream][TimerRow, (stream, timer)] = None

    def queued(self, key: str, task_guid: str, task_run: tasks.TaskRun, queued_us: int) -> None:
        """Note that the latest attempt of a task may be given to a worker."""
        row = QueuedTaskRow(key, task_guid, task_run.task_def_id.name, queued_us)
        self._rows[key][QueuedTaskRow, row[:2]] = row

    def unqueued(self, key: str, task_guid: str) -> None:
        """Note that an attempt is not to be given to a worker any more."""
        self._rows[key][QueuedTaskRow, (key, task_guid)] = None

    def task_def(self, name: str, task_def: tasks.TaskDef | None) -> None:
        """Note that a TaskDef was put or deleted."""
        self._definition(TaskDefRow, name, task_def)

    def external_event_def(self, name: str, definition: events.ExternalEventDef | None) -> None:
        """Note that an ExternalEventDef was put or deleted."""
        self._definition(ExternalEventDefRow, name, definition)

    def workflow_event_def(
        self, name: str, definition: workflow_events.WorkflowEventDef | None
    ) -> None:
        """Note that a WorkflowEventDef was put or deleted."""
        self._definition(WorkflowEventDefRow, name, definition)

    def _definition(
        self,
        table: type[TaskDefRow] | type[ExternalEventDefRow] | type[WorkflowEventDefRow],
        name: str,
        definition: Message | None,
    ) -> None:
        body = b"" if definition is None else definition.SerializeToString(deterministic=True)
        row = table(name, body)
        self._rows[name][table, (name,)] = None if definition is None else row

    def wf_spec(self, wf_spec: wf_specs.WfSpec, sequence: int) -> None:
        """Note that a version of a WfSpec was put."""
        row = WfSpecRow(wf_spec.id.name, sequence, wf_spec.SerializeToString(deterministic=True))
        self._rows[row.name][WfSpecRow, row[:2]] = row

    def wf_spec_version(
        self, name: str, major_version: int, revision: int, sequence: int | None
    ) -> None:
        """Note where a version of a WfSpec is to be found; None: it is gone."""
        at = (name, major_version, revision)
        row = None if sequence is None else WfSpecVersionRow(*at, sequence)
        self._rows[name][WfSpecVersionRow, at] = row

    def user_task_def(
        self, name: str, version: int, user_task_def: user_tasks.UserTaskDef | None
    ) -> None:
        """Note that a version of a UserTaskDef, or LATEST, is this now; None: it is gone."""
        self._version(UserTaskDefRow, (name, version), user_task_def)

    def struct_def(self, name: str, version: int, struct_def: struct_defs.StructDef | None) -> None:
        """Note that a version of a StructDef, or LATEST, is this now; None: it is gone."""
        self._version(StructDefRow, (name, version), struct_def)

    def _version(
        self,
        table: type[UserTaskDefRow] | type[StructDefRow],
        at: tuple[str, int],
        definition: Message | None,
    ) -> None:
        body = b"" if definition is None else definition.SerializeToString(deterministic=True)
        row = table(*at, body)
        self._rows[at[0]][table, at] = None if definition is None else row

    def user_task_run(self, key: str, user_task_run: user_tasks.UserTaskRun) -> None:
        """Note that a UserTaskRun has changed."""
        at = (key, user_task_run.id.user_task_guid)
        self._rows[key][UserTaskRunRow, at] = user_task_run

    def scheduled_wf_run(self, key: str, schedule: schedules.ScheduledWfRun | None) -> None:
        """Note that a schedule was put or deleted."""
        row = None if schedule is None else schedule_row(key, schedule)
        self._rows[key][ScheduledWfRunRow, (key,)] = row

    def published_message(self, receipt: feed.PublishReceipt, digest: bytes) -> None:
        """Note that a message was published."""
        row = PublishedMessageRow(
            receipt.topic, receipt.id, digest, receipt.SerializeToString(deterministic=True)
        )
        self._rows[receipt.topic][PublishedMessageRow, row[:2]] = row

    def published_message_gone(self, topic: str, message: str) -> None:
        """Note that a message was forgotten."""
        self.put(RowKey(PublishedMessageRow, (topic, message)), None)

    def route(self, born: int, put: history.RoutePut) -> None:
        """Note that a route was put, paused or resumed."""
        row = RouteRow(put.route.id, born, put.SerializeToString(deterministic=True))
        self.put(RowKey(RouteRow, (put.route.id,)), row)

    def route_gone(self, route: str) -> None:
        """Note that a route was deleted."""
        self.put(RowKey(RouteRow, (route,)), None)

    def route_cursor(self, route: str, cursor: storage.StoredRouteCursor | None) -> None:
        """Note how far a route has come; None if it is no more."""
        row = None if cursor is None else cursor_row(route, cursor)
        self.put(RowKey(RouteCursorRow, (route,)), row)

    def consumer(self, name: str, stored: storage.StoredConsumer | None) -> None:
        """Note how far a consumer has come; None if it is no more."""
        body = b"" if stored is None else stored.SerializeToString(deterministic=True)
        row = None if stored is None else ConsumerRow(name, stored.position, body)
        self.put(RowKey(ConsumerRow, (name,)), row)

    def dead_letter(self, one: routes.DeadLetter) -> None:
        """Note that a route has given up on an entry."""
        row = DeadLetterRow(one.route_id, one.position, one.SerializeToString(deterministic=True))
        self.put(RowKey(DeadLetterRow, (one.route_id, one.position)), row)

    def dead_letter_gone(self, route: str, position: int) -> None:
        """Note that an entry is no dead letter any more."""
        self.put(RowKey(DeadLetterRow, (route, position)), None)

    def follow_up(self, row: FollowUpRow) -> None:
        """Note that a command is owed to another stream."""
        self._rows[row.id][FollowUpRow, (row.id,)] = row

    def follow_up_done(self, follow_up_id: str) -> None:
        """Note that an owed command was carried out."""
        self._rows[follow_up_id][FollowUpRow, (follow_up_id,)] = None

    def erase(
        self, stream: str, key: str, up_to_sequence: int, *, family_goes_on: bool = False
    ) -> None:
        """Note that a run's contents are to be forgotten; what was touched of it is void."""
        self.erased.append(Erased(stream, key, up_to_sequence, family_goes_on))
        self._erased.add(key)
        rows = self._rows[key]
        for at in [at for at in rows if at[0] in RUN_TABLES]:
            del rows[at]

    def changes(self) -> tuple[list[Row], list[RowKey]]:
        """Make the rows: those to write, and the keys of those to delete."""
        written, deleted = list[Row](), list[RowKey]()
        for rows in self._rows.values():
            for (table, at), what in rows.items():
                if what is None:
                    deleted.append(RowKey(table, at))
                else:
                    written.append(made(table, at, what))
        return written, deleted

    def definition_changes(self) -> dict[RowKey, Row | None]:
        """Give the rows of definitions by key; None for deleted ones."""
        return {
            RowKey(table, at): None if what is None else made(table, at, what)
            for rows in self._rows.values()
            for (table, at), what in rows.items()
            if table in DEFINITION_TABLES
        }

    def __contains__(self, key: RowKey) -> bool:
        if key in self._rows.get(key.key[0], ()):
            return True
        # Nothing of an erased run is there any more, though the store may have it yet.
        return key.table in RUN_TABLES and key.key[0] in self._erased

    def row(self, key: RowKey) -> Row | None:
        """Make one touched row; None if it is deleted."""
        what = self._rows.get(key.key[0], {}).get(key)
        return None if what is None else made(*key, what)


class Unrecorded(Touched):
    """Records nothing: for folding what is stored already."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = defaultdict(_Nowhere)

    def execution_ended(self, key: str) -> None:
        """Let nothing go."""

    def erase(
        self, stream: str, key: str, up_to_sequence: int, *, family_goes_on: bool = False
    ) -> None:
        """Forget nothing."""


class _Nowhere(_Rows):
    """A mapping that keeps nothing."""

    def __setitem__(self, key: tuple[type[Row], Key], value: Row | Message | None) -> None:
        pass


def cursor_row(route: str, cursor: storage.StoredRouteCursor) -> RouteCursorRow:
    """Make the row of how far a route has come."""
    return RouteCursorRow(route, cursor_floor(cursor), cursor.SerializeToString(deterministic=True))


def cursor_floor(cursor: storage.StoredRouteCursor) -> int:
    """Give the position up to which a route has settled everything."""
    return min([cursor.read_to, *(position - 1 for position in cursor.open)])


def schedule_row(key: str, schedule: schedules.ScheduledWfRun) -> ScheduledWfRunRow:
    """Make the row of a schedule."""
    spec = schedule.wf_spec_id
    return ScheduledWfRunRow(
        key,
        spec.name,
        spec.major_version,
        spec.revision,
        microseconds(schedule.created_at),
        schedule.SerializeToString(deterministic=True),
    )
