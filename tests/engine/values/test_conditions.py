"""Conditions of edges: when they are open, and when they cannot be asked."""

import pytest
from value_words import Known, compare, lit, var

from hitchpost.v1.assignment_pb2 import LESS_THAN
from hitchpost.v1.wf_spec_pb2 import Edge, LegacyEdgeCondition, WaitForConditionNode
from hitchpost_server.engine.values.conditions import compile_edge_condition
from hitchpost_server.engine.values.errors import EvaluationError


@pytest.mark.parametrize("holder", [Edge, WaitForConditionNode])
@pytest.mark.parametrize(
    "condition",
    [
        {"condition": compare(var("x"), LESS_THAN, 5)},
        {
            "legacy_condition": LegacyEdgeCondition(
                comparator=LESS_THAN, left=var("x"), right=lit(5)
            )
        },
    ],
    ids=["new", "legacy"],
)
def test_a_condition_is_asked(holder, condition):
    ask = compile_edge_condition(holder(**condition))
    assert ask is not None
    assert ask(Known({"x": 4})) is True
    assert ask(Known({"x": 5})) is False


def test_an_edge_without_a_condition_has_none():
    assert compile_edge_condition(Edge(sink_node_name="1-exit")) is None


def test_a_plain_variable_may_be_a_condition():
    ask = compile_edge_condition(Edge(condition=var("x")))
    assert ask is not None
    assert ask(Known({"x": True}))


@pytest.mark.parametrize("given", [None, "true", 1], ids=str)
def test_a_condition_that_is_no_bool_is_an_error(given):
    ask = compile_edge_condition(Edge(condition=var("x")))
    assert ask is not None
    with pytest.raises(EvaluationError, match="must be a BOOL"):
        ask(Known({"x": given}))


def test_a_legacy_condition_of_a_newer_client_is_an_error():
    ask = compile_edge_condition(Edge(legacy_condition=LegacyEdgeCondition(comparator=99)))
    assert ask is not None
    with pytest.raises(EvaluationError):
        ask(Known({}))
