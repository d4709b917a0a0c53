"""The examples run as they are, and fit together: what they define is what functions take."""

import fnmatch
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from scripted_server import ScriptedServer
from tests.conftest import ServerProcess

import hitchpost
from hitchpost._working.task_function import TaskFunction
from hitchpost.v1.external_event_pb2 import ExternalEventDef
from hitchpost.v1.object_id_pb2 import TaskDefId
from hitchpost.v1.task_pb2 import PutTaskDefRequest, TaskDef
from hitchpost.v1.wf_spec_pb2 import WfSpec

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def premium_order() -> ModuleType:
    spec = importlib.util.spec_from_file_location("premium_order", EXAMPLES / "premium_order.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored(request: PutTaskDefRequest) -> TaskDef:
    return TaskDef(
        id=TaskDefId(name=request.name),
        input_vars=request.input_vars,
        return_type=request.return_type,
    )


async def test_the_premium_order_defines_what_its_functions_take(
    scripted: ScriptedServer, connected: hitchpost.Client, premium_order: ModuleType
) -> None:
    scripted.on("PutTaskDef", stored)
    scripted.on("PutExternalEventDef", ExternalEventDef())
    scripted.on("PutWfSpec", WfSpec())
    await premium_order.register(connected)
    definitions = {one.name: stored(one) for one in scripted.requests("PutTaskDef")}
    assert definitions.keys() == premium_order.TASKS.keys()
    for name, function in premium_order.TASKS.items():
        TaskFunction(function).check(definitions[name])


async def test_the_premium_order_gives_each_task_as_many_inputs_as_it_has(
    scripted: ScriptedServer, connected: hitchpost.Client, premium_order: ModuleType
) -> None:
    scripted.on("PutTaskDef", stored)
    scripted.on("PutExternalEventDef", ExternalEventDef())
    scripted.on("PutWfSpec", WfSpec())
    await premium_order.register(connected)
    inputs = {one.name: len(one.input_vars) for one in scripted.requests("PutTaskDef")}
    [request] = scripted.requests("PutWfSpec")
    nodes = request.thread_specs["entrypoint"].nodes.values()
    tasks = [node.task for node in nodes if node.HasField("task")]
    assert {task.task_def_id.name: len(task.variables) for task in tasks} == inputs


# What each example prints.
PRINTED = {
    "correlated_events.py": ["EARLY-*, by gate north", "LATE-*, by gate south"],
    "endless_queue.py": [
        *("1: lamp", "2: saddle", "3: clock", "4: kite", "5: spade", "6: bell", "7: rope"),
        "7 parcels in 3 executions",
        "the last one has gone through * nodes",
    ],
    "error_handling.py": [
        "lamp: sold, packed by machine",
        "saddle: sold, packed by hand, with care for the saddle",
        "horse: declined: above the limit, packed by machine",
    ],
    "parallel_approvals.py": ["saddle: bought", "yacht: refused: we have no sea"],
    "premium_order.py": ["order-* {'id': 'order-*', 'title': 'silver-saddle for Ada', *}"],
}


def test_every_example_is_run() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == PRINTED.keys()


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_prints_what_happened(server: ServerProcess, name: str) -> None:
    program = [sys.executable, "-W", "error", str(EXAMPLES / name), server.target]
    done = subprocess.run(program, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(PRINTED[name])
    for line, pattern in zip(lines, PRINTED[name], strict=True):
        assert fnmatch.fnmatch(line, pattern)
