"""Starting, reading and deleting runs."""

from collections.abc import Callable

import grpc
import pytest
from bare_worker import bare_worker
from raw_calls import OURS, call
from tests.conftest import ServerProcess
from workflows import does, got, history_kinds, idles, waiting_run, waits_for

import hitchpost
from hitchpost.v1 import status_pb2, value_pb2
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs

Fresh = Callable[[str], str]
V = value_pb2.VariableValue


@pytest.fixture
async def inputs(client: hitchpost.Client, fresh: Fresh) -> str:
    """A workflow with one input that must be given and two that may."""
    name = fresh("inputs")

    @hitchpost.workflow(name)
    def takes(wf: hitchpost.WorkflowBuilder) -> None:
        wf.input("item", str)
        wf.variable("count", int, default=7)
        wf.variable("price", float)

    await client.put_workflow(takes)
    return name


async def values(client: hitchpost.Client, run: str) -> dict[str, object]:
    found = [one async for one in client.variables(run)]
    return {one.id.name: hitchpost.from_value(one.value) for one in found}


async def test_inputs_and_defaults_become_variables(client: hitchpost.Client, inputs: str) -> None:
    run = await client.run(inputs, {"item": "lamp", "price": 2.5})
    assert await values(client, run.id.id) == {"item": "lamp", "count": 7, "price": 2.5}


async def test_null_satisfies_a_required_input_and_falls_back_to_a_default(
    client: hitchpost.Client, inputs: str
) -> None:
    run = await client.run(inputs, {"item": None, "count": None})
    assert await values(client, run.id.id) == {"item": None, "count": 7, "price": None}


async def test_whole_number_for_a_double_stays_as_it_was_given(
    client: hitchpost.Client, inputs: str
) -> None:
    run = await client.run(inputs, {"item": 5, "price": 2})
    assert (await client.variable(run, "price")).value == V(int=2)
    assert (await client.variable(run, "item")).value == V(int=5)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "item"),
        ({"item": "x", "count": "seven"}, "count"),
        ({"item": "x", "price": True}, "price"),
        ({"item": {"json": 1}}, "item"),
        ({"item": "x", "colour": "red"}, "colour"),
    ],
)
async def test_bad_input_is_named_and_nothing_is_stored(
    client: hitchpost.Client, inputs: str, fresh: Fresh, given: dict[str, object], named: str
) -> None:
    run = fresh("run")
    with pytest.raises(hitchpost.InputInvalid) as refusal:
        await client.run(inputs, given, id=run)
    assert refusal.value.status is grpc.StatusCode.INVALID_ARGUMENT
    assert refusal.value.metadata["variable"] == named
    assert named in refusal.value.message
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.get_run(run)


async def test_run_needs_a_workflow_that_exists(client: hitchpost.Client, fresh: Fresh) -> None:
    with pytest.raises(hitchpost.FieldInvalid):
        await client.run("")
    with pytest.raises(hitchpost.ObjectNotFound) as refusal:
        await client.run(fresh("unheard-of"))
    assert refusal.value.metadata["kind"] == "WfSpec"


@pytest.mark.parametrize("bad", ["", "a_b", "a b", "-a", "a-", "x" * 256])
async def test_id_of_a_run_must_be_a_name(client: hitchpost.Client, inputs: str, bad: str) -> None:
    with pytest.raises(hitchpost.FieldInvalid) as refusal:
        await client.run(inputs, {"item": "x"}, id=bad)
    assert refusal.value.metadata["field"] == "id"


async def test_run_without_an_id_gets_one(channel: grpc.aio.Channel, inputs: str) -> None:
    request = wf_runs.RunWfRequest(wf_spec_name=inputs, variables={"item": V(str="x")})
    raw = request.SerializeToString()
    bodies = [(await call(channel, OURS + "RunWf", raw)).body for _ in range(2)]
    one, other = (wf_runs.WfRun.FromString(body).id.id for body in bodies)
    assert one != other
    assert len(one) == len(other) == 32
    assert set(one + other) <= set("0123456789abcdef")


async def test_id_is_given_out_once(client: hitchpost.Client, inputs: str, fresh: Fresh) -> None:
    run = fresh("run")
    await client.run(inputs, {"item": "first"}, id=run)
    with pytest.raises(hitchpost.WfRunExists) as refusal:
        await client.run(inputs, {"item": "second"}, id=run)
    assert refusal.value.status is grpc.StatusCode.ALREADY_EXISTS
    assert refusal.value.metadata == {"wf_run": run}
    assert (await values(client, run))["item"] == "first"


async def test_answer_to_a_start_is_the_run_where_it_first_waits(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    await client.put_workflow(waits_for(name, event))
    run = await client.run(name)
    assert (run.status, run.execution) == (status_pb2.RUNNING, 1)
    [thread] = run.thread_runs
    assert (thread.number, thread.current_node_position) == (0, 1)
    assert run == await client.get_run(run)


async def test_latest_version_is_run_unless_another_is_named(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    await client.put_workflow(waits_for(name, event))
    await client.put_workflow(waits_for(name, event, event))
    await client.put_workflow(does_nothing_with_an_input(name))
    versions = [
        (await client.run(name, {"new": 1})).wf_spec_id,
        (await client.run(name, major=0)).wf_spec_id,
        (await client.run(name, major=0, revision=0)).wf_spec_id,
    ]
    numbers = [(one.major_version, one.revision) for one in versions]
    assert numbers == [(1, 0), (0, 1), (0, 0)]
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.run(name, major=0, revision=7)


def does_nothing_with_an_input(name: str) -> hitchpost.Workflow:
    @hitchpost.workflow(name)
    def idle(wf: hitchpost.WorkflowBuilder) -> None:
        wf.input("new", int)

    return idle


async def test_run_goes_on_when_its_workflow_is_deleted(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name, first, second = fresh("order"), fresh("signed"), fresh("paid")
    await client.put_external_event_def(second, require_wfspec_reference=True)
    run = await waiting_run(client, name, first, second)
    await client.put_external_event_def(second, require_wfspec_reference=True)
    await client.delete_wf_spec(name, 0, 0)
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.run(name)
    await client.put_workflow(idles(name))
    await client.post_event(run, second, "2")
    await client.post_event(run, first, "1")
    assert await got(client, run) == ["1", "2"]
    assert (await client.get_run(run)).status == status_pb2.COMPLETED


async def test_parent_that_a_workflow_does_not_have_is_refused(
    client: hitchpost.Client, inputs: str, fresh: Fresh
) -> None:
    with pytest.raises(hitchpost.RequestInvalid):
        await client.run(inputs, {"item": "x"}, parent=fresh("parent"))


async def test_deleted_run_is_gone_with_all_that_belonged_to_it(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event, event)
    await client.post_event(run, event, "claimed", guid="g")
    await client.post_event(run, event, "ends it")
    await client.post_event(run, event, "left over")
    await client.delete_run(run)
    for read in (
        client.get_run(run),
        client.node_run(run, 0, 0),
        client.variable(run, "got-0"),
        client.get_event(run, event, "g"),
    ):
        with pytest.raises(hitchpost.ObjectNotFound):
            await read
    lists = (client.node_runs(run), client.variables(run), client.list_events(run))
    assert [[one async for one in listed] for listed in lists] == [[], [], []]
    assert await history_kinds(client, run) == ["run_deleted"]


async def test_many_things_of_a_run_go_with_it(client: hitchpost.Client, fresh: Fresh) -> None:
    """Threads, nodes, variables, tasks, claimed and unclaimed events."""
    task, event, name = fresh("count"), fresh("counted"), fresh("many")

    @hitchpost.workflow(name)
    def counting(wf: hitchpost.WorkflowBuilder) -> None:
        def child(thread: hitchpost.WorkflowBuilder) -> None:
            element = thread.received(int)
            thread.wait_for_event(event)
            thread.task(task, element)

        wf.start_thread_for_each(list(range(60)), child)

    await client.put_task_def(task, {"item": int})
    await client.put_external_event_def(event)
    await client.put_workflow(counting)
    for number in range(40):
        await client.post_event(name, event, number)
    await client.run(name, id=name)
    for number in range(80):
        await client.post_event(name, event, number)
    reads = (client.task_runs, client.node_runs, client.variables, client.list_events)
    assert [len([one async for one in read(name)]) for read in reads] == [60, 183, 60, 120]
    await client.delete_run(name)
    assert [len([one async for one in read(name)]) for read in reads] == [0, 0, 0, 0]
    assert (await client.run(name, id=name)).status == status_pb2.RUNNING


async def test_deleting_what_is_not_there_is_fine(client: hitchpost.Client, fresh: Fresh) -> None:
    await client.delete_run(fresh("nobody"))


async def test_early_events_go_with_a_run_that_never_started(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    await client.put_workflow(waits_for(name, event))
    await client.post_event(name, event, "early", guid="g")
    await client.delete_run(name)
    assert (await client.run(name, id=name)).status == status_pb2.RUNNING
    assert (await client.post_event(name, event, "again", guid="g")).claimed


@pytest.fixture
async def greeted(client: hitchpost.Client, fresh: Fresh) -> str:
    """A workflow, a task and a run of the same name."""
    name = fresh("greet")
    await client.put_task_def(name, {"item": str}, returns=str)
    await client.put_workflow(does(name, name))
    await client.run(name, {"item": "first"}, id=name)
    return name


async def test_report_of_a_run_that_was_deleted_does_not_reach_the_next_of_its_id(
    client: hitchpost.Client, server: ServerProcess, greeted: str
) -> None:
    async with bare_worker(server.target, greeted) as worker:
        old = await worker.next()
        await client.delete_run(greeted)
        await client.run(greeted, {"item": "second"}, id=greeted)
        new = await worker.next()
        assert new.task_run_id.task_guid != old.task_run_id.task_guid
        late = await worker.succeed(old, "for the first")
        assert late.code is grpc.StatusCode.NOT_FOUND
        [task] = [one async for one in client.task_runs(greeted)]
        assert task.status == tasks.TASK_RUNNING
        await worker.succeed(new, "for the second")
    done = await client.get_run(greeted)
    assert done.thread_runs[0].output.str == "for the second"


async def test_task_of_a_run_that_was_deleted_is_not_handed_out(
    client: hitchpost.Client, server: ServerProcess, greeted: str, fresh: Fresh
) -> None:
    await client.delete_run(greeted)
    other = fresh("other")
    await client.run(greeted, {"item": "second"}, id=other)
    async with bare_worker(server.target, greeted) as worker:
        assert (await worker.next()).task_run_id.wf_run_id.id == other


async def test_timers_of_a_run_that_was_deleted_do_not_reach_the_next_of_its_id(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    await client.put_workflow(waits_for(name, event, timeout=1))
    await client.run(name, id=name)
    await client.delete_run(name)
    await client.put_workflow(waits_for(name, event, event, timeout=2))
    began = await client.run(name, id=name)
    ended = await client.wait_for_run(name, timeout=20)
    seconds = ended.end_time.ToNanoseconds() - began.start_time.ToNanoseconds()
    assert seconds >= 2e9
