"""Structs as values: what is taken, what is kept of it, how they are read and changed."""

import pytest
from value_words import (
    INT,
    STR,
    STRUCTS,
    Known,
    array,
    array_of,
    compare,
    evaluate,
    lit,
    map_of,
    mapping,
    mismatch,
    mutate,
    path,
    plain,
    struct,
    struct_of,
    val,
    var,
)

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost.v1.wf_spec_pb2 import Edge
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.casts import coerce
from hitchpost_server.engine.values.conditions import compile_edge_condition
from hitchpost_server.engine.values.errors import EvaluationError

POINT = struct("point", -1, x=1, y=2)
BROKEN = VariableValue(json_obj="{")
LINE = struct_of("line", 0)


def kept(value, expected=LINE):
    return admitted(val(value), expected, STRUCTS)


def test_a_struct_is_kept_as_one_of_the_version_that_is_expected():
    assert kept(POINT, struct_of("point", 0)).struct.struct_def_id.version == 0
    assert kept(POINT, struct_of("point", 1)).struct.struct_def_id.version == 1


def test_structs_within_fields_arrays_and_maps_are_kept_as_declared():
    given = struct("line", 0, start=POINT, through=array(POINT), named=mapping({"a": POINT}))
    fields = kept(given).struct.struct.fields
    assert fields["start"].value.struct.struct_def_id.version == 1
    through = fields["through"].value.array
    assert through.element_type == struct_of("point", 1)
    assert through.items[0].struct.struct_def_id.version == 1
    named = fields["named"].value.map
    assert named.map_type == map_of(STR, struct_of("point", 0)).inline_map_def
    assert named.entries[0].value.struct.struct_def_id.version == 0


def test_which_fields_are_masked_is_what_the_definition_says():
    given = struct("line", start=POINT, secret="hush")
    given.struct.struct.fields["start"].masked = True
    fields = kept(given).struct.struct.fields
    assert {name: field.masked for name, field in fields.items()} == {
        "start": False,
        "secret": True,
    }


def test_optional_fields_stay_absent_and_undeclared_ones_are_kept():
    fields = kept(struct("line", start=POINT, extra=[1])).struct.struct.fields
    assert sorted(fields) == ["extra", "start"]
    assert plain(fields["extra"].value) == [1]


def test_a_number_is_kept_as_it_was_given():
    fields = kept(struct("car", b=5), struct_of("car", 2)).struct.struct.fields
    assert fields["b"].value == val(5)


MISFITS = [
    (5, LINE, "INT does not fit STRUCT<line, 0>"),
    ({}, LINE, "JSON_OBJ does not fit STRUCT"),
    (POINT, LINE, "STRUCT<point, -1> does not fit STRUCT<line, 0>"),
    (struct("point", x=1), struct_of("point"), "required fields are missing: y"),
    (struct("point"), struct_of("point"), "required fields are missing: x, y"),
    (struct("point", x=1, y=None), struct_of("point"), "field y is not nullable"),
    (struct("point", x=1, y="2"), struct_of("point"), "field y: .*STR does not fit INT"),
    (struct("car", b=None), struct_of("car", 2), "field b is not nullable"),
    (struct("line", start=struct("point", x=1)), LINE, "field start: required .*: y"),
    (struct("line", start=struct("bus")), LINE, "field start: .*STRUCT<bus"),
    (struct("line", start=POINT, through=array(None, 5)), LINE, "through: item 1: .*INT"),
    (struct("line", start=POINT, extra=BROKEN), LINE, "field extra: .*malformed"),
    (struct("gone"), struct_of("gone"), "StructDef gone 0 does not exist"),
]


@pytest.mark.parametrize(("given", "expected", "words"), MISFITS, ids=lambda each: str(each)[:40])
def test_a_struct_that_does_not_fit_is_told_why(given, expected, words):
    problem = mismatch(val(given), expected)
    assert problem is not None
    with pytest.raises(EvaluationError, match=words):
        kept(given, expected)


def test_a_nullable_field_may_be_null():
    assert mismatch(struct("line", start=POINT, end=None), LINE) is None


def test_a_struct_of_a_type_that_is_not_known_stays_as_it_is():
    given = struct("gone", 7, a=POINT)
    assert kept(given, None) is given


READ = [
    (path("start", "x"), 1),
    (path("through", 0, "y"), 2),
    (path("named", "b"), None),
    (path("end"), None),
    (path("secret"), None),
    (path("extra"), "more"),
]


@pytest.mark.parametrize(("way", "found"), READ, ids=lambda each: str(each)[:40])
def test_a_path_leads_into_a_struct(way, found):
    given = struct("line", start=POINT, through=array(POINT), named=mapping({}), extra="more")
    assert plain(evaluate(var("x", lh_path=way), x=kept(given))) == found


def test_a_field_that_is_absent_stands_for_its_default():
    empty = struct("car", 2)
    assert evaluate(var("x", lh_path=path("b")), x=empty) == val(4.5)
    assert evaluate(var("x", lh_path=path("through")), x=struct("line", start=POINT)) == array()


NOWHERE = [
    (struct("car", 2), path("c"), "could not find field 'c'"),
    (struct("point"), path("x"), "could not find field 'x'"),
    (struct("gone"), path("x"), "could not find field 'x'"),
    (POINT, path(0), "by a key"),
    (struct("line", start=POINT), path("end", "x"), "NULL has nothing"),
]


@pytest.mark.parametrize(("given", "way", "words"), NOWHERE, ids=lambda each: str(each)[:40])
def test_a_path_that_leads_nowhere_in_a_struct_is_an_error(given, way, words):
    with pytest.raises(EvaluationError, match=words):
        evaluate(var("x", lh_path=way), x=given)


def test_a_struct_is_assigned_to_a_variable_of_its_version():
    given = kept(POINT, struct_of("point", 1))
    assert mutate(None, assignments.ASSIGN, given, struct_of("point", 1)) == given


@pytest.mark.parametrize(
    "other", [struct("point", 0, x=1, y=2), struct("car"), struct("point", 1, x=1), 5], ids=str
)
def test_any_other_struct_is_not_assigned(other):
    with pytest.raises(EvaluationError, match="Cannot assign"):
        mutate(None, assignments.ASSIGN, other, struct_of("point", 1))


@pytest.mark.parametrize("operation", [assignments.ADD, assignments.EXTEND, assignments.REMOVE_KEY])
def test_a_struct_can_only_be_assigned(operation):
    with pytest.raises(EvaluationError, match="to a STRUCT"):
        mutate(kept(POINT, struct_of("point")), operation, 1, struct_of("point"))


def test_one_field_is_changed_by_a_path():
    before = kept(struct("line", start=POINT, secret="a"))
    way = {"lhs_lh_path": path("start", "x")}
    after = mutate(before, assignments.ADD, 5, LINE, **way)
    assert plain(after.struct.struct.fields["start"].value) == {"x": 6, "y": 2}
    assert plain(before.struct.struct.fields["start"].value) == {"x": 1, "y": 2}


def test_an_absent_field_is_set_with_its_mask():
    after = mutate(
        kept(struct("line", start=POINT)),
        assignments.ASSIGN,
        "hush",
        LINE,
        lhs_lh_path=path("secret"),
    )
    assert after.struct.struct.fields["secret"].masked


@pytest.mark.parametrize(
    ("way", "right", "words"),
    [
        (path("middle"), 1, "could not find field 'middle'"),
        (path("start"), None, "not nullable"),
        (path("start"), struct("bus"), "Cannot assign"),
        (path("start", "x"), "many", "Cannot cast"),
        (path("end", "x"), 1, "NULL has nothing"),
    ],
    ids=str,
)
def test_a_field_is_not_changed_to_what_it_cannot_be(way, right, words):
    before = kept(struct("line", start=POINT))
    with pytest.raises(EvaluationError, match=words):
        mutate(before, assignments.ASSIGN, right, LINE, lhs_lh_path=way)


def test_an_array_of_structs_takes_only_those_that_hold_all():
    points = array(of=struct_of("point", 1))
    whole = struct("point", 1, x=1, y=2)
    after = mutate(points, assignments.EXTEND, whole, array_of(struct_of("point", 1)))
    assert plain(after) == [{"x": 1, "y": 2}]
    with pytest.raises(EvaluationError, match="missing: y"):
        mutate(points, assignments.EXTEND, struct("point", 1, x=1), array_of(struct_of("point", 1)))


def test_without_struct_defs_what_a_struct_holds_is_trusted():
    half = struct("point", 1, x=1)
    assert coerce(half, struct_of("point", 1)) is half


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (struct("point", x=1, y=2), struct("point", x=1, y=2), True),
        (struct("point", x=1, y=2), struct("point", x=1, y=3), False),
        (struct("point", x=1, y=2), struct("point", 1, x=1, y=2), False),
        (struct("car"), None, False),
    ],
    ids=str,
)
def test_structs_are_equal_with_all_that_they_hold(one, other, equal):
    compared = compare(lit(one), assignments.EQUALS, lit(other))
    assert evaluate(compared).bool is equal
    different = compare(lit(one), assignments.NOT_EQUALS, lit(other))
    assert compile_edge_condition(Edge(condition=different))(Known({})) is not equal


def test_structs_have_no_order():
    with pytest.raises(EvaluationError, match="Cannot compare STRUCT"):
        evaluate(compare(lit(struct("car")), assignments.LESS_THAN, lit(struct("car"))))


def test_a_struct_is_written_as_json():
    template = assignments.VariableAssignment(
        format_string={"format": lit("{0}"), "args": [lit(POINT)]}
    )
    assert evaluate(template) == val('{"x":1,"y":2}')


def test_a_struct_field_counts_like_any_value():
    total = assignments.VariableAssignment(
        expression={
            "lhs": var("p", lh_path=path("x")),
            "rhs": var("p", lh_path=path("y")),
            "mutation_type": assignments.ADD,
        }
    )
    assert evaluate(total, p=POINT) == val(3)
    assert mismatch(val(3), INT) is None
