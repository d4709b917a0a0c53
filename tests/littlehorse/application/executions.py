"""A run that starts over, month by month, as a workflow of LittleHorse's SDK can say it."""

import json

from features import Feature, Found
from littlehorse.model import (
    AwaitWorkflowEventRequest,
    DeleteWorkflowEventDefRequest,
    ListExternalEventsRequest,
    TaskRunId,
    WfRunId,
    WorkflowEvent,
    WorkflowEventDefId,
)
from littlehorse.workflow import Workflow, WorkflowThread
from stage import Stage, code_of, inputs_of, output_of, status_of

CONTINUE_AS_NEW = "hitchpost-continue-as-new"


async def bill(month: int, plan: str) -> str:
    return f"month {month}: {plan}"


def subscription(thread: WorkflowThread) -> None:
    """Bill a month and wait for the next, with which the run starts over, or for the end."""
    month = thread.declare_int("month", default_value=1)
    plan = thread.declare_str("plan", default_value="silver")
    pin = thread.declare_str("pin").masked()
    renewal = thread.declare_json_obj("renewal")
    thread.execute("bill", month, plan)
    renewal.assign(thread.wait_for_event("renewed", return_type=dict))

    def close(body: WorkflowThread) -> None:
        body.wait_for_event("farewell", auto_register=True)
        body.complete(pin)

    thread.do_if(month.is_equal_to(3), close)
    thread.throw_event(CONTINUE_AS_NEW, renewal, return_type=dict)
    thread.complete(pin)


async def started_over(stage: Stage, run: WfRunId, *known: WorkflowEvent) -> WorkflowEvent:
    """Wait until a run starts over once more than is known."""
    return await stage.stub.AwaitWorkflowEvent(
        AwaitWorkflowEventRequest(
            wf_run_id=run,
            event_def_ids=[WorkflowEventDefId(name=CONTINUE_AS_NEW)],
            workflow_events_to_ignore=[one.id for one in known],
        ),
        timeout=20,
    )


async def play_subscription(stage: Stage) -> Found:
    run = (await stage.run("subscription")).id
    await stage.stands(run, "external_event")
    farewell = await stage.post(run, "farewell", "early")
    renewals = [
        await stage.post(run, "renewed", {"month": month, "plan": "gold", "pin": "1815"})
        for month in (2, 3)
    ]
    first = await started_over(stage, run)
    second = await started_over(stage, run, first)
    await stage.stands(run, "external_event")
    [task] = await stage.tasks(run)
    listed = await stage.stub.ListExternalEvents(ListExternalEventsRequest(wf_run_id=run))
    await stage.post(run, "renewed", {})
    done = await stage.over(run)
    return {
        "started over": [
            [one.id.number, json.loads(one.content.json_obj)] for one in (first, second)
        ],
        "task": [task.id.task_guid, inputs_of(task)],
        "task of the first month": await code_of(
            stage.stub.GetTaskRun(TaskRunId(wf_run_id=run, task_guid="0-1"))
        ),
        "carried": [one.id.guid == farewell.id.guid for one in listed.results],
        "claimed": (await stage.stub.GetExternalEvent(farewell.id)).claimed,
        "claimed before": (await stage.stub.GetExternalEvent(renewals[0].id)).claimed,
        "month": await stage.value(run, "month"),
        "end": [status_of(done), output_of(done), done.id == run],
    }


async def play_definition(stage: Stage) -> Found:
    there = await stage.stub.GetWorkflowEventDef(WorkflowEventDefId(name=CONTINUE_AS_NEW))
    return {
        "name": there.id.name,
        "deleted": await code_of(
            stage.stub.DeleteWorkflowEventDef(DeleteWorkflowEventDefRequest(id=there.id))
        ),
    }


FEATURES = [
    Feature(
        "starting over",
        play_subscription,
        (Workflow("subscription", subscription),),
        {"bill": bill},
    ),
    Feature("built-in definition", play_definition),
]
