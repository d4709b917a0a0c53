"""A schedule of LittleHorse's SDK that starts a run each minute, until the first has run."""

import asyncio
import json
import sys

import littlehorse
from littlehorse.config import LHConfig
from littlehorse.model import (
    DeleteScheduledWfRunRequest,
    LHStatus,
    ScheduledWfRunId,
    ScheduleWfRequest,
    WfRunId,
)
from littlehorse.utils import extract_value
from littlehorse.worker import LHTaskWorker, WorkerContext
from littlehorse.workflow import Workflow, WorkflowThread

NAME = sys.argv[1]
SECONDS = 75
started: "asyncio.Queue[WfRunId]" = asyncio.Queue()


async def chime(word: str, context: WorkerContext) -> str:
    started.put_nowait(context.wf_run_id)
    return word.upper()


def clock(thread: WorkflowThread) -> None:
    thread.complete(thread.execute(NAME, thread.declare_str("word").required()))


async def main() -> None:
    config = LHConfig()
    littlehorse.create_task_def(chime, NAME, config)
    littlehorse.create_workflow_spec(Workflow(NAME, clock), config)
    worker = LHTaskWorker(chime, NAME, config)
    working = asyncio.create_task(worker.start())
    stub = config.stub(async_channel=True)
    await stub.ScheduleWf(
        ScheduleWfRequest(
            id=NAME,
            wf_spec_name=NAME,
            cron_expression="* * * * *",
            variables={"word": littlehorse.to_variable_value("cuckoo")},
        )
    )
    run = await asyncio.wait_for(started.get(), SECONDS)
    await stub.DeleteScheduledWfRun(DeleteScheduledWfRunRequest(id=ScheduledWfRunId(id=NAME)))
    while (seen := await stub.GetWfRun(run)).status == LHStatus.RUNNING:
        await asyncio.sleep(0.05)
    found = {
        "status": LHStatus.Name(seen.status),
        "output": extract_value(seen.thread_runs[0].output),
        "second": seen.start_time.ToDatetime().second,
    }
    worker.stop()
    working.cancel()
    print(json.dumps(found))


asyncio.run(main())
