"""Runs that start over, over the wire: refusals, late news, and what clients then read."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from bare_worker import BareWorker, bare_worker
from raw_calls import OURS, call
from tests.conftest import ServerProcess, differences, eventually
from tests.folding import make_tables_again

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.app import open_store
from hitchpost_server.config import Settings

Fresh = Callable[[str], str]
Builder = hitchpost.WorkflowBuilder
CONTINUE = "/hitchpost.v1.Runs/ContinueAsNew"
INVALID, PRECONDITION = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION


@dataclass
class Form:
    """What somebody fills in."""

    text: str


class Order:
    """A run that waits to be told to go on, and then has a task done."""

    def __init__(self, client: hitchpost.Client, name: str) -> None:
        self.client, self.name = client, name
        self.go = f"go-{name}"

    async def start(self) -> "Order":
        await self.client.put_external_event_def(self.go)
        await self.client.put_task_def(self.name, {"who": str}, returns=str)
        await self.client.put_workflow(hitchpost.workflow(self.name)(self._write))
        await self.client.run(self.name, {"who": "Ada"}, id=self.name)
        return self

    def _write(self, wf: Builder) -> None:
        who = wf.input("who", str)
        wf.wait_for_event(self.go)
        wf.task(self.name, who)

    async def go_on(self) -> None:
        await self.client.post_event(self.name, self.go)

    async def start_over(self, **inputs: object) -> int:
        given = {"who": "Grace", **inputs}
        return (await self.client.continue_as_new(self.name, given)).execution

    async def count(self) -> int:
        """How much has happened."""
        return len([one async for one in self.client.history(self.name)])


@pytest.fixture
async def order(client: hitchpost.Client, fresh: Fresh) -> Order:
    return await Order(client, fresh("order")).start()


async def refused(order: Order, refusal: type[Exception], call: Awaitable[Any]) -> Any:
    """A call is refused, and nothing is left of it."""
    before = await order.count()
    with pytest.raises(refusal) as caught:
        await call
    assert await order.count() == before
    return caught.value


@pytest.mark.parametrize(
    ("inputs", "variable"),
    [({}, "who"), ({"who": {"a": 1}}, "who"), ({"who": "Grace", "colour": "red"}, "colour")],
    ids=["missing", "of another type", "unknown"],
)
async def test_bad_inputs_are_refused_and_leave_nothing_behind(
    order: Order, inputs: dict[str, object], variable: str
) -> None:
    asking = order.client.continue_as_new(order.name, inputs)
    refusal = await refused(order, hitchpost.InputInvalid, asking)
    assert (refusal.status, refusal.metadata["variable"]) == (INVALID, variable)
    assert (await order.client.get_run(order.name)).execution == 1


async def test_a_run_that_is_over_cannot_start_over(order: Order, server: ServerProcess) -> None:
    async with bare_worker(server.target, order.name) as worker:
        await order.go_on()
        await worker.succeed(await worker.next())
    refusal = await refused(order, hitchpost.WfRunTerminated, order.start_over())
    assert (refusal.status, refusal.metadata["status"]) == (PRECONDITION, "COMPLETED")


async def test_a_request_that_is_sent_twice_starts_over_once(
    order: Order, channel: grpc.aio.Channel
) -> None:
    request = runs.ContinueAsNewRequest(wf_run_id=ids.WfRunId(id=order.name), execution=1)
    request.variables["who"].str = "Grace"
    raw = request.SerializeToString()
    answers = await asyncio.gather(*(call(channel, CONTINUE, raw) for _ in range(5)))
    outcomes = sorted(answer.code.name for answer in answers)
    assert outcomes == ["FAILED_PRECONDITION"] * 4 + ["OK"]
    assert (await order.client.get_run(order.name)).execution == 2


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"wf_run_id": {"id": "not_a_name"}},
        {"wf_run_id": {"id": "r"}, "execution": 0},
        {"wf_run_id": {"id": "r"}, "execution": -1},
    ],
)
async def test_a_request_without_sense_is_refused(
    channel: grpc.aio.Channel, fields: dict[str, Any]
) -> None:
    request = runs.ContinueAsNewRequest(**fields)
    answer = await call(channel, CONTINUE, request.SerializeToString())
    assert answer.says == (INVALID, "FIELD_INVALID")


async def test_json_that_is_none_is_refused(order: Order, channel: grpc.aio.Channel) -> None:
    request = runs.ContinueAsNewRequest(wf_run_id=ids.WfRunId(id=order.name))
    request.variables["who"].json_obj = "{"
    answer = await call(channel, CONTINUE, request.SerializeToString())
    assert answer.says == (INVALID, "INPUT_INVALID")


async def test_a_run_that_stands_still_starts_over_and_runs(order: Order) -> None:
    await order.client.stop_run(order.name)
    assert (await order.client.get_run(order.name)).status == status.HALTED
    assert await order.start_over() == 2
    assert (await order.client.get_run(order.name)).status == status.RUNNING


class TestWorkers:
    @pytest.fixture
    async def worker(self, order: Order, server: ServerProcess):  # type: ignore[no-untyped-def]
        async with bare_worker(server.target, order.name) as worker:
            yield worker

    async def test_a_late_report_is_accepted_and_changes_nothing(
        self, order: Order, worker: BareWorker
    ) -> None:
        await order.go_on()
        late = await worker.next()
        await order.start_over()
        before = await order.count()
        assert (await worker.succeed(late)).code is grpc.StatusCode.OK
        assert await order.count() == before

    async def test_the_worker_gets_the_task_of_the_next_execution(
        self, order: Order, worker: BareWorker
    ) -> None:
        await order.go_on()
        await worker.ask()
        first = await worker.take()
        await order.start_over()
        await order.go_on()
        second = await worker.next()
        assert second.task_run_id.task_guid == f"2.{first.task_run_id.task_guid}"
        assert second.variables[0].value.str == "Grace"
        await worker.succeed(second)
        await eventually(self.over(order))

    async def test_a_task_that_nobody_has_taken_is_not_given_out_any_more(
        self, order: Order, worker: BareWorker
    ) -> None:
        await order.go_on()
        await order.start_over()
        await order.go_on()
        assert (await worker.next()).task_run_id.task_guid.startswith("2.")

    async def test_a_late_checkpoint_stops_the_worker(
        self, order: Order, worker: BareWorker, channel: grpc.aio.Channel
    ) -> None:
        await order.go_on()
        late = await worker.next()
        await order.start_over()
        request = tasks.PutCheckpointRequest(task_run_id=late.task_run_id)
        answer = await call(channel, OURS + "PutCheckpoint", request.SerializeToString())
        response = tasks.PutCheckpointResponse.FromString(answer.body)
        assert response.flow_control_continue_type == tasks.PutCheckpointResponse.STOP_TASK

    def over(self, order: Order) -> Callable[[], Awaitable[bool]]:
        async def look() -> bool:
            return (await order.client.get_run(order.name)).status == status.COMPLETED

        return look


async def test_the_latest_version_is_followed_if_asked(order: Order) -> None:
    client, name = order.client, order.name
    newer = hitchpost.workflow(name)(lambda wf: wf.wait_for_event(order.go))
    await client.put_workflow(newer)
    assert await order.start_over() == 2
    assert (await client.get_run(name)).wf_spec_id.major_version == 0
    run = await client.continue_as_new(name, latest_wf_spec=True)
    assert (run.execution, run.wf_spec_id.major_version) == (3, 1)
    await order.go_on()
    assert (await client.get_run(name)).status == status.COMPLETED


async def test_a_run_that_nobody_has_started_cannot_start_over(
    client: hitchpost.Client, channel: grpc.aio.Channel, fresh: Fresh
) -> None:
    event, name = fresh("early"), fresh("later")
    await client.put_external_event_def(event)
    await client.post_event(name, event)
    request = runs.ContinueAsNewRequest(wf_run_id=ids.WfRunId(id=name))
    answer = await call(channel, CONTINUE, request.SerializeToString())
    assert answer.says == (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")


async def test_who_waits_for_a_child_run_waits_for_its_last_execution(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    child, parent, told = fresh("child"), fresh("parent"), fresh("told")
    await client.put_external_event_def(told, content_type=int)

    @hitchpost.workflow(child)
    def counting(wf: Builder) -> None:
        total = wf.variable("total", int, default=0)
        wf.set(total, total + wf.wait_for_event(told))
        with wf.when(total > 9):
            wf.complete(total)
        wf.continue_as_new(total=total)

    @hitchpost.workflow(parent)
    def waiting(wf: Builder) -> None:
        wf.complete(wf.wait_for_child_wf(wf.run_child_wf(child, id="kid")))

    await client.put_workflow(counting)
    await client.put_workflow(waiting)
    await client.run(parent, id=parent)
    for number in (4, 5, 6):
        assert (await client.get_run(parent)).status == status.RUNNING
        await client.post_event(f"{parent}_kid", told, number)
    run = await client.get_run(parent)
    assert (run.status, run.thread_runs[0].output.int) == (status.COMPLETED, 15)
    assert (await client.get_run(f"{parent}_kid")).execution == 3


async def test_what_is_read_is_of_the_current_execution(order: Order) -> None:
    client, name = order.client, order.name
    await order.go_on()
    (task,) = [one async for one in client.task_runs(name)]
    await order.start_over()
    assert [one.id.position async for one in client.node_runs(name)] == [0, 1]
    assert [one async for one in client.task_runs(name)] == []
    assert [one async for one in client.list_events(name)] == []
    (who,) = [one async for one in client.variables(name)]
    assert who.value.str == "Grace"
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.node_run(name, 0, 2)
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.task_run(name, task.id.task_guid)


async def test_what_was_is_read_in_the_history(order: Order) -> None:
    await order.go_on()
    await order.start_over()
    first = [one.WhichOneof("event") async for one in order.client.history(order.name, 1)]
    assert "external_event_claimed" in first
    assert "task_scheduled" in first
    assert first[-1] == "run_continued_as_new"
    second = [one async for one in order.client.history(order.name, 2)]
    assert second[0].run_started.execution == 2
    assert {one.execution for one in second} == {2}


async def test_a_timer_of_an_ended_execution_does_not_fire(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name, never = fresh("patient"), fresh("never")
    await client.put_external_event_def(never)

    @hitchpost.workflow(name)
    def patient(wf: Builder) -> None:
        wf.wait_for_event(never, timeout=wf.variable("seconds", int, default=1))

    await client.put_workflow(patient)
    await client.run(name, id=name)
    await client.run(name, id=f"{name}-later")
    await client.continue_as_new(name, {"seconds": 1_000})
    # It is later than that timer was due when the timer of a later run has fired.
    assert (await client.wait_for_run(f"{name}-later", timeout=20)).status == status.ERROR
    again = await client.get_run(name)
    assert (again.execution, again.status) == (2, status.RUNNING)


async def test_who_completes_a_form_of_an_ended_execution_is_told(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name = fresh("form")

    await client.put_user_task_def(name, Form)
    write = hitchpost.workflow(name)(lambda wf: wf.user_task(name, user="ada"))
    await client.put_workflow(write)
    await client.run(name, id=name)
    (late,) = [one async for one in client.list_user_tasks(name)]
    await client.continue_as_new(name)
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.complete_user_task(late, {"text": "late"}, user="ada")
    (now,) = [one async for one in client.list_user_tasks(name)]
    assert now.id.user_task_guid == f"2.{late.id.user_task_guid}"
    found = [one async for one in client.search_user_tasks(user="ada", name=name)]
    assert found == [now.id]
    await client.complete_user_task(now, {"text": "in time"}, user="ada")
    assert (await client.get_run(name)).status == status.COMPLETED


class TestFromWithin:
    @pytest.fixture
    async def name(self, client: hitchpost.Client, fresh: Fresh) -> str:
        """A run that starts over with what it is told; `secret` is masked."""
        name = fresh("turner")
        await client.put_external_event_def(name, content_type=dict)

        @hitchpost.workflow(name)
        def turner(wf: Builder) -> None:
            wf.variable("count", int, default=0)
            wf.variable("secret", str, masked=True)
            wf.throw_event("hitchpost-continue-as-new", wf.wait_for_event(name))

        await client.put_workflow(turner)
        await client.run(name, id=name)
        return name

    async def test_the_answer_to_the_post_comes_when_the_run_has_started_over(
        self, client: hitchpost.Client, name: str
    ) -> None:
        taken = await client.post_event(name, name, {"count": 7})
        assert (taken.claimed, taken.execution) == (True, 1)
        assert (await client.get_run(name)).execution == 2
        assert (await client.variable(name, "count")).value.int == 7

    async def test_what_it_threw_stays_and_shows_nothing_masked(
        self, client: hitchpost.Client, name: str
    ) -> None:
        for count in (1, 2):
            await client.post_event(name, name, {"count": count, "secret": "s3cret"})
        thrown = [one async for one in client.list_workflow_events(name)]
        shown = [hitchpost.from_value(one.content) for one in thrown]
        assert shown == [{"count": one, "secret": "*****"} for one in (1, 2)]
        assert [one.id.number for one in thrown] == [0, 1]
        told = [one async for one in client.history(name) if one.HasField("workflow_event_thrown")]
        assert b"s3cret" not in told[0].SerializeToString()

    async def test_bad_inputs_fail_the_throwing_node(
        self, client: hitchpost.Client, name: str
    ) -> None:
        await client.post_event(name, name, {"count": "many"})
        run = await client.get_run(name)
        assert (run.execution, run.status) == (1, status.ERROR)
        (failure,) = (await client.node_run(name, 0, 2)).failures
        assert failure.failure_name == "VAR_SUB_ERROR"
        assert [one async for one in client.list_workflow_events(name)] == []


async def test_an_id_is_used_again_after_a_run_that_had_started_over(order: Order) -> None:
    client, name = order.client, order.name
    await client.post_event(name, order.go, guid="g")
    await order.start_over()
    await client.delete_run(name)
    again = await client.run(name, {"who": "Edsger"}, id=name)
    assert again.execution == 1
    assert (await client.post_event(name, order.go, guid="g")).claimed
    assert await order.start_over() == 2
    await order.go_on()
    (task,) = [one async for one in client.task_runs(name)]
    assert task.id.task_guid == "2.i1.0-2"
    for execution, first in ((1, "transition_started"), (2, "run_started")):
        told = [one.WhichOneof("event") async for one in client.history(name, execution)]
        assert told[0] == first
        assert told.count("run_started") == 1


async def test_tables_are_what_the_log_says_and_can_be_made_again(
    own_server: ServerProcess,
) -> None:
    async with hitchpost.connect(own_server.target) as client:
        for name in ("kept", "deleted", "used-again"):
            order = await Order(client, name).start()
            for _ in range(7):
                await client.post_event(name, order.go)
                await client.post_event(name, order.go)
                await order.start_over()
        await client.delete_run("deleted")
        await client.delete_run("used-again")
        await Order(client, "used-again").start()
    assert own_server.stop() == 0
    assert await differences(own_server.data) == []
    store = await open_store(Settings(data=own_server.data))
    assert await make_tables_again(store) > 20
    await store.close()
    assert await differences(own_server.data) == []
    own_server.start()
    async with hitchpost.connect(own_server.target) as client:
        assert (await client.get_run("kept")).execution == 8
        assert (await client.continue_as_new("kept", {"who": "Ada"})).execution == 9
