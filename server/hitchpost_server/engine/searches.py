"""The ways to search the derived tables: by which columns, always in the order of time.

A table of indexes. To search another way, or another table, add a row here, the
index to the schema and its statement to the named queries; every store takes it
from there. Knows columns; nothing of SQL and nothing of requests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from hitchpost_server.engine.rows import (
    KEY_LENGTHS,
    Row,
    ScheduledWfRunRow,
    UserTaskRunRow,
    WorkflowEventRow,
)

EARLIEST_US = -(2**63)
LATEST_US = 2**63 - 1

Value = str | int


@dataclass(frozen=True, slots=True)
class Index:
    """A way to search a table.

    `name` is that of the index in the schema, and behind `search_` that of its
    statement. A search names a value for each column of `equal`, and may name
    some for those of `also`, which rows are looked through for. Rows come by the
    column `time`, then by their key.
    """

    name: str
    table: type[Row]
    equal: tuple[str, ...]
    also: tuple[str, ...]
    time: str

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that rows are ordered by."""
        return (self.time, *self.table._fields[: KEY_LENGTHS[self.table]])


# The first that serves is taken: those that find few rows stand before the others.
USER_TASK_RUN_INDEXES = (
    Index(
        "user_task_runs_by_user",
        UserTaskRunRow,
        ("user_id", "status"),
        ("user_group", "user_task_def"),
        "scheduled_us",
    ),
    Index(
        "user_task_runs_by_group",
        UserTaskRunRow,
        ("user_group", "status"),
        ("user_task_def",),
        "scheduled_us",
    ),
    Index(
        "user_task_runs_by_definition",
        UserTaskRunRow,
        ("user_task_def", "status"),
        (),
        "scheduled_us",
    ),
    Index("user_task_runs_by_status", UserTaskRunRow, ("status",), (), "scheduled_us"),
)

SCHEDULED_WF_RUN_INDEX = Index(
    "scheduled_wf_runs_by_wf_spec",
    ScheduledWfRunRow,
    ("wf_spec_name",),
    ("major_version", "revision"),
    "created_us",
)

WORKFLOW_EVENT_INDEX = Index(
    "workflow_events_by_definition", WorkflowEventRow, ("workflow_event_def",), (), "thrown_us"
)

INDEXES: tuple[Index, ...] = (
    *USER_TASK_RUN_INDEXES,
    SCHEDULED_WF_RUN_INDEX,
    WORKFLOW_EVENT_INDEX,
)


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for by an index.

    `equal` and `also` are values for its columns of these names, in their order;
    None in `also` stands for any. Both ends of the time are included.
    """

    index: Index
    equal: tuple[Value, ...]
    also: tuple[Value | None, ...]
    earliest_us: int = EARLIEST_US
    latest_us: int = LATEST_US


def searches(
    indexes: Sequence[Index],
    wanted: Mapping[str, Value],
    every: Mapping[str, Sequence[Value]],
    earliest_us: int = EARLIEST_US,
    latest_us: int = LATEST_US,
) -> Iterator[Search]:
    """Say which searches together find the rows with the wanted values.

    `every` has the columns of which all values are known: if nothing is wanted of
    one, each value is searched for by itself. The first column of some index has
    to be wanted.
    """
    index = next(one for one in indexes if one.equal[0] in wanted)
    choices = [(wanted[name],) if name in wanted else every[name] for name in index.equal]
    also = tuple(wanted.get(name) for name in index.also)
    for equal in product(*choices):
        yield Search(index, equal, also, earliest_us, latest_us)
