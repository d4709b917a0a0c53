"""Consuming with the client: what a broken stream has lost is mended where it can be."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
from scripted_server import Refusal, ScriptedServer

import hitchpost
from hitchpost.v1.feed_pb2 import ConsumeRequest, ConsumeResponse, FeedEntry
from hitchpost.v1.history_pb2 import HistoryEvent

AWAY = Refusal(grpc.StatusCode.UNAVAILABLE)


def entries(*positions: int) -> ConsumeResponse:
    return ConsumeResponse(
        entries=[FeedEntry(event=HistoryEvent(position=position)) for position in positions]
    )


class Stream:
    """A scripted stream: answers, then either a break or confirmations for as long as asked."""

    def __init__(self, *answers: ConsumeResponse, breaks: bool = False) -> None:
        self.answers = answers
        self.breaks = breaks
        self.acknowledged: list[int] = []

    async def __call__(
        self, requests: AsyncIterator[ConsumeRequest]
    ) -> AsyncIterator[ConsumeResponse | Refusal]:
        self.first = await anext(requests)
        for answer in self.answers:
            yield answer
        if self.breaks:
            yield AWAY
        async for request in requests:
            self.acknowledged += request.acknowledged
            yield ConsumeResponse(acknowledged=request.acknowledged)


async def test_opening_says_everything_and_leaving_waits_for_the_confirmation(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    stream = Stream(ConsumeResponse(), entries(1, 2, 3))
    scripted.on("Consume", stream)
    async with connected.consume("billing", "a", "b.>", from_beginning=True, credit=7) as taken:
        for _ in range(3):
            (await anext(taken)).acknowledge()
    assert stream.acknowledged == [1, 2, 3]
    assert (stream.first.opening.name, stream.first.credit) == ("billing", 7)
    assert stream.first.opening.patterns == ["a", "b.>"]
    assert stream.first.opening.WhichOneof("start") == "from_beginning"


async def test_what_was_done_when_the_stream_broke_is_not_given_out_again(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    again = Stream(entries(1, 2, 3))
    scripted.on("Consume", Stream(entries(1, 2), breaks=True), AWAY, again)
    async with connected.consume("billing") as taken:
        first = await anext(taken)
        first.acknowledge()
        others = [(await anext(taken)).entry.event.position for _ in range(3)]
    assert (first.entry.event.position, others) == (1, [2, 2, 3])
    assert again.acknowledged == [1]


async def test_who_stops_waiting_has_not_left(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    go_on = asyncio.Event()

    async def slow(_requests: object) -> AsyncIterator[ConsumeResponse]:
        await go_on.wait()
        yield entries(1)
        await asyncio.sleep(60)

    scripted.on("Consume", slow)
    async with connected.consume("billing") as taken:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(taken), 0.05)
        go_on.set()
        assert (await anext(taken)).entry.event.position == 1
    assert len(scripted.calls) == 1


async def test_refusal_is_raised_and_nothing_is_tried_again(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    refusal = Refusal(grpc.StatusCode.FAILED_PRECONDITION, "CONSUMER_MISMATCH")
    scripted.on("Consume", refusal)
    with pytest.raises(hitchpost.ConsumerMismatch):
        async with connected.consume("billing") as taken:
            await anext(taken)
    assert len(scripted.calls) == 1
