"""Putting StructDefs: what their fields may be, and which version a put makes."""

import pytest

from hitchpost.v1.struct_def_pb2 import PutStructDefRequest
from hitchpost.v1.value_pb2 import (
    BOOL,
    INT,
    JSON_ARR,
    JSON_OBJ,
    STR,
    InlineArrayDef,
    InlineMapDef,
    StructFieldDef,
    TypeDefinition,
    VariableValue,
)
from hitchpost_server.engine.definitions.struct_defs import put_struct_def
from hitchpost_server.engine.errors import DefinitionInvalid, FieldInvalid

NULL = VariableValue()


def array(item: int | TypeDefinition) -> TypeDefinition:
    given = TypeDefinition(primitive_type=item) if isinstance(item, int) else item
    return TypeDefinition(inline_array_def=InlineArrayDef(array_type=given))


def struct(name: str, version: int = -1) -> TypeDefinition:
    return TypeDefinition(struct_def_id={"name": name, "version": version})


def field(kind: int | TypeDefinition, **settings) -> StructFieldDef:
    given = TypeDefinition(primitive_type=kind) if isinstance(kind, int) else kind
    return StructFieldDef(field_type=given, **settings)


def test_the_first_version_is_zero(catalogue):
    car = catalogue.add_struct("car", brand=STR, doors=INT)
    assert (car.id.name, car.id.version) == ("car", 0)
    assert sorted(car.struct_def.fields) == ["brand", "doors"]


def test_the_same_fields_again_are_the_stored_version(catalogue):
    assert catalogue.add_struct("car", brand=STR) is catalogue.add_struct("car", brand=STR)


def test_another_description_alone_is_the_next_version(catalogue, now):
    catalogue.add_struct("car", brand=STR)
    request = PutStructDefRequest(name="car", description="drives")
    request.struct_def.fields["brand"].CopyFrom(field(STR))
    second = put_struct_def(request, catalogue.struct_def("car", 0), catalogue, now)
    assert (second.id.version, second.description) == (1, "drives")
    assert not catalogue.struct_def("car", 0).HasField("description")


@pytest.mark.parametrize("name", ["brand", "a", "model2", "camelCase9Deep"])
def test_a_field_is_named_in_camel_case(catalogue, name):
    assert name in catalogue.add_struct("car", **{name: STR}).struct_def.fields


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("brand_name", "underscore"),
        ("2doors", "begin with a letter"),
        ("Brand", "capital"),
        ("bra$nd", "letters and digits"),
        ("$brand", "begin with a letter"),
        ("straße", "letters and digits"),
        ("", "needed"),
    ],
)
def test_any_other_name_of_a_field_is_refused(catalogue, name, problem):
    with pytest.raises(DefinitionInvalid, match=problem):
        catalogue.add_struct("car", **{name: STR})


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        (JSON_OBJ, "JSON_OBJ"),
        (JSON_ARR, "JSON_ARR"),
        (TypeDefinition(), "JSON_OBJ"),
        (array(JSON_ARR), "JSON_ARR"),
        (array(array(JSON_OBJ)), "JSON_OBJ"),
        (TypeDefinition(inline_array_def=InlineArrayDef()), "JSON_OBJ"),
        (
            TypeDefinition(
                inline_map_def=InlineMapDef(key_type={"primitive_type": STR}, value_type={})
            ),
            "JSON_OBJ",
        ),
    ],
)
def test_json_is_not_allowed_at_any_depth(catalogue, kind, named):
    with pytest.raises(DefinitionInvalid, match=f"Forbidden JSON type {named}"):
        catalogue.add_struct("car", brand=kind)


def test_what_cannot_be_a_maps_key_is_refused(catalogue):
    odd = InlineMapDef(key_type=array(STR), value_type={"primitive_type": STR})
    with pytest.raises(DefinitionInvalid, match="key"):
        catalogue.add_struct("car", brand=TypeDefinition(inline_map_def=odd))


def test_a_default_fits_its_type(catalogue):
    catalogue.add_struct("car", brand=field(STR, default_value={"str": "none"}))
    with pytest.raises(DefinitionInvalid, match="STR does not fit INT"):
        catalogue.add_struct("bus", seats=field(INT, default_value={"str": "many"}))


def test_only_a_nullable_field_has_null_as_its_default(catalogue):
    catalogue.add_struct("car", brand=field(STR, default_value=NULL, is_nullable=True))
    with pytest.raises(DefinitionInvalid, match="not nullable"):
        catalogue.add_struct("bus", brand=field(STR, default_value=NULL))


def test_a_default_struct_is_kept_as_one_of_the_pinned_version(catalogue):
    catalogue.add_struct("wheel", size=INT)
    small = VariableValue(struct={"struct_def_id": {"name": "wheel", "version": -1}})
    small.struct.struct.fields["size"].value.int = 3
    car = catalogue.add_struct("car", wheel=field(struct("wheel"), default_value=small))
    kept = car.struct_def.fields["wheel"].default_value.struct
    assert (kept.struct_def_id.version, kept.struct.fields["size"].value.int) == (0, 3)


@pytest.mark.parametrize("kind", [struct("wheel"), array(struct("wheel"))])
def test_the_latest_version_of_another_struct_is_pinned(catalogue, kind):
    catalogue.add_struct("wheel", size=INT)
    catalogue.add_struct("wheel", size=INT, worn=field(BOOL, is_nullable=True))
    pinned = catalogue.add_struct("car", wheels=kind).struct_def.fields["wheels"].field_type
    found = pinned.inline_array_def.array_type if pinned.HasField("inline_array_def") else pinned
    assert found.struct_def_id.version == 1


@pytest.mark.parametrize("kind", [struct("wheel"), struct("car"), array(struct("wheel", 7))])
def test_a_struct_that_does_not_exist_is_refused(catalogue, kind):
    with pytest.raises(DefinitionInvalid, match="Refers to non-existent StructDef"):
        catalogue.add_struct("car", other=kind)


def test_a_later_version_may_hold_an_earlier_one(catalogue):
    catalogue.add_struct("part", size=INT)
    second = catalogue.add_struct("part", size=INT, within=field(struct("part"), is_nullable=True))
    assert second.struct_def.fields["within"].field_type.struct_def_id.version == 0


def test_a_name_that_is_none_is_refused(catalogue):
    with pytest.raises(FieldInvalid):
        catalogue.add_struct("no_name", size=INT)
