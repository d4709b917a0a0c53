"""Comparators: order, equality, membership, and what cannot be compared."""

import pytest
from value_words import array, at, compare, evaluate, mapping, run, struct, val

from hitchpost.v1.assignment_pb2 import (
    EQUALS,
    GREATER_THAN,
    GREATER_THAN_EQ,
    IN,
    LESS_THAN,
    LESS_THAN_EQ,
    NOT_EQUALS,
    NOT_IN,
)
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.comparisons import order
from hitchpost_server.engine.values.errors import EvaluationError

ASCENDING = [
    (None, 0),
    (None, {}),
    (1, 2),
    (-(2**63), 2**63 - 1),
    (1.0, 1.5),
    (1e308, float("inf")),
    (float("inf"), float("nan")),
    (False, True),
    ("", "a"),
    ("Z", "a"),
    ("a", "ab"),
    ("\U0001f600", "\uff5e"),  # by units of UTF-16, not by characters
    (at(1, nanos=1), at(1, nanos=2)),
    (b"a", b"b"),
    (run("a"), run("a", parent="b")),
]
INCOMPARABLE = [
    (1, 1.0),
    (1, "1"),
    (True, "true"),
    ({}, {}),
    ([], []),
    (array(1), array(1)),
    (mapping({}), mapping({})),
    (b"a", "a"),
    (struct("car"), {}),
]
INSIDE = [
    (0, [0]),
    (1, [1.0]),
    ("a", ["a", "b"]),
    (None, [None]),
    (True, [True]),
    ({"a": 1}, [{"a": 1.0, "b": 2}]),
    ("hi", {"hi": 1}),
    (2, {"2": 1}),
    (2, "123"),
    ("", "abc"),
    (1, array(1, 2)),
    ("a", mapping({"a": 1})),
    (1, mapping({1: 1})),
]
OUTSIDE = [
    ([0], [[0]]),
    (True, [1]),
    (0, [False, None, "0"]),
    ({"a": 1}, [{"a": 2}, {"b": 1}, 1]),
    ({"a": {"b": 1}}, [{"a": {"b": 1, "c": 2}}]),
    ("ho", {"hi": "ho"}),
    (None, {"null": 1}),
    (None, "null"),
    (9, "123"),
    (1.0, array(1)),
    ("1", mapping({1: 1})),
]


@pytest.mark.parametrize(("low", "high"), ASCENDING, ids=str)
def test_values_have_an_order(low, high):
    assert order(val(low), val(high)) < 0 < order(val(high), val(low))
    assert order(val(low), val(low)) == 0 or isinstance(low, dict)


@pytest.mark.parametrize(
    ("comparator", "below", "same", "above"),
    [
        (LESS_THAN, True, False, False),
        (LESS_THAN_EQ, True, True, False),
        (GREATER_THAN, False, False, True),
        (GREATER_THAN_EQ, False, True, True),
        (EQUALS, False, True, False),
        (NOT_EQUALS, True, False, True),
    ],
)
@pytest.mark.parametrize(("low", "high"), [(1, 2), ("a", "b"), (None, 0), (None, {})], ids=str)
def test_comparators_follow_the_order(comparator, below, same, above, low, high):
    assert evaluate(compare(low, comparator, high)) == val(below)
    assert evaluate(compare(low, comparator, low)) == val(same)
    assert evaluate(compare(high, comparator, low)) == val(above)


@pytest.mark.parametrize("comparator", [LESS_THAN, GREATER_THAN_EQ, EQUALS, NOT_EQUALS])
@pytest.mark.parametrize(("left", "right"), INCOMPARABLE, ids=str)
def test_values_of_different_kinds_cannot_be_compared(comparator, left, right):
    with pytest.raises(EvaluationError, match="Cannot compare"):
        evaluate(compare(left, comparator, right))


def test_structs_are_equal_with_their_version():
    assert evaluate(compare(struct("car", 1), EQUALS, struct("car", 1))) == val(True)
    assert evaluate(compare(struct("car", 1), NOT_EQUALS, struct("car", 2))) == val(True)
    with pytest.raises(EvaluationError, match="Cannot compare"):
        evaluate(compare(struct("car"), LESS_THAN, struct("car")))


@pytest.mark.parametrize(("item", "container"), INSIDE, ids=str)
def test_a_value_is_found_inside(item, container):
    assert evaluate(compare(item, IN, container)) == val(True)
    assert evaluate(compare(item, NOT_IN, container)) == val(False)


@pytest.mark.parametrize(("item", "container"), OUTSIDE, ids=str)
def test_a_value_is_not_found_inside(item, container):
    assert evaluate(compare(item, IN, container)) == val(False)
    assert evaluate(compare(item, NOT_IN, container)) == val(True)


@pytest.mark.parametrize("container", [1, 1.0, True, None, b"a", at(0)], ids=str)
def test_nothing_is_inside_of_what_holds_nothing(container):
    with pytest.raises(EvaluationError, match="Cannot look for"):
        evaluate(compare(1, IN, container))


@pytest.mark.parametrize(
    "container",
    [
        VariableValue(json_arr="[1"),
        VariableValue(json_arr="5"),
        VariableValue(json_obj="5"),
        VariableValue(json_obj='"text"'),
    ],
    ids=str,
)
def test_a_search_in_json_that_is_not_what_it_says_is_an_error(container):
    with pytest.raises(EvaluationError, match="JSON"):
        evaluate(compare("t", IN, container))


def test_a_comparator_of_a_newer_client_is_an_error():
    with pytest.raises(EvaluationError, match="no comparator 99"):
        evaluate(compare(1, 99, 1))
