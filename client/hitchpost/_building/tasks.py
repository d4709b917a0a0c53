"""Tasks: how one is executed, and how often it is tried. It knows the task node.

`execute_task` is a builder's verb.
"""

from dataclasses import dataclass

from hitchpost._building.expression import Expression, NodeOutput, assignment
from hitchpost._building.thread import Writing
from hitchpost._errors import WorkflowInvalid
from hitchpost.v1.object_id_pb2 import TaskDefId
from hitchpost.v1.task_pb2 import ExponentialBackoffRetryPolicy
from hitchpost.v1.wf_spec_pb2 import Node, TaskNode


@dataclass(frozen=True)
class Backoff:
    """How long to wait before a task is tried again: `first_seconds`, then growing.

    Each wait is `multiplier` times the one before, and never longer than `longest_seconds`.
    """

    first_seconds: float = 1.0
    multiplier: float = 2.0
    longest_seconds: float = 60.0

    def policy(self) -> ExponentialBackoffRetryPolicy:
        """Say it in the contract's words."""
        return ExponentialBackoffRetryPolicy(
            base_interval_ms=round(self.first_seconds * 1000),
            max_delay_ms=round(self.longest_seconds * 1000),
            multiplier=self.multiplier,
        )


@dataclass(frozen=True)
class TaskDefaults:
    """How often and for how long the tasks of a workflow are tried, where they do not say."""

    retries: int = 0
    timeout: int | None = None
    backoff: Backoff | None = None


def execute_task(
    self: Writing,
    name: str | Expression,
    *arguments: object,
    retries: int | None = None,
    timeout: int | None = None,
    backoff: Backoff | None = None,
) -> NodeOutput:
    """Execute a task with these arguments and give its output.

    A name that is an expression is known when a run gets there. `retries` is how often it
    is tried again after a technical failure, at once or after `backoff`. `timeout` in
    seconds is for each try. What is absent is as the workflow says for all of its tasks,
    which may be: no retries, and the server's timeout.
    """
    defaults = self._thread.draft.defaults
    node = Node(
        task=task_node(
            name,
            arguments,
            retries=defaults.retries if retries is None else retries,
            timeout=defaults.timeout if timeout is None else timeout,
            backoff=backoff or defaults.backoff,
        )
    )
    label = "dynamic" if isinstance(name, Expression) else name
    return NodeOutput(self._thread.add(label, node), node)


def task_node(
    name: str | Expression,
    arguments: tuple[object, ...],
    *,
    retries: int = 0,
    timeout: int | None = None,
    backoff: Backoff | None = None,
) -> TaskNode:
    """Say which task is executed, and how. Raises WorkflowInvalid."""
    if retries < 0 or (timeout is not None and timeout < 1):
        raise WorkflowInvalid(f"task {name}: retries from 0 on, timeout from 1 s on")
    node = TaskNode(
        variables=[assignment(argument) for argument in arguments],
        retries=retries,
        timeout_seconds=timeout or 0,
        exponential_backoff=None if backoff is None else backoff.policy(),
    )
    if isinstance(name, Expression):
        node.dynamic_task.CopyFrom(name.assignment)
    else:
        node.task_def_id.CopyFrom(TaskDefId(name=name))
    return node
