"""What a feature is: its definitions, its tasks, and what is played with them.

It knows LittleHorse's SDK and nothing of what a server should answer; the tests know that.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import littlehorse
from littlehorse.config import LHConfig
from littlehorse.workflow import Workflow
from stage import Stage

Found = dict[str, Any]
Task = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Feature:
    """One kind of thing that a workflow can do."""

    name: str
    play: Callable[[Stage], Awaitable[Found]]
    workflows: tuple[Workflow, ...] = ()
    tasks: dict[str, Task] = field(default_factory=dict)
    # Definitions that the workflows need and the SDK does not register with them.
    prepare: Callable[[LHConfig], None] | None = None

    def register(self, config: LHConfig) -> None:
        """Register everything at the server, as an application does at its start."""
        if self.prepare is not None:
            self.prepare(config)
        for name, task in self.tasks.items():
            littlehorse.create_task_def(task, name, config)
        for workflow in self.workflows:
            littlehorse.create_workflow_spec(workflow, config)
