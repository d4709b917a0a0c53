"""Variables that a WfSpec declares, and those it speaks of."""

import pytest

from hitchpost.v1.assignment_pb2 import ADD, EQUALS, VariableAssignment
from hitchpost.v1.value_pb2 import (
    INT,
    JSON_OBJ,
    STR,
    TypeDefinition,
    VariableDef,
    VariableType,
    VariableValue,
)
from hitchpost.v1.wf_spec_pb2 import INHERITED_VAR, PRIVATE_VAR, PUBLIC_VAR, JsonIndex
from hitchpost_server.engine.definitions.variables import INPUT, MAP_KEY_TYPES
from hitchpost_server.engine.errors import DefinitionInvalid


def mapped(key):
    result = TypeDefinition()
    result.inline_map_def.key_type.primitive_type = key
    result.inline_map_def.value_type.primitive_type = STR
    return result


def test_a_variable_belongs_to_the_whole_wf_spec(put, spec):
    twice = spec().variable("x", INT).exit().thread("other").variable("x", INT).exit()
    with pytest.raises(DefinitionInvalid, match="variable x"):
        put(twice)


def test_each_thread_may_declare_an_input_of_its_own(put, spec):
    built = spec().variable(INPUT, INT).exit().thread("other").variable(INPUT, STR).exit()
    assert len(put(built).thread_specs) == 2


def test_one_thread_declares_its_input_once(put, spec):
    with pytest.raises(DefinitionInvalid, match="INPUT"):
        put(spec().variable(INPUT, INT).variable(INPUT, STR).exit())


def test_the_older_way_to_say_a_type_is_folded_into_the_newer(put, spec):
    built = spec().variable("x", STR).exit()
    variable = built.current.variable_defs[0].var_def
    variable.CopyFrom(VariableDef(name="x", type=INT, masked_value=True))
    stored = put(built).thread_specs["main"].variable_defs[0].var_def
    type_def = TypeDefinition(primitive_type=INT, masked=True)
    assert stored == VariableDef(name="x", type_def=type_def)


def test_a_type_that_says_nothing_is_json_obj(put, spec):
    stored = put(spec().variable("x", TypeDefinition()).exit())
    type_def = stored.thread_specs["main"].variable_defs[0].var_def.type_def
    assert type_def.WhichOneof("defined_type") == "primitive_type"
    assert type_def.primitive_type == JSON_OBJ


def test_defaults_and_indexes_are_kept_as_they_are(put, spec):
    built = spec().variable(
        "x",
        JSON_OBJ,
        default=VariableValue(str="of another type"),
        searchable=True,
        json_indexes=[JsonIndex(field_path="$.id", field_type=INT)],
    )
    stored = put(built.exit()).thread_specs["main"].variable_defs[0]
    assert stored == built.request.thread_specs["main"].variable_defs[0]


@pytest.mark.parametrize("key", VariableType.values())
def test_only_plain_values_are_keys_of_maps(put, spec, key):
    built = spec().variable("x", mapped(key)).exit()
    if key in MAP_KEY_TYPES:
        assert put(built)
    else:
        with pytest.raises(DefinitionInvalid, match="key"):
            put(built)


def test_nothing_is_inherited_without_a_parent(put, spec):
    with pytest.raises(DefinitionInvalid, match="no WfSpec above shares it"):
        put(spec().variable("x", INT, access_level=INHERITED_VAR).exit())


@pytest.mark.parametrize(("level", "is_shared"), [(PUBLIC_VAR, True), (PRIVATE_VAR, False)])
def test_only_what_a_parent_shares_is_inherited(put, spec, catalogue, level, is_shared):
    catalogue.wf_specs["above"] = put(spec("above").variable("x", INT, access_level=level).exit())
    child = spec("below").variable("x", INT, access_level=INHERITED_VAR).exit()
    child.request.parent_wf_spec.wf_spec_name = "above"
    if is_shared:
        assert put(child).parent_wf_spec.wf_spec_name == "above"
    else:
        with pytest.raises(DefinitionInvalid, match="no WfSpec above shares it"):
            put(child)


@pytest.mark.parametrize(("declared", "is_same"), [(STR, True), (INT, False)])
def test_an_inherited_variable_has_the_type_of_the_one_above(
    put, spec, catalogue, declared, is_same
):
    above = spec("above").variable("x", STR, access_level=PUBLIC_VAR).exit()
    catalogue.wf_specs["above"] = put(above)
    child = spec("below").variable("x", declared, access_level=INHERITED_VAR).exit()
    child.request.parent_wf_spec.wf_spec_name = "above"
    if is_same:
        assert put(child)
    else:
        with pytest.raises(DefinitionInvalid, match="is INT here and STR there"):
            put(child)


def test_a_parent_must_exist(put, spec):
    child = spec().exit()
    child.request.parent_wf_spec.wf_spec_name = "above"
    with pytest.raises(DefinitionInvalid, match=r"WfSpec above 0\.0 does not exist"):
        put(child)


def test_a_variable_of_another_thread_may_be_named(put, spec):
    built = spec().exit(spec.var("x")).thread("other").variable("x", INT).exit()
    assert put(built)


def unknown_everywhere(spec):
    ghost = spec.var("ghost")
    path = {"path": [{"dynamic": ghost}]}
    return {
        "task input": spec().task("greet", ghost),
        "condition": spec().exit().only_if(spec.expression(ghost, ghost, comparator=EQUALS)),
        "value of a mutation": spec().exit().change(lhs_name="x", rhs_assignment=ghost),
        "target of a mutation": spec().exit().change(lhs_name="ghost", rhs_assignment=ghost),
        "timeout": spec().wait("signed", timeout_seconds=ghost),
        "sleep": spec().then(sleep={"raw_seconds": ghost}),
        "output": spec().exit(ghost),
        "failure": spec().then(exit={"failure_def": {"failure_name": "oops", "content": ghost}}),
        "format": spec().exit(VariableAssignment(format_string={"format": ghost})),
        "size": spec().exit(VariableAssignment(size_of={"operand": ghost})),
        "path": spec().exit(spec.var("x", lh_path=path)),
        "expression": spec().exit(spec.expression(spec.var("x"), ghost, mutation_type=ADD)),
    }


PLACES = [
    "task input",
    "condition",
    "value of a mutation",
    "target of a mutation",
    "timeout",
    "sleep",
    "output",
    "failure",
    "format",
    "size",
    "path",
    "expression",
]


@pytest.mark.parametrize("place", PLACES)
def test_a_variable_that_no_thread_declares_is_refused_wherever_it_is_named(
    put, spec, catalogue, place
):
    catalogue.add_task("greet", INT)
    catalogue.add_event("signed")
    built = unknown_everywhere(spec)[place].variable("x", INT)
    with pytest.raises(DefinitionInvalid, match="variable ghost"):
        put(built)
