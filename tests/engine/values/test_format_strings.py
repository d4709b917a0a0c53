"""Format strings read as Java's MessageFormat reads them."""

import pytest
from value_words import evaluate, fmt, run, val, var

from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.limits import VALUE_LENGTH_MAX

WRITTEN = [
    ("", [], ""),
    ("hello {0}", ["Ann"], "hello Ann"),
    ("{1}-{0}-{1}", ["a", "b"], "b-a-b"),
    ("{0}", [1234567], "1,234,567"),
    ("{0}", [-1234], "-1,234"),
    ("{0}", [3.14159265], "3.142"),
    ("{0}", [5.0], "5"),
    ("{0}", [1234.5], "1,234.5"),
    ("{0}", [0.0005], "0.001"),
    ("{0}", [0.0625], "0.062"),
    ("{0}", [-0.0001], "-0"),
    ("{0}", [1e23], "100,000,000,000,000,000,000,000"),
    ("{0}", [float("nan")], "NaN"),
    ("{0}", [float("-inf")], "-∞"),
    ("{0}", [True], "true"),
    ("{0}", [None], "null"),
    ("{0}", [run("b", parent="a")], "a_b"),
    ("{0} {3} {03}", ["a"], "a {3} {3}"),
    ("it's {0}", ["a"], "its {0}"),
    ("it''s {0}", ["a"], "it's a"),
    ("'{0}' {0}", ["a"], "{0} a"),
    ("'{''}' {0}", ["a"], "{'} a"),
    ("a\n{0}", ["b"], "a\nb"),
    ("{0}", ["{1}"], "{1}"),
]


@pytest.mark.parametrize(("template", "arguments", "written"), WRITTEN, ids=str)
def test_a_template_is_filled_in(template, arguments, written):
    assert evaluate(fmt(template, *arguments)) == val(written)


@pytest.mark.parametrize(
    "template", ["{", "}", "{0", "0}", "{{0}}", "{}", "{ 0 }", "{a}", "{-1}", "{0,number}", "{'0'}"]
)
def test_a_template_whose_braces_make_no_sense_is_an_error(template):
    with pytest.raises(EvaluationError, match="format string"):
        evaluate(fmt(template, "a"))


def test_template_and_arguments_may_be_any_assignment():
    assert evaluate(fmt(var("t"), fmt("<{0}>", var("x"))), t="{0}!", x=1) == val("<1>!")


@pytest.mark.parametrize("template", [5, None, {}], ids=str)
def test_a_template_must_be_a_str(template):
    with pytest.raises(EvaluationError, match="is a STR"):
        evaluate(fmt(template))


def test_a_template_that_repeats_too_much_is_stopped():
    part = "x" * 100_000
    with pytest.raises(EvaluationError, match="longer"):
        evaluate(fmt("{0}" * (VALUE_LENGTH_MAX // len(part) + 1), part))
