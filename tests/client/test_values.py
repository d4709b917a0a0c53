from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hitchpost
from hitchpost.v1 import value_pb2
from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=8,
)
TIMES = st.datetimes(timezones=st.just(UTC))
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | FLOATS
    | TEXT
    | st.binary()
    | TIMES
    | st.dictionaries(TEXT, JSON)
    | st.lists(JSON)
)


KEYS = st.booleans() | st.integers(2, 2**63 - 1) | TEXT
NATIVE = st.recursive(
    ANYTHING,
    lambda inner: (
        st.lists(inner).map(hitchpost.Array) | st.dictionaries(KEYS, inner).map(hitchpost.Map)
    ),
    max_leaves=10,
)


@given(NATIVE)
def test_what_goes_in_comes_out(obj: object) -> None:
    back = hitchpost.from_value(hitchpost.to_value(obj))
    assert back == obj
    assert type(back) is type(obj)


@pytest.mark.parametrize(
    ("obj", "kind"),
    [
        (None, None),
        (True, "bool"),
        (1, "int"),
        (1.0, "double"),
        ("", "str"),
        (b"", "bytes"),
        (bytearray(b"x"), "bytes"),
        (datetime.now(UTC), "utc_timestamp"),
        ({}, "json_obj"),
        ([], "json_arr"),
        ((1, 2), "json_arr"),
        (WfRunId(id="a"), "wf_run_id"),
    ],
)
def test_each_python_type_has_its_kind(obj: object, kind: str | None) -> None:
    assert hitchpost.to_value(obj).WhichOneof("value") == kind


def test_a_value_is_passed_through() -> None:
    value = VariableValue(int=3)
    assert hitchpost.to_value(value) is value


@pytest.mark.parametrize(
    "obj",
    [
        2**63,
        -(2**63) - 1,
        object(),
        {1, 2},
        datetime(2030, 1, 1),
        {"at": datetime(2030, 1, 1, tzinfo=UTC)},
        [float("nan")],
        "\ud800",
        {"\ud800": 1},
    ],
    ids=lambda obj: type(obj).__name__,
)
def test_what_cannot_be_a_value_is_an_error(obj: object) -> None:
    with pytest.raises(hitchpost.ValueUnsupported):
        hitchpost.to_value(obj)


def test_json_that_goes_in_a_circle_is_an_error() -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(hitchpost.ValueUnsupported):
        hitchpost.to_value(circle)


def test_times_come_back_in_utc() -> None:
    given_time = datetime(2030, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    back = hitchpost.from_value(hitchpost.to_value(given_time))
    assert back == given_time
    assert back.utcoffset() == timedelta(0)


def test_structs_arrays_and_maps_become_plain_objects() -> None:
    one = VariableValue(int=1)
    array = VariableValue(array=value_pb2.Array(items=[one, VariableValue(str="a")]))
    fields = {"list": value_pb2.StructField(value=array)}
    struct = value_pb2.Struct(struct=value_pb2.InlineStruct(fields=fields))
    run = VariableValue(wf_run_id=hitchpost.wf_run_id("parent_child"))
    entries = [value_pb2.Map.Entry(key=run, value=VariableValue(struct=struct))]
    nested = VariableValue(map=value_pb2.Map(entries=entries))
    assert hitchpost.from_value(nested) == {"parent_child": {"list": [1, "a"]}}


def test_run_ids_have_a_text_form_that_names_the_parents() -> None:
    grandchild = hitchpost.wf_run_id("a_b_c")
    assert grandchild.id == "c"
    assert grandchild.parent_wf_run_id.parent_wf_run_id.id == "a"
    assert hitchpost.run_id_text(grandchild) == "a_b_c"


def test_a_masked_type_is_a_copy() -> None:
    plain = TypeDefinition(primitive_type=value_pb2.STR)
    assert hitchpost.masked(plain).masked
    assert not plain.masked
