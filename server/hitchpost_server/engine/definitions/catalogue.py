"""Which other definitions a WfSpec leans on, and where they are looked up.

It knows names and nothing of what a definition may hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from hitchpost.v1.external_event_pb2 import ExternalEventDef
from hitchpost.v1.task_pb2 import TaskDef
from hitchpost.v1.user_task_pb2 import UserTaskDef
from hitchpost.v1.wf_spec_pb2 import WfSpec
from hitchpost.v1.workflow_event_pb2 import WorkflowEventDef
from hitchpost_server.engine.values.struct_defs import StructDefs


class WfSpecVersion(NamedTuple):
    """A version of a WfSpec; LATEST as in WfSpecVersionRow."""

    name: str
    major_version: int
    revision: int


class Definitions(StructDefs, Protocol):
    """The stored definitions that a WfSpec names."""

    def task_def(self, name: str) -> TaskDef | None:
        """Find a TaskDef."""
        ...

    def external_event_def(self, name: str) -> ExternalEventDef | None:
        """Find an ExternalEventDef."""
        ...

    def workflow_event_def(self, name: str) -> WorkflowEventDef | None:
        """Find a WorkflowEventDef."""
        ...

    def wf_spec_version(self, version: WfSpecVersion) -> WfSpec | None:
        """Find a version of a WfSpec."""
        ...

    def user_task_def(self, name: str, version: int) -> UserTaskDef | None:
        """Find a version of a UserTaskDef; LATEST stands for the latest."""
        ...


@dataclass(frozen=True, slots=True)
class RequiredDefinitions:
    """The names of what must be looked up, whether it exists or not.

    A UserTaskDef is named with its version; LATEST stands for the latest.
    StructDefs are named with a version, -1 for the latest.
    """

    task_defs: frozenset[str] = frozenset()
    external_event_defs: frozenset[str] = frozenset()
    workflow_event_defs: frozenset[str] = frozenset()
    wf_specs: frozenset[WfSpecVersion] = frozenset()
    user_task_defs: frozenset[tuple[str, int]] = frozenset()
    struct_defs: frozenset[tuple[str, int]] = frozenset()


def united(required: Iterable[RequiredDefinitions]) -> RequiredDefinitions:
    """Put several together."""
    parts = list(required)
    return RequiredDefinitions(
        task_defs=frozenset().union(*(part.task_defs for part in parts)),
        external_event_defs=frozenset().union(*(part.external_event_defs for part in parts)),
        workflow_event_defs=frozenset().union(*(part.workflow_event_defs for part in parts)),
        wf_specs=frozenset().union(*(part.wf_specs for part in parts)),
        user_task_defs=frozenset().union(*(part.user_task_defs for part in parts)),
        struct_defs=frozenset().union(*(part.struct_defs for part in parts)),
    )
