"""Runs that are stopped and resumed, or rescued when they have failed."""

from collections.abc import AsyncIterator, Callable

import grpc
import pytest
from bare_worker import BareWorker, bare_worker
from live_run import LiveRun, started
from tests.conftest import ServerProcess

import hitchpost

Fresh = Callable[[str], str]
Builder = hitchpost.WorkflowBuilder
GO = "rescues-go"


@pytest.fixture
async def task(client: hitchpost.Client, fresh: Fresh) -> str:
    name = fresh("mend")
    await client.put_task_def(name, returns=str)
    return name


@pytest.fixture
async def worker(server: ServerProcess, task: str) -> AsyncIterator[BareWorker]:
    async with bare_worker(server.target, task) as opened:
        yield opened


def mending(task: str) -> Callable[[Builder], None]:
    """One task whose output is kept, and another."""

    def write(wf: Builder) -> None:
        wf.set(wf.variable("result", str, default="untouched"), wf.task(task))
        wf.task(task)

    return write


@pytest.fixture
async def failed(client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh) -> LiveRun:
    """A run whose first task has failed."""
    run = await started(client, fresh("pump"), mending(task))
    await worker.fail(await worker.next())
    assert await run.status() == "ERROR"
    return run


async def test_failed_node_is_tried_again_and_changes_what_it_would_have(
    failed: LiveRun, worker: BareWorker
) -> None:
    await failed.client.rescue_run(failed.id)
    for output in ("at last", "too"):
        await worker.succeed(await worker.next(), output)
    assert (await failed.status(), await failed.variable("result")) == ("COMPLETED", "at last")
    assert await failed.task_guids() == ["0-1", "0-2", "0-3"]
    assert await failed.node_status(0, 1) == "ERROR"


async def test_failed_node_is_skipped_and_changes_nothing(
    failed: LiveRun, worker: BareWorker
) -> None:
    await failed.client.rescue_run(failed.id, skip_node=True)
    await worker.succeed(await worker.next())
    assert (await failed.status(), await failed.variable("result")) == ("COMPLETED", "untouched")
    assert await failed.task_guids() == ["0-1", "0-2"]


@pytest.mark.parametrize("post", [True, False])
async def test_run_that_is_well_is_not_rescued(
    client: hitchpost.Client, fresh: Fresh, post: bool
) -> None:
    run = await started(client, fresh("pump"), lambda wf: wf.wait_for_event(GO), GO)
    if post:
        await run.post(GO)
    with pytest.raises(hitchpost.NotRescuable) as refusal:
        await client.rescue_run(run.id)
    assert refusal.value.status is grpc.StatusCode.FAILED_PRECONDITION
    assert ("COMPLETED" if post else "RUNNING") in (await run.threads()).values()


async def test_rescued_parent_revives_its_halted_child(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    def write(wf: Builder) -> None:
        child = wf.start_thread(lambda thread: thread.wait_for_event(GO), name="child")
        wf.task(task)
        wf.wait_for_threads(child)

    run = await started(client, fresh("pumps"), write, GO)
    await worker.fail(await worker.next())
    assert await run.threads() == {0: "ERROR", 1: "HALTED"}
    await client.rescue_run(run.id)
    await worker.succeed(await worker.next())
    assert await run.threads() == {0: "RUNNING", 1: "RUNNING"}
    assert await run.post(GO)
    assert await run.status() == "COMPLETED"


@pytest.fixture
async def family(client: hitchpost.Client, task: str, fresh: Fresh) -> LiveRun:
    """A child does the task; its parent first waits for an event, then for it."""

    def write(wf: Builder) -> None:
        child = wf.start_thread(lambda thread: thread.task(task), name="child")
        wf.wait_for_event(GO)
        wf.wait_for_threads(child)

    return await started(client, fresh("pumps"), write, GO)


async def test_rescued_child_revives_the_parent_that_failed_waiting_for_it(
    family: LiveRun, worker: BareWorker
) -> None:
    await family.post(GO)
    await worker.fail(await worker.next())
    assert await family.threads() == {0: "ERROR", 1: "ERROR"}
    await family.client.rescue_run(family.id, 1)
    assert await family.threads() == {0: "RUNNING", 1: "RUNNING"}
    waits = [(await family.node(0, one)).WhichOneof("node_type") for one in (3, 4)]
    assert waits == ["wait_for_threads"] * 2
    await worker.succeed(await worker.next())
    assert await family.status() == "COMPLETED"


async def test_rescued_child_leaves_a_parent_that_waits_elsewhere_alone(
    family: LiveRun, worker: BareWorker
) -> None:
    await worker.fail(await worker.next())
    await family.client.rescue_run(family.id, 1)
    assert (await family.thread(0)).current_node_position == 2
    await worker.succeed(await worker.next())
    await family.post(GO)
    assert await family.status() == "COMPLETED"


async def test_stopped_run_takes_nothing_until_it_is_resumed(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    run = await started(client, fresh("pump"), lambda wf: wf.wait_for_event(GO), GO)
    await client.stop_run(run.id)
    assert (await run.status(), await run.reasons(0)) == ("HALTED", ["manual_halt"])
    assert not await run.post(GO)
    await client.resume_run(run.id)
    assert await run.status() == "COMPLETED"


async def test_stop_waits_for_a_task_that_was_scheduled(
    family: LiveRun, worker: BareWorker
) -> None:
    await family.client.stop_run(family.id)
    assert await family.threads() == {0: "HALTING", 1: "HALTING"}
    assert await family.status() == "RUNNING"
    await worker.succeed(await worker.next())
    assert (await family.status(), await family.threads()) == ("HALTED", {0: "HALTED", 1: "HALTED"})
    await family.client.resume_run(family.id)
    assert await family.threads() == {0: "RUNNING", 1: "COMPLETED"}


async def test_threads_that_are_not_there_are_not_stopped_resumed_or_rescued(
    family: LiveRun, fresh: Fresh
) -> None:
    client = family.client
    for order in (client.stop_run, client.resume_run, client.rescue_run):
        with pytest.raises(hitchpost.ObjectNotFound):
            await order(fresh("nobody"))
        for thread in (-1, 2):
            with pytest.raises(hitchpost.FieldInvalid):
                await order(family.id, thread)
