"""Many events on a stream that breaks: each is posted until it is answered."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2, status_pb2
from scripted_server import Refusal, ScriptedServer

import hitchpost
from hitchpost import Posting
from hitchpost.v1.external_event_pb2 import ExternalEvent
from hitchpost.v1.object_id_pb2 import ExternalEventId
from hitchpost.v1.runs_pb2 import PutExternalEventResult, PutExternalEventsResponse

GONE = Refusal(grpc.StatusCode.UNAVAILABLE, "SHUTTING_DOWN")


def accepted(guid: str) -> PutExternalEventResult:
    return PutExternalEventResult(external_event=ExternalEvent(id=ExternalEventId(guid=guid)))


def rejected(reason: str, code: grpc.StatusCode) -> PutExternalEventResult:
    info = AnyMessage()
    info.Pack(error_details_pb2.ErrorInfo(reason=reason, domain="hitchpost", metadata={"run": "r"}))
    status = status_pb2.Status(code=code.value[0], message="because", details=[info])
    return PutExternalEventResult(rejection=status)


Play = Callable[[Any], AsyncIterator[Any]]


def stream(credit: int, *plays: int | Refusal, exists: frozenset[str] = frozenset()) -> Play:
    """Play a server: answer so many events, then do what comes next; without more, answer all."""

    async def play(requests: Any) -> AsyncIterator[Any]:
        yield PutExternalEventsResponse(events_in_flight_max=credit)
        steps, left = list(plays), None
        async for request in requests:
            for event in request.events:
                if left is None and steps and isinstance(steps[0], int):
                    left = steps.pop(0)
                if left == 0:
                    yield steps[0]
                left = None if left is None else left - 1
                code = grpc.StatusCode.ALREADY_EXISTS
                result = (
                    rejected("EXTERNAL_EVENT_EXISTS", code)
                    if event.guid in exists
                    else accepted(event.guid)
                )
                yield PutExternalEventsResponse(results=[result])

    return play


def postings(count: int) -> list[Posting]:
    return [Posting("run", "paid", guid=str(number)) for number in range(count)]


def guids(posted: list[hitchpost.Posted]) -> list[str | None]:
    return [one.event.id.guid if one.event else None for one in posted]


async def test_each_posting_is_answered_in_its_turn(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEvents", stream(3))
    posted = [one async for one in connected.post_events(postings(20))]
    assert [one.posting for one in posted] == postings(20)
    assert guids(posted) == [str(number) for number in range(20)]


async def test_a_stream_that_breaks_is_resumed_with_what_has_no_answer(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEvents", stream(8, 3, GONE), stream(8, 0, GONE), stream(8))
    posted = [one async for one in connected.post_events(postings(20))]
    assert guids(posted) == [str(number) for number in range(20)]
    assert len(scripted.requests("PutExternalEvents")) == 3


async def test_a_stream_that_ends_early_is_resumed_too(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    async def early(requests: Any) -> AsyncIterator[Any]:
        yield PutExternalEventsResponse(events_in_flight_max=4)

    scripted.on("PutExternalEvents", early, stream(4))
    posted = [one async for one in connected.post_events(postings(9))]
    assert guids(posted) == [str(number) for number in range(9)]


async def test_what_had_been_accepted_before_a_break_counts_as_accepted(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    resumed = stream(8, exists=frozenset({"2", "3"}))
    scripted.on("PutExternalEvents", stream(8, 2, GONE), resumed)
    scripted.on("GetExternalEvent", lambda request: ExternalEvent(id=request))
    posted = [one async for one in connected.post_events(postings(4))]
    assert guids(posted) == ["0", "1", "2", "3"]


async def test_a_guid_that_was_taken_before_is_a_refusal(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEvents", stream(8, exists=frozenset({"1"})))
    posted = [one async for one in connected.post_events(postings(3))]
    assert guids(posted) == ["0", None, "2"]
    refusal = posted[1].refusal
    assert isinstance(refusal, hitchpost.ExternalEventExists)
    assert (refusal.message, refusal.metadata) == ("because", {"run": "r"})


async def test_what_the_postings_raise_comes_after_the_answers(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    async def breaking() -> AsyncIterator[Posting]:
        for one in postings(3):
            yield one
        raise LookupError("no more")

    scripted.on("PutExternalEvents", stream(8))
    posted: list[hitchpost.Posted] = []

    async def post() -> None:
        async for one in connected.post_events(breaking()):
            posted.append(one)

    with pytest.raises(LookupError, match="no more"):
        await post()
    assert guids(posted) == ["0", "1", "2"]


async def test_postings_that_come_slowly_are_sent_as_they_come(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    """Each is made of the answer to the one before."""
    answers: asyncio.Queue[str] = asyncio.Queue()
    answers.put_nowait("")

    async def chain() -> AsyncIterator[Posting]:
        while len(before := await answers.get()) < 5:
            yield Posting("run", "paid", guid=before + "x")

    scripted.on("PutExternalEvents", stream(8))
    async for posted in connected.post_events(chain(), timeout=5):
        assert posted.event is not None
        answers.put_nowait(posted.event.id.guid)
    assert answers.empty()


async def test_a_server_that_does_not_answer_is_given_up(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    async def silent(requests: Any) -> AsyncIterator[Any]:
        yield PutExternalEventsResponse(events_in_flight_max=4)
        async for _ in requests:
            pass
        await asyncio.Event().wait()

    scripted.on("PutExternalEvents", silent)
    with pytest.raises(hitchpost.DeadlineExceeded):
        _ = [one async for one in connected.post_events(postings(2), timeout=0.1)]


async def test_a_refused_stream_is_no_answer(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEvents", Refusal(grpc.StatusCode.PERMISSION_DENIED, "TENANT_UNKNOWN"))
    with pytest.raises(hitchpost.TenantUnknown):
        _ = [one async for one in connected.post_events(postings(2))]


async def test_no_more_are_on_their_way_than_the_server_takes(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    taken = 0

    async def counting() -> AsyncIterator[Posting]:
        nonlocal taken
        for one in postings(50):
            taken += 1
            yield one

    scripted.on("PutExternalEvents", stream(4))
    answered = 0
    async for _ in connected.post_events(counting()):
        answered += 1
        assert taken <= answered + 4 + 1
    assert answered == 50
