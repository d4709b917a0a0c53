"""JSON texts: read and written with bounds. It knows nothing of values and types.

Integers stay integers and decimals stay decimals; what JSON cannot say (NaN,
infinities) is neither read nor written. Text that is too deep or malformed is
an EvaluationError, never a RecursionError.
"""

import json
from typing import Any

from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.limits import (
    INTEGER_DIGITS_MAX,
    JSON_DEPTH_MAX,
    VALUE_LENGTH_MAX,
)

# What a JSON text may hold: dict, list, str, int, float, bool or None.
Json = Any

# What may stand around a document.
_BLANKS = " \t\n\r"

_TOO_DEEP = f"The JSON is nested deeper than {JSON_DEPTH_MAX} levels"
_JSON_NAMES: dict[type, str] = {dict: "object", list: "array"}


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:30]} is too large for a DOUBLE")
    return number


def _integer(text: str) -> int:
    if len(text) > INTEGER_DIGITS_MAX:
        raise ValueError(f"{text[:30]}... has more than {INTEGER_DIGITS_MAX} digits")
    return int(text)


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(
    parse_float=_number, parse_int=_integer, parse_constant=_refuse_constant
)
# For texts that are too short for an integer that is too long.
_SHORT_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_refuse_constant)
_COMPACT: dict[str, Any] = {"separators": (",", ":"), "allow_nan": False}
_ENCODER = json.JSONEncoder(ensure_ascii=False, **_COMPACT)
_ESCAPING_ENCODER = json.JSONEncoder(**_COMPACT)
_SORTING_ENCODER = json.JSONEncoder(sort_keys=True, **_COMPACT)


def parse(text: str) -> Json:
    """Read a JSON text into objects of its own."""
    try:
        document = _document(text)
    except RecursionError:
        raise EvaluationError(_TOO_DEEP) from None
    except ValueError as error:
        raise EvaluationError(f"The JSON is malformed: {error}") from None
    _check_depth(text, document)
    return document


def _document(text: str) -> Json:
    # What JSONDecoder.decode does, without a regular expression for blanks that are hardly there.
    begin = 0 if text[:1] in "{[" else len(text) - len(text.lstrip(_BLANKS))
    decoder = _SHORT_DECODER if len(text) <= INTEGER_DIGITS_MAX else _DECODER
    document, end = decoder.raw_decode(text, begin)
    if end != len(text) and text[end:].strip(_BLANKS):
        raise json.JSONDecodeError("Extra data", text, end)
    return document


def parse_as(root: type, text: str) -> Json:
    """Read a JSON text that holds an object (dict) or an array (list)."""
    document = parse(text)
    if not isinstance(document, root):
        raise EvaluationError(f"The JSON is not an {_JSON_NAMES[root]}")
    return document


def write(document: Json) -> str:
    """Write a JSON text, compact and with its keys in their order."""
    try:
        text = _ENCODER.encode(document)
        text.encode()
    except UnicodeEncodeError:
        text = _ESCAPING_ENCODER.encode(document)
    except RecursionError:
        raise EvaluationError(_TOO_DEEP) from None
    except ValueError:
        raise EvaluationError("JSON has no NaN and no infinities") from None
    if len(text) > VALUE_LENGTH_MAX:
        raise EvaluationError(f"The JSON would be longer than {VALUE_LENGTH_MAX} characters")
    _check_depth(text, document)
    return text


def canonical(document: Json) -> str:
    """Write a text that is the same for equal JSON only: 5 is not 5.0, and keys have no order."""
    try:
        return _SORTING_ENCODER.encode(document)
    except (RecursionError, ValueError):
        raise EvaluationError("This cannot be written as JSON") from None


def flaw(text: str, root: type) -> str | None:
    """Say why a text is not a JSON object (dict) or array (list); None when it is."""
    try:
        parse_as(root, text)
    except EvaluationError as error:
        return str(error)
    return None


def _check_depth(text: str, document: Json) -> None:
    # Most texts are too short for it, or have too few brackets.
    if len(text) <= 2 * JSON_DEPTH_MAX or text.count("[") + text.count("{") <= JSON_DEPTH_MAX:
        return
    if _depth(document) > JSON_DEPTH_MAX:
        raise EvaluationError(_TOO_DEEP)


def _depth(document: Json) -> int:
    depth = 0
    level = [document]
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        level = [
            inner for each in level for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return depth
