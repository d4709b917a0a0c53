"""Which mutations may be registered for which types of variables."""

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
    Declared,
    array_of,
    lit,
    map_of,
    mutation,
    path,
    struct_of,
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
    VariableMutation,
)
from hitchpost_server.engine.values.errors import StaticTypeError
from hitchpost_server.engine.values.static_types import check_mutation

TYPES = {
    "INT": INT,
    "DOUBLE": DOUBLE,
    "STR": STR,
    "BOOL": BOOL,
    "BYTES": BYTES,
    "JSON_OBJ": JSON_OBJ,
    "JSON_ARR": JSON_ARR,
    "WF_RUN_ID": WF_RUN_ID,
    "TIMESTAMP": TIMESTAMP,
    "ARRAY": array_of(INT),
    "MAP": map_of(STR, INT),
    "STRUCT": struct_of("car"),
}
NUMBERS = {"INT", "DOUBLE"}
PRIMITIVES = set(TYPES) - {"ARRAY", "MAP", "STRUCT"}
WRITTEN = {"INT", "DOUBLE", "BOOL", "STR", "WF_RUN_ID", "TIMESTAMP"}
ARITHMETIC = dict.fromkeys((ADD, SUBTRACT, MULTIPLY, DIVIDE), NUMBERS)
ALLOWED = {
    "INT": {**ARITHMETIC, POW: {"INT"}},
    "DOUBLE": {**ARITHMETIC, POW: NUMBERS},
    "STR": {
        ADD: WRITTEN,
        EXTEND: WRITTEN,
        REMOVE_IF_PRESENT: set(TYPES),
        REMOVE_INDEX: set(TYPES),
    },
    "BOOL": dict.fromkeys((AND, OR), {"BOOL", "STR"}),
    "BYTES": {EXTEND: {"BYTES"}},
    "JSON_ARR": {
        ADD: set(TYPES),
        EXTEND: {"JSON_ARR", "ARRAY"},
        REMOVE_IF_PRESENT: PRIMITIVES,
        REMOVE_INDEX: NUMBERS,
    },
    "JSON_OBJ": {REMOVE_KEY: PRIMITIVES},
    "ARRAY": {EXTEND: {"INT", "ARRAY"}, REMOVE_IF_PRESENT: {"INT"}, REMOVE_INDEX: NUMBERS},
    "MAP": {EXTEND: {"MAP"}, REMOVE_KEY: {"STR", "INT", "DOUBLE", "BOOL", "BYTES", "WF_RUN_ID"}},
}
OPERATIONS = [*ARITHMETIC, POW, EXTEND, AND, OR, REMOVE_IF_PRESENT, REMOVE_INDEX, REMOVE_KEY]


def accepted(left: str, operation: int, right: str) -> bool:
    try:
        check_mutation(mutation(operation, var("right"), name="left"), scope(left, right))
    except StaticTypeError:
        return False
    return True


def scope(left: str, right: str) -> Declared:
    return Declared({"left": TYPES[left], "right": TYPES[right], "unknown": None})


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("left", TYPES)
def test_operations_are_accepted_as_the_table_says(left, operation):
    found = {right for right in TYPES if accepted(left, operation, right)}
    assert found == ALLOWED.get(left, {}).get(operation, set())


@pytest.mark.parametrize("left", TYPES)
def test_what_fits_may_be_assigned(left):
    also = {"STR": WRITTEN - {"TIMESTAMP"} | {"BYTES"}, "DOUBLE": {"INT"}}.get(left, set())
    assert {right for right in TYPES if accepted(left, ASSIGN, right)} == {left} | also


@pytest.mark.parametrize(
    ("left", "operation", "right", "words"),
    [
        ("STR", MULTIPLY, "INT", "(?i)cannot multiply to a str"),
        ("INT", ASSIGN, "STR", "STR.*INT.*without explicit casting"),
        ("INT", ADD, "STR", "STR to a INT without explicit casting"),
        ("TIMESTAMP", 99, "INT", "operation 99"),
    ],
    ids=str,
)
def test_a_refusal_says_why(left, operation, right, words):
    with pytest.raises(StaticTypeError, match=words):
        check_mutation(mutation(operation, var("right"), name="left"), scope(left, right))


@pytest.mark.parametrize(
    "given",
    [
        mutation(ASSIGN, var("right", target_type=INT), name="left"),
        mutation(ASSIGN, lit(None), name="left"),
        mutation(MULTIPLY, var("unknown"), name="right"),
        mutation(ASSIGN, var("left"), name="unknown"),
        VariableMutation(lhs_name="left", literal_value=val(1)),
    ],
    ids=["cast", "null", "unknown right", "unknown left", "literal"],
)
def test_what_is_cast_or_not_known_is_accepted(given):
    check_mutation(given, scope("INT", "STR"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (mutation(ASSIGN, var("nobody"), name="left"), "not declared"),
        (mutation(ASSIGN, 1, name="nobody"), "not declared"),
        (mutation(ASSIGN, var("right", target_type=BOOL), name="left"), "Cannot cast"),
        (VariableMutation(lhs_name="left"), "no right side"),
        (VariableMutation(lhs_name="left", literal_value=val("a")), "without explicit casting"),
        (mutation(ASSIGN, 1, name="left", lhs_json_path="$.a"), "JSON path into INT"),
    ],
    ids=str,
)
def test_a_mutation_that_cannot_work_is_refused(given, words):
    with pytest.raises(StaticTypeError, match=words):
        check_mutation(given, scope("INT", "DOUBLE"))


def test_at_a_json_path_types_are_not_known():
    check_mutation(
        mutation(MULTIPLY, var("right"), name="left", lhs_json_path="$.a.b"),
        scope("JSON_OBJ", "STR"),
    )


@pytest.mark.parametrize("where", ["$..a", "$.a[*]", "$[", "a.length()"])
def test_what_does_not_lead_to_one_place_cannot_be_written_to(where):
    with pytest.raises(StaticTypeError):
        check_mutation(
            mutation(ASSIGN, 1, name="x", lhs_json_path=where), Declared({"x": JSON_OBJ})
        )


def test_at_the_end_of_steps_the_type_may_be_known():
    declared = Declared({"a": array_of(INT), "o": JSON_OBJ})
    check_mutation(mutation(ADD, 1, name="a", lhs_lh_path=path(0)), declared)
    check_mutation(mutation(AND, True, name="o", lhs_lh_path=path("k")), declared)
    with pytest.raises(StaticTypeError, match="Cannot apply AND to a INT"):
        check_mutation(mutation(AND, True, name="a", lhs_lh_path=path(0)), declared)


@pytest.mark.parametrize(
    ("source", "accepted"),
    [({}, True), ({"jsonpath": "$.a"}, False), ({"lh_path": path("a")}, False)],
    ids=["whole", "json path", "steps"],
)
def test_the_output_of_the_node_being_left_is_looked_at(source, accepted):
    given = VariableMutation(lhs_name="x", node_output=VariableMutation.NodeOutputSource(**source))
    declared = Declared({"x": INT}, {"": INT})
    if accepted:
        check_mutation(given, declared)
    else:
        with pytest.raises(StaticTypeError):
            check_mutation(given, declared)
