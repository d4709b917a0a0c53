"""The loads: commands of one kind, and what has to happen before they can be decided.

Each command is for a run of its own, as in a server that many callers use at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import hitchpost
from bench.engine.world import World
from bench.requests import CONTENT, EVENT_DEF, WF_SPEC
from bench.stage import wait_for_document
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
    family_stream,
)

OTHER_EVENT_DEF = "page-viewed"
TASK_DEF = "greet"
GREETING = values.VariableValue(str="Hello, Ada!")


@hitchpost.workflow("greet-once")
def greet_once(wf: hitchpost.WorkflowBuilder) -> None:
    """Have one task done with an input, and return what it gives."""
    name = wf.input("name", str)
    greeting = wf.variable("greeting", str)
    wf.set(greeting, wf.task(TASK_DEF, name))
    wf.complete(greeting)


@hitchpost.workflow("ship")
def ship(wf: hitchpost.WorkflowBuilder) -> None:
    """Decide, compute and complete, without waiting for anybody."""
    weight = wf.input("weight", int)
    price = wf.variable("price", int, default=5)
    with wf.when(weight > 20):
        wf.set(price, weight * 2)
    wf.complete(price)


def defined() -> World:
    """Make a world with all definitions that the loads need."""
    world = World()
    for name in EVENT_DEF, OTHER_EVENT_DEF:
        request = events.PutExternalEventDefRequest(name=name)
        world.define(commands.PutExternalEventDef, EXTERNAL_EVENT_DEF_STREAM + name, request)
    parameter = values.VariableDef(
        name="name", type_def=values.TypeDefinition(primitive_type=values.STR)
    )
    task = tasks.PutTaskDefRequest(name=TASK_DEF, input_vars=[parameter])
    world.define(commands.PutTaskDef, TASK_DEF_STREAM + TASK_DEF, task)
    for workflow in wait_for_document, greet_once, ship:
        spec = workflow.compile()
        world.define(commands.PutWfSpec, WF_SPEC_STREAM + spec.name, spec)
    return world


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of command: `before` must have been decided for the same run, `order` makes it."""

    order: Callable[[World, str], commands.Command]
    before: "Sequence[Load]" = ()


def _post(name: str) -> Callable[[World, str], commands.Command]:
    def order(world: World, run: str) -> commands.Command:
        request = events.PutExternalEventRequest(
            wf_run_id=ids.WfRunId(id=run),
            external_event_def_id=ids.ExternalEventDefId(name=name),
            guid="000000001",
            content=values.VariableValue(json_obj=CONTENT),
        )
        return world.order(commands.PostExternalEvent, run, request=request)

    return order


def _start(wf_spec: str, **inputs: object) -> Callable[[World, str], commands.Command]:
    def order(world: World, run: str) -> commands.Command:
        variables = {name: hitchpost.to_value(value) for name, value in inputs.items()}
        request = wf_runs.RunWfRequest(wf_spec_name=wf_spec, id=run, variables=variables)
        return world.order(commands.StartRun, run, request=request)

    return order


def _guid(world: World, run: str) -> str:
    guid: str = next(iter(world.states[family_stream(run)].runs[run].tasks))
    return guid


def _take(world: World, run: str) -> commands.Command:
    return world.order(
        commands.StartTask,
        run,
        task_guid=_guid(world, run),
        task_worker_id="worker-1",
        task_worker_version=None,
    )


def _report(world: World, run: str) -> commands.Command:
    report = tasks.ReportTaskRun(
        task_run_id=ids.TaskRunId(wf_run_id=ids.WfRunId(id=run), task_guid=_guid(world, run)),
        attempt_number=0,
        status=tasks.TASK_SUCCESS,
        output=GREETING,
    )
    return world.order(commands.ReportTask, run, report=report)


_RUN_THAT_WAITS = Load(_start(WF_SPEC))
_RUN_WITH_TASK = Load(_start("greet-once", name="Ada"))
_TASK_TAKEN = Load(_take, [_RUN_WITH_TASK])

LOADS: dict[str, Load] = {
    "event for a run to come": Load(_post(EVENT_DEF)),
    "event that nobody awaits": Load(_post(OTHER_EVENT_DEF), [_RUN_THAT_WAITS]),
    "run starts and waits": _RUN_THAT_WAITS,
    "run starts and completes": Load(_start("ship", weight=30)),
    "event completes a run": Load(_post(EVENT_DEF), [_RUN_THAT_WAITS]),
    "run starts with a task": _RUN_WITH_TASK,
    "task is taken": _TASK_TAKEN,
    "task completes a run": Load(_report, [_RUN_WITH_TASK, _TASK_TAKEN]),
}
