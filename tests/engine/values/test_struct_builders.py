"""Struct builders: what may be registered, and what they build."""

import pytest
from value_words import INT, STR, evaluate, lit, plain, static, struct, struct_of, var

from hitchpost.v1.assignment_pb2 import InlineStructBuilder, VariableAssignment
from hitchpost_server.engine.values.errors import EvaluationError, StaticTypeError


def inline(**fields):
    made = {
        name: {"sub_structure": each}
        if isinstance(each, InlineStructBuilder)
        else {"simple_value": each if isinstance(each, VariableAssignment) else lit(each)}
        for name, each in fields.items()
    }
    return InlineStructBuilder(fields=made)


def builder(name, version=0, **fields):
    return VariableAssignment(
        struct_builder={
            "struct_def_id": {"name": name, "version": version},
            "value": inline(**fields),
        }
    )


def test_a_struct_is_built_of_variables_and_literals():
    made = evaluate(builder("point", x=var("n"), y=2), n=1)
    assert plain(made) == {"x": 1, "y": 2}
    assert static(builder("point", x=var("n"), y=2), n=INT) == "STRUCT<point, 0>"


def test_a_struct_within_is_built_of_a_sub_structure_or_taken_whole():
    made = evaluate(builder("line", start=inline(x=1, y=2), end=struct("point", 0, x=3, y=4)))
    assert plain(made) == {"start": {"x": 1, "y": 2}, "end": {"x": 3, "y": 4}}
    start = made.struct.struct.fields["start"].value.struct
    assert (start.struct_def_id.name, start.struct_def_id.version) == ("point", 1)


def test_masked_fields_are_marked_and_optional_ones_stay_absent():
    fields = evaluate(builder("line", start=inline(x=1, y=2), secret="hush")).struct.struct.fields
    assert {name: field.masked for name, field in fields.items()} == {
        "start": False,
        "secret": True,
    }


REFUSED = [
    (builder("gone", x=1), "StructDef gone 0 does not exist"),
    (builder("point", x=1), "required fields are missing: y"),
    (builder("point", x=1, y=2, z=3), "could not find field 'z'"),
    (builder("point", x=1, y="two"), "STR cannot be used as INT"),
    (builder("point", x=1, y=var("s")), "STR cannot be used as INT"),
    (builder("point", x=1, y=inline(a=1)), "field y is INT, which is no struct"),
    (builder("line", start=inline(x=1)), "required fields are missing: y"),
    (builder("line", start=inline(x=1, y=2, z=3)), "could not find field 'z'"),
    (builder("line", start=struct("bus")), "STRUCT<bus, 0> cannot be used as STRUCT<point, 1>"),
    (builder("line", start=inline(x=1, y=2), through=1), "INT cannot be used as ARRAY"),
]


@pytest.mark.parametrize(("assignment", "words"), REFUSED, ids=lambda each: str(each)[:60])
def test_a_builder_that_cannot_build_is_refused(assignment, words):
    with pytest.raises(StaticTypeError, match=words):
        static(assignment, s=STR)


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        (builder("point", x=1, y=var("u")), "field y: .*STR does not fit INT"),
        (builder("point", x=1, y=var("null")), "field y is not nullable"),
        (builder("line", start=inline(x=1, y=var("null"))), "field start: field y is not null"),
        (builder("gone", x=1), "StructDef gone 0 does not exist"),
        (builder("line", nowhere=inline(x=1)), "has no field nowhere"),
    ],
    ids=lambda each: str(each)[:60],
)
def test_what_only_a_run_can_tell_fails_when_it_runs(assignment, words):
    with pytest.raises(EvaluationError, match=words):
        evaluate(assignment, u="text", null=None)


def test_a_field_may_be_taken_out_of_what_was_built():
    made = builder("line", start=inline(x=1, y=2))
    made.lh_path.path.add(key="start")
    assert plain(evaluate(made)) == {"x": 1, "y": 2}
    assert static(made) == "STRUCT<point, 1>"


def test_a_built_struct_is_of_the_type_that_was_told():
    made = evaluate(builder("car", 2, a="red"))
    assert made.struct.struct_def_id == struct_of("car", 2).struct_def_id
