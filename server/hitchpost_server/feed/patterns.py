"""Patterns: which topics somebody wants to hear of, with the wildcards of NATS.

`*` stands for one word, `>` at the end for one or more. It knows text only.
"""

import re
from collections.abc import Iterable

from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.feed.topics import TOKENS_MAX, TOPIC_LENGTH_MAX

EVERYTHING = ">"
# Somebody who names more than this wants a wildcard.
PATTERNS_MAX = 32

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_MEANINGS = {"*": r"[^.]+", ">": r".+"}


class Patterns:
    """Any number of patterns: a topic matches if it matches one of them; none means all topics."""

    __slots__ = ("_expression", "texts")

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(texts) or (EVERYTHING,)
        self._expression = re.compile("|".join(map(_expression, self.texts)))

    def matches(self, topic: str) -> bool:
        """Whether one of the patterns is for this topic."""
        return self._expression.fullmatch(topic) is not None


def _expression(text: str) -> str:
    words = (_MEANINGS.get(word) or re.escape(word) for word in text.split("."))
    return r"\.".join(words)


def check_patterns(field: str, texts: Iterable[str]) -> Patterns:
    """Compile patterns.

    Raises:
        FieldInvalid: with the path `field` and the pattern's place in it.
    """
    texts = tuple(texts)
    if len(texts) > PATTERNS_MAX:
        raise FieldInvalid(field=field, problem=f"there may be at most {PATTERNS_MAX} patterns")
    for index, text in enumerate(texts):
        problem = problem_with(text)
        if problem is not None:
            raise FieldInvalid(field=f"{field}[{index}]", problem=problem)
    return Patterns(texts)


def problem_with(text: str) -> str | None:
    """Say why a text is not a pattern, if it is not."""
    if len(text) > TOPIC_LENGTH_MAX:
        return f"a pattern has at most {TOPIC_LENGTH_MAX} characters, this one has {len(text)}"
    words = text.split(".")
    if len(words) > TOKENS_MAX:
        return f"a pattern has at most {TOKENS_MAX} words"
    if ">" in words[:-1]:
        return "'>' stands at the end of a pattern only"
    for word in words:
        if word not in _MEANINGS and not _WORD.fullmatch(word):
            return f"{text!r} is not a pattern: {word!r} is neither a word nor '*' nor '>'"
    return None
