"""Explicit casts, and what assigning to a variable turns values into."""

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
    array,
    array_of,
    at,
    map_of,
    mapping,
    run,
    struct,
    struct_of,
    val,
)

from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.casts import cast, castable, coerce, text
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.types import type_name

PRIMITIVES = [BOOL, BYTES, DOUBLE, INT, JSON_ARR, JSON_OBJ, STR, TIMESTAMP, WF_RUN_ID]
CASTABLE = {
    "STR": {"STR", "INT", "DOUBLE", "BOOL", "BYTES", "WF_RUN_ID"},
    "DOUBLE": {"DOUBLE", "INT", "STR"},
    "INT": {"INT", "DOUBLE", "STR"},
    "BOOL": {"BOOL", "STR"},
    "BYTES": {"BYTES", "STR"},
    "WF_RUN_ID": {"WF_RUN_ID", "STR"},
}
# What both a cast and an assignment do.
CONVERSIONS = [
    (5, STR, "5"),
    (5.0, STR, "5.0"),
    (1e7, STR, "1.0E7"),
    (True, STR, "true"),
    (b"caf\xc3\xa9", STR, "café"),
    (run("b", parent="a"), STR, "a_b"),
    (5, DOUBLE, 5.0),
    (" 2.5 ", DOUBLE, 2.5),
    ("-1e3", DOUBLE, -1000.0),
    ("Infinity", DOUBLE, float("inf")),
    (4.4, INT, 4),
    (-4.9, INT, -4),
    (" 42 ", INT, 42),
    ("-9223372036854775808", INT, -(2**63)),
    ("TrUe ", BOOL, True),
    ("false", BOOL, False),
    ("café", BYTES, b"caf\xc3\xa9"),
    ("a_b", WF_RUN_ID, run("b", parent="a")),
    (None, INT, None),
]
REFUSALS = [
    ("4.4", INT),
    ("", INT),
    ("1_000", INT),
    ("9223372036854775808", INT),
    ("9" * 5_000, INT),
    (1e19, INT),
    (float("nan"), INT),
    (float("inf"), INT),
    ("x", DOUBLE),
    ("1e999", DOUBLE),
    ("0x10", DOUBLE),
    ("yes", BOOL),
    (1, BOOL),
    (b"\xff", STR),
    ("a__b", WF_RUN_ID),
    ("_".join("a" * 100), WF_RUN_ID),
    (5, JSON_OBJ),
    (array(1), INT),
]


@pytest.mark.parametrize("target", PRIMITIVES, ids=type_name)
def test_types_may_be_cast_as_the_table_says(target):
    name = type_name(target)
    found = {type_name(each) for each in PRIMITIVES if castable(each, target)}
    assert found == CASTABLE.get(name, {name})


@pytest.mark.parametrize(
    ("source", "target", "may"),
    [
        (None, INT, True),
        (array_of(INT), array_of(INT), True),
        (array_of(INT), INT, False),
        (JSON_ARR, array_of(INT), False),
        (struct_of("car", 1), struct_of("car", 2), True),
    ],
    ids=str,
)
def test_other_types_may_be_cast_only_where_they_fit(source, target, may):
    assert castable(source, target) is may


@pytest.mark.parametrize("convert", [cast, coerce])
@pytest.mark.parametrize(("given", "target", "result"), CONVERSIONS, ids=str)
def test_a_value_is_converted(convert, given, target, result):
    assert convert(val(given), target) == val(result)


@pytest.mark.parametrize("convert", [cast, coerce])
@pytest.mark.parametrize(("given", "target"), REFUSALS, ids=lambda each: str(each)[:30])
def test_a_value_that_cannot_be_converted_is_an_error(convert, given, target):
    with pytest.raises(EvaluationError):
        convert(val(given), target)


def test_an_impossible_cast_names_both_types():
    with pytest.raises(EvaluationError, match="Cannot cast from DOUBLE to BOOL"):
        cast(val(1.5), BOOL)


def test_only_primitive_types_are_cast_to():
    assert cast(val([1]), array_of(INT)) == val([1])
    assert cast(struct("car"), struct_of("bus")) == struct("car")


@pytest.mark.parametrize(
    ("given", "target", "result"),
    [
        (at(1, nanos=999_000_000), INT, 1000),
        (at(1), STR, "1970-01-01T00:00:01Z"),
        ({"a": 1}, STR, '{"a":1}'),
        (5, WF_RUN_ID, run("5")),
        (1.5, WF_RUN_ID, run("1.5")),
    ],
    ids=str,
)
def test_assigning_converts_more_than_a_cast(given, target, result):
    assert coerce(val(given), target) == val(result)
    with pytest.raises(EvaluationError, match="Cannot cast"):
        cast(val(given), target)


@pytest.mark.parametrize(
    ("given", "target", "result"),
    [
        (array(1), array_of(INT), array(1, of=INT)),
        (array(), array_of(STR), array(of=STR)),
        (array(array()), array_of(array_of(INT)), array(array(of=INT), of=array_of(INT))),
        (mapping({}), map_of(STR, INT), mapping({}, of=(STR, INT))),
        (struct("car", 1), struct_of("car", 1), struct("car", 1)),
    ],
    ids=["items", "empty", "nested", "map", "struct"],
)
def test_what_an_array_holds_is_written_into_it(given, target, result):
    assert coerce(given, target) == result


@pytest.mark.parametrize(
    ("given", "target"),
    [
        (array(1, of=INT), array_of(DOUBLE)),
        (array(1, "a"), array_of(INT)),
        ([1], array_of(INT)),
        (array(1), JSON_ARR),
        (array(1), STR),
        (mapping({"a": 1}), map_of(INT, INT)),
        (struct("car", 1), struct_of("car", 2)),
        (struct("car"), JSON_OBJ),
        (5, struct_of("car")),
    ],
    ids=str,
)
def test_what_holds_other_things_is_not_assigned(given, target):
    with pytest.raises(EvaluationError, match="Cannot assign"):
        coerce(val(given), target)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (3.14, "3.14"),
        (0.001, "0.001"),
        (0.00099, "9.9E-4"),
        (9999999.0, "9999999.0"),
        (10000000.0, "1.0E7"),
        (-123456789.5, "-1.234567895E8"),
        (1e100, "1.0E100"),
        (1.5e-310, "1.5E-310"),
        (1e16, "1.0E16"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
    ],
    ids=str,
)
def test_doubles_are_written_as_java_writes_them(number, written):
    assert text(val(number)) == written


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (None, "null"),
        (array(1, "a", None), '[1,"a",null]'),
        (mapping({1: 2.5, "b": True}), '{"1":2.5,"b":true}'),
        (VariableValue(json_obj='{"b": 1}'), '{"b": 1}'),
        (at(0, nanos=5_000_000), "1970-01-01T00:00:00.005Z"),
    ],
    ids=str,
)
def test_everything_can_be_written_as_text(given, written):
    assert text(val(given)) == written
