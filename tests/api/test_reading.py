"""Histories, and lists page by page; what is masked stays masked."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import grpc
import pytest
from bare_worker import bare_worker
from raw_calls import OURS, call
from tests.conftest import ServerProcess
from workflows import history_kinds, waiting_run

import hitchpost
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import wf_run_pb2 as wf_runs

Fresh = Callable[[str], str]
INVALID = grpc.StatusCode.INVALID_ARGUMENT


async def test_history_tells_a_run_from_start_to_end(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event)
    await client.post_event(run, event, "Ada")
    assert await history_kinds(client, run) == [
        *("transition_started", "run_started", "thread_started"),
        *("node_entered", "node_exited", "edge_taken", "node_entered", "transition_completed"),
        *("transition_started", "external_event_received", "external_event_claimed"),
        *("node_exited", "edge_taken", "node_entered", "node_exited", "thread_ended"),
        *("run_completed", "transition_completed"),
    ]


async def test_each_event_says_when_why_and_where_it_stands(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    run = await waiting_run(client, fresh("order"), fresh("signed"))
    found = [event async for event in client.history(run)]
    assert [event.sequence for event in found] == list(range(1, len(found) + 1))
    positions = [event.position for event in found]
    assert positions == sorted(set(positions))
    for event in found:
        assert (event.execution, event.wf_run_id.id) == (1, run)
        assert event.cause == history.Cause(command=history.START_RUN, principal="anonymous")
        assert event.HasField("time")


async def test_traceparent_of_the_caller_is_kept(
    client: hitchpost.Client, channel: grpc.aio.Channel, fresh: Fresh
) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event)
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    request = events.PutExternalEventRequest()
    request.wf_run_id.id, request.external_event_def_id.name = run, event
    for sent in (traceparent, "garbage"):
        metadata = [("traceparent", sent)]
        raw = request.SerializeToString()
        assert (await call(channel, OURS + "PutExternalEvent", raw, metadata)).body
    kept = [one.traceparent async for one in client.history(run) if one.HasField("traceparent")]
    assert set(kept) == {traceparent}


async def test_history_goes_on_behind_a_sequence(client: hitchpost.Client, fresh: Fresh) -> None:
    run = await waiting_run(client, fresh("order"), fresh("signed"))
    whole = [event async for event in client.history(run)]
    for after in (0, 1, 3, len(whole), len(whole) + 5):
        assert [event async for event in client.history(run, after=after)] == whole[after:]


async def test_history_of_one_execution(client: hitchpost.Client, fresh: Fresh) -> None:
    run = await waiting_run(client, fresh("order"), fresh("signed"))
    whole = [event async for event in client.history(run)]
    assert [event async for event in client.history(run, execution=1)] == whole
    with pytest.raises(hitchpost.ObjectNotFound):
        [event async for event in client.history(run, execution=2)]


async def test_history_longer_than_a_page_comes_whole(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, run = fresh("noise"), fresh("run")
    await client.put_external_event_def(event, retention_seconds=None)
    name = fresh("order")
    await waiting_run(client, name, *[event] * 250)
    run = f"run-{name}"
    for _ in range(5):
        await asyncio.gather(*(client.post_event(run, event) for _ in range(50)))
    found = [one.sequence async for one in client.history(run)]
    assert found == list(range(1, len(found) + 1))
    assert (await history_kinds(client, run)).count("external_event_claimed") == 250


async def test_history_of_nobody_is_not_found(client: hitchpost.Client, fresh: Fresh) -> None:
    with pytest.raises(hitchpost.ObjectNotFound):
        await anext(client.history(fresh("nobody")))


async def test_history_asked_for_wrongly_is_refused(client: hitchpost.Client, fresh: Fresh) -> None:
    run = await waiting_run(client, fresh("order"), fresh("signed"))
    for wrong in ({"after": -1}, {"execution": 0}, {"execution": -1}):
        with pytest.raises(hitchpost.FieldInvalid):
            await anext(client.history(run, **wrong))


async def test_early_events_have_a_history(client: hitchpost.Client, fresh: Fresh) -> None:
    event, run = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    await client.post_event(run, event, "early")
    assert await history_kinds(client, run) == ["external_event_received"]


async def test_masked_values_are_stars_to_readers_and_plain_to_workers(
    client: hitchpost.Client, channel: grpc.aio.Channel, server: ServerProcess, fresh: Fresh
) -> None:
    name = fresh("pay")
    secret = hitchpost.masked(str)
    await client.put_task_def(name, {"card": secret}, returns=secret)

    @hitchpost.workflow(name)
    def pay(wf: hitchpost.WorkflowBuilder) -> None:
        card = wf.input("card", str, masked=True)
        receipt = wf.variable("receipt", str, masked=True)
        wf.set(receipt, wf.task(name, card))
        wf.wait_for_event(event)

    event = fresh("signed")
    await client.put_external_event_def(event)
    await client.put_workflow(pay)
    answer = await client.run(name, {"card": "4111-1111"}, id=name)
    async with bare_worker(server.target, name) as worker:
        scheduled = await worker.next()
        assert scheduled.variables[0].value.str == "4111-1111"
        assert scheduled.variables[0].masked
        await worker.succeed(scheduled, "receipt for 4111-1111")
    assert (await client.variable(name, "card")).value.str == "*****"
    assert (await client.task_run(name, "0-1")).attempts[0].output.str == "*****"
    seen = [answer, await client.get_run(name)]
    for listed in (client.variables(name), client.task_runs(name), client.node_runs(name)):
        seen += [one async for one in listed]
    seen += [one async for one in client.history(name)]
    assert "4111" not in "".join(str(one) for one in seen)
    assert str(seen).count("*****") >= 6


async def test_masked_fields_of_structs_are_stars_wherever_they_are(
    client: hitchpost.Client, server: ServerProcess, fresh: Fresh
) -> None:
    name = fresh("card")

    @hitchpost.struct(name)
    class Card:
        holder: str
        number: Annotated[str, hitchpost.Field(masked=True)]

    await client.put_struct_def(Card)
    await client.put_task_def(name, {"card": Card}, returns=Card)

    @hitchpost.workflow(name)
    def pay(wf: hitchpost.WorkflowBuilder) -> None:
        card = wf.input("card", Card)
        wf.input("others", hitchpost.Array[Card])
        wf.set(card, wf.task(name, card))

    await client.put_workflow(pay)
    card = Card(holder="Ada", number="one secret")
    await client.run(name, {"card": card, "others": hitchpost.Array([card])}, id=name)
    async with bare_worker(server.target, name) as worker:
        scheduled = await worker.next()
        assert "one secret" in str(scheduled.variables)
        output = hitchpost.to_value(Card(holder="Ada", number="other secret"))
        await worker.report(scheduled, output=output)
    seen: list[Any] = [await client.variable(name, "card"), await client.task_run(name, "0-1")]
    for listed in (client.variables(name), client.task_runs(name), client.history(name)):
        seen += [one async for one in listed]
    assert "secret" not in "".join(str(one) for one in seen)
    assert all("Ada" in str(one) for one in seen[:2])


LISTS: dict[str, tuple[type[Any], type[Any]]] = {
    "ListExternalEvents": (events.ListExternalEventsRequest, events.ExternalEventList),
    "ListNodeRuns": (node_runs.ListNodeRunsRequest, node_runs.NodeRunList),
    "ListVariables": (wf_runs.ListVariablesRequest, wf_runs.VariableList),
}


class Pages:
    """A list of a run's things, page by page."""

    def __init__(self, channel: grpc.aio.Channel, method: str, run: str) -> None:
        self._channel = channel
        self._method = method
        self._request, self._response = LISTS[method]
        self._run = {"wf_run_id": {"id": run}}

    async def page(self, **options: Any) -> Any:
        request = self._request(**self._run, **options)
        answer = await call(self._channel, OURS + self._method, request.SerializeToString())
        return self._response.FromString(answer.body) if answer.body else answer


@pytest.fixture
async def full_run(client: hitchpost.Client, fresh: Fresh) -> str:
    """A run with seven nodes, five variables and five claimed external events."""
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), *[event] * 5)
    for number in range(5):
        await client.post_event(run, event, str(number))
    return run


@pytest.mark.parametrize("method", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 5, 7])
async def test_pages_put_together_are_the_whole_list(
    channel: grpc.aio.Channel, full_run: str, method: str, limit: int
) -> None:
    pages = Pages(channel, method, full_run)
    whole = await pages.page()
    assert len(whole.results) >= 5
    assert not whole.HasField("bookmark")
    page = await pages.page(limit=limit)
    found = list(page.results)
    while page.HasField("bookmark"):
        assert len(page.results) == limit
        page = await pages.page(limit=limit, bookmark=page.bookmark)
        found += page.results
    assert found == list(whole.results)


async def posted(client: hitchpost.Client, name: str, count: int, content: str) -> str:
    """A run that does not exist, with external events."""
    await client.put_external_event_def(name)
    for _ in range(count):
        await client.post_event(name, name, content)
    return name


async def test_page_of_large_objects_fits_into_what_clients_receive(
    client: hitchpost.Client, channel: grpc.aio.Channel, fresh: Fresh
) -> None:
    run = await posted(client, fresh("signed"), 7, "x" * 900_000)
    pages = Pages(channel, "ListExternalEvents", run)
    page = await pages.page()
    sizes = [len(page.results)]
    while page.HasField("bookmark"):
        page = await pages.page(bookmark=page.bookmark)
        sizes.append(len(page.results))
    assert sizes == [3, 3, 1]
    assert len([one async for one in client.list_events(run)]) == 7


@pytest.mark.parametrize("limit", [49, 50, 51, 69])
async def test_pages_of_many_put_together_are_the_whole_list(
    client: hitchpost.Client, channel: grpc.aio.Channel, fresh: Fresh, limit: int
) -> None:
    run = await posted(client, fresh("signed"), 70, "x")
    pages = Pages(channel, "ListExternalEvents", run)
    first = await pages.page(limit=limit)
    rest = await pages.page(limit=limit, bookmark=first.bookmark)
    assert [*first.results, *rest.results] == list((await pages.page()).results)
    assert (len(first.results), len(rest.results)) == (limit, 70 - limit)
    assert not rest.HasField("bookmark")


@pytest.mark.parametrize("method", LISTS)
async def test_empty_bookmark_means_from_the_start(
    channel: grpc.aio.Channel, full_run: str, method: str
) -> None:
    pages = Pages(channel, method, full_run)
    assert await pages.page(bookmark=b"") == await pages.page()


@pytest.mark.parametrize("method", LISTS)
async def test_limit_of_zero_is_the_default_and_a_negative_one_is_refused(
    channel: grpc.aio.Channel, full_run: str, method: str
) -> None:
    pages = Pages(channel, method, full_run)
    assert await pages.page(limit=0) == await pages.page()
    assert (await pages.page(limit=-1)).says == (INVALID, "FIELD_INVALID")


@pytest.mark.parametrize("method", LISTS)
@pytest.mark.parametrize("bookmark", [b"\xff", b"{", b"[]", b"[1]", b"null", b"[" * 10_000])
async def test_bookmark_that_was_not_given_out_is_refused(
    channel: grpc.aio.Channel, full_run: str, method: str, bookmark: bytes
) -> None:
    refused = await Pages(channel, method, full_run).page(bookmark=bookmark)
    assert refused.says == (INVALID, "FIELD_INVALID")
    assert refused.facts["field"] == "bookmark"


@pytest.mark.parametrize("method", LISTS)
async def test_bookmark_of_another_runs_list_is_refused(
    channel: grpc.aio.Channel, full_run: str, method: str, fresh: Fresh
) -> None:
    bookmark = (await Pages(channel, method, full_run).page(limit=1)).bookmark
    refused = await Pages(channel, method, fresh("other")).page(bookmark=bookmark)
    assert refused.says == (INVALID, "FIELD_INVALID")


async def test_bookmark_of_another_kind_of_list_is_refused(
    channel: grpc.aio.Channel, full_run: str
) -> None:
    bookmark = (await Pages(channel, "ListNodeRuns", full_run).page(limit=1)).bookmark
    refused = await Pages(channel, "ListExternalEvents", full_run).page(bookmark=bookmark)
    assert refused.says == (INVALID, "FIELD_INVALID")


@pytest.mark.parametrize("method", LISTS)
async def test_list_of_nobody_is_empty(
    channel: grpc.aio.Channel, method: str, fresh: Fresh
) -> None:
    nothing = await call(
        channel,
        OURS + method,
        LISTS[method][0](wf_run_id={"id": fresh("nobody")}).SerializeToString(),
    )
    assert (nothing.code, nothing.body) == (grpc.StatusCode.OK, b"")


async def test_nodes_of_one_thread(client: hitchpost.Client, full_run: str) -> None:
    found = [one.id.position async for one in client.node_runs(full_run, thread=0)]
    assert found == list(range(7))
    assert [one async for one in client.node_runs(full_run, thread=1)] == []


async def test_watching_more_than_there_is_tells_nothing_of_other_runs(
    channel: grpc.aio.Channel, full_run: str
) -> None:
    request = runs.GetHistoryRequest(after_sequence=2**62)
    request.wf_run_id.id = full_run
    stream = channel.unary_stream("/hitchpost.v1.Runs/GetHistory")
    assert [one async for one in stream(request.SerializeToString())] == []
