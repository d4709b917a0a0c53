"""A packer that goes on where it failed, and an application that waits for what the run throws."""

import asyncio
import json
import sys

import littlehorse
from littlehorse.config import LHConfig
from littlehorse.model import (
    AwaitWorkflowEventRequest,
    LittleHorseStub,
    RunWfRequest,
    TaskDefId,
    WfRunId,
    WorkflowEventDefId,
)
from littlehorse.worker import CheckpointContext, LHTaskWorker, WorkerContext
from littlehorse.workflow import Workflow, WorkflowThread

PREFIX = sys.argv[1]
PACK, SHIPPED = (f"{PREFIX}-{name}" for name in ("pack", "shipped"))
done: list[str] = []


def step(name: str) -> str:
    done.append(name)
    return name


async def pack(item: str, context: WorkerContext) -> str:
    """Fail once between two checkpoints."""
    step("begin")

    def wrap(_: CheckpointContext) -> str:
        return step("wrap")

    def tie(_: CheckpointContext) -> str:
        return step("tie")

    wrapped = await context.execute_and_checkpoint(wrap)
    if context.attempt_number == 0:
        raise RuntimeError("try again")
    tied = await context.execute_and_checkpoint(tie)
    return f"{item}: {wrapped}, {tied}"


def shipping(thread: WorkflowThread) -> None:
    item = thread.declare_str("item").required()
    packed = thread.execute(PACK, item, retries=1)
    thread.throw_event(SHIPPED, packed, auto_register=True, return_type=str)


async def play(stub: LittleHorseStub) -> dict[str, object]:
    run = WfRunId(id=PREFIX)
    awaited = AwaitWorkflowEventRequest(
        wf_run_id=run, event_def_ids=[WorkflowEventDefId(name=SHIPPED)]
    )
    waiting = asyncio.ensure_future(stub.AwaitWorkflowEvent(awaited, timeout=25))
    item = littlehorse.to_variable_value("hat")
    await stub.RunWf(RunWfRequest(wf_spec_name=PREFIX, id=PREFIX, variables={"item": item}))
    event = await waiting
    group = await stub.GetTaskWorkerGroup(TaskDefId(name=PACK))
    return {
        "thrown": event.content.str,
        "number": event.id.number,
        "again": (await stub.AwaitWorkflowEvent(awaited, timeout=5)).id == event.id,
        "done": done,
        "workers": len(group.task_workers),
    }


async def main() -> None:
    config = LHConfig()
    littlehorse.create_task_def(pack, PACK, config)
    littlehorse.create_workflow_spec(Workflow(PREFIX, shipping), config)
    worker = LHTaskWorker(pack, PACK, config)
    working = asyncio.create_task(worker.start())
    try:
        found = await asyncio.wait_for(play(config.stub(async_channel=True)), 30)
    finally:
        worker.stop()
        working.cancel()
    print(json.dumps(found))


asyncio.run(main())
