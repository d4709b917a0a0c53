"""What is still live: the state that the log folds into.

Only shapes: nothing here decides anything. State holds what a later decision
may need, so it does not grow with history: archived threads, finished tasks and
claimed events are gone from it and live on in the derived tables. A completed
run has nothing left; one that failed keeps its threads, since they can be rescued.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1.struct_def_pb2 import StructDef
from hitchpost.v1.task_pb2 import TaskDef, TaskRun
from hitchpost.v1.user_task_pb2 import UserTaskDef, UserTaskRun
from hitchpost.v1.workflow_event_pb2 import WorkflowEventDef
from hitchpost_server.engine.ids import run_id
from hitchpost_server.storage.v1 import storage_pb2 as storage

TERMINATED = frozenset({status.COMPLETED, status.ERROR, status.EXCEPTION})


FAILED = frozenset({status.ERROR, status.EXCEPTION})


@dataclass(slots=True)
class ThreadState:
    """A thread of the run's `thread_runs`.

    `thread_run` is the thread's part of the run's WfRun message, in which `number` is,
    and `position`, that of the node where it stands: both are asked for all the time.
    `outputs` are the latest outputs of nodes, by name, as far as later nodes may read them.
    `failure` is how it failed.
    """

    number: int
    thread_run: wf_runs.ThreadRun
    position: int
    node_run: node_runs.NodeRun
    variables: dict[str, values.Variable]
    outputs: dict[str, values.VariableValue] = field(default_factory=dict)
    failure: node_runs.Failure | None = None

    @property
    def status(self) -> status.LHStatus:
        """How far it has come."""
        return self.thread_run.status

    @property
    def is_terminated(self) -> bool:
        """Whether it has come to its end."""
        return self.thread_run.status in TERMINATED


@dataclass(slots=True)
class Unclaimed:
    """An accepted external event that nobody has taken.

    `received_sequence` is the sequence number of its ExternalEventReceived.
    """

    event: events.ExternalEvent
    requires_reference: bool = False
    received_sequence: int = 0

    @property
    def name(self) -> str:
        """The name of its definition."""
        return self.event.id.external_event_def_id.name


@dataclass(slots=True)
class RunState:
    """One run; `wf_run` is None while it has only received events.

    `wf_spec_name` and `wf_spec_sequence` say where the WfSpec is stored that it follows.
    `thrown` counts the workflow events that it has thrown, by definition.
    `interrupts` are the contents of claimed events, by (definition, guid), whose
    handlers have not all started.
    `incarnation` is that of the family when the run started: no other run of
    the same id has both. `waiting` are nodes of runs above that wait for it, or
    have waited last, one of each run, the latest last. `all_unclaimed`: none of its
    events was ever claimed, so a guid that is not among them is new.
    `execution` counts how often it has begun; it is 1 also before that.
    """

    key: str
    wf_run: wf_runs.WfRun | None = None
    wf_spec_name: str = ""
    wf_spec_sequence: int = 0
    threads: dict[int, ThreadState] = field(default_factory=dict)
    tasks: dict[str, TaskRun] = field(default_factory=dict)
    user_tasks: dict[str, UserTaskRun] = field(default_factory=dict)
    unclaimed: dict[tuple[str, str], Unclaimed] = field(default_factory=dict)
    timers: dict[int, history.TimerSet] = field(default_factory=dict)
    thrown: dict[str, int] = field(default_factory=dict)
    interrupts: dict[tuple[str, str], values.VariableValue] = field(default_factory=dict)
    incarnation: int = 0
    waiting: list[ids.NodeRunId] = field(default_factory=list)
    all_unclaimed: bool = True
    execution: int = 1
    _run_id: ids.WfRunId | None = None

    @property
    def run_id(self) -> ids.WfRunId:
        """Its id, made of the key once it is asked for: of many runs nobody ever does."""
        if self._run_id is None:
            self._run_id = run_id(self.key)
        return self._run_id

    def parent_of(self, thread: ThreadState) -> ThreadState | None:
        """Find the thread above a thread; None above thread 0."""
        if not thread.thread_run.HasField("parent_thread_id"):
            return None
        return self.threads[thread.thread_run.parent_thread_id]

    def with_all_below(self, thread: ThreadState) -> Iterator[ThreadState]:
        """Yield a thread and those below it, except for archived ones."""
        yield thread
        for number in thread.thread_run.child_thread_ids:
            if number in self.threads:
                yield from self.with_all_below(self.threads[number])

    def is_dismissed(self, thread: ThreadState) -> bool:
        """Whether nobody waits any more for a thread or one above it, so that it never goes on."""
        above: ThreadState | None = thread
        while above is not None:
            if any(one.HasField("halted_by_parent") for one in above.thread_run.halt_reasons):
                return True
            above = self.parent_of(above)
        return False

    @property
    def is_running(self) -> bool:
        """Whether the run has started and not ended."""
        return self.wf_run is not None and self.wf_run.status not in TERMINATED


class Wait(NamedTuple):
    """A node that waits for a correlation key, told apart from all that are or were."""

    run: str
    incarnation: int
    execution: int
    thread: int
    position: int


class Correlation(NamedTuple):
    """What a node with a correlation key waits for."""

    external_event_def: str
    key: str


@dataclass(slots=True)
class FamilyState:
    """A root run with its descendants: the subject of one stream.

    `waits` are the nodes of all its runs that wait for a correlation key.
    `archived` counts the runs that have left it: they have ended, and their
    state is in a table until a command needs it.
    """

    stream: str
    sequence: int = 0
    incarnation: int = 0
    runs: dict[str, RunState] = field(default_factory=dict)
    waits: dict[Wait, Correlation] = field(default_factory=dict)
    archived: int = 0

    def run(self, key: str) -> RunState:
        """Return a run's state, a fresh one if nothing is known of it."""
        found = self.runs.get(key)
        if found is None:
            found = self.runs[key] = RunState(key)
        return found

    def forget_unknown(self, run: RunState) -> None:
        """Let a run's state go of which there is nothing to know after all."""
        if run.wf_run is None and not run.unclaimed:
            self.runs.pop(run.key, None)


@dataclass(slots=True)
class DefinitionState:
    """One definition: the subject of one stream.

    `body` is what exists under the name now; for a WfSpec, `versions` maps
    (major version, revision) to the sequence number of its WfSpecPut instead.
    `user_task_defs` are the versions of a UserTaskDef, by number, `struct_defs`
    those of a StructDef.
    """

    stream: str
    sequence: int = 0
    body: TaskDef | events.ExternalEventDef | WorkflowEventDef | None = None
    versions: dict[tuple[int, int], int] = field(default_factory=dict)
    user_task_defs: dict[int, UserTaskDef] = field(default_factory=dict)
    struct_defs: dict[int, StructDef] = field(default_factory=dict)


@dataclass(slots=True)
class ScheduleState:
    """One schedule: the subject of one stream; `put` is None while there is none."""

    stream: str
    sequence: int = 0
    put: history.SchedulePut | None = None
    timers: dict[int, history.TimerSet] = field(default_factory=dict)


@dataclass(slots=True)
class CorrelationState:
    """A correlation key of an ExternalEventDef: the subject of one stream.

    `put` holds the event that has the key, as it is now; `ttl_timer` is the
    timer that deletes it, 0 if there is none. `marks` are the nodes that wait,
    oldest first, each with what has become of it.
    """

    stream: str
    sequence: int = 0
    put: history.CorrelatedEventPut | None = None
    ttl_timer: int = 0
    marks: dict[Wait, storage.MarkStatus] = field(default_factory=dict)


@dataclass(slots=True)
class TopicState:
    """The messages of a topic: nothing that has been published is live."""

    stream: str
    sequence: int = 0


@dataclass(slots=True)
class RouteState:
    """A route: the subject of one stream; `put` is None while there is none.

    `born` is the sequence number with which it began to be; `dead_letters` are
    the positions of the entries it has given up on.
    """

    stream: str
    sequence: int = 0
    put: history.RoutePut | None = None
    born: int = 0
    dead_letters: set[int] = field(default_factory=set)


@dataclass(slots=True)
class ConsumerState:
    """A consumer of the feed: nothing of it is in the log, so there are no events."""

    stream: str
    sequence: int = 0


@dataclass(slots=True)
class AuditState:
    """The audit stream: what bounds its rate and its length.

    `windows` maps (definition, run) to when the window opened and how many
    entries it has. `marks` are (time, sequence) of entries, about one an hour,
    oldest first: what retention cuts at.
    """

    stream: str
    sequence: int = 0
    windows: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    marks: list[tuple[int, int]] = field(default_factory=list)


StreamState = (
    FamilyState
    | DefinitionState
    | CorrelationState
    | ScheduleState
    | TopicState
    | RouteState
    | ConsumerState
    | AuditState
)
