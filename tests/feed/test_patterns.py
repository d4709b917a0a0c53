"""Patterns mean what they mean in NATS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.feed.patterns import PATTERNS_MAX, Patterns, check_patterns, problem_with

MATCHING = [
    ("run.faulted", "run.faulted"),
    ("run.*", "run.faulted"),
    ("*.faulted", "run.faulted"),
    ("run.>", "run.faulted"),
    ("run.>", "run.a.b.c"),
    (">", "run"),
    (">", "run.faulted"),
    ("*", "orders"),
    ("orders.*.signed", "orders.eu.signed"),
    ("orders.*.>", "orders.eu.x.y"),
]
OTHERS = [
    ("run.faulted", "run.fault"),
    ("run.faulted", "xrun.faulted"),
    ("run.*", "run"),
    ("run.*", "run.a.b"),
    ("run.>", "run"),
    ("*", "run.faulted"),
    ("a.b", "axb"),
    ("orders.*.signed", "orders.signed"),
    ("orders.*.signed", "orders.eu.de.signed"),
    ("run.faulted", "run.faulted\n"),
]


@pytest.mark.parametrize(("pattern", "topic"), MATCHING)
def test_pattern_matches(pattern: str, topic: str) -> None:
    assert check_patterns("patterns", [pattern]).matches(topic)


@pytest.mark.parametrize(("pattern", "topic"), OTHERS)
def test_pattern_does_not_match(pattern: str, topic: str) -> None:
    assert not check_patterns("patterns", [pattern]).matches(topic)


def test_one_of_several_patterns_is_enough_and_none_means_all() -> None:
    both = Patterns(["run.faulted", "external-event.refused"])
    assert both.matches("run.faulted")
    assert both.matches("external-event.refused")
    assert not both.matches("run.started")
    assert Patterns([]).matches("run.started")


@pytest.mark.parametrize(
    "text",
    ["", ".", "run.", "run..x", ">.run", "run.>.x", "run.f*", "ru>", "**", "a b", "(a|b)", "x\n"]
    + [".".join("*" * 17), "x" * 256],
)
def test_what_is_not_a_pattern_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(FieldInvalid) as refused:
        check_patterns("patterns", [">", text])
    assert refused.value.facts["field"] == "patterns[1]"


def test_there_is_a_limit_to_how_many() -> None:
    with pytest.raises(FieldInvalid):
        check_patterns("patterns", ["x"] * (PATTERNS_MAX + 1))


WORDS = st.lists(st.sampled_from(["a", "b", "cc"]), min_size=1, max_size=5)


def by_definition(pattern: list[str], topic: list[str]) -> bool:
    """Match word by word, as the NATS documentation tells it."""
    if not pattern or not topic:
        return not pattern and not topic
    if pattern[0] == ">":
        return True
    return pattern[0] in ("*", topic[0]) and by_definition(pattern[1:], topic[1:])


@given(WORDS, st.lists(st.sampled_from(["a", "b", "cc", "*"]), max_size=5), st.booleans())
def test_pattern_matches_as_its_words_do(topic: list[str], words: list[str], rest: bool) -> None:
    pattern = [*words, ">"] if rest or not words else words
    assert problem_with(".".join(pattern)) is None
    matched = Patterns([".".join(pattern)]).matches(".".join(topic))
    assert matched == by_definition(pattern, topic)
