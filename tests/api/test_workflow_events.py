"""Workflow events: what runs throw, and calls that wait for it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest
from raw_calls import refused
from tests.conftest import ServerProcess, eventually
from tests.throwing import throw, throwing

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost.v1.workflows_pb2_grpc import WorkflowsStub

Fresh = Callable[[str], str]
ServerWith = Callable[..., ServerProcess]


@pytest.fixture
def stub(channel: grpc.aio.Channel) -> Any:
    return WorkflowsStub(channel)


@hitchpost.workflow("shipping")
def shipping(wf: hitchpost.WorkflowBuilder) -> None:
    """Throw `shipped`, wait for `go`, throw `packed` and `shipped`."""
    throw(wf, "shipped", "first")
    wf.wait_for_event("go")
    throw(wf, "packed", "second")
    throw(wf, "shipped", "third")


@pytest.fixture
async def ship(client: hitchpost.Client, stub: Any, fresh: Fresh) -> Callable[[], Any]:
    """Start a run of `shipping`."""
    await client.put_external_event_def("go")
    for name in ("shipped", "packed"):
        await stub.PutWorkflowEventDef(workflow_events.PutWorkflowEventDefRequest(name=name))
    await stub.PutWfSpec(throwing(shipping))

    async def start(run: str = "") -> str:
        return (await client.run("shipping", id=run or fresh("ship"))).id.id

    return start


def awaited(run: str, *names: str, known: Any = ()) -> workflow_events.AwaitWorkflowEventRequest:
    return workflow_events.AwaitWorkflowEventRequest(
        wf_run_id=ids.WfRunId(id=run),
        event_def_ids=[ids.WorkflowEventDefId(name=name) for name in names],
        workflow_events_to_ignore=[event.id for event in known],
    )


async def ends_within(call: Awaitable[Any], seconds: float) -> bool:
    done, _ = await asyncio.wait({asyncio.ensure_future(call)}, timeout=seconds)
    return bool(done)


def text(event: workflow_events.WorkflowEvent) -> str:
    return event.content.str


async def test_thrown_events_can_be_read_and_listed(stub: Any, client: Any, ship: Any) -> None:
    run = await ship()
    await client.post_event(run, "go")
    listed = (
        await stub.ListWorkflowEvents(
            workflow_events.ListWorkflowEventsRequest(wf_run_id={"id": run})
        )
    ).results
    assert [text(event) for event in listed] == ["second", "first", "third"]
    assert [event.id.number for event in listed] == [0, 0, 1]
    assert await stub.GetWorkflowEvent(listed[2].id) == listed[2]


async def test_event_that_was_not_thrown_is_not_found(stub: Any, fresh: Fresh) -> None:
    wanted = ids.WorkflowEventId(
        wf_run_id={"id": fresh("gone")}, workflow_event_def_id={"name": "shipped"}
    )
    said = await refused(stub.GetWorkflowEvent(wanted))
    assert said == (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")


async def test_events_of_a_definition_are_found_oldest_first_and_by_time(
    stub: Any, client: Any, fresh: Fresh
) -> None:
    name = fresh("shipped")
    await stub.PutWorkflowEventDef(workflow_events.PutWorkflowEventDefRequest(name=name))

    @hitchpost.workflow(name)
    def twice(wf: hitchpost.WorkflowBuilder) -> None:
        throw(wf, name)
        throw(wf, name)

    await stub.PutWfSpec(throwing(twice))
    first, second = [await client.run(name, id=f"{name}-{one}") for one in "ba"]
    found = await pages(stub, search(name, limit=3))
    assert [(one.wf_run_id.id, one.number) for one in found] == [
        (run.id.id, number) for run in (first, second) for number in (0, 1)
    ]
    since = await pages(stub, search(name, earliest_start=second.start_time))
    until = await pages(stub, search(name, latest_start=first.start_time))
    assert (since, until) == (found[2:], found[:2])


def search(name: str, **fields: Any) -> workflow_events.SearchWorkflowEventRequest:
    return workflow_events.SearchWorkflowEventRequest(
        workflow_event_def_id={"name": name}, **fields
    )


async def pages(
    stub: Any, request: workflow_events.SearchWorkflowEventRequest
) -> list[ids.WorkflowEventId]:
    """Read all pages of a search."""
    found: list[ids.WorkflowEventId] = []
    while True:
        page = await stub.SearchWorkflowEvent(request)
        found.extend(page.results)
        if not page.HasField("bookmark"):
            return found
        request.bookmark = page.bookmark


async def test_search_needs_a_definition_that_exists(stub: Any, fresh: Fresh) -> None:
    for name in ("", fresh("gone")):
        said = await refused(stub.SearchWorkflowEvent(search(name)))
        assert said == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")


async def test_event_thrown_before_the_call_is_answered_at_once(stub: Any, ship: Any) -> None:
    run = await ship()
    assert text(await stub.AwaitWorkflowEvent(awaited(run, "shipped"), timeout=20)) == "first"
    assert text(await stub.AwaitWorkflowEvent(awaited(run), timeout=20)) == "first"


async def test_call_waits_until_the_event_is_thrown(stub: Any, client: Any, ship: Any) -> None:
    run = await ship()
    waiting = stub.AwaitWorkflowEvent(awaited(run, "packed"), timeout=20)
    assert not await ends_within(waiting, 0.2)
    await client.post_event(run, "go")
    assert text(await waiting) == "second"


async def test_events_that_the_caller_knows_are_passed_over(
    stub: Any, client: Any, ship: Any
) -> None:
    run = await ship()
    known = [await stub.AwaitWorkflowEvent(awaited(run), timeout=20)]
    waiting = stub.AwaitWorkflowEvent(awaited(run, "shipped", known=known), timeout=20)
    assert not await ends_within(waiting, 0.2)
    await client.post_event(run, "go")
    assert text(await waiting) == "third"
    known += [await stub.AwaitWorkflowEvent(awaited(run, known=known), timeout=20)]
    known += [await stub.AwaitWorkflowEvent(awaited(run, known=known), timeout=20)]
    assert sorted(map(text, known)) == ["first", "second", "third"]


async def test_run_that_does_not_exist_yet_is_waited_for(
    stub: Any, ship: Any, fresh: Fresh
) -> None:
    run = fresh("later")
    waiting = stub.AwaitWorkflowEvent(awaited(run), timeout=20)
    assert not await ends_within(waiting, 0.2)
    await ship(run)
    assert text(await waiting) == "first"


async def test_deadline_of_the_caller_ends_the_call(stub: Any, fresh: Fresh) -> None:
    code, _ = await refused(stub.AwaitWorkflowEvent(awaited(fresh("never")), timeout=0.1))
    assert code is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_no_event_is_lost_between_looking_and_waiting(
    stub: Any, ship: Any, fresh: Fresh
) -> None:
    runs = [fresh("race") for _ in range(60)]
    waiting = [stub.AwaitWorkflowEvent(awaited(run), timeout=20) for run in runs[::2]]
    started = [asyncio.create_task(ship(run)) for run in runs]
    waiting += [stub.AwaitWorkflowEvent(awaited(run), timeout=20) for run in runs[1::2]]
    assert {text(await one) for one in waiting} == {"first"}
    await asyncio.gather(*started)


async def test_calls_that_wait_are_bounded(server_with: ServerWith) -> None:
    server = server_with(event_waits_max=2)
    async with grpc.aio.insecure_channel(server.target) as channel:
        stub = WorkflowsStub(channel)
        waiting = [stub.AwaitWorkflowEvent(awaited("never"), timeout=60) for _ in range(3)]
        first = next(asyncio.as_completed([refused(one) for one in waiting]))
        assert await first == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        for one in waiting:
            one.cancel()

        async def is_let_in() -> bool:
            said = await refused(stub.AwaitWorkflowEvent(awaited("never"), timeout=0.1))
            return said[0] is grpc.StatusCode.DEADLINE_EXCEEDED

        await eventually(is_let_in)


async def test_stop_of_the_server_ends_calls_that_wait(own_server: ServerProcess) -> None:
    async with grpc.aio.insecure_channel(own_server.target) as channel:
        waiting = WorkflowsStub(channel).AwaitWorkflowEvent(awaited("never"), timeout=60)
        assert not await ends_within(waiting, 0.2)
        assert await asyncio.to_thread(own_server.stop) == 0
        assert await refused(waiting) == (grpc.StatusCode.UNAVAILABLE, "SHUTTING_DOWN")


CONTINUE_AS_NEW = "hitchpost-continue-as-new"


@hitchpost.workflow("again")
def again(wf: hitchpost.WorkflowBuilder) -> None:
    """Start over with the content of `turn`, as often as there is one."""
    content = wf.variable("content", dict)
    wf.variable("count", int, default=0)
    wf.register_event("turn", content_type=dict)
    wf.set(content, wf.wait_for_event("turn"))
    wf.throw_event(CONTINUE_AS_NEW, content)


async def test_call_that_waits_hears_that_a_run_has_started_over(
    stub: Any, client: hitchpost.Client, fresh: Fresh
) -> None:
    await client.put_workflow(again)
    run = (await client.run("again", id=fresh("again"))).id.id
    waiting = stub.AwaitWorkflowEvent(awaited(run, CONTINUE_AS_NEW), timeout=20)
    assert not await ends_within(waiting, 0.2)
    await client.post_event(run, "turn", {"count": 1})
    first = await waiting
    await client.post_event(run, "turn", {"count": 2})
    known = awaited(run, CONTINUE_AS_NEW, known=[first])
    second = await stub.AwaitWorkflowEvent(known, timeout=20)
    assert (first.id.number, second.id.number) == (0, 1)
    assert second.content.json_obj == '{"count":2}'
    assert (await client.get_run(run)).execution == 3


async def test_what_runs_have_started_over_with_is_listed_and_found(
    stub: Any, client: hitchpost.Client, fresh: Fresh
) -> None:
    await client.put_workflow(again)
    run = await client.run("again", id=fresh("again"))
    for count in (1, 2):
        await client.post_event(run, "turn", {"count": count})
    listed = await stub.ListWorkflowEvents(
        workflow_events.ListWorkflowEventsRequest(wf_run_id=run.id)
    )
    found = await pages(stub, search(CONTINUE_AS_NEW, earliest_start=run.start_time))
    assert [one.id for one in listed.results] == [one for one in found if one.wf_run_id == run.id]
    assert [one.id.number for one in listed.results] == [0, 1]
