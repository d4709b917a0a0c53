"""Runs below runs: started by clients under a parent, or by the parent's nodes."""

from collections.abc import AsyncIterator, Callable

import grpc
import pytest
from bare_worker import BareWorker, bare_worker
from live_run import LiveRun, started
from tests.conftest import ServerProcess

import hitchpost
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1.workflows_pb2_grpc import WorkflowsStub

Fresh = Callable[[str], str]
Builder = hitchpost.WorkflowBuilder
GO = "child-runs-go"


def sharing(wf: Builder) -> None:
    wf.variable("shared", int, default=6, public=True)


def doubling_what_is_shared(wf: Builder) -> None:
    shared = wf.inherited("shared", int)
    wf.set(shared, shared * 2)
    wf.complete(shared)


async def under_a_parent(
    client: hitchpost.Client, fresh: Fresh, write: Callable[[Builder], None]
) -> tuple[LiveRun, str]:
    """Put two workflows, run the one that is the parent, and name both."""
    parent = await started(client, fresh("parent"), sharing, GO)
    child = hitchpost.Workflow(fresh("child"), write, parent=parent.id)
    await client.put_workflow(child)
    return parent, child.name


async def test_child_of_a_completed_parent_changes_what_it_inherits(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    parent, name = await under_a_parent(client, fresh, doubling_what_is_shared)
    assert (await parent.status(), await parent.variable("shared")) == ("COMPLETED", 6)
    child = LiveRun(client, await client.run(name, parent=parent.id))
    assert (await child.status(), (await child.thread(0)).output.int) == ("COMPLETED", 12)
    assert await parent.variable("shared") == 12
    with pytest.raises(hitchpost.ObjectNotFound):
        await child.variable("shared")


async def test_event_to_a_child_moves_it_at_once(client: hitchpost.Client, fresh: Fresh) -> None:
    parent, name = await under_a_parent(client, fresh, lambda wf: wf.wait_for_event(GO))
    child = LiveRun(client, await client.run(name, id="kid", parent=parent.id))
    assert child.id == f"{parent.id}_kid"
    assert await child.post(GO)
    assert await child.status() == "COMPLETED"


async def test_child_needs_its_parent_and_an_id_of_its_own(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    parent, name = await under_a_parent(client, fresh, doubling_what_is_shared)
    with pytest.raises(hitchpost.RequestInvalid) as alone:
        await client.run(name)
    assert alone.value.status is grpc.StatusCode.INVALID_ARGUMENT
    with pytest.raises(hitchpost.ParentWfRunNotFound) as orphaned:
        await client.run(name, parent=fresh("nobody"))
    assert orphaned.value.status is grpc.StatusCode.FAILED_PRECONDITION
    await client.run(name, id="kid", parent=parent.id)
    with pytest.raises(hitchpost.WfRunExists) as twice:
        await client.run(name, id="kid", parent=parent.id)
    assert twice.value.status is grpc.StatusCode.ALREADY_EXISTS


async def test_workflow_needs_a_parent_that_exists(client: hitchpost.Client, fresh: Fresh) -> None:
    with pytest.raises(hitchpost.DefinitionInvalid):
        await client.put_workflow(hitchpost.Workflow(fresh("c"), sharing, parent=fresh("gone")))


async def test_name_alone_deletes_the_very_first_version_only(
    client: hitchpost.Client, stub: WorkflowsStub, fresh: Fresh
) -> None:
    name = fresh("order")
    await client.put_workflow(hitchpost.workflow(name)(lambda wf: None))
    await client.put_workflow(hitchpost.workflow(name)(sharing))
    await stub.DeleteWfSpec(wf_specs.DeleteWfSpecRequest(id={"name": name}))
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.get_wf_spec(name, 0, 0)
    assert (await client.get_wf_spec(name)).id.major_version == 1


def starting(name: str, inputs: dict[str, object] | None = None) -> Callable[[Builder], None]:
    """Start a child run, wait for it, and return what it returns."""

    def write(wf: Builder) -> None:
        child = wf.run_child_wf(name, inputs or {})
        wf.complete(wf.wait_for_child_wf(child))

    return write


async def put(client: hitchpost.Client, name: str, write: Callable[[Builder], None]) -> str:
    await client.put_external_event_def(GO)
    await client.put_workflow(hitchpost.workflow(name)(write))
    return name


async def child_of(run: LiveRun) -> LiveRun:
    started = (await run.node(0, 1)).run_child_wf
    return LiveRun(run.client, await run.client.get_run(started.child_wf_run_id))


async def test_child_and_its_output_are_there_in_the_answer(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    child = await put(client, fresh("c"), lambda wf: wf.complete(wf.input("n", int) * 2))
    run = await started(client, fresh("p"), starting(child, {"n": 21}))
    assert run.answer.thread_runs[0].output.int == 42
    assert (await (await child_of(run)).status()) == "COMPLETED"


async def test_exception_of_a_child_is_that_of_the_node_that_waits(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    child = await put(client, fresh("c"), lambda wf: wf.fail("no-money", "the card is empty"))
    run = await started(client, fresh("p"), starting(child))
    assert (await run.status(), await run.failures(0, 2)) == ("EXCEPTION", ["no-money"])


async def test_child_follows_the_latest_revision_of_the_version_that_was_pinned(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name = fresh("c")
    await put(client, name, lambda wf: None)
    parent = hitchpost.workflow(fresh("p"))(starting(name))
    await client.put_workflow(parent)
    await put(client, name, lambda wf: wf.variable("more", int))
    await put(client, name, lambda wf: wf.input("needed", int))
    run = LiveRun(client, await client.run(parent.name))
    version = (await (await child_of(run)).message()).wf_spec_id
    assert (version.major_version, version.revision) == (0, 1)


async def test_child_that_cannot_be_is_refused_by_name(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    needy = await put(client, fresh("c"), lambda wf: wf.input("needed", int))
    for child, problem in ((fresh("gone"), "could not find wfspec"), (needy, "needed")):
        with pytest.raises(hitchpost.DefinitionInvalid) as refusal:
            await put(client, fresh("p"), starting(child))
        assert refusal.value.status is grpc.StatusCode.INVALID_ARGUMENT
        assert problem in refusal.value.message.lower()


async def test_computed_name_that_is_unknown_fails_the_run(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    known = await put(client, fresh("c"), lambda wf: None)

    def write(wf: Builder) -> None:
        wf.run_child_wf(wf.format("{0}{1}", wf.input("first", str), known[1:]))

    name = fresh("p")
    good = await started(client, name, write, inputs={"first": known[0]})
    bad = LiveRun(client, await client.run(name, {"first": "X"}))
    assert (await good.status(), await bad.status()) == ("COMPLETED", "ERROR")
    node = await bad.node(0, 1)
    assert [one.failure_name for one in node.failures] == ["CHILD_FAILURE"]
    assert f"X{known[1:]}" in node.failures[0].message
    assert not node.run_child_wf.HasField("child_wf_run_id")


@pytest.fixture
async def task(client: hitchpost.Client, fresh: Fresh) -> str:
    name = fresh("work")
    await client.put_task_def(name, returns=str)
    return name


@pytest.fixture
async def worker(server: ServerProcess, task: str) -> AsyncIterator[BareWorker]:
    async with bare_worker(server.target, task) as opened:
        yield opened


async def test_rescued_child_lets_its_parent_wait_once_more(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    child_name = await put(client, fresh("c"), lambda wf: wf.task(task))
    run = await started(client, fresh("p"), starting(child_name))
    await worker.fail(await worker.next())
    child = await child_of(run)
    assert (await child.status(), await run.failures(0, 2)) == ("ERROR", ["CHILD_FAILURE"])
    await client.rescue_run(child.id)
    assert (await run.node(0, 3)).HasField("wait_for_child_wf")
    await worker.succeed(await worker.next())
    assert (await child.status(), await run.status()) == ("COMPLETED", "COMPLETED")
