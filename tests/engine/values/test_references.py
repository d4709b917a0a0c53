"""Which variables and nodes an assignment speaks of."""

import pytest
from value_words import (
    expr,
    fmt,
    lit,
    map_builder,
    output,
    path,
    size,
    var,
)

from hitchpost.v1.assignment_pb2 import ADD, VariableAssignment
from hitchpost_server.engine.values.references import node_outputs_of, variables_of

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
    ids=[
        "a literal",
        "nothing",
        "a variable",
        "an output",
        "an expression",
        "a format string",
        "a size",
        "a path",
        "a map",
        "a struct",
    ],
)
def test_what_an_assignment_reads_is_found_at_every_level(assignment, variables, nodes):
    assert variables_of(assignment) == variables
    assert node_outputs_of(assignment) == nodes
