"""Templates with `{0}`, `{1}`, as Java's MessageFormat reads them. It knows no assignments.

A single quote starts and ends text that is taken as it is, two are one quote.
Numbers are written for people who read English. An index without an argument
stays as it is.
"""

import re
from collections.abc import Callable, Sequence

from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.casts import text
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.renderings import grouped
from hitchpost_server.engine.values.scalars import check_length

# A template, cut up: text as it is, and indexes of arguments.
Template = tuple[str | int, ...]

_PIECE = re.compile(r"(?P<quotes>'')|(?P<quote>')|\{(?P<index>[^{}]*)\}|(?P<brace>[{}])|[^'{}]+")
_QUOTED = re.compile(r"(?:[^']|'')*")
_INDEX = re.compile(r"[0-9]{1,9}")


def parsed_template(template: str) -> Template:
    """Cut a template up; EvaluationError if its braces make no sense."""
    pieces: list[str | int] = []
    position = 0
    while position < len(template):
        found = _PIECE.match(template, position)
        assert found is not None  # every character begins a piece
        position = found.end()
        if found["quote"]:
            quoted, position = _quoted(template, position)
            pieces.append(quoted)
        elif found["quotes"]:
            pieces.append("'")
        else:
            pieces.append(_unquoted(found))
    return tuple(pieces)


def _quoted(template: str, start: int) -> tuple[str, int]:
    """Read up to the closing quote, or to the end if there is none."""
    found = _QUOTED.match(template, start)
    assert found is not None
    return found[0].replace("''", "'"), found.end() + 1


def _unquoted(found: re.Match[str]) -> str | int:
    if found["brace"]:
        raise EvaluationError("The braces of the format string are not balanced")
    if found["index"] is None:
        return found[0]
    if not _INDEX.fullmatch(found["index"]):
        raise EvaluationError(f"'{found[0][:100]}' in the format string names no argument by index")
    return int(found["index"])


def formatted(template: Template, arguments: Sequence[VariableValue]) -> str:
    """Put arguments into a template."""
    parts: list[str] = []
    length = 0
    written: dict[int, str] = {}
    for piece in template:
        part = piece if isinstance(piece, str) else _argument(piece, arguments, written)
        length += len(part)
        check_length(length)
        parts.append(part)
    return "".join(parts)


def _argument(index: int, arguments: Sequence[VariableValue], written: dict[int, str]) -> str:
    if index >= len(arguments):
        return f"{{{index}}}"
    if index not in written:
        written[index] = shown(arguments[index])
    return written[index]


_NUMBERS: dict[str, Callable[[VariableValue], str]] = {
    "int": lambda value: grouped(value.int),
    "double": lambda value: grouped(value.double),
}


def shown(value: VariableValue) -> str:
    """Write a value as it appears in a formatted text."""
    return _NUMBERS.get(value.WhichOneof("value") or "", text)(value)
