"""Expressions in CEL: what a route lets through, and what it makes of it.

It knows the variables that an expression sees, all of one entry and nothing
else, and how errors and results are told. It must not run in the server's own
process: `expression_process.py` is where it runs, and why.
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cel_expr_python import cel

# A page of text. The time to compile grows with the length.
EXPRESSION_CHARACTERS_MAX = 4_096

# What there is of an entry, by the names of its CloudEvent.
VARIABLES: dict[str, Any] = {
    "topic": cel.Type.STRING,
    "id": cel.Type.STRING,
    "source": cel.Type.STRING,
    "subject": cel.Type.STRING,
    "time": cel.Type.TIMESTAMP,
    "sequence": cel.Type.INT,
    "position": cel.Type.INT,
    "partitionkey": cel.Type.STRING,
    "data": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}

_ENVIRONMENT = cel.NewEnv(variables=VARIABLES)
# The first line of what the compiler says: `... <input>:2:7: what is wrong`.
_PLACE = re.compile(r"<input>:(-?\d+):(-?\d+): ([^\n]*)")
_STATUS = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")


class ExpressionError(Exception):
    """An expression does not compile, or failed on an entry; the message says where and why."""


class Expression:
    """A compiled expression."""

    __slots__ = ("_compiled", "_is_filter")

    def __init__(self, text: str, *, is_filter: bool) -> None:
        self._is_filter = is_filter
        if len(text) > EXPRESSION_CHARACTERS_MAX:
            raise ExpressionError(
                f"an expression has at most {EXPRESSION_CHARACTERS_MAX} characters, "
                f"this one has {len(text)}"
            )
        try:
            self._compiled = _ENVIRONMENT.compile(text)
        except (RuntimeError, ValueError) as error:
            raise ExpressionError(_with_place(str(error))) from None
        if is_filter and self._compiled.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
            made = self._compiled.return_type().name().lower()
            raise ExpressionError(f"a filter is true or false, this one is of type {made}")

    def of(self, entry: Mapping[str, Any]) -> Any:
        """Evaluate on an entry, as `VARIABLES` names its parts; the result is plain JSON."""
        try:
            result = self._compiled.eval(data=entry)
            value = result.plain_value()
        except (RuntimeError, ValueError, TypeError, MemoryError) as error:
            raise ExpressionError(_STATUS.sub("", str(error)) or type(error).__name__) from None
        if result.type() == cel.Type.ERROR:
            raise ExpressionError(_STATUS.sub("", str(value)))
        if self._is_filter and not isinstance(value, bool):
            raise ExpressionError(f"a filter is true or false, this one is {as_json(value)!r:.80}")
        return as_json(value)


def _with_place(message: str) -> str:
    """Say where the first problem is, lines and columns from 1, and what."""
    found = _PLACE.search(message)
    if found is None:
        return _STATUS.sub("", message)
    line, column, problem = found.groups()
    problem = problem.removesuffix(" (in container '')").removesuffix(" [INVALID_ARGUMENT]")
    problem = problem.replace(" (in container '')", "")
    return problem if int(line) < 1 else f"line {line}, column {column}: {problem}"


def as_json(value: Any) -> Any:
    """Turn what CEL gives into what JSON has, as protobuf's JSON form does."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case timedelta():
            return f"{value.total_seconds():f}".rstrip("0").rstrip(".") + "s"
        case list():
            return [as_json(one) for one in value]
        case dict():
            return {_key(name): as_json(one) for name, one in value.items()}
    raise ExpressionError(f"what an expression makes must be JSON, not {type(value).__name__}")


def _key(name: Any) -> str:
    if not isinstance(name, str):
        raise ExpressionError(f"keys of objects must be strings, not {name!r}")
    return name
