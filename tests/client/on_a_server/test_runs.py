"""Runs that start others, stop and are rescued, on a real server."""

import asyncio

import pytest
from playing import ended, started, variable, working

import hitchpost
from hitchpost import Client, WorkflowBuilder
from hitchpost.v1 import status_pb2


async def test_a_run_starts_another_and_takes_its_output(client: Client) -> None:
    def double(wf: WorkflowBuilder) -> None:
        wf.complete(wf.input("number", int) * 2)

    await client.put_workflow(hitchpost.Workflow("double", double))

    def calling(wf: WorkflowBuilder) -> None:
        number = wf.variable("number", int, default=21)
        child = wf.run_child_wf(wf.format("{0}ble", "dou"), {"number": number}, id="twice")
        wf.set(number, wf.wait_for_child_wf(child))

    run = await started(client, calling)
    assert run.status == status_pb2.COMPLETED
    assert await variable(client, run, "number") == 42
    child = await client.get_run(f"{run.id.id}_twice")
    assert child.parent_trigger.waiting_node_run.wf_run_id == run.id


async def test_a_run_inherits_variables_of_its_parent(client: Client) -> None:
    def family(wf: WorkflowBuilder) -> None:
        wf.variable("shared", int, default=3, public=True)

    def member(wf: WorkflowBuilder) -> None:
        shared = wf.inherited("shared", int)
        wf.set(shared, shared + 4)

    parent = hitchpost.Workflow("family", family)
    await client.put_workflow(parent)
    await client.put_workflow(hitchpost.Workflow("member", member, parent=parent))
    run = await client.run("family")
    child = await client.run("member", parent=run)
    assert child.status == status_pb2.COMPLETED
    assert await variable(client, run, "shared") == 7


async def test_a_run_stops_and_goes_on(client: Client) -> None:
    def waiting(wf: WorkflowBuilder) -> None:
        wf.register_event("go")
        wf.wait_for_event("go")

    run = await started(client, waiting)
    await client.stop_run(run)
    assert (await client.get_run(run)).status == status_pb2.HALTED
    await client.post_event(run, "go")
    await client.resume_run(run)
    assert (await ended(client, run)).status == status_pb2.COMPLETED


async def test_a_failed_run_is_rescued(client: Client) -> None:
    broken = True

    async def mend() -> str:
        if broken:
            raise RuntimeError("broken")
        return "fine"

    def rescuing(wf: WorkflowBuilder) -> None:
        wf.complete(wf.task("mend"))

    async with working(client, mend=mend):
        run = await ended(client, await started(client, rescuing))
        assert run.status == status_pb2.ERROR
        broken = False
        run = await client.rescue_run(run)
        assert run.status == status_pb2.RUNNING
        run = await ended(client, run)
    assert run.thread_runs[0].output.str == "fine"
    with pytest.raises(hitchpost.NotRescuable):
        await client.rescue_run(run)


async def test_a_schedule_can_be_made_found_and_deleted(client: Client) -> None:
    def report(wf: WorkflowBuilder) -> None:
        wf.variable("copies", int)

    await client.put_workflow(hitchpost.Workflow("report", report))
    schedule = await client.schedule_run("report", "0 6 * * 1", {"copies": 2}, id="weekly")
    assert await client.get_scheduled_run("weekly") == schedule
    assert await client.search_scheduled_runs("report") == ["weekly"]
    await client.delete_scheduled_run("weekly")
    assert await client.search_scheduled_runs("report") == []


async def test_a_run_is_waited_for_past_its_start_over(client: Client) -> None:
    def waiting(wf: WorkflowBuilder) -> None:
        wf.register_event("go")
        word = wf.input("word", str)
        wf.wait_for_event("go")
        wf.complete(word)

    await client.put_workflow(hitchpost.Workflow("waiting", waiting))
    run = await client.run("waiting", {"word": "first"})
    end = asyncio.ensure_future(client.wait_for_run(run))
    again = await client.continue_as_new(run, {"word": "second"})
    assert (again.execution, again.status) == (2, status_pb2.RUNNING)
    await client.post_event(run, "go")
    there = await end
    assert (there.execution, there.status) == (2, status_pb2.COMPLETED)
    with pytest.raises(hitchpost.WfRunTerminated):
        await client.continue_as_new(run, {"word": "third"})
    with pytest.raises(hitchpost.ExecutionMismatch):
        await client.continue_as_new(run, {"word": "third"}, execution=1)


async def test_what_happens_to_a_run_is_watched(client: Client) -> None:
    def waiting(wf: WorkflowBuilder) -> None:
        wf.register_event("go")
        wf.wait_for_event("go")

    run = await started(client, waiting)
    happened: list[str | None] = []
    async for event in client.watch_history(run):
        happened.append(event.WhichOneof("event"))
        if happened[-1] == "node_entered" and len(happened) > 5:
            await client.post_event(run, "go")
        if happened[-1] == "run_completed":
            break
    assert happened.index("external_event_claimed") < happened.index("run_completed")
