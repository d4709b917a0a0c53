"""JSON texts: read and written with bounds."""

import pytest

from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_texts import canonical, parse, parse_as, write
from hitchpost_server.engine.values.limits import JSON_DEPTH_MAX, VALUE_LENGTH_MAX


def nested(levels: int) -> list:
    document: list = []
    for _ in range(levels - 1):
        document = [document]
    return document


def test_json_is_compact_and_keeps_its_order_and_its_numbers():
    text = '{"b":[1,1.0,-0.5,12345678901234567890],"a":null,"é":"é"}'
    assert write(parse(text)) == text


def test_half_a_character_is_escaped():
    assert write(["\ud800", "é"]) == '["\\ud800","\\u00e9"]'


@pytest.mark.parametrize(
    "document",
    [[float("nan")], [float("inf")], nested(JSON_DEPTH_MAX + 1), nested(5_000)],
    ids=["nan", "infinity", "deep", "very deep"],
)
def test_what_json_cannot_hold_is_not_written(document):
    with pytest.raises(EvaluationError):
        write(document)


def test_text_that_is_too_long_is_not_written():
    with pytest.raises(EvaluationError, match="longer"):
        write(["x" * VALUE_LENGTH_MAX])


def test_the_greatest_depth_can_be_written():
    assert parse(write(nested(JSON_DEPTH_MAX))) == nested(JSON_DEPTH_MAX)


def test_only_equal_json_has_the_same_canonical_text():
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})
    assert len({canonical(each) for each in (5, 5.0, "5", True, 1, None)}) == 6
    with pytest.raises(EvaluationError):
        canonical(float("nan"))


def test_a_document_is_of_the_kind_that_is_asked_for():
    assert parse_as(dict, "{}") == {}
    assert parse_as(list, "[]") == []
    with pytest.raises(EvaluationError, match="not an array"):
        parse_as(list, "{}")
