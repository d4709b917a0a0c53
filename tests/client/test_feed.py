"""Subscribing with the client: a stream that breaks is taken up where it was."""

from contextlib import aclosing

import grpc
import pytest
from scripted_server import Refusal, ScriptedServer

import hitchpost
from hitchpost.v1.feed_pb2 import FeedEntry, SubscribeRequest, SubscribeResponse

AWAY = Refusal(grpc.StatusCode.UNAVAILABLE)
STOPPING = Refusal(grpc.StatusCode.UNAVAILABLE, "SHUTTING_DOWN")


def answer(cursor: str, *topics: str) -> SubscribeResponse:
    return SubscribeResponse(cursor=cursor, entries=[FeedEntry(topic=topic) for topic in topics])


def ends_after(*answers: SubscribeResponse, refusal: Refusal | None = None):  # type: ignore[no-untyped-def]
    async def stream(_request: SubscribeRequest):  # type: ignore[no-untyped-def]
        for one in answers:
            yield one
        if refusal is not None:
            yield refusal

    return stream


async def test_subscription_says_what_it_wants(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("Subscribe", ends_after(answer("p1", "a")))
    for options in ({}, {"from_beginning": True}, {"cursor": "p0"}):
        async with aclosing(connected.subscribe("a", "b.>", **options)) as answers:  # type: ignore[arg-type]
            assert (await anext(answers)).entries[0].topic == "a"
    starts = [request.WhichOneof("start") for request in scripted.requests("Subscribe")]
    assert starts == [None, "from_beginning", "cursor"]
    assert scripted.requests("Subscribe")[0].patterns == ["a", "b.>"]


async def test_broken_stream_is_taken_up_behind_the_latest_answer(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on(
        "Subscribe",
        AWAY,
        ends_after(answer("p1", "a"), answer("p5"), refusal=STOPPING),
        AWAY,
        ends_after(answer("p6", "b")),
    )
    async with aclosing(connected.subscribe()) as answers:
        told = [await anext(answers) for _ in range(3)]
    assert [one.cursor for one in told] == ["p1", "p5", "p6"]
    cursors = [request.cursor for request in scripted.requests("Subscribe")]
    assert cursors == ["", "", "p5", "p5"]


async def test_who_was_never_answered_gives_up_like_any_call(scripted: ScriptedServer) -> None:
    scripted.on("Subscribe", AWAY)
    retry = hitchpost.Retry(tries_max=3, delay_seconds=0.001)
    async with hitchpost.connect(scripted.target, retry=retry) as client:
        with pytest.raises(hitchpost.Unavailable):
            await anext(client.subscribe())
    assert len(scripted.requests("Subscribe")) == 3


async def test_who_was_answered_does_not_give_up(scripted: ScriptedServer) -> None:
    scripted.on("Subscribe", ends_after(answer("p1")), *[AWAY] * 6, ends_after(answer("p2")))
    retry = hitchpost.Retry(tries_max=3, delay_seconds=0.001, delay_seconds_max=0.002)
    async with (
        hitchpost.connect(scripted.target, retry=retry) as client,
        aclosing(client.subscribe()) as answers,
    ):
        assert [(await anext(answers)).cursor for _ in range(2)] == ["p1", "p2"]
