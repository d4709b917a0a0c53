"""Small workflows that many tests run."""

import hitchpost
from hitchpost.v1 import value_pb2

Workflow = hitchpost.Workflow


def waits_for(
    name: str, *events: str, timeout: int | None = None, retention: int | None = None
) -> Workflow:
    """Wait for one event after the other; what comes is kept in `got-0`, `got-1`..."""

    @hitchpost.workflow(name, retention_seconds=retention)
    def waiting(wf: hitchpost.WorkflowBuilder) -> None:
        for number, event in enumerate(events):
            got = wf.variable(f"got-{number}", str)
            wf.set(got, wf.wait_for_event(event, timeout=timeout))

    return waiting


def does(
    name: str,
    task: str,
    *,
    retries: int = 0,
    timeout: int | None = None,
    backoff: hitchpost.Backoff | None = None,
) -> Workflow:
    """Do one task with the input `item`, and return what it returns."""

    @hitchpost.workflow(name)
    def doing(wf: hitchpost.WorkflowBuilder) -> None:
        item = wf.input("item", str)
        output = wf.task(task, item, retries=retries, timeout=timeout, backoff=backoff)
        wf.complete(output)

    return doing


def idles(name: str) -> Workflow:
    """Complete at once."""

    @hitchpost.workflow(name)
    def idling(wf: hitchpost.WorkflowBuilder) -> None:
        wf.variable("unused", value_pb2.STR)

    return idling


async def waiting_run(client: hitchpost.Client, name: str, *events: str) -> str:
    """Put untyped events and a workflow that waits for them, start it, and name the run."""
    for event in events:
        await client.put_external_event_def(event)
    await client.put_workflow(waits_for(name, *events))
    await client.run(name, id=f"run-{name}")
    return f"run-{name}"


async def got(client: hitchpost.Client, run: str) -> list[object]:
    """What a run that waits for events has got, in the order in which it waited."""
    variables = [one async for one in client.variables(run)]
    return [hitchpost.from_value(one.value) for one in variables]


async def history_kinds(client: hitchpost.Client, run: str) -> list[str]:
    """Which kinds of events a run's history holds, oldest first."""
    return [event.WhichOneof("event") or "" async for event in client.history(run)]
