"""External events on a stream: each is answered in its turn; who does not read is held up."""

import asyncio
import time
from collections.abc import Callable

import grpc
import pytest
from event_stream import EventStream, event, guid_or_reason
from raw_calls import text
from tests.conftest import ServerProcess, eventually
from workflows import got, waiting_run, waits_for

import hitchpost
from hitchpost.v1.runs_pb2 import PutExternalEventsRequest

Fresh = Callable[[str], str]
Client = hitchpost.Client
STOPPING = (grpc.StatusCode.UNAVAILABLE, "SHUTTING_DOWN")


@pytest.fixture
async def stream(channel: grpc.aio.Channel) -> EventStream:
    opened = EventStream(channel)
    assert await opened.credit() == 1024
    return opened


@pytest.fixture
async def name(client: Client, fresh: Fresh) -> str:
    """An ExternalEventDef."""
    await client.put_external_event_def(made := fresh("signed"))
    return made


async def test_events_are_answered_in_the_order_in_which_they_are_sent(
    stream: EventStream, name: str, fresh: Fresh
) -> None:
    guids = [str(number) for number in range(300)]
    runs = [fresh("order") for _ in range(7)]
    requests = [event(runs[int(guid) % 7], name, guid) for guid in guids]
    await stream.send(requests[0])
    await stream.send(*requests[1:200])
    for request in requests[200:]:
        await stream.send(request)
    assert await stream.told(300) == guids
    await stream.call.done_writing()
    assert await stream.ending() == (grpc.StatusCode.OK, "")


async def test_events_of_one_run_are_claimed_in_the_order_in_which_they_are_sent(
    client: Client, stream: EventStream, fresh: Fresh
) -> None:
    name = fresh("signed")
    await stream.send(*(event(f"run-{name}", name, str(9 - n), str(n)) for n in range(2)))
    assert await stream.told(2) == ["EXTERNAL_EVENT_DEF_NOT_FOUND"] * 2
    await client.put_external_event_def(name)
    await stream.send(*(event(f"run-{name}", name, str(9 - n), str(n)) for n in range(5)))
    await stream.results(5)
    await client.put_workflow(waits_for(name, *[name] * 7))
    await client.run(name, id=f"run-{name}")
    await stream.send(event(f"run-{name}", name, "late", "5"), event(f"run-{name}", name, "x", "6"))
    assert all(one.external_event.claimed for one in await stream.results(2))
    assert await got(client, f"run-{name}") == [str(n) for n in range(7)]


async def test_an_answer_is_what_the_single_call_answers(
    client: Client, stream: EventStream, name: str, fresh: Fresh
) -> None:
    run = fresh("order")
    await stream.send(event(run, name, "a", {"by": "Ada"}))
    [result] = await stream.results(1)
    assert result.external_event == await client.get_event(run, name, "a")


async def test_a_refused_event_is_answered_in_its_place(
    stream: EventStream, name: str, fresh: Fresh
) -> None:
    run = fresh("order")
    await stream.send(
        event(run, name, "1"),
        event("not a name", name, "2"),
        event(run, "unheard-of", "3"),
        event(run, name, "1"),
        event(run, name, "5/5"),
        event(run, name, "6"),
    )
    assert await stream.told(6) == [
        "1",
        "FIELD_INVALID",
        "EXTERNAL_EVENT_DEF_NOT_FOUND",
        "EXTERNAL_EVENT_EXISTS",
        "FIELD_INVALID",
        "6",
    ]


async def test_a_refusal_has_the_status_of_the_single_call(
    client: Client, stream: EventStream, name: str, fresh: Fresh
) -> None:
    run = fresh("order")
    await client.post_event(run, name, guid="1")
    with pytest.raises(hitchpost.ExternalEventExists) as refused:
        await client.post_event(run, name, guid="1")
    await stream.send(event(run, name, "1"))
    [result] = await stream.results(1)
    assert result.rejection.code == grpc.StatusCode.ALREADY_EXISTS.value[0]
    assert result.rejection.message == refused.value.message
    assert guid_or_reason(result) == refused.value.reason


async def test_bytes_that_do_not_parse_end_the_stream_after_the_answers_before_them(
    stream: EventStream, name: str, fresh: Fresh
) -> None:
    await stream.send(event(fresh("order"), name, "1"), event(fresh("order"), name, "2"))
    await stream.call.write(text(1, text(3, b"\xff")))
    assert await stream.told(2) == ["1", "2"]
    assert await stream.ending() == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")


async def test_a_message_that_is_too_large_ends_the_stream(
    stream: EventStream, name: str, fresh: Fresh
) -> None:
    events = [event(fresh("order"), name, str(n), "x" * 900_000) for n in range(5)]
    await stream.send(*events)
    assert await stream.ending() == (grpc.StatusCode.RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE")


async def test_a_message_without_events_is_not_answered(
    stream: EventStream, name: str, fresh: Fresh
) -> None:
    await stream.send()
    await stream.send(event(fresh("order"), name, "1"))
    assert await stream.told(1) == ["1"]


async def test_large_events_go_one_by_one(stream: EventStream, name: str, fresh: Fresh) -> None:
    """Clients of gRPC receive 4 MiB."""
    large = [event(fresh("order"), name, str(number), "x" * 900_000) for number in range(12)]

    async def send() -> None:
        for one in large:
            await stream.send(one)

    sending = asyncio.create_task(send())
    assert await stream.told(12) == [str(number) for number in range(12)]
    await sending


async def test_another_tenant_is_refused(channel: grpc.aio.Channel) -> None:
    call = channel.stream_stream("/hitchpost.v1.Runs/PutExternalEvents")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(metadata=(("tenantid", "elsewhere"),)).read()
    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED


async def test_whoever_reads_no_answers_is_held_up_and_loses_nothing(
    server_with: Callable[..., ServerProcess],
) -> None:
    """Ten thousand events of a KiB would go if they were let: the server takes a part of them."""
    server = server_with(events_in_flight_max=4)
    async with hitchpost.connect(server.target) as client:
        await client.put_external_event_def("signed")
        async with grpc.aio.insecure_channel(server.target) as channel:
            stream = EventStream(channel)
            assert await stream.credit() == 4
            sending = asyncio.create_task(send_many(stream, 10_000))
            await eventually(lambda: stands_still(client))
            assert not sending.done()
            taken = await count(client, 10_000)
            assert 4 <= taken < 5_000
            assert await stream.told(10_000) == [str(number) for number in range(10_000)]
            await sending


async def send_many(stream: EventStream, events: int) -> None:
    for number in range(events):
        await stream.send(event(f"run-{number % 1000}", "signed", str(number), "x" * 1024))


async def count(client: Client, events: int) -> int:
    """Count how many of the events are stored, which are so from the first to the last."""
    low, high = 0, events
    while low < high:
        middle = (low + high) // 2
        if await is_stored(client, middle):
            low = middle + 1
        else:
            high = middle
    return low


async def is_stored(client: Client, number: int) -> bool:
    try:
        await client.get_event(f"run-{number % 1000}", "signed", str(number))
    except hitchpost.ObjectNotFound:
        return False
    return True


async def stands_still(client: Client) -> bool:
    before = await count(client, 10_000)
    await asyncio.sleep(0.3)
    return 0 < before == await count(client, 10_000)


async def test_streams_do_not_hold_up_a_stop(own_server: ServerProcess) -> None:
    """Neither idle ones nor ones under load; what they have taken is answered."""
    async with hitchpost.connect(own_server.target) as client:
        await client.put_external_event_def("signed")
    async with grpc.aio.insecure_channel(own_server.target) as channel:
        idle, busy = EventStream(channel), EventStream(channel)
        await idle.credit()
        await busy.credit()
        await busy.send(*(event(f"run-{n}", "signed", "1") for n in range(200)))
        assert (await busy.told(1)) == ["1"]
        began = time.monotonic()
        assert await asyncio.to_thread(own_server.stop) == 0
        assert time.monotonic() - began < 5
        assert await idle.ending() == STOPPING
        assert await busy.ending() == STOPPING
        assert await busy.told(199) == ["1"] * 199


async def test_a_client_that_does_not_read_holds_up_a_stop_for_the_grace_at_most(
    server_with: Callable[..., ServerProcess],
) -> None:
    server = server_with(shutdown_grace_seconds=1)
    async with hitchpost.connect(server.target) as client:
        await client.put_external_event_def("signed")
        async with grpc.aio.insecure_channel(server.target) as channel:
            stream = EventStream(channel)
            sending = asyncio.create_task(send_many(stream, 100_000))
            await eventually(lambda: stands_still(client))
            began = time.monotonic()
            assert await asyncio.to_thread(server.stop) == 0
            assert time.monotonic() - began < 6
            with pytest.raises(grpc.aio.AioRpcError):
                await sending


async def test_whoever_leaves_makes_room(server_with: Callable[..., ServerProcess]) -> None:
    server = server_with(event_streams_max=1)
    async with grpc.aio.insecure_channel(server.target) as channel:
        first = EventStream(channel)
        await first.credit()
        assert await EventStream(channel).ending() == (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "OVERLOADED",
        )
        first.call.cancel()

        async def has_room() -> bool:
            return await has_credit(channel)

        await eventually(has_room)


async def has_credit(channel: grpc.aio.Channel) -> bool:
    stream = EventStream(channel)
    try:
        return bool(await stream.credit())
    except grpc.aio.AioRpcError:
        return False
    finally:
        stream.call.cancel()


async def test_a_full_server_makes_streams_wait(
    server_with: Callable[..., ServerProcess],
) -> None:
    """Refused in its turn, one event would be overtaken by the next."""
    server = server_with(inbox_commands_max=3, overload_retry_seconds=0.01)
    async with hitchpost.connect(server.target) as client:
        await client.put_external_event_def("signed")
    async with grpc.aio.insecure_channel(server.target) as channel:
        stream = EventStream(channel)
        await stream.credit()
        await stream.send(*(event("run", "signed", str(n)) for n in range(60)))
        assert await stream.told(60) == [str(n) for n in range(60)]


async def test_what_was_sent_before_a_client_left_may_have_happened_once(
    client: Client, channel: grpc.aio.Channel, name: str, fresh: Fresh
) -> None:
    run, requests = fresh("order"), PutExternalEventsRequest()
    requests.events.extend(event(run, name, str(n)) for n in range(90))
    for _ in range(3):
        stream = EventStream(channel)
        await stream.credit()
        await stream.call.write(requests.SerializeToString())
        stream.call.cancel()
    stream = EventStream(channel)
    await stream.credit()
    await stream.call.write(requests.SerializeToString())
    told = await stream.told(90)
    assert {one for one in told if one != "EXTERNAL_EVENT_EXISTS"} <= {str(n) for n in range(90)}
    stored = [one.id.guid async for one in client.list_events(run)]
    assert sorted(stored, key=int) == [str(n) for n in range(90)]


async def test_waiting_run_moves_by_an_event_of_a_stream(
    client: Client, stream: EventStream, fresh: Fresh
) -> None:
    run = await waiting_run(client, fresh("order"), name := fresh("signed"))
    await stream.send(event(run, name, "1", "Ada"))
    assert (await stream.results(1))[0].external_event.claimed
    assert await got(client, run) == ["Ada"]
