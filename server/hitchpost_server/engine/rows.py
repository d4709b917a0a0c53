"""The derived tables, row by row.

Knows which columns each table has and which of them are its key; knows nothing
of SQL or of any store. Every row is a function of the log: it can be dropped
and made again. `body` is always the serialised message that clients read.

A row class is a table: `TABLE_NAMES` has its name, and the first `KEY_LENGTHS`
fields are its key. A run is named by its text form, in which the ids of parents and children
are joined by `_`. Times are microseconds since 1970.
"""

from typing import NamedTuple, cast


class RunRow(NamedTuple):
    """A run that has started; `body` is a WfRun."""

    run: str
    execution: int
    wf_spec_name: str
    major_version: int
    revision: int
    status: int
    started_us: int
    body: bytes


class NodeRunRow(NamedTuple):
    """A node that a thread has reached; `body` is a NodeRun."""

    run: str
    thread: int
    position: int
    node_name: str
    status: int
    body: bytes


class TaskRunRow(NamedTuple):
    """A task that was scheduled; `body` is a TaskRun."""

    run: str
    task_guid: str
    task_def: str
    status: int
    scheduled_us: int
    body: bytes


class VariableRow(NamedTuple):
    """A variable of a thread; `body` is a Variable."""

    run: str
    thread: int
    name: str
    body: bytes


class ExternalEventRow(NamedTuple):
    """An external event that was accepted; `body` is an ExternalEvent."""

    run: str
    external_event_def: str
    guid: str
    created_us: int
    claimed: int
    body: bytes


class PastExternalEventRow(NamedTuple):
    """An external event that was claimed in an execution that has ended.

    It has the columns of ExternalEventRow, and is kept so that no guid is
    accepted twice; `body` is an ExternalEvent.
    """

    run: str
    external_event_def: str
    guid: str
    created_us: int
    claimed: int
    body: bytes


class ExecutionRow(NamedTuple):
    """Where the history of an execution begins; the first of a run has no row."""

    run: str
    execution: int
    first_sequence: int


class ArchivedRunRow(NamedTuple):
    """A run that has ended and left the live state of its family; `body` is a RunSnapshot."""

    run: str
    body: bytes


class TimerRow(NamedTuple):
    """A timer that is armed; `timer` is the sequence number of its TimerSet.

    `run` is empty in streams that are not of runs.
    """

    stream: str
    timer: int
    due_us: int
    run: str


class QueuedTaskRow(NamedTuple):
    """An attempt of a task that no worker has taken yet."""

    run: str
    task_guid: str
    task_def: str
    queued_us: int


class FollowUpRow(NamedTuple):
    """A command that a committed decision owes another stream; `body` is a FollowUp."""

    id: str
    stream: str
    body: bytes


class TaskDefRow(NamedTuple):
    """A task definition; `body` is a TaskDef."""

    name: str
    body: bytes


class ExternalEventDefRow(NamedTuple):
    """An external event definition; `body` is an ExternalEventDef."""

    name: str
    body: bytes


class WfSpecRow(NamedTuple):
    """A version of a WfSpec, deleted ones too; `body` is a WfSpec.

    `sequence` is that of its WfSpecPut: version numbers can be given out again
    after a deletion, sequence numbers never are.
    """

    name: str
    sequence: int
    body: bytes


# Stands for the latest in the key of WfSpecVersionRow.
LATEST = -1


class WfSpecVersionRow(NamedTuple):
    """Where to find a version: the sequence number to look up in WfSpecRow.

    `revision` LATEST stands for the latest of its major version; LATEST for both stands
    for the latest of all.
    """

    name: str
    major_version: int
    revision: int
    sequence: int


class InactiveThreadRow(NamedTuple):
    """A completed thread that has left its run; `body` is an InactiveThreadRun."""

    run: str
    thread: int
    body: bytes


class WorkflowEventRow(NamedTuple):
    """An event that a workflow has thrown; `body` is a WorkflowEvent."""

    run: str
    workflow_event_def: str
    number: int
    thrown_us: int
    body: bytes


class CheckpointRow(NamedTuple):
    """What a worker has saved in the middle of a task; `body` is a Checkpoint."""

    run: str
    task_guid: str
    number: int
    body: bytes


class UserTaskRunRow(NamedTuple):
    """A task of a person; nobody is the empty string; `body` is a UserTaskRun."""

    run: str
    user_task_guid: str
    user_task_def: str
    status: int
    user_id: str
    user_group: str
    scheduled_us: int
    body: bytes


class WorkflowEventDefRow(NamedTuple):
    """A workflow event definition; `body` is a WorkflowEventDef."""

    name: str
    body: bytes


class StructDefRow(NamedTuple):
    """A version of a StructDef, under LATEST the latest again; `body` is a StructDef."""

    name: str
    version: int
    body: bytes


class UserTaskDefRow(NamedTuple):
    """A version of a UserTaskDef, under LATEST the latest again; `body` is a UserTaskDef."""

    name: str
    version: int
    body: bytes


class CorrelatedEventRow(NamedTuple):
    """An event for whoever waits for its key; `body` is a CorrelatedEvent."""

    external_event_def: str
    correlation_key: str
    created_us: int
    body: bytes


class ScheduledWfRunRow(NamedTuple):
    """Runs to be started by the clock; `body` is a ScheduledWfRun."""

    id: str
    wf_spec_name: str
    major_version: int
    revision: int
    created_us: int
    body: bytes


class PublishedMessageRow(NamedTuple):
    """A message that was published: `digest` is of its content, `body` a PublishReceipt."""

    topic: str
    id: str
    digest: bytes
    body: bytes


class RouteRow(NamedTuple):
    """A route; `born` is the sequence number with which it began; `body` is a RoutePut."""

    id: str
    born: int
    body: bytes


class RouteCursorRow(NamedTuple):
    """How far a route has come; it comes of no event, since the log must not grow by it.

    Up to `position` all is settled; `body` is a StoredRouteCursor and says more.
    """

    route: str
    position: int
    body: bytes


class ConsumerRow(NamedTuple):
    """How far a consumer has come; it comes of no event. `body` is a StoredConsumer."""

    name: str
    position: int
    body: bytes


class DeadLetterRow(NamedTuple):
    """An entry that a route has given up on; `body` is a DeadLetter."""

    route: str
    position: int
    body: bytes


class FeedFloorRow(NamedTuple):
    """Where the feed begins: `position` is the last one that is gone, `body` a FeedFloor.

    There is one, whose `feed` is FEED_FLOOR.
    """

    feed: str
    position: int
    body: bytes


# The key of the only row of FeedFloorRow.
FEED_FLOOR = "floor"


Row = (
    RunRow
    | NodeRunRow
    | TaskRunRow
    | VariableRow
    | ExternalEventRow
    | PastExternalEventRow
    | ExecutionRow
    | ArchivedRunRow
    | TimerRow
    | QueuedTaskRow
    | FollowUpRow
    | TaskDefRow
    | ExternalEventDefRow
    | WfSpecRow
    | WfSpecVersionRow
    | InactiveThreadRow
    | WorkflowEventRow
    | CheckpointRow
    | UserTaskRunRow
    | WorkflowEventDefRow
    | StructDefRow
    | UserTaskDefRow
    | CorrelatedEventRow
    | ScheduledWfRunRow
    | PublishedMessageRow
    | RouteRow
    | RouteCursorRow
    | ConsumerRow
    | DeadLetterRow
    | FeedFloorRow
)

TABLE_NAMES: dict[type[Row], str] = {
    RunRow: "runs",
    NodeRunRow: "node_runs",
    TaskRunRow: "task_runs",
    VariableRow: "variables",
    ExternalEventRow: "external_events",
    PastExternalEventRow: "past_external_events",
    ExecutionRow: "executions",
    ArchivedRunRow: "archived_runs",
    TimerRow: "timers",
    QueuedTaskRow: "task_queue",
    FollowUpRow: "follow_ups",
    TaskDefRow: "task_defs",
    ExternalEventDefRow: "external_event_defs",
    WfSpecRow: "wf_specs",
    WfSpecVersionRow: "wf_spec_versions",
    InactiveThreadRow: "inactive_threads",
    WorkflowEventRow: "workflow_events",
    CheckpointRow: "checkpoints",
    UserTaskRunRow: "user_task_runs",
    WorkflowEventDefRow: "workflow_event_defs",
    StructDefRow: "struct_defs",
    UserTaskDefRow: "user_task_defs",
    CorrelatedEventRow: "correlated_events",
    ScheduledWfRunRow: "scheduled_wf_runs",
    PublishedMessageRow: "published_messages",
    RouteRow: "routes",
    RouteCursorRow: "route_cursors",
    ConsumerRow: "consumers",
    DeadLetterRow: "dead_letters",
    FeedFloorRow: "feed_floor",
}

# How many leading fields of a row are its key.
KEY_LENGTHS: dict[type[Row], int] = {
    RunRow: 1,
    NodeRunRow: 3,
    TaskRunRow: 2,
    VariableRow: 3,
    ExternalEventRow: 3,
    PastExternalEventRow: 3,
    ExecutionRow: 2,
    ArchivedRunRow: 1,
    TimerRow: 2,
    QueuedTaskRow: 2,
    FollowUpRow: 1,
    TaskDefRow: 1,
    ExternalEventDefRow: 1,
    WfSpecRow: 2,
    WfSpecVersionRow: 3,
    InactiveThreadRow: 2,
    WorkflowEventRow: 3,
    CheckpointRow: 3,
    UserTaskRunRow: 2,
    WorkflowEventDefRow: 1,
    StructDefRow: 2,
    UserTaskDefRow: 2,
    CorrelatedEventRow: 2,
    ScheduledWfRunRow: 1,
    PublishedMessageRow: 2,
    RouteRow: 1,
    RouteCursorRow: 1,
    ConsumerRow: 1,
    DeadLetterRow: 2,
    FeedFloorRow: 1,
}

# What belongs to the current execution of a run: it goes when the run starts over.
EXECUTION_TABLES: tuple[type[Row], ...] = (
    NodeRunRow,
    TaskRunRow,
    VariableRow,
    QueuedTaskRow,
    InactiveThreadRow,
    CheckpointRow,
    UserTaskRunRow,
)

# Tables whose first key column is `run`: what goes when a run is erased.
RUN_TABLES: tuple[type[Row], ...] = (
    RunRow,
    *EXECUTION_TABLES,
    ExternalEventRow,
    PastExternalEventRow,
    WorkflowEventRow,
    ExecutionRow,
    ArchivedRunRow,
)

DEFINITION_TABLES: tuple[type[Row], ...] = (
    TaskDefRow,
    ExternalEventDefRow,
    WfSpecRow,
    WfSpecVersionRow,
    WorkflowEventDefRow,
    StructDefRow,
    UserTaskDefRow,
)

TABLES: tuple[type[Row], ...] = (
    *RUN_TABLES,
    TimerRow,
    FollowUpRow,
    CorrelatedEventRow,
    ScheduledWfRunRow,
    PublishedMessageRow,
    RouteRow,
    RouteCursorRow,
    ConsumerRow,
    DeadLetterRow,
    FeedFloorRow,
    *DEFINITION_TABLES,
)

# What comes of decisions and not of events: it is not folded, and kept when the rest is rebuilt.
OPERATIONAL_TABLES: tuple[type[Row], ...] = (
    FollowUpRow,
    RouteCursorRow,
    ConsumerRow,
    FeedFloorRow,
)

Key = tuple[str | int, ...]


class RowKey(NamedTuple):
    """The address of one row: its table and the values of its key columns."""

    table: type[Row]
    key: Key


def key_of(row: Row) -> RowKey:
    """Address a row."""
    table = type(row)
    return RowKey(table, cast(Key, row[: KEY_LENGTHS[table]]))
