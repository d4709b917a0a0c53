"""Facts: the stored rows that a decision needs besides its stream's state.

A decision asks for facts by name; whoever runs it has fetched them before, or
learns from `MissingFact` which one to fetch. Knows the tables' keys; knows
nothing of how rows are fetched or kept.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import struct_def_pb2 as struct_defs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost.v1.wf_spec_pb2 import WfSpec
from hitchpost_server.engine.definitions import built_in
from hitchpost_server.engine.definitions.catalogue import WfSpecVersion
from hitchpost_server.engine.rows import (
    ArchivedRunRow,
    ConsumerRow,
    ExternalEventDefRow,
    ExternalEventRow,
    FollowUpRow,
    PastExternalEventRow,
    PublishedMessageRow,
    RowKey,
    StructDefRow,
    TaskDefRow,
    TaskRunRow,
    UserTaskDefRow,
    UserTaskRunRow,
    WfSpecRow,
    WfSpecVersionRow,
    WorkflowEventDefRow,
)
from hitchpost_server.storage.v1 import storage_pb2 as storage

if TYPE_CHECKING:
    from hitchpost_server.engine.compiled import CompiledWfSpec


class MissingFact(Exception):
    """A decision needs a row that was not fetched. Nothing is wrong: fetch it and decide again."""

    def __init__(self, key: RowKey) -> None:
        super().__init__(f"fact not fetched: {key}")
        self.key = key


class Known(Protocol):
    """What was fetched: row keys to decoded rows, None for rows that do not exist."""

    def __getitem__(self, key: RowKey, /) -> Any:
        """Return the decoded row or None; raise KeyError when it was not fetched."""
        ...


# Keys of definitions that are kept: every command asks for the same few.
KEYS_KEPT = 2_000


@lru_cache(KEYS_KEPT)
def task_def_key(name: str) -> RowKey:
    """Where a TaskDef is."""
    return RowKey(TaskDefRow, (name,))


@lru_cache(KEYS_KEPT)
def external_event_def_key(name: str) -> RowKey:
    """Where an ExternalEventDef is."""
    return RowKey(ExternalEventDefRow, (name,))


def workflow_event_def_key(name: str) -> RowKey:
    """Where a WorkflowEventDef is."""
    return RowKey(WorkflowEventDefRow, (name,))


@lru_cache(KEYS_KEPT)
def wf_spec_version_key(name: str, major_version: int, revision: int) -> RowKey:
    """Where to find out which WfSpecPut a version is; LATEST stands for the latest."""
    return RowKey(WfSpecVersionRow, (name, major_version, revision))


@lru_cache(KEYS_KEPT)
def wf_spec_key(name: str, sequence: int) -> RowKey:
    """Where a WfSpec is."""
    return RowKey(WfSpecRow, (name, sequence))


def external_event_keys(run: str, external_event_def: str, guid: str) -> tuple[RowKey, RowKey]:
    """Where an ExternalEvent is, or was if it is of an ended execution."""
    at = (run, external_event_def, guid)
    return RowKey(ExternalEventRow, at), RowKey(PastExternalEventRow, at)


def archived_run_key(run: str) -> RowKey:
    """Where a run is that has left the live state of its family."""
    return RowKey(ArchivedRunRow, (run,))


def task_run_key(run: str, task_guid: str) -> RowKey:
    """Where a TaskRun is."""
    return RowKey(TaskRunRow, (run, task_guid))


def struct_def_key(name: str, version: int) -> RowKey:
    """Where a version of a StructDef is; LATEST stands for the latest."""
    return RowKey(StructDefRow, (name, version))


def user_task_def_key(name: str, version: int) -> RowKey:
    """Where a version of a UserTaskDef is; LATEST stands for the latest."""
    return RowKey(UserTaskDefRow, (name, version))


def user_task_run_key(run: str, user_task_guid: str) -> RowKey:
    """Where a UserTaskRun is."""
    return RowKey(UserTaskRunRow, (run, user_task_guid))


def consumer_key(name: str) -> RowKey:
    """Where it is noted how far a consumer has come."""
    return RowKey(ConsumerRow, (name,))


def published_message_key(topic: str, message: str) -> RowKey:
    """Where a message that was published is."""
    return RowKey(PublishedMessageRow, (topic, message))


def follow_up_key(follow_up: str) -> RowKey:
    """Where a follow-up is while it is owed."""
    return RowKey(FollowUpRow, (follow_up,))


class Facts:
    """Facts by name, over what was fetched.

    `doubts` are rows that were taken not to exist, though nobody had looked.
    """

    __slots__ = ("_known", "doubts")

    def __init__(self, known: Known | Mapping[RowKey, Any]) -> None:
        self._known = known
        self.doubts: set[RowKey] = set()

    def get(self, key: RowKey) -> Any:
        """Return a decoded row, None if there is none; raise MissingFact if not fetched."""
        try:
            return self._known[key]
        except KeyError:
            raise MissingFact(key) from None

    def exists(self, key: RowKey) -> bool:
        """Whether there is a row whose key only the decision knows, and hardly ever is one.

        What was not fetched is taken not to exist: whoever runs the decision looks
        afterwards, and lets nothing of it be seen if that was wrong.
        """
        try:
            return self._known[key] is not None
        except KeyError:
            self.doubts.add(key)
            return False

    def task_def(self, name: str) -> tasks.TaskDef | None:
        """The TaskDef of that name."""
        found: tasks.TaskDef | None = self.get(task_def_key(name))
        return found

    def external_event_def(self, name: str) -> events.ExternalEventDef | None:
        """The ExternalEventDef of that name."""
        found: events.ExternalEventDef | None = self.get(external_event_def_key(name))
        return found

    def workflow_event_def(self, name: str) -> workflow_events.WorkflowEventDef | None:
        """The WorkflowEventDef of that name."""
        found: workflow_events.WorkflowEventDef | None = built_in.WORKFLOW_EVENT_DEFS.get(name)
        return found or self.get(workflow_event_def_key(name))

    def wf_spec_sequence(self, name: str, major_version: int, revision: int) -> int | None:
        """The sequence number of a version's WfSpecPut; LATEST stands for the latest."""
        found: int | None = self.get(wf_spec_version_key(name, major_version, revision))
        return found

    def wf_spec(self, name: str, sequence: int) -> "CompiledWfSpec":
        """The WfSpec that was put at that sequence number of its stream; it always exists."""
        found: CompiledWfSpec = self.get(wf_spec_key(name, sequence))
        return found

    def wf_spec_version(self, version: WfSpecVersion) -> WfSpec | None:
        """A version of a WfSpec; LATEST stands for the latest."""
        sequence = self.wf_spec_sequence(*version)
        return None if sequence is None else self.wf_spec(version.name, sequence).wf_spec

    def has_external_event(self, run: str, external_event_def: str, guid: str) -> bool:
        """Whether an ExternalEvent was accepted before, in any execution, claimed or not."""
        at = (run, external_event_def, guid)
        current, past = external_event_keys(*at)
        return self.exists(current) or self.exists(past)

    def archived_run(self, run: str) -> storage.RunSnapshot | None:
        """A run that has left the live state of its family; it belongs to the caller."""
        row = self.get(archived_run_key(run))
        return None if row is None else storage.RunSnapshot.FromString(row.body)

    def has_task_run(self, run: str, task_guid: str) -> bool:
        """Whether a TaskRun exists, finished or not."""
        return self.get(task_run_key(run, task_guid)) is not None

    def struct_def(self, name: str, version: int) -> struct_defs.StructDef | None:
        """A version of a StructDef; LATEST stands for the latest."""
        found: struct_defs.StructDef | None = self.get(struct_def_key(name, version))
        return found

    def user_task_def(self, name: str, version: int) -> user_tasks.UserTaskDef | None:
        """A version of a UserTaskDef; LATEST stands for the latest."""
        found: user_tasks.UserTaskDef | None = self.get(user_task_def_key(name, version))
        return found

    def user_task_run(self, run: str, user_task_guid: str) -> user_tasks.UserTaskRun | None:
        """A UserTaskRun as it is stored, finished or not; it belongs to the caller."""
        row = self.get(user_task_run_key(run, user_task_guid))
        return None if row is None else user_tasks.UserTaskRun.FromString(row.body)

    def has_consumer(self, name: str) -> bool:
        """Whether there is a consumer of that name."""
        return self.get(consumer_key(name)) is not None

    def published_message(self, topic: str, message: str) -> PublishedMessageRow | None:
        """What was published to a topic with that id."""
        found: PublishedMessageRow | None = self.get(published_message_key(topic, message))
        return found

    def is_owed(self, follow_up: str) -> bool:
        """Whether a follow-up has not been carried out yet."""
        return self.get(follow_up_key(follow_up)) is not None
