"""WfSpecs that do not hold together."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.assignment_pb2 import ADD, VariableAssignment
from hitchpost.v1.history_pb2 import HistoryEvent, WfSpecPut
from hitchpost.v1.value_pb2 import INT
from hitchpost.v1.wf_spec_pb2 import NopNode, PutWfSpecRequest
from hitchpost_server.engine.definitions import limits
from hitchpost_server.engine.errors import (
    DefinitionInvalid,
    FieldInvalid,
    Rejection,
)
from hitchpost_server.storage.v1.storage_pb2 import LogRecord


def nested(levels):
    assignment = VariableAssignment(variable_name="x")
    for _ in range(levels - 1):
        assignment = VariableAssignment(size_of={"operand": assignment})
    return assignment


def test_an_empty_request_is_refused(put):
    with pytest.raises(FieldInvalid):
        put(PutWfSpecRequest())


def test_a_bad_name_is_refused(put, spec):
    with pytest.raises(FieldInvalid, match="bad_name"):
        put(spec("bad_name").exit())


def test_the_entrypoint_must_be_a_thread(put, spec):
    built = spec().exit()
    built.request.entrypoint_thread_name = "elsewhere"
    with pytest.raises(DefinitionInvalid, match="entrypoint_thread_name"):
        put(built)


@pytest.mark.parametrize("count", [0, 2])
def test_a_thread_has_exactly_one_entrypoint_node(put, spec, count):
    built = spec().exit()
    del built.current.nodes["0-entrypoint"]
    for index in range(count):
        built.current.nodes[f"entrypoint-{index}"].entrypoint.SetInParent()
    with pytest.raises(DefinitionInvalid, match="ENTRYPOINT"):
        put(built)


@pytest.mark.parametrize("kind", ["task", "sleep"])
def test_a_node_that_leaves_out_what_it_is_about_is_refused(put, spec, kind):
    with pytest.raises(DefinitionInvalid, match=f"1-{kind}"):
        put(spec().then(**{kind: {}}).exit())


def test_a_node_of_no_kind_is_refused(put, spec):
    built = spec().exit()
    built.current.nodes["1-exit"].ClearField("exit")
    with pytest.raises(DefinitionInvalid, match=r"nodes\[1-exit\].node"):
        put(built)


@pytest.mark.parametrize("part", ["lhs", "rhs", "mutation_type"])
def test_an_expression_that_lacks_a_part_is_refused(put, spec, part):
    content = spec.expression(spec.literal(int=1), spec.literal(int=2), mutation_type=1)
    content.expression.ClearField(part)
    with pytest.raises(DefinitionInvalid, match="expression"):
        put(spec().exit(content))


def test_an_assignment_of_nothing_is_refused(put, spec):
    with pytest.raises(DefinitionInvalid, match="source"):
        put(spec().exit(VariableAssignment()))


def test_a_mutation_of_nothing_is_refused(put, spec):
    with pytest.raises(DefinitionInvalid, match="rhs_value"):
        put(spec().variable("x", INT).exit().change(lhs_name="x"))


def test_an_enum_value_that_nobody_knows_is_refused(put, spec):
    with pytest.raises(DefinitionInvalid, match="allowed_updates"):
        put(spec().exit().allowing(77))
    with pytest.raises(DefinitionInvalid, match="access_level"):
        put(spec().variable("x", INT, access_level=77).exit())


def test_expressions_may_be_deep_but_not_too_deep(put, spec):
    deepest = nested(limits.ASSIGNMENT_DEPTH_MAX)
    with pytest.raises(DefinitionInvalid, match="size"):  # its types are wrong, its depth is not
        put(spec().variable("x", INT).exit(deepest))
    with pytest.raises(DefinitionInvalid, match="too deeply"):
        put(spec().variable("x", INT).exit(nested(limits.ASSIGNMENT_DEPTH_MAX + 1)))


def test_a_depth_that_no_parser_would_take_is_refused(put, spec):
    built = spec().variable("x", INT).exit()
    type_def = built.current.variable_defs[0].var_def.type_def
    for _ in range(500):
        type_def = type_def.inline_array_def.array_type
    type_def.primitive_type = INT
    with pytest.raises(DefinitionInvalid, match="too deeply"):
        put(built)


def test_the_deepest_wf_spec_can_still_be_read_from_the_log(put, spec):
    total = spec.var("x")
    for _ in range(limits.ASSIGNMENT_DEPTH_MAX - 1):
        total = spec.expression(total, spec.literal(int=1), mutation_type=ADD)
    built = spec().variable("x", INT).exit().change(lhs_name="x", rhs_assignment=total)
    event = HistoryEvent(wf_spec_put=WfSpecPut(wf_spec=put(built)))
    record = LogRecord(events=[event])
    assert LogRecord.FromString(record.SerializeToString()) == record


def test_too_many_nodes_are_refused(put, spec):
    built = spec()
    for index in range(limits.NODES_MAX + 1):
        built.current.nodes[f"n{index}"].nop.SetInParent()
    with pytest.raises(DefinitionInvalid, match="nodes"):
        put(built)


def test_too_many_threads_are_refused(put, spec):
    built = spec().exit()
    for index in range(limits.THREAD_SPECS_MAX):
        built.thread(f"thread {index}")
    with pytest.raises(DefinitionInvalid, match="thread_specs"):
        put(built)


def test_too_many_parts_are_refused(put, spec):
    built = spec().exit()
    for _ in range(limits.MESSAGES_MAX):
        built.current.nodes["1-exit"].outgoing_edges.add()
    with pytest.raises(DefinitionInvalid, match="parts"):
        put(built)


@pytest.mark.parametrize("label", ["", "x" * (limits.LABEL_LENGTH_MAX + 1)])
def test_names_of_nodes_threads_and_variables_are_neither_empty_nor_endless(put, spec, label):
    nodes = spec().exit()
    nodes.current.nodes[label].nop.SetInParent()
    for built in (nodes, spec().exit().thread(label), spec().variable(label, INT).exit()):
        with pytest.raises(DefinitionInvalid, match="name"):
            put(built)


def test_names_of_nodes_and_variables_may_be_anything_else(put, spec):
    built = spec().variable("wie heißt's?", INT).exit(spec.var("wie heißt's?"))
    assert put(built).id.name == "greet"


def test_a_moment_that_no_calendar_has_is_refused(put, spec):
    moment = spec.literal(utc_timestamp=Timestamp(seconds=10**15))
    with pytest.raises(DefinitionInvalid, match="utc_timestamp"):
        put(spec().exit(moment))


def test_what_is_quoted_in_a_refusal_stays_short(put, spec):
    name = "n" * limits.LABEL_LENGTH_MAX
    built = spec().then(nop=NopNode()).edge("0-entrypoint", name)
    with pytest.raises(Rejection) as refused:
        put(built)
    assert len(refused.value.message) < 500


def test_retention_may_be_nothing_but_not_less(put, spec):
    built = spec().exit()
    built.request.retention_policy.seconds_after_wf_termination = 0
    assert put(built).retention_policy.WhichOneof("wf_gc_policy")
    built.request.retention_policy.seconds_after_wf_termination = -1
    with pytest.raises(DefinitionInvalid, match="seconds_after_wf_termination"):
        put(built)
