"""Messages from outside: each happens once, whoever sends it however often."""

from typing import Any

import pytest
from tests.engine.conftest import START_US, World

import hitchpost
from hitchpost.v1 import feed_pb2 as feed
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import FieldInvalid, MessageExists, ObjectTooLarge
from hitchpost_server.engine.ids import TOPIC_STREAM
from hitchpost_server.engine.times import microseconds


def publish(
    world: World, content: Any = "x", topic: str = "orders.signed", **fields: Any
) -> feed.PublishReceipt:
    request = feed.PublishRequest(topic=topic, content=hitchpost.to_value(content), **fields)
    command = commands.PublishMessage(**world.common(TOPIC_STREAM + topic), request=request)
    reply: feed.PublishReceipt = world.do(command)
    return reply


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = hitchpost.Array([value])
    return value


def contents(world: World, topic: str = "orders.signed") -> list[str]:
    return [one.message_published.content.str for one in world.history_of(TOPIC_STREAM + topic)]


def test_published_message_is_on_record_with_its_id_and_content(world: World) -> None:
    receipt = publish(world, "Ada", id="hook-1")
    (event,) = world.history_of(TOPIC_STREAM + "orders.signed")
    assert (event.message_published.id, event.message_published.content.str) == ("hook-1", "Ada")
    assert (receipt.topic, receipt.id, receipt.sequence) == ("orders.signed", "hook-1", 1)
    assert microseconds(receipt.published_at) == START_US


def test_message_without_an_id_gets_a_new_one_each_time(world: World) -> None:
    receipts = [publish(world), publish(world)]
    assert len({receipt.id for receipt in receipts} - {""}) == 2
    assert contents(world) == ["x", "x"]


def test_same_message_again_gets_the_same_answer_and_happens_once(world: World) -> None:
    first = publish(world, id="hook-1")
    publish(world, "between", id="hook-2")
    world.pass_time(3600)
    world.forget()
    assert publish(world, id="hook-1") == first
    assert contents(world) == ["x", "between"]


def test_other_content_under_a_known_id_is_refused(world: World) -> None:
    publish(world, {"a": 1}, id="hook-1")
    with pytest.raises(MessageExists) as refused:
        publish(world, {"a": 2}, id="hook-1")
    assert refused.value.facts == {"topic": "orders.signed", "id": "hook-1"}


def test_absent_content_is_other_content_than_any(world: World) -> None:
    publish(world, None, id="hook-1")
    with pytest.raises(MessageExists):
        publish(world, "", id="hook-1")
    assert publish(world, None, id="hook-1").sequence == 1


def test_same_id_in_another_topic_is_another_message(world: World) -> None:
    publish(world, "here", id="hook-1")
    publish(world, "there", "orders.paid", id="hook-1")
    assert (contents(world), contents(world, "orders.paid")) == (["here"], ["there"])


def test_message_that_is_too_large_or_too_deep_is_refused(world: World) -> None:
    with pytest.raises(ObjectTooLarge):
        publish(world, "x" * world.limits.object_bytes_max)
    with pytest.raises(FieldInvalid):
        publish(world, nested(40))
    assert contents(world) == []


def forget(world: World, *ids: str, up_to: int, topic: str = "orders.signed") -> None:
    common = world.common(TOPIC_STREAM + topic)
    world.do(commands.ForgetMessages(**common, message_ids=ids, up_to_sequence=up_to))


def test_forgotten_message_may_be_published_again_and_numbers_go_on(world: World) -> None:
    for number in "123":
        publish(world, number, id=f"hook-{number}")
    forget(world, "hook-1", "hook-2", up_to=2)
    assert contents(world) == ["3"]
    assert publish(world, "other", id="hook-1").sequence == 4
    assert publish(world, "3", id="hook-3").sequence == 3


def test_forgetting_puts_nothing_on_record(world: World) -> None:
    publish(world, "1", id="hook-1")
    forget(world, "hook-1", up_to=1)
    assert publish(world, "2").sequence == 2
