"""A workflow while it is written: its threads so far, and what they have asked for.

It knows ThreadSpecs and definitions, and nothing of what is in a thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hitchpost._errors import WorkflowInvalid
from hitchpost.v1.external_event_pb2 import PutExternalEventDefRequest
from hitchpost.v1.wf_spec_pb2 import ThreadSpec
from hitchpost.v1.workflow_event_pb2 import PutWorkflowEventDefRequest

if TYPE_CHECKING:
    from hitchpost._building.builder import WorkflowBuilder
    from hitchpost._building.tasks import TaskDefaults

# The thread with which a run begins.
ENTRYPOINT = "entrypoint"

# A function that writes a thread with the builder that it gets.
ThreadWriter = Callable[["WorkflowBuilder"], None]


@dataclass
class Draft:
    """A workflow while it is written. `carry_out` has a function write one thread of it."""

    carry_out: Callable[[Draft, str, ThreadWriter], ThreadSpec]
    defaults: TaskDefaults
    thread_specs: dict[str, ThreadSpec] = field(default_factory=dict)
    event_defs: dict[str, PutExternalEventDefRequest] = field(default_factory=dict)
    workflow_event_defs: dict[str, PutWorkflowEventDefRequest] = field(default_factory=dict)
    variable_names: set[str] = field(default_factory=set)
    new_inputs: list[set[str]] = field(default_factory=list)
    _writers: list[tuple[ThreadWriter, str]] = field(default_factory=list)

    def write_thread(self, name: str, write: ThreadWriter) -> str:
        """Have a function write one thread, and give its name.

        A function writes one thread, however often that is started or handles something.
        """
        for writer, written in self._writers:
            if writer == write:
                return written
        if name in self.thread_specs:
            raise WorkflowInvalid(f"there are two threads named {name}; give one another `name`")
        self._writers.append((write, name))
        self.thread_specs[name] = ThreadSpec()
        self.thread_specs[name].CopyFrom(self.carry_out(self, name, write))
        return name


def thread_name(write: ThreadWriter, name: str | None) -> str:
    """Name a thread: as it is said, or like the function that writes it."""
    if name is not None:
        return name
    own = getattr(write, "__name__", "<")
    if own.startswith("<"):
        raise WorkflowInvalid("a function without a name needs `name`")
    return str(own).replace("_", "-")
