"""Expressions, sizes and built maps: what they yield, and when they cannot."""

from collections.abc import Callable
from typing import Any

import pytest
from value_words import (
    INT,
    STR,
    Known,
    array,
    array_of,
    at,
    compare,
    evaluate,
    expr,
    fmt,
    lit,
    map_builder,
    mapping,
    output,
    plain,
    run,
    size,
    struct,
    val,
    var,
)

from hitchpost.v1.assignment_pb2 import (
    ADD,
    AND,
    ASSIGN,
    DIVIDE,
    EQUALS,
    EXTEND,
    MULTIPLY,
    OR,
    POW,
    REMOVE_IF_PRESENT,
    REMOVE_INDEX,
    REMOVE_KEY,
    SUBTRACT,
    VariableAssignment,
)
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import compile_assignment
from hitchpost_server.engine.values.limits import JSON_DEPTH_MAX, VALUE_LENGTH_MAX

YIELDS = [
    (5, ADD, 6, 11),
    (5, DIVIDE, 2, 2),
    (-5, DIVIDE, 2, -2),
    (5.0, DIVIDE, 2, 2.5),
    (5, DIVIDE, 2.0, 2.5),
    (5.0, DIVIDE, 2.0, 2.5),
    (10, MULTIPLY, 100.5, 1005.0),
    (7, SUBTRACT, 9, -2),
    (2, POW, 10, 1024),
    (2, POW, -1, 0),
    (-1, POW, -3, -1),
    (0, POW, 0, 1),
    (-1, POW, 2**62, 1),
    (2, POW, 0.5, 2**0.5),
    ("a", ADD, "b", "ab"),
    ("a", EXTEND, 5.0, "a5.0"),
    ("a", ADD, True, "atrue"),
    ("a", ADD, run("c", parent="p"), "ap_c"),
    ("a", ADD, at(0), "a1970-01-01T00:00:00Z"),
    (True, AND, False, False),
    (True, AND, "TRUE", True),
    (False, OR, True, True),
    ("false", OR, "false", False),
    ([1], ADD, {"a": 2}, [1, {"a": 2}]),
    ([1], ADD, [2], [1, [2]]),
    ([1], ADD, None, [1, None]),
    ([1], EXTEND, [2, 3], [1, 2, 3]),
    ([1], EXTEND, array("a"), [1, "a"]),
    ([5, 5.0, "5", 5], REMOVE_IF_PRESENT, 5, [5.0, "5"]),
    ([True, 1], REMOVE_IF_PRESENT, True, [1]),
    ([1, None], REMOVE_IF_PRESENT, None, [1]),
    ([1, 2], REMOVE_INDEX, 0, [2]),
    ([1, 2], REMOVE_INDEX, 1.9, [1]),
    ({"a": 1, "b": 2}, REMOVE_KEY, "a", {"b": 2}),
    ({"1": 1}, REMOVE_KEY, 1, {}),
    ({"a": 1}, REMOVE_KEY, "zzz", {"a": 1}),
    (b"a", EXTEND, b"b", b"ab"),
    (array(1), EXTEND, 2, [1, 2]),
    (array(1), EXTEND, array(2, 3), [1, 2, 3]),
    (array(array(1)), EXTEND, array(2), [[1], [2]]),
    (array(array(1)), EXTEND, array(array(2)), [[1], [2]]),
    (array(), EXTEND, 1, [1]),
    (array(), EXTEND, array(1), [1]),
    (array(1, 2, 1), REMOVE_IF_PRESENT, 1, [2]),
    (array(1, 2), REMOVE_INDEX, 1, [1]),
    (mapping({"a": 1, "b": 2}), EXTEND, mapping({"b": 3, "c": 4}), {"a": 1, "b": 3, "c": 4}),
    (mapping({"a": 1}), REMOVE_KEY, "a", {}),
    (mapping({"a": 1}), REMOVE_KEY, "zzz", {"a": 1}),
    (None, ASSIGN, 5, 5),
]
FAILS = [
    (1, DIVIDE, 0, "divide by zero"),
    (1.0, DIVIDE, 0, "divide by zero"),
    (1, DIVIDE, 0.0, "divide by zero"),
    (1, MULTIPLY, None, "null"),
    (None, MULTIPLY, 1, "null"),
    (None, ADD, "a", "null"),
    ("a", ADD, None, "null"),
    (None, AND, True, "null"),
    (True, AND, None, "null"),
    (True, AND, "maybe", "Cannot cast"),
    (True, AND, 1, "neither true nor false"),
    ("a", MULTIPLY, 2, "Cannot multiply to a STR"),
    (True, ADD, True, "Cannot add to a BOOL"),
    (1, ADD, "1", "not a number"),
    (2**63 - 1, ADD, 1, "64 bits"),
    (-(2**63), DIVIDE, -1, "64 bits"),
    (2**62, MULTIPLY, 2, "64 bits"),
    (10, POW, 2**62, "power"),
    (0, POW, -1, "power"),
    (10.0, POW, 400, "power"),
    (-8.0, POW, 0.5, "power"),
    ([1], REMOVE_INDEX, 1, "outside"),
    ([1], REMOVE_INDEX, -1, "outside"),
    ([1], REMOVE_INDEX, "0", "not a number"),
    ([1], REMOVE_INDEX, float("nan"), "finite"),
    ([1], EXTEND, 5, "Cannot extend"),
    ([1], ADD, float("nan"), "NaN"),
    (array(1), REMOVE_INDEX, 1, "outside"),
    (array(1), EXTEND, "a", "Cannot extend ARRAY<INT> by STR"),
    (array(1), EXTEND, array("a"), "Cannot extend"),
    (mapping({"a": 1}), EXTEND, mapping({1: 1}), "Cannot extend"),
    (mapping({"a": 1}), EXTEND, {}, "Cannot extend"),
    (struct("car"), ADD, 1, "Cannot add to a STRUCT"),
    (1, 99, 1, "operation 99"),
    (VariableValue(json_arr="[1"), ADD, 1, "malformed"),
    (VariableValue(json_arr="{}"), ADD, 1, "not an array"),
    ([1], EXTEND, VariableValue(json_arr="5"), "not an array"),
    ([1], EXTEND, VariableValue(json_arr='"ab"'), "not an array"),
    (VariableValue(json_obj="[]"), REMOVE_KEY, 1, "not an object"),
]


@pytest.mark.parametrize(("left", "operation", "right", "result"), YIELDS, ids=str)
def test_an_expression_yields(left, operation, right, result):
    found = plain(evaluate(expr(left, operation, right)))
    assert (found, type(found)) == (result, type(result))


@pytest.mark.parametrize(("left", "operation", "right", "words"), FAILS, ids=str)
def test_an_expression_fails(left, operation, right, words):
    with pytest.raises(EvaluationError, match=words):
        evaluate(expr(left, operation, right))


def test_expressions_nest():
    factor = expr(1.0, SUBTRACT, expr(10, DIVIDE, 100.0))
    price = expr(expr(10, MULTIPLY, 100.3), MULTIPLY, factor)
    assert evaluate(price).double == pytest.approx(902.7)
    assert evaluate(compare(fmt("{0}!", var("x")), EQUALS, "5!"), x=5) == val(True)


def test_what_is_written_into_an_array_says_what_it_holds():
    nested = array(array(1, of=INT), of=array_of(INT))
    extended = evaluate(expr(nested, EXTEND, array(2)))
    assert extended.array.items[1] == array(2, of=INT)
    assert extended.array.element_type == array_of(INT)


def test_a_source_is_taken_then_its_path_then_its_cast():
    given = {"a": "42"}
    assert evaluate(var("x", json_path="a", target_type=INT), x=given) == val(42)
    summed = expr(5, ADD, 6, target_type=STR)
    assert evaluate(summed) == val("11")


def test_the_output_of_a_node_is_a_source():
    scope = Known({}, {"1-greet": {"a": 1}})
    assert compile_assignment(output("1-greet", json_path="a"))(scope) == val(1)
    with pytest.raises(EvaluationError, match="never ran"):
        compile_assignment(output("2-other"))(scope)


def test_plain_variables_and_literals_are_handed_on_untouched():
    scope = Known({"x": 5})
    assert compile_assignment(var("x"))(scope) is scope.variables["x"]
    literal = compile_assignment(lit(5))
    assert literal(scope) is literal(scope)


@pytest.mark.parametrize(
    "assignment",
    [
        VariableAssignment(),
        VariableAssignment(expression={"lhs": lit(1), "rhs": lit(1)}),
        VariableAssignment(struct_builder={"struct_def_id": {"name": "gone"}}),
        var("unknown"),
        expr(var("unknown"), ADD, 1),
    ],
    ids=lambda each: each.WhichOneof("source") or "nothing",
)
def test_an_assignment_that_names_nothing_fails_when_it_runs(assignment):
    compiled = compile_assignment(assignment)
    with pytest.raises(EvaluationError):
        compiled(Known({}))


@pytest.mark.parametrize(
    ("given", "count"),
    [("", 0), ("héé", 3), ("\U0001f600", 2), ([], 0), ([1, [2, 3]], 2), (array(1, 2), 2)],
    ids=str,
)
def test_a_size_is_counted(given, count):
    assert evaluate(size(given)) == val(count)


@pytest.mark.parametrize("given", [5, None, {}, mapping({}), struct("car")], ids=str)
def test_what_has_no_size_is_an_error(given):
    with pytest.raises(EvaluationError, match=r"Cannot resolve size\(\)"):
        evaluate(size(given))


def test_a_map_is_built():
    built = evaluate(map_builder({"a": var("n")}), n=2)
    assert plain(built) == {"a": 2}


def test_a_built_map_says_what_it_holds_and_the_last_of_equal_keys_counts():
    builder = map_builder({"a": array(1), "b": array()}, of=(STR, array_of(INT)))
    builder.map_builder.entries.add(key=lit("a"), value=lit(array(3)))
    built = evaluate(builder)
    assert plain(built) == {"a": [3], "b": []}
    assert built.map.entries[1].value == array(of=INT)


@pytest.mark.parametrize("of", [(STR, INT), None], ids=["declared", "inferred"])
def test_a_map_of_mixed_values_is_not_built(of):
    with pytest.raises(EvaluationError, match="value of entry 1"):
        evaluate(map_builder({"a": 1, "b": "text"}, of=of))


def repeat(times: int, start: Any, step: Callable[[VariableValue], VariableAssignment]) -> None:
    value = val(start)
    for _ in range(times):
        value = evaluate(step(value))


@pytest.mark.parametrize(
    "seed", ["a" * 1024, ["a" * 1024], array("a" * 1024), b"a" * 1024], ids=lambda s: type(s)
)
def test_a_value_that_doubles_itself_is_stopped(seed):
    with pytest.raises(EvaluationError, match="longer"):
        repeat(VALUE_LENGTH_MAX.bit_length(), seed, lambda value: expr(value, EXTEND, value))


def test_a_list_that_swallows_itself_is_stopped():
    with pytest.raises(EvaluationError, match="deeper"):
        repeat(JSON_DEPTH_MAX, [], lambda value: expr([], ADD, value))


def test_doubles_may_overflow_to_infinity_as_in_java():
    assert evaluate(expr(1e308, MULTIPLY, 10)) == val(float("inf"))
    assert evaluate(expr("", ADD, expr(1e308, MULTIPLY, 10.0))) == val("Infinity")
