"""Where in a definition something stands, and how that is said.

It knows how a path is written and nothing of what may stand there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hitchpost_server.engine.errors import DefinitionInvalid
from hitchpost_server.engine.values.errors import StaticTypeError

# Answers travel in headers, so what they quote is short.
_QUOTED_LENGTH_MAX = 60
_PROBLEM_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a definition that is being put.

    `kind` and `name` say whose spot; `path` is written like
    `thread_specs[entrypoint].nodes[1-greet-TASK].task`.
    """

    kind: str
    name: str
    path: str = ""

    def at(self, field: str, key: object = None) -> "Place":
        """Go down into a field; `key` is the index or the map's key there."""
        step = field if key is None else f"{field}[{shortened(str(key))}]"
        return Place(self.kind, self.name, f"{self.path}.{step}" if self.path else step)

    def invalid(self, problem: str) -> DefinitionInvalid:
        """Say what is wrong here."""
        return DefinitionInvalid(
            kind=self.kind,
            name=self.name,
            field=self.path,
            problem=shortened(problem, _PROBLEM_LENGTH_MAX),
        )

    @contextmanager
    def typed(self) -> Iterator[None]:
        """Turn what is wrong with a type into what is wrong here."""
        try:
            yield
        except StaticTypeError as error:
            raise self.invalid(str(error)) from error


def shortened(text: str, length_max: int = _QUOTED_LENGTH_MAX) -> str:
    """Cut a text of any length so that it may be quoted."""
    return text if len(text) <= length_max else text[: length_max - 3] + "..."
