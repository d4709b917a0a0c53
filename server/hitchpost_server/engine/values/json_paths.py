"""JSON paths: RFC 9535 over documents, with two habits of LittleHorse's clients.

A path need not begin with `$`, and `.length()` may end it. The syntax is read
by python-jsonpath in its strict mode, and this is the only module that knows
it: it is the library that is kept up, is typed, and is held to the RFC's own
test suite. What could run away is left out: regular expressions, and queries
within filters that may match more than one value.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from jsonpath import CompoundJSONPath, JSONPath, JSONPathEnvironment, JSONPathMatch
from jsonpath.filter import BaseExpression, FilterQuery
from jsonpath.lex import Lexer
from jsonpath.selectors import Filter, IndexSelector, NameSelector

from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_texts import Json
from hitchpost_server.engine.values.limits import (
    JSON_DEPTH_MAX,
    PATH_CHARACTERS_MAX,
    PATH_VISITS_MAX,
)

Step = str | int

_LENGTH = ".length()"
_PATHS_CACHED_MAX = 4096


class _GenerousLexer(Lexer):
    """Reads names with `-`, `$` or a digit first after a dot, as LittleHorse's clients write."""

    key_pattern = r"[\u0080-\U0010FFFFa-zA-Z0-9_$][\u0080-\U0010FFFFa-zA-Z0-9_$-]*"


class _Environment(JSONPathEnvironment):
    lexer_class = _GenerousLexer
    max_recursion_depth = JSON_DEPTH_MAX + 1

    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        del self.function_extensions["match"], self.function_extensions["search"]


class _Visits:
    """How many values a path may still look at."""

    def __init__(self) -> None:
        self.left = PATH_VISITS_MAX

    def count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise EvaluationError(f"The path looks at more than {PATH_VISITS_MAX} values")


class _CountedMatch(JSONPathMatch):
    """A match whose descendants count against what the path may look at."""

    def new_child(self, obj: object, key: int | str) -> JSONPathMatch:
        self.filter_context()["visits"].count()
        return super().new_child(obj, key)


_ENVIRONMENT = _Environment(strict=True)


class CompiledPath:
    """A path made ready. `steps` are the names and indexes of one that leads to one place."""

    def __init__(self, path: str) -> None:
        self.counts = path.endswith(_LENGTH)
        self._parsed = _parsed(path.removesuffix(_LENGTH))
        self.steps = _steps(self._parsed)

    def find(self, document: Json) -> Json:
        """Find what the path leads to; None if there is nothing.

        A path that may lead to several places finds a list.
        """
        found = self._matches(document) if self.steps is None else _follow(document, self.steps)
        if not self.counts:
            return found
        return len(found) if isinstance(found, dict | list) else None

    def _matches(self, document: Json) -> list[Json]:
        context = {"visits": _Visits()}
        root = _CountedMatch(
            filter_context=context, obj=document, parent=None, path="$", parts=(), root=document
        )
        matches: Iterable[JSONPathMatch] = [root]
        for segment in self._parsed.segments:
            matches = segment.resolve(matches)
        try:
            return [match.obj for match in matches]
        except EvaluationError:
            raise
        except Exception as error:  # whatever the library makes of a path that a user wrote
            raise EvaluationError(f"The JSON path cannot be followed: {_brief(error)}") from error


@lru_cache(_PATHS_CACHED_MAX)
def compiled_path(path: str) -> CompiledPath:
    """Make a path ready; EvaluationError if it is none."""
    return CompiledPath(path)


def _follow(document: Json, steps: tuple[Step, ...]) -> Json:
    for step in steps:
        if isinstance(step, str):
            document = document.get(step) if isinstance(document, dict) else None
        else:
            inside = isinstance(document, list) and -len(document) <= step < len(document)
            document = document[step] if inside else None
    return document


def _parsed(path: str) -> JSONPath:
    if len(path) > PATH_CHARACTERS_MAX:
        raise EvaluationError(f"The JSON path is longer than {PATH_CHARACTERS_MAX} characters")
    try:
        parsed = _ENVIRONMENT.compile(_rooted(path.strip()))
        several = _has_wide_filter(parsed)
    except Exception as error:  # whatever the library makes of a path that a user wrote
        raise EvaluationError(f"'{path[:100]}' is not a JSON path: {_brief(error)}") from error
    if several or isinstance(parsed, CompoundJSONPath):
        raise EvaluationError(f"A filter in '{path[:100]}' asks for more than one value")
    return parsed


def _rooted(path: str) -> str:
    if path.startswith("$.["):
        return "$" + path[2:]
    if path.startswith("$"):
        return path
    return f"${path}" if path.startswith(("[", ".")) else f"$.{path}"


def _steps(parsed: JSONPath) -> tuple[Step, ...] | None:
    if not parsed.singular_query():
        return None
    return tuple(_step(segment.selectors[0]) for segment in parsed.segments)


def _step(selector: object) -> Step:
    if isinstance(selector, NameSelector):
        return selector.name
    assert isinstance(selector, IndexSelector)
    return selector.index


def _has_wide_filter(parsed: JSONPath | CompoundJSONPath) -> bool:
    """Tell whether a filter asks for several values, which would multiply with those filtered."""
    return not isinstance(parsed, JSONPath) or any(
        _is_wide(selector.expression)
        for segment in parsed.segments
        for selector in segment.selectors
        if isinstance(selector, Filter)
    )


def _is_wide(expression: BaseExpression) -> bool:
    if isinstance(expression, FilterQuery):
        return not (isinstance(expression.path, JSONPath) and expression.path.singular_query())
    return any(_is_wide(inner) for inner in expression.children())


def _brief(error: Any) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
