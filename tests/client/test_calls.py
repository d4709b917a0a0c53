"""How a call gets through, and how often it happens."""

import asyncio

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from scripted_server import Refusal, ScriptedServer

import hitchpost
from hitchpost import _methods
from hitchpost.v1 import (
    external_event_pb2,
    feed_pb2,
    node_run_pb2,
    runs_pb2,
    task_pb2,
    value_pb2,
    wf_run_pb2,
    workflows_pb2,
)
from hitchpost.v1.external_event_pb2 import ExternalEvent
from hitchpost.v1.object_id_pb2 import WfRunId, WfSpecId
from hitchpost.v1.principal_pb2 import Principal
from hitchpost.v1.wf_run_pb2 import WfRun

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
STORE_UNAVAILABLE = Refusal(UNAVAILABLE, "STORE_UNAVAILABLE")
EVENT_EXISTS = Refusal(grpc.StatusCode.ALREADY_EXISTS, "EXTERNAL_EVENT_EXISTS")
RUN_EXISTS = Refusal(grpc.StatusCode.ALREADY_EXISTS, "WF_RUN_EXISTS")


def overloaded(retry_seconds: float) -> Refusal:
    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    return Refusal(code, "OVERLOADED", retry_seconds=retry_seconds)


def at_another_execution(current: int) -> Refusal:
    code = grpc.StatusCode.FAILED_PRECONDITION
    return Refusal(code, "EXECUTION_MISMATCH", {"current": str(current)})


def started(name: str, spec: str = "order") -> WfRun:
    return WfRun(id=WfRunId(id=name), wf_spec_id=WfSpecId(name=spec))


def test_the_table_of_methods_is_the_contract() -> None:
    services = [
        file.DESCRIPTOR.services_by_name[name]
        for file, name in ((workflows_pb2, "Workflows"), (runs_pb2, "Runs"), (feed_pb2, "Feed"))
    ]
    said = {
        f"/{method.containing_service.full_name}/{method.name}": (
            method.input_type.full_name,
            method.output_type.full_name,
        )
        for service in services
        for method in service.methods
    }
    ours = {
        method.path: (method.request.DESCRIPTOR.full_name, method.response.DESCRIPTOR.full_name)
        for method in vars(_methods).values()
        if isinstance(method, _methods.Method)
    }
    assert ours == said


async def test_the_tenant_goes_with_each_call(scripted: ScriptedServer) -> None:
    scripted.on("Whoami", Principal())
    async with hitchpost.connect(scripted.target, tenant="stable") as client:
        await client.whoami()
    assert scripted.metadata[0]["tenantid"] == "stable"


async def test_without_a_tenant_none_is_sent(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("Whoami", Principal())
    await connected.whoami()
    assert "tenantid" not in scripted.metadata[0]


async def test_a_client_is_used_inside_of_async_with() -> None:
    client = hitchpost.connect()
    with pytest.raises(RuntimeError, match="async with"):
        await client.whoami()


async def test_run_and_event_always_carry_an_id(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("RunWf", started("a"))
    scripted.on("PutExternalEvent", ExternalEvent())
    for _ in range(2):
        await connected.run("order")
        await connected.post_event("a", "signed")
    runs, events = scripted.requests("RunWf"), scripted.requests("PutExternalEvent")
    assert len({run.id for run in runs} - {""}) == 2
    assert len({event.guid for event in events} - {""}) == 2


async def test_an_id_that_is_given_is_kept(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("RunWf", started("order-7"))
    scripted.on("PutExternalEvent", ExternalEvent())
    run = await connected.run("order", {"item": "lamp"}, id="order-7", parent="shop")
    await connected.post_event(run, "signed", guid="hook-1", thread=1, position=2)
    [asked], [posted] = scripted.requests("RunWf"), scripted.requests("PutExternalEvent")
    assert (asked.id, asked.parent_wf_run_id.id) == ("order-7", "shop")
    assert hitchpost.from_value(asked.variables["item"]) == "lamp"
    assert (posted.wf_run_id.id, posted.guid) == ("order-7", "hook-1")
    assert (posted.thread_run_number, posted.node_run_position) == (1, 2)


async def test_unavailable_is_tried_again_with_the_same_ids(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEvent", STORE_UNAVAILABLE, Refusal(UNAVAILABLE), ExternalEvent())
    await connected.post_event("a", "signed", {"by": "Ada"})
    first, *others = scripted.requests("PutExternalEvent")
    assert others == [first, first]


async def test_call_that_a_stopping_server_cancels_is_tried_again(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEvent", Refusal(grpc.StatusCode.CANCELLED), EVENT_EXISTS)
    scripted.on("GetExternalEvent", ExternalEvent(claimed=True))
    assert (await connected.post_event("a", "signed")).claimed


async def test_run_starts_over_from_the_execution_that_it_was_at(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetWfRun", WfRun(execution=4))
    scripted.on("ContinueAsNew", WfRun(execution=5))
    answer = await connected.continue_as_new("a", {"item": "lamp"}, latest_wf_spec=True)
    [asked] = scripted.requests("ContinueAsNew")
    assert (answer.execution, asked.execution, asked.latest_wf_spec) == (5, 4, True)
    assert hitchpost.from_value(asked.variables["item"]) == "lamp"


async def test_run_that_an_unanswered_try_let_start_over_has_started_over(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("ContinueAsNew", STORE_UNAVAILABLE, at_another_execution(3))
    scripted.on("GetWfRun", WfRun(execution=3))
    assert (await connected.continue_as_new("a", execution=2)).execution == 3


async def test_run_that_somebody_else_let_start_over_is_refused(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetWfRun", WfRun(execution=2))
    scripted.on("ContinueAsNew", at_another_execution(3))
    with pytest.raises(hitchpost.ExecutionMismatch):
        await connected.continue_as_new("a")


async def test_run_that_has_not_come_so_far_is_refused_even_after_an_unanswered_try(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("ContinueAsNew", STORE_UNAVAILABLE, at_another_execution(1))
    with pytest.raises(hitchpost.ExecutionMismatch):
        await connected.continue_as_new("a", execution=2)


async def test_tries_are_bounded(scripted: ScriptedServer, connected: hitchpost.Client) -> None:
    scripted.on("GetWfRun", STORE_UNAVAILABLE)
    with pytest.raises(hitchpost.StoreUnavailable):
        await connected.get_run("a")
    assert len(scripted.calls) == connected.retry.tries_max


async def test_the_timeout_is_for_all_tries_together(scripted: ScriptedServer) -> None:
    scripted.on("GetWfRun", STORE_UNAVAILABLE)
    slow = hitchpost.Retry(tries_max=100, delay_seconds=0.1, delay_seconds_max=0.1)
    async with hitchpost.connect(scripted.target, timeout=0.5, retry=slow) as client:
        async with asyncio.timeout(20):
            with pytest.raises((hitchpost.StoreUnavailable, TimeoutError)):
                await client.get_run("a")
    assert 2 <= len(scripted.calls) <= 11


async def test_a_rejection_is_not_tried_again(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    limit = Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "UNCONSUMED_EVENT_LIMIT")
    scripted.on("PutExternalEvent", limit)
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await connected.post_event("a", "signed")
    assert len(scripted.calls) == 1


async def test_overload_waits_as_long_as_it_is_told(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("Whoami", overloaded(0.2), Principal())
    clock = asyncio.get_running_loop().time
    before = clock()
    await connected.whoami()
    assert 0.2 <= clock() - before < 2


async def test_a_wait_past_the_timeout_is_not_begun(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("Whoami", overloaded(3600))
    with pytest.raises(hitchpost.Overloaded) as caught:
        await connected.whoami()
    assert caught.value.retry_after_seconds == 3600
    assert len(scripted.calls) == 1


async def test_an_event_that_the_first_try_had_stored_is_a_success(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEvent", STORE_UNAVAILABLE, EVENT_EXISTS)
    scripted.on("GetExternalEvent", ExternalEvent(claimed=True))
    assert (await connected.post_event("a", "signed")).claimed
    posted, fetched = scripted.requests("PutExternalEvent"), scripted.requests("GetExternalEvent")
    assert fetched[0].guid == posted[0].guid
    assert fetched[0].external_event_def_id.name == "signed"


async def test_an_event_that_exists_at_the_first_try_is_refused(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEvent", EVENT_EXISTS)
    with pytest.raises(hitchpost.ExternalEventExists):
        await connected.post_event("a", "signed", guid="hook-1")


async def test_an_event_that_exists_after_an_overload_only_is_refused(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEvent", overloaded(0.01), EVENT_EXISTS)
    with pytest.raises(hitchpost.ExternalEventExists):
        await connected.post_event("a", "signed", guid="hook-1")


async def test_a_run_that_the_first_try_had_started_is_a_success(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("RunWf", STORE_UNAVAILABLE, RUN_EXISTS)
    scripted.on("GetWfRun", started("order-7"))
    assert (await connected.run("order", id="order-7")).id.id == "order-7"


async def test_a_run_of_another_workflow_is_not_taken_for_ours(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("RunWf", STORE_UNAVAILABLE, RUN_EXISTS)
    scripted.on("GetWfRun", started("order-7", spec="refund"))
    with pytest.raises(hitchpost.WfRunExists):
        await connected.run("order", id="order-7")


async def test_what_the_first_try_had_deleted_is_deleted(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    gone = Refusal(grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")
    scripted.on("DeleteTaskDef", STORE_UNAVAILABLE, gone)
    await connected.delete_task_def("check-stock")
    scripted.on("DeleteTaskDef", gone)
    with pytest.raises(hitchpost.ObjectNotFound):
        await connected.delete_task_def("check-stock")


async def test_a_server_that_comes_late_is_waited_for() -> None:
    late = ScriptedServer()
    late.on("Whoami", Principal())
    patient = hitchpost.Retry(tries_max=50, delay_seconds=0.05, delay_seconds_max=0.1)
    async with hitchpost.connect(late.target, retry=patient) as client:
        asking = asyncio.create_task(client.whoami())
        async with asyncio.timeout(20), late:
            await asking


def test_jittered_backoff_doubles_and_has_a_ceiling() -> None:
    retry = hitchpost.Retry(tries_max=9, delay_seconds=1, delay_seconds_max=5)
    failure = hitchpost.Unavailable("", status=UNAVAILABLE)
    for tries, ceiling in ((1, 1), (2, 2), (3, 4), (4, 5), (8, 5)):
        pause = retry.pause_seconds(failure, tries)
        assert pause is not None
        assert ceiling / 2 <= pause <= ceiling
    assert retry.pause_seconds(failure, 9) is None


async def test_lists_are_followed_to_their_last_page(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    first = wf_run_pb2.VariableList(bookmark=b"next")
    first.results.add().id.name = "item"
    last = wf_run_pb2.VariableList()
    last.results.add().id.name = "count"
    scripted.on("ListVariables", first, wf_run_pb2.VariableList(bookmark=b"more"), last)
    assert [one.id.name async for one in connected.variables("a")] == ["item", "count"]
    bookmarks = [request.bookmark for request in scripted.requests("ListVariables")]
    assert bookmarks == [b"", b"next", b"more"]
    assert not scripted.requests("ListVariables")[0].HasField("bookmark")


async def test_every_list_asks_for_its_run(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("ListNodeRuns", node_run_pb2.NodeRunList())
    scripted.on("ListTaskRuns", task_pb2.TaskRunList())
    scripted.on("ListExternalEvents", external_event_pb2.ExternalEventList())
    for items in (
        connected.node_runs("a_b", thread=1),
        connected.task_runs("a_b"),
        connected.list_events("a_b"),
    ):
        assert [item async for item in items] == []
    for _, request in scripted.calls:
        assert hitchpost.run_id_text(request.wf_run_id) == "a_b"


async def test_objects_of_a_run_are_asked_for_by_their_whole_ids(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetNodeRun", node_run_pb2.NodeRun())
    scripted.on("GetTaskRun", task_pb2.TaskRun())
    scripted.on("GetVariable", value_pb2.Variable())
    scripted.on("DeleteWfRun", Empty())
    await connected.node_run("a", 1, 2)
    await connected.task_run("a", "1-2")
    await connected.variable("a", "item", thread=1)
    await connected.delete_run("a")
    [node], [task] = scripted.requests("GetNodeRun"), scripted.requests("GetTaskRun")
    [variable], [deleted] = scripted.requests("GetVariable"), scripted.requests("DeleteWfRun")
    assert (node.wf_run_id.id, node.thread_run_number, node.position) == ("a", 1, 2)
    assert (task.wf_run_id.id, task.task_guid) == ("a", "1-2")
    assert (variable.wf_run_id.id, variable.thread_run_number, variable.name) == ("a", 1, "item")
    assert deleted.id.id == "a"


async def test_a_trailer_that_does_not_parse_counts_as_none(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    class Garbled(Refusal):
        def trailer(self) -> tuple[tuple[str, bytes], ...]:
            return (("grpc-status-details-bin", b"\xff\xff"),)

    scripted.on("GetWfRun", Garbled(grpc.StatusCode.NOT_FOUND))
    with pytest.raises(hitchpost.Rejected) as caught:
        await connected.get_run("a")
    assert caught.value.reason == ""
