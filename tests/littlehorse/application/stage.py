"""Where a feature is played: it starts runs, waits for what they come to, and remembers them.

Whatever a feature does not live to see, the stage can tell: the state and the history of its runs.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import grpc
import littlehorse
from littlehorse.model import (
    ExternalEvent,
    ExternalEventDefId,
    LHStatus,
    ListNodeRunsRequest,
    ListTaskRunsRequest,
    LittleHorseStub,
    NodeRun,
    PutExternalEventRequest,
    RunWfRequest,
    TaskRun,
    TaskStatus,
    ThreadType,
    VariableId,
    VariableValue,
    WfRun,
    WfRunId,
)
from littlehorse.utils import extract_value

OVER = {LHStatus.COMPLETED, LHStatus.ERROR, LHStatus.EXCEPTION}
LOOK_AGAIN_SECONDS = 0.05
NODES_TOLD = 50

Seen = TypeVar("Seen")


class Stage:
    """The stage of one feature."""

    def __init__(self, stub: LittleHorseStub) -> None:
        self.stub = stub
        self.waits_for = "its first answer"
        self._runs: list[WfRunId] = []

    async def run(
        self, wf_spec: str, inputs: dict[str, Any] | None = None, **request: Any
    ) -> WfRun:
        """Run a workflow; give what RunWf answers."""
        variables = {name: to_value(value) for name, value in (inputs or {}).items()}
        run = await self.stub.RunWf(
            RunWfRequest(wf_spec_name=wf_spec, variables=variables, **request)
        )
        self.watch(run.id)
        return run

    def watch(self, run: WfRunId) -> None:
        """Remember a run that something else has started."""
        self._runs.append(run)

    async def play(
        self, wf_spec: str, inputs: dict[str, Any] | None = None, **request: Any
    ) -> WfRun:
        """Run a workflow to its end."""
        return await self.over((await self.run(wf_spec, inputs, **request)).id)

    async def over(self, run: WfRunId) -> WfRun:
        """Wait until a run is over."""

        async def look() -> WfRun | None:
            seen = await self.stub.GetWfRun(run)
            return seen if seen.status in OVER else None

        return await self.until(look, f"the end of {run.id}")

    async def stands(
        self, run: WfRunId, kind: str, thread: int = 0, status: str = "RUNNING"
    ) -> NodeRun:
        """Wait until a thread's latest node is of a kind and has a status."""

        async def look() -> NodeRun | None:
            nodes = [one for one in await self.nodes(run) if one.id.thread_run_number == thread]
            return nodes[-1] if nodes and describes(nodes[-1], kind, status) else None

        return await self.until(look, f"a {status} {kind} of thread {thread} of {run.id}")

    async def until(self, look: Callable[[], Awaitable[Seen | None]], what: str) -> Seen:
        """Look again and again until there is something; the deadline is the feature's."""
        self.waits_for = what
        while (seen := await look()) is None:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return seen

    async def post(
        self, run: WfRunId, event: str, content: Any = None, **request: Any
    ) -> ExternalEvent:
        """Post an external event to a run."""
        return await self.stub.PutExternalEvent(
            PutExternalEventRequest(
                wf_run_id=run,
                external_event_def_id=ExternalEventDefId(name=event),
                content=to_value(content),
                **request,
            )
        )

    async def nodes(self, run: WfRunId) -> list[NodeRun]:
        """Give all nodes of a run, thread by thread in the order of visits."""
        request = ListNodeRunsRequest(wf_run_id=run)
        page = await self.stub.ListNodeRuns(request)
        found = list(page.results)
        while page.HasField("bookmark"):
            request.bookmark = page.bookmark
            page = await self.stub.ListNodeRuns(request)
            found.extend(page.results)
        return sorted(found, key=lambda one: (one.id.thread_run_number, one.id.position))

    async def tasks(self, run: WfRunId) -> list[TaskRun]:
        """Give all TaskRuns of a run, in the order in which their ids were given."""
        found = (await self.stub.ListTaskRuns(ListTaskRunsRequest(wf_run_id=run))).results
        return sorted(
            found, key=lambda one: [part.zfill(4) for part in one.id.task_guid.split("-")]
        )

    async def value(self, run: WfRunId, name: str, thread: int = 0) -> Any:
        """Read a variable."""
        id = VariableId(wf_run_id=run, thread_run_number=thread, name=name)
        return extract_value((await self.stub.GetVariable(id)).value)

    async def values(self, run: WfRunId, *names: str) -> dict[str, Any]:
        """Read variables of the entrypoint's thread."""
        return {name: await self.value(run, name) for name in names}

    async def history(self) -> list[str]:
        """Tell what has become of every run that was played here."""
        return [line for run in self._runs for line in await self._history_of(run)]

    async def _history_of(self, run: WfRunId) -> list[str]:
        try:
            wf_run = await self.stub.GetWfRun(run)
        except grpc.RpcError as error:
            return [f"run {run.id}: {error.code().name} {error.details()}"]
        return [
            f"run {run.id} of {wf_run.wf_spec_id.name}: {LHStatus.Name(wf_run.status)}",
            *(f"  thread {thread_in_words(one)}" for one in wf_run.thread_runs),
            *(f"  node {node_in_words(one)}" for one in (await self.nodes(run))[-NODES_TOLD:]),
            *(f"  task {task_in_words(one)}" for one in await self.tasks(run)),
        ]


def to_value(value: Any) -> VariableValue:
    """Give a value as the contract has it; one that is so already stays as it is."""
    return value if isinstance(value, VariableValue) else littlehorse.to_variable_value(value)


def numbers_of(guid: str) -> list[int]:
    """Give the numbers that an id is made of, so that 10 comes after 9."""
    return [int(number) for number in re.findall(r"\d+", guid)]


def describes(node: NodeRun, kind: str, status: str) -> bool:
    """Tell whether a node is of a kind and has a status."""
    return node.WhichOneof("node_type") == kind and status_of(node) == status


def status_of(thing: WfRun | NodeRun | Any) -> str:
    """Name the status of a run, a thread or a node."""
    return str(LHStatus.Name(thing.status))


def output_of(run: WfRun) -> Any:
    """Give what a run has returned."""
    return extract_value(run.thread_runs[0].output)


def failures_of(nodes: Sequence[NodeRun]) -> list[str]:
    """Give the names of all failures."""
    return [failure.failure_name for node in nodes for failure in node.failures]


def names_of(nodes: Sequence[NodeRun]) -> list[str]:
    """Give the way that a run has gone."""
    return [node.node_name for node in nodes]


def inputs_of(task: TaskRun) -> list[Any]:
    """Give what a task was given."""
    return [extract_value(variable.value) for variable in task.input_variables]


def attempts_of(task: TaskRun) -> list[str]:
    """Give how the attempts of a task have ended."""
    return [TaskStatus.Name(one.status) for one in task.attempts]


async def code_of(call: Awaitable[Any]) -> str:
    """Give the status code of a call."""
    return (await refusal(call))[0]


async def refusal(call: Awaitable[Any]) -> tuple[str, str]:
    """Give the status code of a call, and what was said with it."""
    try:
        await call
    except grpc.RpcError as error:
        return error.code().name, error.details() or ""
    return "OK", ""


def thread_in_words(thread: Any) -> str:
    """Say all that may matter about a thread."""
    reasons = [reason.WhichOneof("reason") for reason in thread.halt_reasons]
    kind = ThreadType.Name(thread.type)
    said = f"{thread.number} {thread.thread_spec_name} ({kind}): {status_of(thread)}"
    return f"{said} at {thread.current_node_position} {thread.error_message} {reasons or ''}"


def node_in_words(node: NodeRun) -> str:
    """Say all that may matter about a node."""
    failures = [
        f"{one.failure_name}: {one.message}{' (handled)' * one.was_properly_handled}"
        for one in node.failures
    ]
    place = f"{node.id.thread_run_number}/{node.id.position} {node.node_name}"
    return f"{place}: {status_of(node)} {failures or ''}"


def task_in_words(task: TaskRun) -> str:
    """Say all that may matter about a task."""
    errors = [one.error.message[-200:] for one in task.attempts if one.HasField("error")]
    inputs = [str(given)[:100] for given in inputs_of(task)]
    said = f"{task.id.task_guid} {task.task_def_id.name}{inputs}: {attempts_of(task)}"
    return f"{said} {errors or ''}"
