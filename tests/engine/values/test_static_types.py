"""What can be told of assignments and conditions before anything runs."""

import pytest
from value_words import (
    BOOL,
    DOUBLE,
    INT,
    JSON_ARR,
    JSON_OBJ,
    STR,
    TIMESTAMP,
    Declared,
    array,
    array_of,
    compare,
    expr,
    fmt,
    lit,
    map_builder,
    map_of,
    mapping,
    output,
    path,
    size,
    static,
    struct,
    struct_of,
    var,
)

from hitchpost.v1.assignment_pb2 import (
    ADD,
    AND,
    ASSIGN,
    DIVIDE,
    EQUALS,
    EXTEND,
    IN,
    LESS_THAN,
    MULTIPLY,
    NOT_EQUALS,
    OR,
    POW,
    VariableAssignment,
)
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost.v1.wf_spec_pb2 import Edge, LegacyEdgeCondition
from hitchpost_server.engine.values.errors import StaticTypeError
from hitchpost_server.engine.values.static_types import (
    assignment_type,
    check_assignable,
    check_condition,
)
from hitchpost_server.engine.values.types import type_name

DECLARED = {
    "i": INT,
    "d": DOUBLE,
    "s": STR,
    "b": BOOL,
    "o": JSON_OBJ,
    "l": JSON_ARR,
    "a": array_of(INT),
    "m": map_of(STR, array_of(BOOL)),
    "mi": map_of(INT, STR),
    "t": TIMESTAMP,
    "car": struct_of("car"),
    "line": struct_of("line"),
    "gone": struct_of("gone"),
    "u": None,
}
TYPES = [
    (var("i"), "INT"),
    (var("u"), "?"),
    (lit(None), "?"),
    (lit(5.0), "DOUBLE"),
    (lit(array(1)), "ARRAY<INT>"),
    (lit("5", target_type=INT), "INT"),
    (var("i", target_type=STR), "STR"),
    (var("d", target_type=INT), "INT"),
    (var("u", target_type=BOOL), "BOOL"),
    (var("o", json_path="$.a"), "?"),
    (var("o", json_path="$.a", target_type=INT), "INT"),
    (var("u", json_path="a"), "?"),
    (var("i", target_type=DOUBLE), "DOUBLE"),
    (var("a", lh_path=path(0)), "INT"),
    (var("a", lh_path=path(var("i"))), "INT"),
    (var("m", lh_path=path("k", 0)), "BOOL"),
    (var("m", lh_path=path(var("u"))), "ARRAY<BOOL>"),
    (var("o", lh_path=path("k", 0)), "?"),
    (var("line", lh_path=path("start", "label")), "STR"),
    (var("line", lh_path=path("through", 0)), "STRUCT<point, 1>"),
    (var("line", lh_path=path("named", "a", "x")), "INT"),
    (var("line", lh_path=path(var("u"))), "?"),
    (var("gone", lh_path=path("x")), "?"),
    (var("i", lh_path=path()), "INT"),
    (compare(var("i"), LESS_THAN, var("o")), "BOOL"),
    (expr(var("i"), ADD, var("d")), "INT"),
    (expr(var("i"), POW, var("d")), "INT"),
    (expr(var("d"), DIVIDE, 2), "DOUBLE"),
    (expr(var("s"), ADD, var("t")), "STR"),
    (expr(var("u"), ADD, var("i")), "?"),
    (expr(var("i"), ADD, var("u")), "INT"),
    (expr(var("b"), AND, var("u")), "BOOL"),
    (expr(var("s"), OR, compare(1, EQUALS, 1)), "BOOL"),
    (expr(var("i"), ASSIGN, var("s")), "STR"),
    (expr(var("l"), EXTEND, [1]), "JSON_ARR"),
    (expr(var("a"), EXTEND, 5), "ARRAY<INT>"),
    (fmt("{0}", var("o")), "STR"),
    (fmt(var("u")), "STR"),
    (size(var("s")), "INT"),
    (size(var("u")), "INT"),
    (map_builder({"a": var("i")}, of=(STR, DOUBLE)), "MAP<STR, DOUBLE>"),
    (map_builder({"a": var("i")}), "MAP<?, ?>"),
]
REFUSED = [
    (VariableAssignment(), "no source"),
    (var("nobody"), "not declared"),
    (output("nowhere"), "no node nowhere"),
    (expr(var("nobody"), ADD, 1), "not declared"),
    (fmt("{0}", var("nobody")), "not declared"),
    (size(var("nobody")), "not declared"),
    (var("o", lh_path=path(var("nobody"))), "not declared"),
    (map_builder({"a": var("nobody")}), "not declared"),
    (var("d", target_type=BOOL), "Cannot cast from DOUBLE to BOOL"),
    (var("i", target_type=BOOL), "Cannot cast from INT to BOOL"),
    (var("o", target_type=TypeDefinition(primitive_type=4)), "Cannot cast from JSON_OBJ to STR"),
    (var("a", target_type=INT), "Cannot cast from ARRAY<INT> to INT"),
    (var("i", target_type=TypeDefinition()), "Cannot cast from INT to JSON_OBJ"),
    (var("s", json_path="$.a"), "Cannot follow a JSON path into STR"),
    (var("a", json_path="$[0]"), "Cannot follow a JSON path into ARRAY<INT>"),
    (var("o", json_path="$["), "not a JSON path"),
    (var("a", lh_path=path("k")), "entered by an index"),
    (var("m", lh_path=path(0)), "entered by a key"),
    (var("m", lh_path=path(var("i"))), "entered by a key"),
    (var("m", lh_path=path("k", "x")), "entered by an index"),
    (var("s", lh_path=path(0)), "no way into STR"),
    (var("o", lh_path=path(var("b"))), "not by BOOL"),
    (expr(var("s"), MULTIPLY, 2), "Cannot multiply to a STR"),
    (expr(var("i"), ADD, var("s")), "without explicit casting"),
    (expr(var("b"), AND, var("i")), "neither true nor false"),
    (VariableAssignment(expression={"lhs": lit(1), "rhs": lit(1)}), "names no operation"),
    (fmt(5), "format string is a STR"),
    (fmt("{"), "braces"),
    (size(var("i")), r"^size\(\).*STR, ARRAY, JSON_ARR"),
    (size(var("m")), r"^size\(\)"),
    (map_builder({"a": var("s")}, of=(STR, INT)), "without explicit casting"),
    (lit(VariableValue(json_obj="{")), "malformed"),
    (lit(array(1, "a")), "item 1"),
    (lit(struct("point", x=1)), "required fields are missing: y"),
    (lit(struct("gone")), "StructDef gone 0 does not exist"),
    (var("line", lh_path=path("middle")), "could not find field 'middle'"),
    (var("line", lh_path=path("start", "z")), "could not find field 'z'"),
    (var("line", lh_path=path(0)), "entered by a field"),
    (var("line", lh_path=path(var("i"))), "entered by a field"),
]
CONDITIONS = [
    var("b"),
    var("u"),
    var("o", json_path="$.a", target_type=BOOL),
    compare(var("o", json_path="$.a"), LESS_THAN, 5),
    compare(var("i"), LESS_THAN, var("s")),
    compare(var("o"), LESS_THAN, var("i")),
    compare(var("i"), LESS_THAN, None),
    compare(var("i"), EQUALS, var("s")),
    compare(var("o"), EQUALS, var("o")),
    compare(var("car"), NOT_EQUALS, var("car")),
    compare(var("i"), IN, var("l")),
    compare(var("s"), IN, var("o")),
    compare(var("i"), IN, var("a")),
    compare(var("i"), IN, var("mi")),
    expr(compare(var("o"), LESS_THAN, var("l")), AND, var("b")),
]
NO_CONDITIONS = [
    (var("i"), "must be a BOOL, not INT"),
    (var("s"), "must be a BOOL"),
    (var("o", json_path="$.a"), "from a path"),
    (expr(1, ADD, 1), "must be a BOOL"),
    (compare(var("i"), LESS_THAN, var("o")), "LESS_THAN cannot compare INT with JSON_OBJ"),
    (compare(var("o"), EQUALS, var("l")), "EQUALS"),
    (compare(var("i"), EQUALS, var("o")), "EQUALS"),
    (compare(var("s"), IN, var("s")), "IN"),
    (compare(var("i"), IN, var("o")), "IN"),
    (compare(var("b"), IN, var("a")), "IN"),
    (compare(1, 99, 1), "no comparator 99"),
]
FITTING = [
    (var("i"), DOUBLE),
    (var("i"), STR),
    (var("i"), None),
    (var("o", json_path="a"), INT),
    (lit(None), INT),
    (lit(array()), array_of(INT)),
    (expr(var("i"), MULTIPLY, 1.5), INT),
    (lit(mapping({})), map_of(STR, INT)),
]


@pytest.mark.parametrize(("assignment", "name"), TYPES, ids=lambda each: str(each)[:40])
def test_an_assignment_has_a_type(assignment, name):
    assert static(assignment, **DECLARED) == name


@pytest.mark.parametrize(("assignment", "words"), REFUSED, ids=lambda each: str(each)[:40])
def test_an_assignment_that_cannot_work_is_refused(assignment, words):
    with pytest.raises(StaticTypeError, match=words):
        static(assignment, **DECLARED)


def test_the_output_of_a_node_has_a_type():
    scope = Declared({}, {"1-greet": INT, "2-any": None})
    assert assignment_type(output("1-greet"), scope) == INT
    assert assignment_type(output("2-any", json_path="a"), scope) is None


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda each: str(each)[:40])
def test_a_condition_is_accepted(condition):
    check_condition(Edge(condition=condition), Declared(DECLARED))


@pytest.mark.parametrize(("condition", "words"), NO_CONDITIONS, ids=lambda each: str(each)[:40])
def test_what_is_no_condition_is_refused(condition, words):
    with pytest.raises(StaticTypeError, match=words):
        check_condition(Edge(condition=condition), Declared(DECLARED))


def test_an_edge_without_a_condition_is_accepted():
    check_condition(Edge(), Declared({}))


def test_a_legacy_condition_is_looked_at_as_well():
    compared = LegacyEdgeCondition(comparator=LESS_THAN, left=var("i"), right=var("i"))
    check_condition(Edge(legacy_condition=compared), Declared(DECLARED))
    compared.right.CopyFrom(var("o"))
    with pytest.raises(StaticTypeError, match="LESS_THAN"):
        check_condition(Edge(legacy_condition=compared), Declared(DECLARED))


@pytest.mark.parametrize(("assignment", "expected"), FITTING, ids=lambda each: str(each)[:40])
def test_an_assignment_fits(assignment, expected):
    check_assignable(assignment, expected, Declared(DECLARED))


@pytest.mark.parametrize(
    ("given", "expected"),
    [("s", INT), ("d", INT), ("t", STR), ("o", STR), ("a", array_of(DOUBLE)), ("l", array_of(INT))],
    ids=str,
)
def test_an_assignment_that_does_not_fit_is_refused_by_the_names_of_both_types(given, expected):
    with pytest.raises(StaticTypeError, match="without explicit casting") as refused:
        check_assignable(var(given), expected, Declared(DECLARED))
    assert type_name(DECLARED[given]) in str(refused.value)
    assert type_name(expected) in str(refused.value)
