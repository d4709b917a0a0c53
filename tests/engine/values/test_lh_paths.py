"""Paths of keys and indexes into arrays, maps and JSON."""

import pytest
from value_words import INT, STR, array, compare, evaluate, lit, mapping, path, plain, val, var

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1.assignment_pb2 import LHPath, VariableAssignment
from hitchpost_server.engine.values.errors import EvaluationError

FOUND = [
    (array("a", "b"), path(1), "b"),
    (array(array(1), array(2, 3)), path(1, 0), 2),
    (array({"k": [5]}), path(0, "k", 0), 5),
    (mapping({"a": 1, "b": 2}), path("b"), 2),
    (mapping({"a": 1}), path("zzz"), None),
    (mapping({1: "a"}), path("1"), None),
    (mapping({"a": array(7)}), path("a", 0), 7),
    ({"a": {"b c": 1}}, path("a", "b c"), 1),
    ({"a.b": 1}, path("a.b"), 1),
    ({"a": 1}, path("a", "b"), None),
    ({"a": 1}, path(0), None),
    ([1, 2], path(-1), 2),
    ([1, 2], path(2), None),
    (5, path(), 5),
]
NOWHERE = [
    (array(1), path(1), "no index 1"),
    (array(1), path(-1), "no index -1"),
    (array(1), path("a"), "no index a"),
    (mapping({"a": 1}), path(0), "by a key"),
    (mapping({"a": 1}), path("zzz", "y"), "NULL has nothing"),
    (None, path("a"), "NULL has nothing"),
    ("text", path(0), "STR has nothing"),
    ({"a": 1}, LHPath(path=[LHPath.Selector()]), "selector"),
    ({"a": 1}, path(lit(1.5)), "not by DOUBLE"),
    ({"a": 1}, path(VariableAssignment()), "no source"),
]


@pytest.mark.parametrize(("given", "way", "found"), FOUND, ids=lambda each: str(each)[:40])
def test_a_path_leads_into_a_value(given, way, found):
    assert plain(evaluate(var("x", lh_path=way), x=given)) == found


@pytest.mark.parametrize(("given", "way", "words"), NOWHERE, ids=lambda each: str(each)[:40])
def test_a_path_that_leads_nowhere_is_an_error(given, way, words):
    with pytest.raises(EvaluationError, match=words):
        evaluate(var("x", lh_path=way), x=given)


def test_a_step_may_be_taken_from_a_variable():
    way = path(var("which"), var("index"))
    found = evaluate(var("x", lh_path=way), x={"a": [1, 2]}, which="a", index=1)
    assert found == val(2)


def test_what_a_path_finds_can_be_cast():
    found = evaluate(var("x", lh_path=path("n"), target_type=INT), x={"n": "12"})
    assert found == val(12)


def test_what_a_path_finds_can_be_compared():
    given = mapping({"a": 1}, of=(STR, INT))
    assert evaluate(compare(var("x", lh_path=path("a")), assignments.EQUALS, 1), x=given).bool
