"""How the tests of this folder define workflows, start runs and wait for them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import hitchpost
from hitchpost import Client, WorkflowBuilder
from hitchpost.v1.wf_run_pb2 import WfRun


@asynccontextmanager
async def working(client: Client, **functions: Callable[..., Any]) -> AsyncIterator[None]:
    """Define the tasks that these functions carry out, and carry them out."""
    async with AsyncExitStack() as workers:
        for name, function in functions.items():
            await client.put_task_def(name.replace("_", "-"), function)
            await workers.enter_async_context(
                hitchpost.Worker(client, name.replace("_", "-"), function)
            )
        yield


async def started(
    client: Client,
    write: Callable[[WorkflowBuilder], None],
    inputs: dict[str, object] | None = None,
    **more: Any,
) -> WfRun:
    """Define a workflow under the name of its function, and start it."""
    name = f"{write.__name__.replace('_', '-')}-{uuid4().hex[:6]}"
    await client.put_workflow(hitchpost.Workflow(name, write))
    return await client.run(name, inputs, **more)


async def variable(client: Client, run: WfRun, name: str) -> Any:
    return hitchpost.from_value((await client.variable(run, name)).value)


async def ended(client: Client, run: WfRun) -> WfRun:
    return await client.wait_for_run(run, timeout=60)
