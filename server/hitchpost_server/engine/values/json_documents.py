"""Values as JSON documents and JSON documents as values. It knows nothing of texts' syntax."""

import math
from collections.abc import Callable

from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_texts import Json, parse_as, write
from hitchpost_server.engine.values.scalars import (
    NULL,
    bool_value,
    double_value,
    int_value,
    str_value,
)

Text = Callable[[VariableValue], str]

JSON_KINDS = frozenset({"json_obj", "json_arr"})


def document_of(value: VariableValue) -> Json:
    """Read the document that a JSON_OBJ or a JSON_ARR holds; it belongs to the caller."""
    if value.HasField("json_obj"):
        return parse_as(dict, value.json_obj)
    return parse_as(list, value.json_arr)


def to_json(value: VariableValue, text: Text) -> Json:
    """Make a document of a value; `text` writes what JSON has no words for."""
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind in JSON_KINDS:
        return document_of(value)
    if kind in ("int", "bool", "str"):
        return getattr(value, kind)
    if kind == "double":
        return _finite(value.double)
    return _container(value, kind, text)


def _container(value: VariableValue, kind: str, text: Text) -> Json:
    if kind == "array":
        return [to_json(item, text) for item in value.array.items]
    if kind == "map":
        return {text(entry.key): to_json(entry.value, text) for entry in value.map.entries}
    if kind == "struct":
        fields = value.struct.struct.fields
        return {name: to_json(fields[name].value, text) for name in sorted(fields)}
    return text(value)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise EvaluationError("JSON has no NaN and no infinities")
    return number


def from_json(document: Json) -> VariableValue:
    """Make a value of a document: objects are JSON_OBJ, lists JSON_ARR, null is NULL."""
    make = _MAKERS[type(document)]
    return make(document)


_MAKERS: dict[type, Callable[[Json], VariableValue]] = {
    type(None): lambda document: NULL,
    bool: bool_value,
    int: int_value,
    float: double_value,
    str: str_value,
    dict: lambda document: VariableValue(json_obj=write(document)),
    list: lambda document: VariableValue(json_arr=write(document)),
}
