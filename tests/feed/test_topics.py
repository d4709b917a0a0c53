"""Every kind of event has a topic, and nobody can publish below the log's own."""

import pytest

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.feed import topics
from hitchpost_server.feed.patterns import problem_with

KINDS = {field.name for field in history.HistoryEvent.DESCRIPTOR.oneofs_by_name["event"].fields} - {
    topics.MESSAGE
}


def test_every_kind_of_event_has_a_topic_of_its_own() -> None:
    assert set(topics.TOPICS) == KINDS
    assert len(set(topics.TOPICS.values())) == len(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_topic_of_a_kind_is_one_that_only_the_log_has(kind: str) -> None:
    topic = topics.topic_of(history.HistoryEvent(**{kind: {}}))
    assert "the server's own" in (topics.problem_with(topic) or "")
    assert problem_with(topic) is None


@pytest.mark.parametrize("topic", ["orders", "orders.eu.signed", "a_b-c.1", ".".join("x" * 16)])
def test_words_with_dots_between_are_a_topic(topic: str) -> None:
    assert topics.problem_with(topic) is None


@pytest.mark.parametrize(
    "topic",
    ["", ".", "orders.", ".orders", "orders..eu", "orders.*", ">", "a b", "é", "x\n", "a/b"]
    + [".".join("x" * 17), "x" * 256, "run.mine", "hitchpost.news", "external-event"],
)
def test_anything_else_is_not_a_topic_for_publishing(topic: str) -> None:
    assert topics.problem_with(topic) is not None
