"""What types are called, and what fits where without a cast."""

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
    mismatch,
    run,
    struct,
    struct_of,
    val,
)

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import InlineStructDef, TypeDefinition, VariableDef, VariableValue
from hitchpost_server.engine.values.json_texts import JSON_DEPTH_MAX
from hitchpost_server.engine.values.types import (
    is_assignable,
    normalised,
    type_name,
    type_of,
    variable_type,
)

PRIMITIVES = [BOOL, BYTES, DOUBLE, INT, JSON_ARR, JSON_OBJ, STR, TIMESTAMP, WF_RUN_ID]
ALSO_FIT = {"STR": {"INT", "DOUBLE", "BOOL", "BYTES", "WF_RUN_ID"}, "DOUBLE": {"INT"}}


@pytest.mark.parametrize("unset", [None, TypeDefinition(), {"inline_struct_def": {}}], ids=repr)
def test_a_type_that_defines_nothing_is_json(unset):
    given = TypeDefinition(**unset) if isinstance(unset, dict) else unset
    assert normalised(given) == JSON_OBJ


def test_what_is_unset_inside_of_an_array_or_a_map_is_json_too():
    inline = TypeDefinition(inline_struct_def=InlineStructDef())
    assert normalised(array_of(TypeDefinition())) == array_of(JSON_OBJ)
    assert normalised(map_of(STR, array_of(inline))) == map_of(STR, array_of(JSON_OBJ))
    assert normalised(array_of(None)) == array_of(None)


def test_the_deprecated_type_of_a_variable_wins():
    both = VariableDef(type=values.INT, type_def=STR)
    assert variable_type(both) == INT
    assert variable_type(VariableDef(type_def=STR)) == STR
    assert variable_type(VariableDef(type=values.JSON_OBJ, type_def=STR)) == JSON_OBJ
    assert variable_type(VariableDef()) == JSON_OBJ


@pytest.mark.parametrize(
    "masked",
    [
        VariableDef(type=values.INT, masked_value=True),
        VariableDef(type_def=INT, masked_value=True),
        VariableDef(type=values.INT, type_def=TypeDefinition(masked=True)),
    ],
    ids=repr,
)
def test_a_variable_is_masked_if_anything_says_so(masked):
    assert variable_type(masked) == TypeDefinition(primitive_type=values.INT, masked=True)


@pytest.mark.parametrize(
    ("type_def", "name"),
    [
        (INT, "INT"),
        (TypeDefinition(), "JSON_OBJ"),
        (array_of(INT), "ARRAY<INT>"),
        (map_of(STR, array_of(WF_RUN_ID)), "MAP<STR, ARRAY<WF_RUN_ID>>"),
        (array_of(None), "ARRAY<?>"),
        (struct_of("car", 2), "STRUCT<car, 2>"),
        (None, "?"),
    ],
    ids=str,
)
def test_types_have_names_for_people(type_def, name):
    assert type_name(type_def) == name


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (val({}), "JSON_OBJ"),
        (at(0), "TIMESTAMP"),
        (array(None, 1), "ARRAY<INT>"),
        (array(), "ARRAY<?>"),
        (array(of=STR), "ARRAY<STR>"),
        (array(array(True)), "ARRAY<ARRAY<BOOL>>"),
        (mapping({"a": None, "b": 1.5}), "MAP<STR, DOUBLE>"),
        (mapping({}, of=(INT, STR)), "MAP<INT, STR>"),
        (struct("car", 1), "STRUCT<car, 1>"),
        (VariableValue(), "?"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_value_has_a_type(value, name):
    assert type_name(type_of(value)) == name


@pytest.mark.parametrize("expected", PRIMITIVES, ids=type_name)
def test_primitive_types_fit_as_the_table_says(expected):
    name = type_name(expected)
    fitting = {type_name(each) for each in PRIMITIVES if is_assignable(each, expected)}
    assert fitting == ALSO_FIT.get(name, set()) | {name}


@pytest.mark.parametrize(
    ("source", "expected", "fits"),
    [
        (array_of(INT), array_of(INT), True),
        (array_of(INT), array_of(DOUBLE), False),
        (array_of(None), array_of(DOUBLE), True),
        (array_of(INT), JSON_ARR, False),
        (map_of(STR, INT), map_of(STR, INT), True),
        (map_of(STR, INT), map_of(INT, INT), False),
        (map_of(None, None), map_of(STR, INT), True),
        (struct_of("car", 1), struct_of("car", 2), True),
        (struct_of("car"), struct_of("bus"), False),
        (struct_of("car"), JSON_OBJ, False),
        (TypeDefinition(primitive_type=values.INT, masked=True), INT, True),
        (None, INT, True),
        (INT, None, True),
    ],
    ids=lambda each: type_name(each) if not isinstance(each, bool) else str(each),
)
def test_other_types_fit_by_what_they_hold(source, expected, fits):
    assert is_assignable(source, expected) is fits


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, INT),
        (5, DOUBLE),
        (5, STR),
        (run("a"), STR),
        ({"a": [1]}, JSON_OBJ),
        ([], JSON_ARR),
        (array(1, None, 2), array_of(INT)),
        (array(1, of=STR), array_of(INT)),
        (array(1), array_of(DOUBLE)),
        (mapping({None: 1, "a": None}), map_of(STR, INT)),
        (struct("car", 1), struct_of("car", 2)),
        (array(), array_of(STR)),
    ],
    ids=str,
)
def test_a_value_fits(value, expected):
    assert mismatch(val(value), expected) is None


@pytest.mark.parametrize(
    ("value", "expected", "words"),
    [
        (5.5, INT, ["DOUBLE", "INT"]),
        (at(0), STR, ["TIMESTAMP", "STR"]),
        ({}, STR, ["JSON_OBJ", "STR"]),
        ([], JSON_OBJ, ["JSON_ARR", "JSON_OBJ"]),
        (array(1, "a"), array_of(INT), ["item 1", "STR", "INT"]),
        (array(array("a")), array_of(array_of(INT)), ["item 0: item 0", "STR"]),
        (mapping({"a": 1, "b": True}), map_of(STR, INT), ["value of entry 1", "BOOL"]),
        (mapping({True: 1}), map_of(INT, INT), ["key of entry 0", "BOOL"]),
        (5, map_of(STR, INT), ["INT", "MAP<STR, INT>"]),
        (struct("bus"), struct_of("car"), ["bus", "car"]),
        (VariableValue(json_obj="{"), JSON_OBJ, ["malformed"]),
        (VariableValue(json_obj="[]"), JSON_OBJ, ["not an object"]),
        (VariableValue(json_arr="5"), JSON_ARR, ["not an array"]),
        (VariableValue(json_arr="[NaN]"), JSON_ARR, ["NaN"]),
        (VariableValue(json_arr="[1e999]"), JSON_ARR, ["too large"]),
        (VariableValue(json_arr="["), JSON_ARR, ["malformed"]),
        (array(VariableValue(json_obj="")), array_of(JSON_OBJ), ["item 0", "malformed"]),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_told_why(value, expected, words):
    problem = mismatch(val(value), expected)
    assert problem is not None
    for word in words:
        assert word in problem


@pytest.mark.parametrize("levels", [JSON_DEPTH_MAX + 1, 1_000, 200_000])
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "open"])
def test_deep_json_does_not_fit(levels, closed):
    text = "[" * levels + ("]" * levels if closed else "")
    assert mismatch(VariableValue(json_arr=text), JSON_ARR) is not None


def test_json_of_the_greatest_depth_fits():
    text = "[" * JSON_DEPTH_MAX + "]" * JSON_DEPTH_MAX
    assert mismatch(VariableValue(json_arr=text), JSON_ARR) is None


def test_brackets_within_texts_are_not_depth():
    assert mismatch(val(["[" * 1_000]), JSON_ARR) is None
