"""What the next version of a StructDef may change, and what it may not."""

import pytest

from hitchpost.v1.struct_def_pb2 import (
    FULLY_COMPATIBLE_SCHEMA_UPDATES,
    NO_SCHEMA_UPDATES,
    PutStructDefRequest,
    StructDefCompatibilityType,
    ValidateStructDefEvolutionRequest,
)
from hitchpost.v1.value_pb2 import BOOL, INT, JSON_OBJ, STR, InlineStructDef, StructFieldDef
from hitchpost_server.engine.definitions.struct_defs import is_valid_evolution, put_struct_def
from hitchpost_server.engine.errors import DefinitionInvalid


def fields(**kinds: int | StructFieldDef) -> InlineStructDef:
    result = InlineStructDef()
    for name, kind in kinds.items():
        given = StructFieldDef(field_type={"primitive_type": kind}) if kind in KINDS else kind
        result.fields[name].CopyFrom(given)
    return result


KINDS = (BOOL, INT, JSON_OBJ, STR)
OPTIONAL = StructFieldDef(field_type={"primitive_type": STR}, is_nullable=True)
DEFAULTED = StructFieldDef(field_type={"primitive_type": STR}, default_value={"str": "none"})
BEFORE = {"brand": STR, "doors": INT, "note": OPTIONAL}


@pytest.fixture
def put(catalogue, now):
    """Put a version of a car after the one of BEFORE."""
    catalogue.add_struct("car", **BEFORE)

    def put_it(allowed: StructDefCompatibilityType, **kinds):
        request = PutStructDefRequest(
            name="car", struct_def=fields(**kinds), allowed_updates=allowed
        )
        return put_struct_def(request, catalogue.struct_def("car", -1), catalogue, now)

    return put_it


@pytest.fixture
def is_valid(catalogue):
    def ask(allowed: StructDefCompatibilityType, version: int = -1, name: str = "car", **kinds):
        request = ValidateStructDefEvolutionRequest(
            struct_def_id={"name": name, "version": version},
            struct_def=fields(**kinds),
            compatibility_type=allowed,
        )
        return is_valid_evolution(request, catalogue)

    return ask


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"wheels": INT}, "wheels"),
        ({"doors": STR}, "doors"),
        ({"doors": STR, "wheels": INT, "note": STR}, "doors, note, wheels"),
    ],
)
def test_without_schema_updates_nothing_is_new_or_changed(put, is_valid, change, named):
    with pytest.raises(DefinitionInvalid, match=f"change: {named}"):
        put(NO_SCHEMA_UPDATES, **{**BEFORE, **change})
    assert not is_valid(NO_SCHEMA_UPDATES, **{**BEFORE, **change})


def test_without_schema_updates_a_field_may_still_go(put, is_valid):
    assert put(NO_SCHEMA_UPDATES, brand=STR).id.version == 1
    assert is_valid(NO_SCHEMA_UPDATES, brand=STR)


def test_the_same_fields_are_always_valid(put, is_valid):
    assert is_valid(NO_SCHEMA_UPDATES, **BEFORE)
    assert is_valid(FULLY_COMPATIBLE_SCHEMA_UPDATES, **BEFORE)


@pytest.mark.parametrize(
    "change",
    [
        {"colour": OPTIONAL},
        {"colour": DEFAULTED, "size": OPTIONAL},
        {"note": DEFAULTED},
        {"note": StructFieldDef(field_type={"primitive_type": INT}, is_nullable=True)},
    ],
)
def test_compatible_fields_that_are_not_required_come_and_change(put, is_valid, change):
    assert put(FULLY_COMPATIBLE_SCHEMA_UPDATES, **{**BEFORE, **change}).id.version == 1
    assert is_valid(FULLY_COMPATIBLE_SCHEMA_UPDATES, **{**BEFORE, **change})


def test_compatible_fields_that_are_not_required_go(put):
    assert put(FULLY_COMPATIBLE_SCHEMA_UPDATES, brand=STR, doors=INT).id.version == 1


@pytest.mark.parametrize(
    ("after", "named"),
    [
        ({"doors": INT, "note": OPTIONAL}, "brand"),
        ({**BEFORE, "brand": OPTIONAL}, "brand"),
        ({**BEFORE, "doors": STR}, "doors"),
        ({**BEFORE, "wheels": INT}, "wheels"),
        ({**BEFORE, "note": STR}, "note"),
        ({"doors": STR, "wheels": INT}, "brand, doors, wheels"),
    ],
)
def test_compatible_fields_that_are_required_stay_as_they_are(put, is_valid, after, named):
    with pytest.raises(DefinitionInvalid, match=f"change: {named}$|change: {named}[.]"):
        put(FULLY_COMPATIBLE_SCHEMA_UPDATES, **after)
    assert not is_valid(FULLY_COMPATIBLE_SCHEMA_UPDATES, **after)


def test_evolution_is_looked_at_from_the_version_that_is_named(catalogue, put, is_valid):
    catalogue.add_struct("car", **BEFORE, colour=OPTIONAL)
    assert not is_valid(NO_SCHEMA_UPDATES, version=0, **BEFORE, colour=OPTIONAL)
    assert is_valid(NO_SCHEMA_UPDATES, version=1, **BEFORE, colour=OPTIONAL)


def test_anything_may_follow_a_struct_that_does_not_exist(is_valid):
    assert is_valid(NO_SCHEMA_UPDATES, name="bus", seats=INT)


def test_what_cannot_be_put_cannot_be_validated(is_valid):
    with pytest.raises(DefinitionInvalid, match="Forbidden JSON type"):
        is_valid(NO_SCHEMA_UPDATES, name="bus", seats=JSON_OBJ)
