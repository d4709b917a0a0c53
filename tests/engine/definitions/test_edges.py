"""Where edges may lead, when they are taken and what they may change."""

import pytest

from hitchpost.v1.assignment_pb2 import ASSIGN, EQUALS, LESS_THAN, MULTIPLY
from hitchpost.v1.value_pb2 import BOOL, INT, STR
from hitchpost.v1.wf_spec_pb2 import NopNode
from hitchpost_server.engine.errors import DefinitionInvalid


@pytest.mark.parametrize("sink", ["", "nowhere", "1-nop", "0-entrypoint"])
def test_an_edge_leads_to_another_node_of_the_thread(put, spec, sink):
    built = spec().then(nop=NopNode()).exit().edge("1-nop", sink)
    with pytest.raises(DefinitionInvalid, match="sink_node_name"):
        put(built)


def test_an_edge_does_not_lead_to_another_thread(put, spec):
    built = spec().exit().thread("other").then(nop=NopNode()).edge("1-nop", "1-exit")
    with pytest.raises(DefinitionInvalid, match="1-exit"):
        put(built)


def test_edges_may_lead_in_circles(put, spec):
    assert put(spec().then(nop=NopNode()).then(nop=NopNode()).edge("2-nop", "1-nop"))


def test_a_condition_is_a_bool(put, spec):
    compared = spec.expression(spec.var("count"), spec.literal(int=3), comparator=LESS_THAN)
    declared = spec().variable("count", INT).variable("done", BOOL)
    assert put(declared.exit().only_if(compared).exit().only_if(spec.var("done")))
    with pytest.raises(DefinitionInvalid, match="condition"):
        put(spec().variable("count", INT).exit().only_if(spec.var("count")))


def test_the_older_kind_of_condition_is_understood(put, spec):
    built = spec().variable("x", INT).exit()
    condition = built.current.nodes["0-entrypoint"].outgoing_edges[0].legacy_condition
    condition.comparator = EQUALS
    condition.left.CopyFrom(spec.var("x"))
    with pytest.raises(DefinitionInvalid, match="right"):
        put(built)
    condition.right.CopyFrom(spec.literal(int=1))
    assert put(built)


def test_an_int_may_become_a_str_and_not_the_other_way_round(put, spec):
    declared = spec().variable("text", STR).variable("number", INT).exit()
    change = {"operation": ASSIGN, "lhs_name": "text", "rhs_assignment": spec.var("number")}
    assert put(declared.change(**change))
    back = {"operation": ASSIGN, "lhs_name": "number", "rhs_assignment": spec.var("text")}
    with pytest.raises(DefinitionInvalid, match=r"(?i)without explicit casting"):
        put(declared.change(**back))


def test_a_str_is_not_multiplied(put, spec):
    built = spec().variable("text", STR).exit()
    with pytest.raises(DefinitionInvalid, match=r"(?i)cannot multiply to a str"):
        put(built.change(operation=MULTIPLY, lhs_name="text", rhs_assignment=spec.literal(str="x")))


def test_a_thread_sees_its_own_input(put, spec):
    built = spec().variable("INPUT", STR).exit()
    built.thread("other").variable("INPUT", INT).variable("sum", INT).exit()
    assert put(built.change(lhs_name="sum", rhs_assignment=spec.var("INPUT")))


@pytest.mark.parametrize(("output", "fits"), [(INT, True), (STR, False)])
def test_the_older_way_to_take_the_output_of_the_node_being_left_is_typed(
    put, spec, catalogue, output, fits
):
    catalogue.add_task("greet", output=output)
    built = spec().variable("x", INT).task("greet").exit().change(lhs_name="x", node_output={})
    if fits:
        assert put(built)
    else:
        with pytest.raises(DefinitionInvalid, match="STR"):
            put(built)
