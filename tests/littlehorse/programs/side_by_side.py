"""Both clients in one process, on one server: each does half of a run."""

import asyncio
import json
import os
import sys

import littlehorse
from littlehorse.config import LHConfig
from littlehorse.model import (
    ExternalEventDefId,
    GetLatestWfSpecRequest,
    LHStatus,
    PutExternalEventRequest,
    RunWfRequest,
    WfRunId,
)
from littlehorse.worker import LHTaskWorker

import hitchpost

PREFIX = sys.argv[1]
OURS, THEIRS, SIGNED = (f"{PREFIX}-{name}" for name in ("ours", "theirs", "signed"))


@hitchpost.workflow(PREFIX)
def both(wf: hitchpost.WorkflowBuilder) -> None:
    wf.register_event(SIGNED, content_type=str, require_wfrun=True)
    item = wf.input("item", str)
    text = wf.variable("text", str)
    wf.set(text, wf.task(OURS, item))
    wf.set(text, wf.task(THEIRS, text))
    signed_by = wf.wait_for_event(SIGNED)
    wf.complete(wf.format("{0} signed by {1}", text, signed_by))


async def ours(item: str) -> str:
    return f"{item}, ours"


async def theirs(item: str) -> str:
    return f"{item}, theirs"


async def play(client: hitchpost.Client, config: LHConfig) -> dict[str, object]:
    stub = config.stub(async_channel=True)
    spec = await client.put_workflow(both)
    seen = await stub.GetLatestWfSpec(GetLatestWfSpecRequest(name=PREFIX))
    value = littlehorse.to_variable_value("hat")
    await stub.RunWf(RunWfRequest(wf_spec_name=PREFIX, id=PREFIX, variables={"item": value}))
    await stub.PutExternalEvent(
        PutExternalEventRequest(
            wf_run_id=WfRunId(id=PREFIX),
            external_event_def_id=ExternalEventDefId(name=SIGNED),
            content=littlehorse.to_variable_value("Ada"),
        )
    )
    done = await client.wait_for_run(PREFIX)
    run = await stub.GetWfRun(WfRunId(id=PREFIX))
    return {
        "same spec": spec.thread_specs.keys() == seen.thread_specs.keys(),
        "status": LHStatus.Name(run.status),
        "output": done.thread_runs[0].output.str,
        "output as they read it": run.thread_runs[0].output.str,
    }


async def main() -> None:
    config = LHConfig()
    littlehorse.create_task_def(theirs, THEIRS, config)
    target = f"{os.environ['LHC_API_HOST']}:{os.environ['LHC_API_PORT']}"
    async with hitchpost.connect(target) as client:
        await client.put_task_def(OURS, {"item": str}, returns=str)
        worker = LHTaskWorker(theirs, THEIRS, config)
        working = asyncio.create_task(worker.start())
        async with hitchpost.Worker(client, OURS, ours):
            found = await asyncio.wait_for(play(client, config), 30)
        worker.stop()
        working.cancel()
    print(json.dumps(found))


asyncio.run(main())
