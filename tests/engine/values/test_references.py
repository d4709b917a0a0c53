"""Which variables, nodes and constructs an assignment speaks of."""

import pytest
from value_words import (
    INT,
    STR,
    array_of,
    expr,
    fmt,
    lit,
    map_builder,
    map_of,
    output,
    path,
    size,
    struct,
    struct_of,
    var,
)

from hitchpost.v1.assignment_pb2 import ADD, VariableAssignment
from hitchpost_server.engine.values.references import (
    node_outputs_of,
    unsupported,
    variables_of,
)

BUILDER = VariableAssignment(
    struct_builder={
        "struct_def_id": {"name": "car"},
        "value": {
            "fields": {
                "a": {"simple_value": var("x")},
                "b": {"sub_structure": {"fields": {"c": {"simple_value": output("n")}}}},
            }
        },
    }
)


@pytest.mark.parametrize(
    ("assignment", "variables", "nodes"),
    [
        (lit(5), set(), set()),
        (VariableAssignment(), set(), set()),
        (var("x"), {"x"}, set()),
        (output("n"), set(), {"n"}),
        (expr(var("x"), ADD, expr(var("y"), ADD, output("n"))), {"x", "y"}, {"n"}),
        (fmt(var("x"), var("y"), output("n")), {"x", "y"}, {"n"}),
        (size(var("x")), {"x"}, set()),
        (var("x", lh_path=path("k", output("n"), var("y"))), {"x", "y"}, {"n"}),
        (map_builder({"k": expr(var("x"), ADD, 1)}), {"x"}, set()),
        (BUILDER, {"x"}, {"n"}),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_an_assignment_reads_is_found_at_every_level(assignment, variables, nodes):
    assert variables_of(assignment) == variables
    assert node_outputs_of(assignment) == nodes


@pytest.mark.parametrize(
    ("assignment", "name"),
    [
        (BUILDER, "struct_builder"),
        (fmt("{0}", size(BUILDER)), "struct_builder"),
        (lit(struct("car")), "STRUCT value"),
        (var("x", target_type=struct_of("car")), "STRUCT type"),
        (var("x", target_type=array_of(struct_of("car"))), "STRUCT type"),
        (map_builder({}, of=(STR, struct_of("car"))), "STRUCT type"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_is_not_built_is_named(assignment, name):
    assert unsupported(assignment) == name


@pytest.mark.parametrize(
    "assignment",
    [
        lit(5),
        expr(var("x"), ADD, fmt("{0}", output("n", json_path="a"))),
        map_builder({"a": 1}, of=(STR, map_of(STR, array_of(INT)))),
        var("x", lh_path=path(var("y")), target_type=INT),
    ],
    ids=lambda each: str(each)[:40],
)
def test_everything_else_is_built(assignment):
    assert unsupported(assignment) is None
