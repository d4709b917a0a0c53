"""JSON paths: what they find, and what they refuse."""

import json

import pytest
from value_words import NULL, evaluate, plain, val, var

from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_paths import compiled_path
from hitchpost_server.engine.values.limits import PATH_VISITS_MAX

DOCUMENT = {
    "name": "Ann",
    "age": 30,
    "height": 1.0,
    "old": False,
    "gone": None,
    "my-field": 1,
    "my field": 2,
    "$ref": 3,
    "1st": 4,
    "größe": 5,
    "list": [1, 2.5, {"deep": "x"}],
    "rows": [{"n": 1, "t": "a"}, {"n": 20, "t": "b"}, {"n": 30}],
    "length": "long",
}
FOUND = [
    ("$", DOCUMENT),
    ("$.name", "Ann"),
    ("name", "Ann"),
    ("['name']", "Ann"),
    ("$.['name']", "Ann"),
    ("$.list[0]", 1),
    ("list[1]", 2.5),
    ("$.list[-1].deep", "x"),
    ("$.list[-4]", None),
    ("$.list[3]", None),
    ("$.list.deep", None),
    ("$.name.first", None),
    ("$.missing.x", None),
    ("$.gone", None),
    ("$.height", 1.0),
    ("$.old", False),
    ("$.my-field", 1),
    ("$['my field']", 2),
    ("$.$ref", 3),
    ("$.1st", 4),
    ("$.größe", 5),
    ("$.list.length()", 3),
    ("$.list[2].length()", 1),
    ("$.length", "long"),
    ("$.name.length()", None),
    ("$.rows[*].n", [1, 20, 30]),
    ("rows[*].t.length()", 2),
    ("$..n", [1, 20, 30]),
    ("$.rows[?(@.n > 10)].t", ["b"]),
    ("$.rows[?@.n >= 20 && @.t == 'b']", [{"n": 20, "t": "b"}]),
    ("$.rows[?!@.t].n", [30]),
    ("$.rows[?@.n == $.rows[1].n].t", ["b"]),
    ("$.rows[?length(@.t) == 1].n", [1, 20]),
    ("$.list[0:2]", [1, 2.5]),
    ("$.list[0,1]", [1, 2.5]),
    ("$.rows[?@.n > 99]", []),
]
NO_PATHS = [
    "",
    "$.",
    "$.a b",
    "$.a[",
    "$.list.length(1)",
    "$.a | $.b",
    "$.rows[?@.t =~ /a.*/]",
    "$.rows[?match(@.t, 'a.*')]",
    "$.rows[?search(@.t, 'a')]",
    "$.rows[?count(@.*) > 1]",
    "$.rows[?@[?@.n]]",
    "$[" * 2_000,
    "$.rows[?" + "(" * 900,
    "$.rows[?" + "!" * 900 + "@.n]",
    "$" + ".a" * 600,
]


@pytest.mark.parametrize(("path", "found"), FOUND, ids=lambda each: str(each)[:30])
def test_a_path_finds(path, found):
    result = evaluate(var("x", json_path=path), x=DOCUMENT)
    assert plain(result) == found
    assert type(plain(result)) is type(found)


@pytest.mark.parametrize("path", NO_PATHS, ids=lambda path: path[:30])
def test_what_is_no_path_or_could_run_away_is_an_error(path):
    with pytest.raises(EvaluationError):
        evaluate(var("x", json_path=path), x=DOCUMENT)


def test_a_list_found_is_json_and_so_is_an_object():
    assert evaluate(var("x", json_path="rows[*].n"), x=DOCUMENT).HasField("json_arr")
    assert evaluate(var("x", json_path="list[2]"), x=DOCUMENT).HasField("json_obj")


def test_a_path_may_enter_a_list():
    assert evaluate(var("x", json_path="$[1]"), x=[1, 2]) == val(2)


@pytest.mark.parametrize("given", ["text", 5, None, b"{}"], ids=str)
def test_a_path_into_what_is_not_json_is_an_error(given):
    with pytest.raises(EvaluationError, match="Cannot follow a JSON path"):
        evaluate(var("x", json_path="$.a"), x=given)


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", '{"a": NaN}', "[" * 5_000], ids=str)
def test_a_path_into_malformed_json_is_an_error(text):
    with pytest.raises(EvaluationError):
        evaluate(var("x", json_path="$.a"), x=VariableValue(json_obj=text))


@pytest.mark.parametrize("text", ["[9223372036854775808]", '["\\ud800"]'])
def test_what_no_value_can_hold_is_an_error(text):
    given = VariableValue(json_arr=text)
    with pytest.raises(EvaluationError):
        evaluate(var("x", json_path="$[0]"), x=given)


def test_what_no_value_can_hold_stays_as_it_is_within_json():
    given = VariableValue(json_arr='[[9223372036854775808, 1.0, "\\ud800", "é"]]')
    found = evaluate(var("x", json_path="$[0]"), x=given).json_arr
    assert json.loads(found) == [2**63, 1.0, "\ud800", "é"]
    assert "1.0" in found


def test_a_path_that_looks_at_too_much_is_stopped():
    with pytest.raises(EvaluationError, match="looks at more"):
        compiled_path("$[*,*]").find([0] * PATH_VISITS_MAX)


def test_paths_are_compiled_once():
    assert compiled_path("$.a.b") is compiled_path("$.a.b")


def test_null_is_found_as_null():
    assert evaluate(var("x", json_path="$.gone"), x=DOCUMENT) == NULL
