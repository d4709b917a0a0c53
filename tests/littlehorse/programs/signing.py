"""An application as LittleHorse's examples are written; its SDK knows nothing of Hitchpost.

It registers everything at its start, twice as if it had been started twice, works, runs an order,
posts the signature, and prints what it has seen.
"""

import asyncio
import json
import sys

import littlehorse
from littlehorse.config import LHConfig
from littlehorse.exceptions import LHTaskException
from littlehorse.model import (
    CorrelatedEventConfig,
    ExternalEventDefId,
    LHStatus,
    ListNodeRunsRequest,
    ListTaskRunsRequest,
    ListVariablesRequest,
    LittleHorseStub,
    PutExternalEventRequest,
    RunWfRequest,
    TaskStatus,
    VariableType,
    WfRunId,
)
from littlehorse.worker import LHTaskWorker, WorkerContext
from littlehorse.workflow import Workflow, WorkflowThread

PREFIX = sys.argv[1]
CHECK, SIGNED, PAID, ORDER = (f"{PREFIX}-{name}" for name in ("check", "signed", "paid", "order"))


async def check_stock(item: str, context: WorkerContext) -> int:
    """Fail once for technical reasons, and for lamps for those of the business."""
    if context.attempt_number == 0:
        raise RuntimeError("try again")
    if item == "lamp":
        raise LHTaskException("out-of-stock", "no lamps left")
    context.log(f"attempt {context.attempt_number}")
    return len(item)


def order(thread: WorkflowThread) -> None:
    item = thread.declare_str("item").required()
    stock = thread.declare_int("stock")
    signed_by = thread.declare_str("signed-by")
    stock.assign(thread.execute(CHECK, item, retries=1))
    with_type = thread.wait_for_event(SIGNED, timeout=60, auto_register=True, return_type=str)
    signed_by.assign(with_type)
    thread.do_if(stock.is_greater_than(3), lambda body: signed_by.assign("somebody"))


def register(config: LHConfig) -> None:
    littlehorse.create_task_def(check_stock, CHECK, config)
    correlated = CorrelatedEventConfig(ttl_seconds=60, delete_after_first_correlation=True)
    littlehorse.create_external_event_def(PAID, config, correlated_event_config=correlated)
    littlehorse.create_workflow_spec(Workflow(ORDER, order), config)


async def ended(stub: LittleHorseStub, run: WfRunId) -> str:
    """Wait until a run is over."""
    while (status := (await stub.GetWfRun(run)).status) == LHStatus.RUNNING:
        await asyncio.sleep(0.05)
    return LHStatus.Name(status)


async def waits(stub: LittleHorseStub, run: WfRunId) -> None:
    """Wait until a run stands at its external event."""
    while True:
        nodes = await stub.ListNodeRuns(ListNodeRunsRequest(wf_run_id=run))
        if any(node.HasField("external_event") for node in nodes.results):
            return
        await asyncio.sleep(0.05)


async def start(stub: LittleHorseStub, item: str) -> WfRunId:
    value = littlehorse.to_variable_value(item)
    run = RunWfRequest(wf_spec_name=ORDER, id=f"{PREFIX}-{item}", variables={"item": value})
    return (await stub.RunWf(run)).id


async def play(stub: LittleHorseStub) -> dict[str, object]:
    good, bad = await start(stub, "hat"), await start(stub, "lamp")
    await waits(stub, good)
    event = await stub.PutExternalEvent(
        PutExternalEventRequest(
            wf_run_id=good,
            external_event_def_id=ExternalEventDefId(name=SIGNED),
            content=littlehorse.to_variable_value("Ada"),
        )
    )
    variables = (await stub.ListVariables(ListVariablesRequest(wf_run_id=good))).results
    [task] = (await stub.ListTaskRuns(ListTaskRunsRequest(wf_run_id=good))).results
    paid = await stub.GetExternalEventDef(ExternalEventDefId(name=PAID))
    return {
        "good": await ended(stub, good),
        "bad": await ended(stub, bad),
        "claimed": event.claimed,
        "signed-by": next(one.value.str for one in variables if one.id.name == "signed-by"),
        "attempts": [TaskStatus.Name(one.status) for one in task.attempts],
        "log": task.attempts[-1].log_output.str,
        "ttl": paid.correlated_event_config.ttl_seconds,
        "delete": paid.correlated_event_config.delete_after_first_correlation,
        "typed": (
            await stub.GetExternalEventDef(ExternalEventDefId(name=SIGNED))
        ).type_information.return_type.primitive_type
        == VariableType.STR,
    }


async def main() -> None:
    config = LHConfig()
    register(config)
    register(config)
    worker = LHTaskWorker(check_stock, CHECK, config)
    working = asyncio.create_task(worker.start())
    try:
        found = await asyncio.wait_for(play(config.stub(async_channel=True)), 30)
        found["healthy"] = worker.health().healthy
    finally:
        worker.stop()
        working.cancel()
    print(json.dumps(found))


asyncio.run(main())
