"""What a route makes of entries: those it is for, and those nobody can write."""

import json
from types import SimpleNamespace
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.feed import matching
from hitchpost_server.feed.evaluator import Evaluator
from hitchpost_server.feed.matching import Matched, Matcher
from hitchpost_server.feed.topics import topic_of
from hitchpost_server.feed.writing import Message


def entry(position: int, **body: Any) -> Any:
    event = history.HistoryEvent(stream="topic/orders.signed", position=position, **body)
    return SimpleNamespace(position=position, topic=topic_of(event), event=event)


def published(position: int, text: str) -> Any:
    return entry(position, message_published={"content": {"str": text}})


async def matched(*entries: Any, **route: Any) -> list[Matched]:
    return await Matcher(routes.Route(**route), Evaluator(), "default").of_entries(entries)


async def test_a_route_is_for_what_its_patterns_name() -> None:
    found = await matched(
        published(1, "a"), entry(2, run_faulted={}), published(3, "b"), patterns=["orders.*"]
    )
    bodies = [json.loads(one.message.body) for one in found if one.message]
    assert [one.position for one in found] == [1, 3]
    assert [body["content"]["str"] for body in bodies] == ["a", "b"]


async def test_no_pattern_means_everything_but_what_is_about_routes() -> None:
    about = [entry(2, route_put={}), entry(3, entry_parked={}), entry(4, route_paused={})]
    found = await matched(published(1, "a"), *about, entry(5, run_faulted={}))
    assert [one.position for one in found] == [1, 5]


async def test_an_entry_that_cannot_be_written_does_not_hold_up_the_others() -> None:
    # Protobuf has no JSON for a year past 9999.
    broken = entry(2, message_published={"content": {"utc_timestamp": {"seconds": 10**15}}})
    one, problem, other = await matched(published(1, "a"), broken, published(3, "b"))
    assert [one.position, problem.position, other.position] == [1, 2, 3]
    assert (problem.message, one.problem) == (None, "")
    assert "valid" in problem.problem


async def test_a_message_that_cannot_be_made_does_not_hold_up_the_others(monkeypatch) -> None:
    def write(one: Any, _verdict: Any) -> Message:
        if one.get_data()["content"]["str"] == "broken":
            raise ValueError("no such header")
        return Message({}, b"")

    monkeypatch.setattr(matching, "writer_of", lambda _route: write)
    one, problem, other = await matched(*map(published, (1, 2, 3), ("a", "broken", "b")))
    assert one.message
    assert other.message
    assert (problem.message, problem.problem) == (None, "it cannot be written: no such header")
