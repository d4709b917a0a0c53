"""The load: runs that live through one execution after another, with everything in each.

An execution takes an event that it waits for and carries one on that nobody wants,
sets timers, starts a child run and waits for it, has a task done, throws a workflow
event, and starts over. Knows commands; knows nothing of what is measured.
"""

from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any

import hitchpost
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import (
    EXTERNAL_EVENT_DEF_STREAM,
    TASK_DEF_STREAM,
    WF_SPEC_STREAM,
    WORKFLOW_EVENT_DEF_STREAM,
    family_stream,
)

# Where an execution's task is: its guid is made of thread and position.
TASK_AT = {"alone": "0-2", "with-children": "0-4"}
COMMANDS_PER_EXECUTION = 4

Submit = Callable[[commands.Command], Awaitable[Any]]


@hitchpost.workflow("part")
def part(wf: hitchpost.WorkflowBuilder) -> None:
    """Give back what it was given."""
    wf.complete(wf.input("number", int))


@hitchpost.workflow("alone")
def alone(wf: hitchpost.WorkflowBuilder) -> None:
    """Do a round of everything but child runs, then start over."""
    _round(wf, with_child=False)


@hitchpost.workflow("with-children")
def with_children(wf: hitchpost.WorkflowBuilder) -> None:
    """Do a round of everything, then start over."""
    _round(wf, with_child=True)


def _round(wf: hitchpost.WorkflowBuilder, *, with_child: bool) -> None:
    number = wf.variable("number", int, default=0)
    inputs = wf.variable("inputs", dict)
    wf.register_event("turn", content_type=dict)
    wf.register_event("stray", content_type=str)
    wf.register_workflow_event("noted", content_type=int)
    wf.set(inputs, wf.wait_for_event("turn", timeout=3600))
    if with_child:
        wf.wait_for_child_wf(wf.run_child_wf("part", {"number": number}))
    wf.task("note", number)
    wf.throw_event("noted", number)
    wf.throw_event("hitchpost-continue-as-new", inputs)


WORKFLOWS = {workflow.name: workflow for workflow in (alone, with_children)}


class Load:
    """Commands to runs of a workflow; each is durable before the next is ordered."""

    def __init__(self, submit: Submit, workflow: str) -> None:
        self._submit = submit
        self._workflow = workflow
        self._seeds = (f"{number:032x}" for number in count(1))

    async def prepare(self, runs: Sequence[str]) -> None:
        """Put the definitions and start the runs."""
        number = values.VariableDef(
            name="number", type_def=values.TypeDefinition(primitive_type=values.INT)
        )
        note = tasks.PutTaskDefRequest(name="note", input_vars=[number])
        await self._define(commands.PutTaskDef, TASK_DEF_STREAM, note)
        for event in alone.external_event_defs():
            await self._define(commands.PutExternalEventDef, EXTERNAL_EVENT_DEF_STREAM, event)
        for thrown in alone.workflow_event_defs():
            await self._define(commands.PutWorkflowEventDef, WORKFLOW_EVENT_DEF_STREAM, thrown)
        for workflow in part, *WORKFLOWS.values():
            await self._define(commands.PutWfSpec, WF_SPEC_STREAM, workflow.compile())
        for run in runs:
            request = wf_runs.RunWfRequest(wf_spec_name=self._workflow, id=run)
            await self._order(commands.StartRun, run, request=request)

    async def execution(self, run: str, number: int) -> None:
        """Live through one execution of a run, to the beginning of the next."""
        await self._post(run, "stray", f"stray-{number}", "nobody wants this")
        await self._post(run, "turn", f"turn-{number}", {"number": number})
        guid = f"{number}." * (number > 1) + TASK_AT[self._workflow]
        await self._order(
            commands.StartTask,
            run,
            task_guid=guid,
            task_worker_id="worker",
            task_worker_version=None,
        )
        report = tasks.ReportTaskRun(
            task_run_id=ids.TaskRunId(wf_run_id=ids.WfRunId(id=run), task_guid=guid),
            attempt_number=0,
            status=tasks.TASK_SUCCESS,
        )
        await self._order(commands.ReportTask, run, report=report)

    async def _post(self, run: str, name: str, guid: str, content: object) -> None:
        request = events.PutExternalEventRequest(
            wf_run_id=ids.WfRunId(id=run),
            external_event_def_id=ids.ExternalEventDefId(name=name),
            guid=guid,
            content=hitchpost.to_value(content),
        )
        await self._order(commands.PostExternalEvent, run, request=request)

    async def _define(self, kind: Any, prefix: str, request: Any) -> None:
        command = kind(stream=prefix + request.name, seed=next(self._seeds), request=request)
        await self._submit(command)

    async def _order(self, kind: Any, run: str, **fields: Any) -> None:
        seed = next(self._seeds)
        await self._submit(kind(stream=family_stream(run), seed=seed, run=run, **fields))
