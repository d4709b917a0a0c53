"""JSON read as values of declared types: the way back of `to_json`, within bounds."""

import json
from typing import Any

import pytest
from arbitrary import documents, ints, lists, objects, run_ids, texts, timestamps, type_defs
from hypothesis import example, given, settings
from hypothesis import strategies as st
from value_words import (
    BOOL,
    BYTES,
    DOUBLE,
    INT,
    JSON_ARR,
    JSON_OBJ,
    NULL,
    STR,
    STRUCTS,
    TIMESTAMP,
    WF_RUN_ID,
    Structs,
    array_of,
    field,
    map_of,
    struct_of,
    val,
)

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine.times import is_moment
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.casts import text
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_documents import to_json
from hitchpost_server.engine.values.json_texts import parse, write
from hitchpost_server.engine.values.struct_defs import definition_of, required_fields
from hitchpost_server.engine.values.type_definitions import (
    entry_type,
    item_type,
    key_type,
    kind_of,
    normalised,
)
from hitchpost_server.engine.values.typed_json import typed

law = settings(deadline=None, max_examples=200)
Values = st.SearchStrategy[VariableValue]

doubles = st.floats(allow_nan=False, allow_infinity=False)
SCALARS: dict[str, Values] = {
    "int": ints.map(val),
    "double": doubles.map(val),
    "bool": st.booleans().map(val),
    "str": texts.map(val),
    "bytes": texts.map(lambda one: val(one.encode())),
    "wf_run_id": run_ids().map(lambda one: VariableValue(wf_run_id=one)),
    "utc_timestamp": timestamps.filter(is_moment).map(lambda one: VariableValue(utc_timestamp=one)),
    "json_obj": objects.map(lambda one: VariableValue(json_obj=write(one))),
    "json_arr": lists.map(lambda one: VariableValue(json_arr=write(one))),
}
KEYS = [INT, STR, BOOL, DOUBLE, TIMESTAMP, WF_RUN_ID]
TYPES = st.recursive(
    st.sampled_from([*KEYS, BYTES, JSON_OBJ, JSON_ARR])
    | st.sampled_from([struct_of("point", 1), struct_of("line"), struct_of("car", 2)]),
    lambda inner: inner.map(array_of) | st.builds(map_of, st.sampled_from(KEYS), inner),
    max_leaves=4,
)


def values_of(type_def: TypeDefinition) -> Values:
    """Make values of a type, NULL too."""
    return st.just(NULL) | whole_values_of(type_def)


def whole_values_of(type_def: TypeDefinition) -> Values:
    kind = kind_of(type_def)
    if kind == "array":
        items = st.lists(values_of(item_type(type_def)), max_size=3)
        return items.map(lambda made: VariableValue(array=values.Array(items=made)))
    if kind == "map":
        keys, entries = whole_values_of(key_type(type_def)), values_of(entry_type(type_def))
        both = st.lists(st.tuples(keys, entries), max_size=3, unique_by=lambda one: text(one[0]))
        return both.map(lambda made: VariableValue(map=values.Map(entries=map(entry, made))))
    return struct_values_of(type_def) if kind == "struct" else SCALARS[kind]


def entry(both: tuple[VariableValue, VariableValue]) -> values.Map.Entry:
    return values.Map.Entry(key=both[0], value=both[1])


def struct_values_of(type_def: TypeDefinition) -> Values:
    definition = definition_of(type_def.struct_def_id, STRUCTS)
    required = required_fields(definition)
    made = {
        name: (values_of if one.is_nullable else whole_values_of)(normalised(one.field_type))
        for name, one in definition.fields.items()
    }
    fields = st.fixed_dictionaries(
        {name: made[name] for name in required},
        optional={name: made[name] for name in made.keys() - required},
    )
    named = type_def.struct_def_id
    return fields.map(
        lambda given: VariableValue(
            struct=values.Struct(
                struct_def_id=named,
                struct={"fields": {name: {"value": one} for name, one in given.items()}},
            )
        )
    )


@law
@given(st.data())
def test_a_value_comes_back_from_its_json(data):
    type_def = data.draw(TYPES)
    value = admitted(data.draw(values_of(type_def)), type_def, STRUCTS)
    document = parse(write(to_json(value, text)))
    assert admitted(typed(document, type_def, STRUCTS), type_def, STRUCTS) == value


# Keys and texts that are no text, and numbers that are none of ours.
ODD_DOCUMENTS = st.recursive(
    documents | st.sampled_from(["\ud800", 10**400, -(2**63) - 1, "9999-12-31T23:59:59-23:59"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "\ud800", "x", "1", "01", "start"]), inner)
    ),
    max_leaves=5,
)


@law
@given(ODD_DOCUMENTS, TYPES | type_defs.map(normalised) | st.none())
@example(10**400, DOUBLE)
@example({"\ud800": 1}, struct_of("car"))
def test_any_document_is_read_as_any_type_or_refused(document, wanted):
    value = read_or_refused(document, wanted)
    assert VariableValue.FromString(value.SerializeToString()) == value


def read_or_refused(document: Any, wanted: TypeDefinition | None) -> VariableValue:
    """Read a document, or give what is said of it, which must be text."""
    try:
        return typed(document, wanted, STRUCTS)
    except EvaluationError as error:
        return VariableValue(str=str(error))


@pytest.mark.parametrize(
    ("document", "wanted", "problem"),
    [
        (2**63, INT, "too large for an INT"),
        (10**400, DOUBLE, "too large for a DOUBLE"),
        ("5", INT, "of type STR does not fit INT"),
        (1.5, INT, "of type DOUBLE does not fit INT"),
        ("soon", TIMESTAMP, "not a TIMESTAMP in ISO 8601"),
        (1_700_000_000, TIMESTAMP, "of type INT does not fit TIMESTAMP"),
        ("a__b", WF_RUN_ID, "not the id of a WfRun"),
        ({"a": 1}, array_of(INT), "of type JSON_OBJ does not fit ARRAY<INT>"),
        ([1, "2"], array_of(INT), "item 1: a value of type STR does not fit INT"),
        (["2020-01-01T00:00:00Z", "x"], array_of(TIMESTAMP), "item 1: The text is not a TIMESTAMP"),
        ({"a": 1}, map_of(INT, INT), "key of entry 0: Cannot cast this STR to INT"),
        ({"now": 1}, map_of(TIMESTAMP, INT), "key of entry 0: The text is not a TIMESTAMP"),
        ({"1": 1, "01": 2}, map_of(INT, INT), "Two keys are the same INT"),
        ({"a": ""}, map_of(STR, TIMESTAMP), "value of entry 0: The text is not a TIMESTAMP"),
        ({"x": 1}, struct_of("point"), "required fields are missing: y"),
        ({"x": 1, "y": None}, struct_of("point"), "field y is not nullable"),
        ({"start": {"x": 1, "y": "2"}}, struct_of("line"), "field start: field y: a value of"),
        ({}, struct_of("gone"), "StructDef gone 0 does not exist"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place(document, wanted, problem):
    with pytest.raises(EvaluationError, match=problem):
        admitted(typed(document, wanted, STRUCTS), wanted, STRUCTS)


def test_many_small_structs_are_refused_before_they_are_made():
    wanted = array_of(struct_of("x" * 200))
    with pytest.raises(EvaluationError, match="longer than 4194304"):
        typed([{}] * 100_000, wanted, STRUCTS)


def test_a_struct_in_itself_is_read_as_deep_as_values_may_be():
    chain = Structs(link=[{"next": field(struct_of("link"), is_nullable=True)}])

    def nested(depth):
        return json.loads('{"next":' * depth + "null" + "}" * depth)

    assert admitted(typed(nested(14), struct_of("link"), chain), struct_of("link"), chain)
    with pytest.raises(EvaluationError, match="nested too deeply"):
        typed(nested(90), struct_of("link"), chain)
