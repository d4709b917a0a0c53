"""A workflow whose two tasks are named by a variable and by a format string."""

import asyncio
import json
import sys

import littlehorse
from littlehorse.config import LHConfig
from littlehorse.model import (
    LHStatus,
    ListTaskRunsRequest,
    NodeRunId,
    RunWfRequest,
    WfRun,
    WfRunId,
)
from littlehorse.worker import LHTaskWorker
from littlehorse.workflow import Workflow, WorkflowThread

PREFIX = sys.argv[1]
HELLO, BYE = f"{PREFIX}-hello", f"{PREFIX}-bye"
SECONDS = 20


async def greet(name: str) -> str:
    return f"dear {name}"


def workflow(wf: WorkflowThread) -> None:
    first = wf.declare_str("first")
    second = wf.declare_str("second")
    greeting = wf.execute(first, "Ada")
    wf.execute(wf.format(PREFIX + "-{0}", second), greeting)


async def play(config: LHConfig, run: str, first: str, second: str) -> dict[str, object]:
    stub = config.stub(async_channel=True)
    given = {"first": first, "second": second}
    variables = {name: littlehorse.to_variable_value(value) for name, value in given.items()}
    await stub.RunWf(RunWfRequest(wf_spec_name=PREFIX, id=run, variables=variables))
    ended: WfRun = await stub.GetWfRun(WfRunId(id=run))
    while ended.status == LHStatus.RUNNING:
        await asyncio.sleep(0.05)
        ended = await stub.GetWfRun(WfRunId(id=run))
    listed = await stub.ListTaskRuns(ListTaskRunsRequest(wf_run_id=ended.id))
    last = ended.thread_runs[0].current_node_position
    node = await stub.GetNodeRun(NodeRunId(wf_run_id=ended.id, position=last))
    return {
        "status": LHStatus.Name(ended.status),
        "tasks": [task.task_def_id.name for task in listed.results],
        "last output": listed.results[-1].attempts[-1].output.str if listed.results else "",
        "failures": [[one.failure_name, one.message] for one in node.failures],
    }


async def main() -> None:
    config = LHConfig()
    littlehorse.create_workflow_spec(Workflow(PREFIX, workflow), config)
    for name in (HELLO, BYE):
        littlehorse.create_task_def(greet, name, config)
    workers = [LHTaskWorker(greet, name, config) for name in (HELLO, BYE)]
    working = [asyncio.create_task(worker.start()) for worker in workers]
    async with asyncio.timeout(SECONDS):
        good = await play(config, f"{PREFIX}-good", HELLO, "bye")
        bad = await play(config, f"{PREFIX}-bad", f"{PREFIX}-nobody", "bye")
    for worker, task in zip(workers, working, strict=True):
        worker.stop()
        task.cancel()
    print(json.dumps({"good": good, "bad": bad}))


asyncio.run(main())
