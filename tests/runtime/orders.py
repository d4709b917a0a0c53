"""Commands as the api would make them of what clients order.

Knows the commands and the client's builder; knows no store.
"""

from itertools import count
from typing import Any

import hitchpost
from hitchpost._requests import put_external_event_def_request, return_type
from hitchpost._types import type_definition
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.app import Engine
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import (
    EXTERNAL_EVENT_DEF_STREAM,
    SCHEDULE_STREAM,
    TASK_DEF_STREAM,
    WF_SPEC_STREAM,
    WORKFLOW_EVENT_DEF_STREAM,
    family_stream,
    run_id,
)

_seeds = count(1)


def sent(stream: str) -> dict[str, Any]:
    """Fill in what every command has."""
    return {"stream": stream, "seed": f"{next(_seeds):032x}", "principal": "tester"}


def about(run: str) -> dict[str, Any]:
    """Fill in what every command about a run has."""
    return {**sent(family_stream(run)), "run": run}


def put_task_def(name: str, returns: Any = None, **inputs: Any) -> commands.PutTaskDef:
    """Define a task."""
    request = tasks.PutTaskDefRequest(
        name=name,
        input_vars=[
            values.VariableDef(name=one, type_def=type_definition(declared))
            for one, declared in inputs.items()
        ],
        return_type=return_type(returns),
    )
    return commands.PutTaskDef(**sent(TASK_DEF_STREAM + name), request=request)


def put_event_def(name: str, **fields: Any) -> commands.PutExternalEventDef:
    """Define an external event."""
    request = put_external_event_def_request(name, **fields)
    return commands.PutExternalEventDef(**sent(EXTERNAL_EVENT_DEF_STREAM + name), request=request)


def put_guarded(name: str) -> commands.PutExternalEventDef:
    """Define an external event with both guardrails."""
    return put_event_def(name, require_wfrun=True, require_wfspec_reference=True)


def put_workflow_event_def(name: str) -> commands.PutWorkflowEventDef:
    """Define a workflow event."""
    request = workflow_events.PutWorkflowEventDefRequest(name=name)
    return commands.PutWorkflowEventDef(**sent(WORKFLOW_EVENT_DEF_STREAM + name), request=request)


def put_workflow(workflow: hitchpost.Workflow) -> commands.PutWfSpec:
    """Define a workflow."""
    return put_wf_spec(workflow.compile())


def put_wf_spec(request: wf_specs.PutWfSpecRequest) -> commands.PutWfSpec:
    """Define a workflow, given as clients send it."""
    return commands.PutWfSpec(**sent(WF_SPEC_STREAM + request.name), request=request)


def start(wf_spec: str, run: str, **inputs: Any) -> commands.StartRun:
    """Start a run."""
    variables = {name: hitchpost.to_value(given) for name, given in inputs.items()}
    request = wf_runs.RunWfRequest(wf_spec_name=wf_spec, id=run, variables=variables)
    return commands.StartRun(**about(run), request=request)


def post(name: str, run: str, guid: str = "", content: Any = None) -> commands.PostExternalEvent:
    """Post an external event."""
    request = events.PutExternalEventRequest(
        wf_run_id=run_id(run),
        external_event_def_id=ids.ExternalEventDefId(name=name),
        guid=guid,
        content=hitchpost.to_value(content),
    )
    return commands.PostExternalEvent(**about(run), request=request)


def start_task(run: str, task_guid: str) -> commands.StartTask:
    """Give a task to a worker."""
    return commands.StartTask(
        **about(run), task_guid=task_guid, task_worker_id="worker", task_worker_version=None
    )


def report(scheduled: tasks.ScheduledTask, output: Any = None) -> commands.ReportTask:
    """Report that a worker has done its task."""
    of = scheduled.task_run_id
    told = tasks.ReportTaskRun(
        task_run_id=of,
        attempt_number=scheduled.attempt_number,
        status=tasks.TASK_SUCCESS,
        output=hitchpost.to_value(output),
    )
    return commands.ReportTask(**about(of.wf_run_id.id), report=told)


def schedule(name: str, wf_spec: str, cron: str) -> commands.ScheduleWf:
    """Have the clock start runs."""
    request = schedules.ScheduleWfRequest(wf_spec_name=wf_spec, cron_expression=cron)
    return commands.ScheduleWf(**sent(SCHEDULE_STREAM + name), request=request)


def continue_as_new(
    run: str, execution: int | None = None, **inputs: Any
) -> commands.ContinueAsNew:
    """Let a run start over, if it is at that execution."""
    variables = {name: hitchpost.to_value(given) for name, given in inputs.items()}
    request = runs.ContinueAsNewRequest(
        wf_run_id=run_id(run), execution=execution, variables=variables
    )
    return commands.ContinueAsNew(**about(run), request=request)


def delete(run: str) -> commands.DeleteRun:
    """Erase a run."""
    return commands.DeleteRun(**about(run))


@hitchpost.workflow("parcel")
def parcel(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait for three signatures, one after another."""
    for _ in range(3):
        wf.wait_for_event("signed")


@hitchpost.workflow("shift")
def shift(wf: hitchpost.WorkflowBuilder) -> None:
    """Note something down, and start over."""
    wf.wait_for_event("noted")
    wf.continue_as_new()


@hitchpost.workflow("nap")
def nap(wf: hitchpost.WorkflowBuilder) -> None:
    """Sleep until a moment, in milliseconds since 1970."""
    wf.sleep_until(wf.input("until", int))


@hitchpost.workflow("chore", retention_seconds=1)
def chore(wf: hitchpost.WorkflowBuilder) -> None:
    """Have a worker do something, and be forgotten a second later."""
    wf.task("sweep", wf.input("room", str), timeout=60)


@hitchpost.workflow("errand")
def errand(wf: hitchpost.WorkflowBuilder) -> None:
    """Have a worker do something, and be remembered."""
    wf.task("sweep", "yard", timeout=60, retries=1)


DEFINITIONS = (
    lambda: put_guarded("signed"),
    lambda: put_event_def("noted"),
    lambda: put_task_def("sweep", room=str),
    lambda: put_workflow(parcel),
    lambda: put_workflow(shift),
    lambda: put_workflow(nap),
    lambda: put_workflow(chore),
    lambda: put_workflow(errand),
)


async def define(engine: Engine) -> None:
    """Put all of these definitions."""
    for make in DEFINITIONS:
        await engine.committer.submit(make())
