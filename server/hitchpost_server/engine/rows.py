"""The derived tables, row by row.

Knows which columns each table has and which of them are its key; knows nothing
of SQL or of any store. Every row is a function of the log: it can be dropped
and made again. `body` is always the serialised message that clients read.

A row class is a table: `TABLE` is its name, and its first `KEY` fields are its
key. A run is named by its text form, in which the ids of parents and children
are joined by `_`. Times are microseconds since 1970.
"""

from typing import NamedTuple


class RunRow(NamedTuple):
    """A run that has started; `body` is a WfRun."""

    TABLE = "runs"  # type: ignore[misc]
    KEY = 1  # type: ignore[misc]

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

    TABLE = "node_runs"  # type: ignore[misc]
    KEY = 3  # type: ignore[misc]

    run: str
    thread: int
    position: int
    node_name: str
    status: int
    body: bytes


class TaskRunRow(NamedTuple):
    """A task that was scheduled; `body` is a TaskRun."""

    TABLE = "task_runs"  # type: ignore[misc]
    KEY = 2  # type: ignore[misc]

    run: str
    task_guid: str
    task_def: str
    status: int
    scheduled_us: int
    body: bytes


class VariableRow(NamedTuple):
    """A variable of a thread; `body` is a Variable."""

    TABLE = "variables"  # type: ignore[misc]
    KEY = 3  # type: ignore[misc]

    run: str
    thread: int
    name: str
    body: bytes


class ExternalEventRow(NamedTuple):
    """An external event that was accepted; `body` is an ExternalEvent."""

    TABLE = "external_events"  # type: ignore[misc]
    KEY = 3  # type: ignore[misc]

    run: str
    external_event_def: str
    guid: str
    created_us: int
    claimed: int
    body: bytes


class TimerRow(NamedTuple):
    """A timer that is armed; `timer` is the sequence number of its TimerSet."""

    TABLE = "timers"  # type: ignore[misc]
    KEY = 2  # type: ignore[misc]

    stream: str
    timer: int
    due_us: int
    run: str


class QueuedTaskRow(NamedTuple):
    """An attempt of a task that no worker has taken yet."""

    TABLE = "task_queue"  # type: ignore[misc]
    KEY = 2  # type: ignore[misc]

    run: str
    task_guid: str
    task_def: str
    queued_us: int


class FollowUpRow(NamedTuple):
    """A command that a committed decision owes another stream; `body` is a FollowUp."""

    TABLE = "follow_ups"  # type: ignore[misc]
    KEY = 1  # type: ignore[misc]

    id: str
    stream: str
    body: bytes


class TaskDefRow(NamedTuple):
    """A task definition; `body` is a TaskDef."""

    TABLE = "task_defs"  # type: ignore[misc]
    KEY = 1  # type: ignore[misc]

    name: str
    body: bytes


class ExternalEventDefRow(NamedTuple):
    """An external event definition; `body` is an ExternalEventDef."""

    TABLE = "external_event_defs"  # type: ignore[misc]
    KEY = 1  # type: ignore[misc]

    name: str
    body: bytes


class WfSpecRow(NamedTuple):
    """A version of a WfSpec, deleted ones too; `body` is a WfSpec.

    `sequence` is that of its WfSpecPut: version numbers can be given out again
    after a deletion, sequence numbers never are.
    """

    TABLE = "wf_specs"  # type: ignore[misc]
    KEY = 2  # type: ignore[misc]

    name: str
    sequence: int
    body: bytes


class WfSpecVersionRow(NamedTuple):
    """Where to find a version: the sequence number to look up in WfSpecRow.

    `revision` -1 stands for the latest of its major version; -1 for both stands
    for the latest of all.
    """

    TABLE = "wf_spec_versions"  # type: ignore[misc]
    KEY = 3  # type: ignore[misc]

    name: str
    major_version: int
    revision: int
    sequence: int


Row = (
    RunRow
    | NodeRunRow
    | TaskRunRow
    | VariableRow
    | ExternalEventRow
    | TimerRow
    | QueuedTaskRow
    | FollowUpRow
    | TaskDefRow
    | ExternalEventDefRow
    | WfSpecRow
    | WfSpecVersionRow
)

# Tables whose first key column is `run`: what goes when a run is erased.
RUN_TABLES: tuple[type[Row], ...] = (
    RunRow,
    NodeRunRow,
    TaskRunRow,
    VariableRow,
    ExternalEventRow,
    QueuedTaskRow,
)

DEFINITION_TABLES: tuple[type[Row], ...] = (
    TaskDefRow,
    ExternalEventDefRow,
    WfSpecRow,
    WfSpecVersionRow,
)

TABLES: tuple[type[Row], ...] = (*RUN_TABLES, TimerRow, FollowUpRow, *DEFINITION_TABLES)


class RowKey(NamedTuple):
    """The address of one row: its table and the values of its key columns."""

    table: type[Row]
    key: tuple[str | int, ...]
