"""Subscribing over the wire: from now, from the beginning, from a cursor, and to the end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import grpc
import pytest
from tests.conftest import ServerProcess

import hitchpost
from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1.feed_pb2_grpc import FeedStub

Fresh = Callable[[str], str]


async def first(
    answers: AsyncIterator[feed.SubscribeResponse], wanted: int
) -> list[feed.FeedEntry]:
    """Take entries until there are as many as wanted."""
    found: list[feed.FeedEntry] = []
    async with asyncio.timeout(20):
        async for answer in answers:
            found.extend(answer.entries)
            if len(found) >= wanted:
                return found
    raise AssertionError("the stream ended")


def contents(entries: list[feed.FeedEntry]) -> list[str]:
    return [entry.event.message_published.content.str for entry in entries]


async def test_message_is_told_with_its_topic_as_soon_as_it_is_stored(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    topic = fresh("orders")
    async with aclosing(client.subscribe(f"{topic}.*")) as answers:
        assert not (await anext(answers)).entries
        receipt = await client.publish(f"{topic}.signed", "Ada", id="hook-1")
        (entry,) = await first(answers, 1)
    assert (entry.topic, entry.event.stream) == (f"{topic}.signed", f"topic/{topic}.signed")
    assert entry.event.sequence == receipt.sequence
    assert entry.event.message_published.id == "hook-1"


async def test_subscription_goes_on_behind_the_cursor_of_another(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    topic = fresh("orders")
    for text in "123":
        await client.publish(topic, text)
    async with aclosing(client.subscribe(topic, from_beginning=True)) as answers:
        async for answer in answers:
            if answer.entries:
                break
    assert contents(list(answer.entries)) == ["1", "2", "3"]
    await client.publish(topic, "4")
    async with aclosing(client.subscribe(topic, cursor=answer.cursor)) as answers:
        assert contents(await first(answers, 1)) == ["4"]


async def test_faults_and_refusals_can_be_told_apart_from_the_rest(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    @hitchpost.workflow(fresh("failing"))
    def failing(wf: hitchpost.WorkflowBuilder) -> None:
        wf.fail("by-design", "as intended")

    await client.put_workflow(failing)
    run = fresh("run")
    async with aclosing(client.subscribe("run.faulted", "external-event.refused")) as answers:
        await anext(answers)
        await client.run(failing.name, id=run)
        with pytest.raises(hitchpost.ExternalEventDefNotFound):
            await client.post_event(run, "nobody-knows")
        fault, refusal = await first(answers, 2)
    assert (fault.topic, fault.event.run_faulted.failure_name) == ("run.faulted", "by-design")
    assert fault.event.wf_run_id.id == run
    refused = refusal.event.external_event_refused
    assert (refusal.topic, refused.wf_run_id.id) == ("external-event.refused", run)


async def test_masked_values_and_fields_are_not_told(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    @hitchpost.struct(fresh("person"))
    class Person:
        name: hitchpost.masked(str)  # type: ignore[valid-type]

    @hitchpost.workflow(fresh("secretive"))
    def secretive(wf: hitchpost.WorkflowBuilder) -> None:
        wf.variable("secret", str, masked=True, default="abracadabra")
        wf.input("person", Person)

    await client.put_struct_def(Person)
    await client.put_workflow(secretive)
    async with aclosing(client.subscribe("thread.started")) as answers:
        await anext(answers)
        await client.run(secretive.name, {"person": Person(name="Ada Lovelace")})
        (entry,) = await first(answers, 1)
    assert len(entry.event.thread_started.variables) == 2
    told = entry.SerializeToString()
    assert b"abracadabra" not in told
    assert b"Lovelace" not in told


async def test_cursor_of_another_store_asks_for_a_resync_and_tells_all(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    topic = fresh("orders")
    await client.publish(topic, "1")
    async with aclosing(client.subscribe(topic, cursor="pfffffffff")) as answers:
        demand = await anext(answers)
        assert demand.resync.reason == feed.POSITION_UNKNOWN
        assert contents(await first(answers, 1)) == ["1"]


@pytest.mark.parametrize(
    ("request_fields", "field"),
    [({"patterns": ["a", "b..c"]}, "patterns[1]"), ({"cursor": "x7"}, "cursor")],
)
async def test_pattern_or_cursor_that_is_none_is_refused(
    client: hitchpost.Client, request_fields: dict[str, object], field: str
) -> None:
    call = client.subscribe(
        *request_fields.get("patterns", ()),  # type: ignore[misc]
        cursor=request_fields.get("cursor"),  # type: ignore[arg-type]
    )
    with pytest.raises(hitchpost.FieldInvalid) as refused:
        await anext(call)
    assert refused.value.metadata["field"] == field


async def test_idle_subscriber_hears_that_there_is_nothing(
    server_with: Callable[..., ServerProcess],
) -> None:
    server = server_with(feed_checkpoint_seconds=0.1)
    async with (
        hitchpost.connect(server.target) as client,
        asyncio.timeout(20),
        aclosing(client.subscribe("orders")) as answers,
    ):
        idle = [await anext(answers) for _ in range(3)]
        receipt = await client.publish("elsewhere")
        while (last := await anext(answers)).cursor == idle[0].cursor:
            assert not last.entries
    assert {len(answer.entries) for answer in idle} == {0}
    assert receipt.sequence == 1


async def test_there_is_a_limit_to_subscribers(server_with: Callable[..., ServerProcess]) -> None:
    server = server_with(feed_subscribers_max=1)
    async with grpc.aio.insecure_channel(server.target) as channel:
        stub = FeedStub(channel)
        one = stub.Subscribe(feed.SubscribeRequest())
        await one.read()
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.Subscribe(feed.SubscribeRequest()).read()
        one.cancel()
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_server_that_stops_says_so_at_once(own_server: ServerProcess) -> None:
    async with grpc.aio.insecure_channel(own_server.target) as channel:
        call = FeedStub(channel).Subscribe(feed.SubscribeRequest())
        await call.read()
        stopping = asyncio.create_task(asyncio.to_thread(own_server.stop))
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await asyncio.wait_for(call.read(), 5)
        assert ended.value.code() == grpc.StatusCode.UNAVAILABLE
        await stopping


async def test_one_who_never_reads_holds_up_nobody(
    client: hitchpost.Client, server: ServerProcess, fresh: Fresh
) -> None:
    topic = fresh("large")
    async with grpc.aio.insecure_channel(server.target) as channel:
        silent = FeedStub(channel).Subscribe(feed.SubscribeRequest(patterns=[topic]))
        await silent.read()
        async with aclosing(client.subscribe(topic)) as answers:
            await anext(answers)
            for number in range(20):
                await client.publish(topic, f"{number} " + "x" * 200_000)
            assert len(await first(answers, 20)) == 20
        silent.cancel()
