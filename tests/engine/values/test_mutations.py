"""Mutations: the new value of a variable, whole or at a path."""

import pytest
from value_words import (
    BOOL,
    BYTES,
    DOUBLE,
    INT,
    JSON_ARR,
    JSON_OBJ,
    STR,
    TIMESTAMP,
    WF_RUN_ID,
    Known,
    array,
    array_of,
    at,
    lit,
    map_of,
    mapping,
    mutate,
    mutation,
    path,
    plain,
    run,
    val,
    var,
)

from hitchpost.v1.assignment_pb2 import (
    ADD,
    AND,
    ASSIGN,
    DIVIDE,
    EXTEND,
    MULTIPLY,
    OR,
    POW,
    REMOVE_IF_PRESENT,
    REMOVE_INDEX,
    REMOVE_KEY,
    SUBTRACT,
    LHPath,
    VariableAssignment,
    VariableMutation,
)
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.mutations import compile_mutation

CHANGES = [
    # ASSIGN
    (5, ASSIGN, 6, INT, 6),
    (5, ASSIGN, None, INT, None),
    (None, ASSIGN, "7", INT, 7),
    (5, ASSIGN, 902.7, INT, 902),
    (5, ASSIGN, at(2), INT, 2000),
    (5.0, ASSIGN, 6, DOUBLE, 6.0),
    ("a", ASSIGN, 1.0, STR, "1.0"),
    (True, ASSIGN, "FALSE", BOOL, False),
    (None, ASSIGN, "a_b", WF_RUN_ID, run("b", parent="a")),
    (None, ASSIGN, {"a": 1}, JSON_OBJ, {"a": 1}),
    (None, ASSIGN, array(1), array_of(INT), array(1, of=INT)),
    # numbers
    (5, ADD, 10, INT, 15),
    (5, ADD, 1.9, INT, 6),
    (5, ADD, -0.5, INT, 5),
    (5, SUBTRACT, 0.5, INT, 4),
    (5, MULTIPLY, 0.5, INT, 2),
    (5, DIVIDE, 0.4, INT, 12),
    (5, DIVIDE, 2, INT, 2),
    (-5, DIVIDE, 2, INT, -2),
    (2, POW, -1, INT, 0),
    (2, POW, 0.5, INT, 1),
    (5.0, DIVIDE, 2, DOUBLE, 2.5),
    (5, DIVIDE, 2, DOUBLE, 2.5),
    (2.0, POW, 3, DOUBLE, 8.0),
    # texts and truths
    ("a", ADD, 1, STR, "a1"),
    (1, EXTEND, 2.0, STR, "12.0"),
    (True, AND, "false", BOOL, False),
    (False, OR, True, BOOL, True),
    # JSON
    ([1], ADD, [2], JSON_ARR, [1, [2]]),
    ([1], EXTEND, [2], JSON_ARR, [1, 2]),
    ([1, "a", 1], REMOVE_IF_PRESENT, 1, JSON_ARR, ["a"]),
    ([1], REMOVE_IF_PRESENT, 2, JSON_ARR, [1]),
    ([1, 2], REMOVE_INDEX, 0, JSON_ARR, [2]),
    ({"a": 1, "b": 2}, REMOVE_KEY, "a", JSON_OBJ, {"b": 2}),
    ({"a": 1}, REMOVE_KEY, "b", JSON_OBJ, {"a": 1}),
    # the rest
    (b"a", EXTEND, b"b", BYTES, b"ab"),
    (array(), EXTEND, 1, array_of(INT), array(1, of=INT)),
    (array(1), EXTEND, array(2), array_of(INT), array(1, 2, of=INT)),
    (
        array(array(1)),
        EXTEND,
        array(),
        array_of(array_of(INT)),
        array(array(1, of=INT), array(of=INT), of=array_of(INT)),
    ),
    (array(1, 2), REMOVE_IF_PRESENT, 2, array_of(INT), array(1, of=INT)),
    (
        mapping({1: "a"}),
        EXTEND,
        mapping({2: "b", 1: "c"}),
        map_of(INT, STR),
        mapping({1: "c", 2: "b"}, of=(INT, STR)),
    ),
    (mapping({1: "a"}), REMOVE_KEY, 1, map_of(INT, STR), mapping({}, of=(INT, STR))),
    # a variable whose type is not known
    (5, ADD, 1.5, None, 6),
    (5, ASSIGN, "a", None, "a"),
]
ERRORS = [
    (5, ASSIGN, "a", INT, "Cannot cast"),
    (5, ASSIGN, True, INT, "Cannot assign"),
    (None, ASSIGN, [1], array_of(INT), "Cannot assign"),
    (5, DIVIDE, 0, INT, "divide by zero"),
    (5.0, DIVIDE, 0.0, DOUBLE, "divide by zero"),
    (5, MULTIPLY, None, INT, "null"),
    (None, ADD, 1, INT, "null"),
    (None, ADD, 1, None, "null"),
    (2**63 - 1, ADD, 1, INT, "64 bits"),
    (10, POW, 30, INT, "64 bits"),
    (5, MULTIPLY, 1e300, INT, "64 bits"),
    (5, DIVIDE, float("nan"), INT, "no INT"),
    ("a", REMOVE_INDEX, 0, STR, "Cannot remove an index"),
    ([1], REMOVE_INDEX, 3, JSON_ARR, "outside"),
    (None, ADD, 1, JSON_ARR, "null"),
    (None, EXTEND, 1, array_of(INT), "null"),
    (at(0), ADD, 1, TIMESTAMP, "Cannot add"),
    (5, 99, 1, INT, "operation 99"),
]
PATH_CHANGES = [
    ({"a": 1}, "$.a", ADD, 2, {"a": 3}),
    ({"a": 1}, "a", ASSIGN, "7", {"a": 7}),
    ({"a": 1}, "a", ASSIGN, 7.9, {"a": 7}),
    ({"a": "x"}, "a", ASSIGN, 7, {"a": "7"}),
    ({"a": 1}, "a", ASSIGN, None, {"a": None}),
    ({"a": None}, "a", MULTIPLY, 7, {"a": 7}),
    ({}, "a", MULTIPLY, "text", {"a": "text"}),
    ({}, "a", ASSIGN, {"b": [1.0]}, {"a": {"b": [1.0]}}),
    ({"a": {}}, "a.b", ADD, 7, {"a": {"b": 7}}),
    ({"a": {"b": 1}}, "a", ASSIGN, {"c": 2}, {"a": {"c": 2}}),
    ({"a": [1, 2]}, "a[1]", SUBTRACT, 5, {"a": [1, -3]}),
    ({"a": [1, 2]}, "$.a[-1]", ASSIGN, 9, {"a": [1, 9]}),
    ({"a": [1]}, "a", EXTEND, [2], {"a": [1, 2]}),
    ({"a": [1]}, "a", EXTEND, array(2), {"a": [1, 2]}),
    ({"a b": 1}, "$['a b']", ADD, 1, {"a b": 2}),
    ({"a": 1}, "$", ASSIGN, {"b": 2}, {"b": 2}),
    ([1, 2], "$[0]", ADD, 1, [2, 2]),
    ([1], "$", EXTEND, [2], [1, 2]),
    ({}, "a", ASSIGN, at(0), {"a": "1970-01-01T00:00:00Z"}),
    ({}, "a", ASSIGN, mapping({1: "x"}), {"a": {"1": "x"}}),
]
PATH_ERRORS = [
    ({}, "a.b", ASSIGN, 1, "missing property"),
    ({"a": None}, "a.b", ASSIGN, 1, "missing property"),
    ({"a": 5}, "a.b", ASSIGN, 1, "missing property"),
    ({"a": [1]}, "a[1]", ASSIGN, 1, "no index"),
    ({"a": [1]}, "a.b", ASSIGN, 1, "missing property"),
    ({"a": {}}, "a[0]", ASSIGN, 1, "no index"),
    ({"a": 1}, "a", ASSIGN, "text", "Cannot cast"),
    ({"a": 1}, "a", DIVIDE, 0, "divide by zero"),
    ({"a": 1}, "a", ADD, None, "null"),
    ({"a": 1}, "a", ASSIGN, float("inf"), "NaN"),
    ({"a": 1}, "$..a", ASSIGN, 1, "one place"),
    ({"a": [1]}, "$.a[*]", ASSIGN, 1, "one place"),
    ({"a": [1]}, "$.a.length()", ASSIGN, 1, "one place"),
    ({"a": 1}, "$[", ASSIGN, 1, "not a JSON path"),
    ({"a": 1}, "$", ASSIGN, [1], "Cannot assign"),
    (None, "a", ASSIGN, 1, "into NULL"),
    ("text", "a", ASSIGN, 1, "into STR"),
]
STEP_CHANGES = [
    ({"a": {}}, path("a", "b c"), ASSIGN, 1, {"a": {"b c": 1}}),
    ([1, 2], path(0), ADD, 1, [2, 2]),
    (array(1, 2, of=INT), path(1), ADD, 1.5, array(1, 3, of=INT)),
    (array(1, of=INT), path(0), ASSIGN, "5", array(5, of=INT)),
    (array(array(1), of=array_of(INT)), path(0, 0), ADD, 1, array(array(2), of=array_of(INT))),
    (mapping({"a": 1}), path("a"), ADD, 1, mapping({"a": 2})),
    (mapping({"a": 1}), path("b"), ADD, 1, mapping({"a": 1, "b": 1})),
    (mapping({"a": [1]}), path("a", 0), ADD, 1, mapping({"a": [2]})),
    (array({"k": 1}), path(0, "k"), ADD, 1, array({"k": 2})),
    (5, path(), ADD, 1, 6),
]
STEP_ERRORS = [
    (array(1), path(1), ASSIGN, 1, "no index"),
    (array(1), path("a"), ASSIGN, 1, "no index"),
    (mapping({}), path(0), ASSIGN, 1, "by a key"),
    (mapping({}), path("a", "b"), ASSIGN, 1, "missing property"),
    (array(1, of=INT), path(0), ASSIGN, True, "Cannot assign"),
    (5, path("a"), ASSIGN, 1, "INT has nothing"),
    (None, path("a"), ASSIGN, 1, "NULL has nothing"),
    (array(1), LHPath(path=[LHPath.Selector()]), ASSIGN, 1, "selector"),
]


@pytest.mark.parametrize(("current", "operation", "right", "declared", "result"), CHANGES, ids=str)
def test_a_variable_is_changed(current, operation, right, declared, result):
    assert mutate(current, operation, right, declared) == val(result)


@pytest.mark.parametrize(("current", "operation", "right", "declared", "words"), ERRORS, ids=str)
def test_a_variable_cannot_be_changed(current, operation, right, declared, words):
    with pytest.raises(EvaluationError, match=words):
        mutate(current, operation, right, declared)


@pytest.mark.parametrize(
    ("current", "where", "operation", "right", "result"), PATH_CHANGES, ids=str
)
def test_a_part_of_json_is_changed(current, where, operation, right, result):
    declared = JSON_ARR if isinstance(current, list) else JSON_OBJ
    found = mutate(current, operation, right, declared, lhs_json_path=where)
    assert plain(found) == result


@pytest.mark.parametrize(("current", "where", "operation", "right", "words"), PATH_ERRORS, ids=str)
def test_a_part_of_json_cannot_be_changed(current, where, operation, right, words):
    with pytest.raises(EvaluationError, match=words):
        mutate(current, operation, right, JSON_OBJ, lhs_json_path=where)


@pytest.mark.parametrize(
    ("current", "where", "operation", "right", "result"), STEP_CHANGES, ids=str
)
def test_a_part_at_the_end_of_steps_is_changed(current, where, operation, right, result):
    assert plain(mutate(current, operation, right, lhs_lh_path=where)) == plain(val(result))


@pytest.mark.parametrize(("current", "where", "operation", "right", "words"), STEP_ERRORS, ids=str)
def test_a_part_that_is_not_there_cannot_be_changed(current, where, operation, right, words):
    with pytest.raises(EvaluationError, match=words):
        mutate(current, operation, right, lhs_lh_path=where)


def test_a_step_may_be_taken_from_a_variable():
    made = compile_mutation(mutation(ADD, 1, lhs_lh_path=path(var("which"))), JSON_OBJ)
    assert plain(made.apply(val({"a": 1}), Known({"which": "a"}))) == {"a": 2}


def test_a_mutation_knows_its_variable_and_leaves_the_old_value_alone():
    made = compile_mutation(mutation(EXTEND, var("y"), name="x"), array_of(INT))
    current, scope = array(1, of=INT), Known({"y": 2})
    assert made.variable == "x"
    assert plain(made.apply(current, scope)) == [1, 2]
    assert current == array(1, of=INT)
    assert scope.variables == {"y": val(2)}


@pytest.mark.parametrize(
    ("right", "result"),
    [
        ({"literal_value": val(2)}, 3),
        ({"node_output": VariableMutation.NodeOutputSource(jsonpath="$.n")}, 8),
        ({"node_output": VariableMutation.NodeOutputSource(lh_path=path("n"))}, 8),
    ],
    ids=["literal", "json path", "steps"],
)
def test_the_deprecated_right_sides_are_understood(right, result):
    made = compile_mutation(VariableMutation(lhs_name="x", operation=ADD, **right), INT)
    assert made.apply(val(1), Known({}, {"": {"n": 7}})) == val(result)


def test_the_whole_output_of_the_node_being_left_may_be_a_right_side():
    source = VariableMutation.NodeOutputSource()
    made = compile_mutation(VariableMutation(lhs_name="x", node_output=source), INT)
    assert made.apply(val(1), Known({}, {"": 7})) == val(7)


@pytest.mark.parametrize(
    "given",
    [
        VariableMutation(lhs_name="x"),
        VariableMutation(lhs_name="x", rhs_assignment=VariableAssignment()),
        VariableMutation(lhs_name="x", rhs_assignment=lit(1, json_path="$[")),
    ],
    ids=["nothing", "no source", "no path"],
)
def test_a_mutation_without_a_right_side_fails_when_it_is_applied(given):
    made = compile_mutation(given, INT)
    with pytest.raises(EvaluationError):
        made.apply(val(1), Known({}))
