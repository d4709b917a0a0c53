"""Putting TaskDefs."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.object_id_pb2 import StructDefId
from hitchpost.v1.task_pb2 import PutTaskDefRequest
from hitchpost.v1.value_pb2 import (
    INT,
    JSON_ARR,
    JSON_OBJ,
    STR,
    ReturnType,
    StructFieldDef,
    TypeDefinition,
    VariableDef,
    VariableValue,
)
from hitchpost_server.engine.definitions.task_defs import put_task_def
from hitchpost_server.engine.errors import (
    DefinitionExists,
    DefinitionInvalid,
    FieldInvalid,
)

LATER = Timestamp(seconds=1_800_000_000)


def greet(**settings):
    return PutTaskDefRequest(name="greet", input_vars=[VariableDef(name="who")], **settings)


def test_a_task_def_always_says_what_it_returns(catalogue, now):
    stored = put_task_def(greet(), None, catalogue, now)
    assert stored.HasField("return_type")
    assert not stored.return_type.HasField("return_type")
    assert (stored.id.name, stored.created_at) == ("greet", now)


def test_a_type_that_says_nothing_is_json_obj(catalogue, now):
    stored = put_task_def(
        greet(return_type=ReturnType(return_type=TypeDefinition())), None, catalogue, now
    )
    assert stored.return_type.return_type.WhichOneof("defined_type") == "primitive_type"
    assert stored.return_type.return_type.primitive_type == JSON_OBJ
    assert stored.input_vars[0].type_def.WhichOneof("defined_type") == "primitive_type"


def test_the_older_way_to_say_a_type_is_folded_into_the_newer(catalogue, now):
    old = VariableDef(name="who", type=STR, masked_value=True)
    stored = put_task_def(PutTaskDefRequest(name="greet", input_vars=[old]), None, catalogue, now)
    assert stored.input_vars == [
        VariableDef(name="who", type_def=TypeDefinition(primitive_type=STR, masked=True))
    ]


def test_the_same_task_def_again_is_the_stored_one(catalogue, now):
    stored = put_task_def(greet(), None, catalogue, now)
    assert put_task_def(greet(), stored, catalogue, LATER) is stored


def test_both_ways_to_say_a_type_say_the_same(catalogue, now):
    old = PutTaskDefRequest(name="greet", input_vars=[VariableDef(name="who", type=INT)])
    new = PutTaskDefRequest(
        name="greet",
        input_vars=[VariableDef(name="who", type_def=TypeDefinition(primitive_type=INT))],
    )
    stored = put_task_def(old, None, catalogue, now)
    assert put_task_def(new, stored, catalogue, LATER) is stored


@pytest.mark.parametrize(
    "other",
    [
        PutTaskDefRequest(name="greet"),
        greet(description="says hello"),
        greet(return_type=ReturnType(return_type=TypeDefinition(primitive_type=STR))),
    ],
)
def test_a_different_task_def_is_refused_by_name(catalogue, now, other):
    stored = put_task_def(greet(), None, catalogue, now)
    with pytest.raises(DefinitionExists, match=r"\[greet\]"):
        put_task_def(other, stored, catalogue, LATER)


def test_a_default_that_is_not_a_number_does_not_make_a_difference(catalogue, now):
    request = greet()
    request.input_vars[0].default_value.CopyFrom(VariableValue(double=float("nan")))
    stored = put_task_def(request, None, catalogue, now)
    assert put_task_def(request, stored, catalogue, LATER) is stored


def test_a_bad_name_is_refused(
    catalogue,
):
    with pytest.raises(FieldInvalid):
        put_task_def(PutTaskDefRequest(name="bad_name"), None, catalogue, LATER)


def test_an_input_without_a_name_is_refused(
    catalogue,
):
    with pytest.raises(DefinitionInvalid):
        put_task_def(
            PutTaskDefRequest(name="greet", input_vars=[VariableDef()]), None, catalogue, LATER
        )


@pytest.mark.parametrize("version", [-1, 0])
def test_structs_of_inputs_and_output_are_pinned(catalogue, version):
    catalogue.add_struct("person", name=STR)
    person = TypeDefinition(struct_def_id={"name": "person", "version": version})
    people = TypeDefinition(inline_array_def={"array_type": person})
    request = greet(return_type=ReturnType(return_type=people))
    request.input_vars[0].type_def.CopyFrom(person)
    stored = put_task_def(request, None, catalogue, LATER)
    assert stored.input_vars[0].type_def.struct_def_id.version == 0
    item = stored.return_type.return_type.inline_array_def.array_type
    assert item.struct_def_id.version == 0


def test_a_struct_must_exist(catalogue):
    request = greet()
    request.input_vars[0].type_def.struct_def_id.name = "person"
    with pytest.raises(
        DefinitionInvalid, match="Refers to non-existent StructDef person"
    ) as refused:
        put_task_def(request, None, catalogue, LATER)
    assert refused.value.facts["field"] == "input_vars[0].type_def.struct_def_id"


def test_the_same_again_says_something_else_once_there_is_a_newer_struct(catalogue):
    catalogue.add_struct("person", name=STR)
    request = greet()
    request.input_vars[0].type_def.struct_def_id.MergeFrom(StructDefId(name="person", version=-1))
    stored = put_task_def(request, None, catalogue, LATER)
    optional = StructFieldDef(field_type={"primitive_type": STR}, is_nullable=True)
    catalogue.add_struct("person", name=STR, nick=optional)
    with pytest.raises(DefinitionExists):
        put_task_def(request, stored, catalogue, LATER)


def test_a_list_cannot_be_the_key_of_a_map(
    catalogue,
):
    request = greet()
    array = request.input_vars[0].type_def.inline_array_def.array_type
    array.inline_map_def.key_type.primitive_type = JSON_ARR
    array.inline_map_def.value_type.primitive_type = STR
    with pytest.raises(DefinitionInvalid, match="key"):
        put_task_def(request, None, catalogue, LATER)


def test_a_type_that_does_not_exist_is_refused(
    catalogue,
):
    request = greet()
    request.input_vars[0].type_def.primitive_type = 77
    with pytest.raises(DefinitionInvalid, match="77"):
        put_task_def(request, None, catalogue, LATER)


def test_the_request_is_left_alone(catalogue, now):
    request = PutTaskDefRequest(name="greet", input_vars=[VariableDef(name="who", type=INT)])
    before = request.SerializeToString(deterministic=True)
    put_task_def(request, None, catalogue, now)
    assert request.SerializeToString(deterministic=True) == before
