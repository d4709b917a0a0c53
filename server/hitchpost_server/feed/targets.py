"""Targets: where the entries of a route go, one attempt at a time.

It knows what an attempt may come to, and which kind of target a route has; how
one sends is each kind's own matter, when to try again is the route's.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from hitchpost_server.engine.values.masks import MASK
from hitchpost_server.feed.addresses import AddressRefusedError
from hitchpost_server.feed.matching import Matched

# What is shorter is no secret, and found in any text.
SECRET_CHARACTERS_MIN = 4

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has come of an attempt: `problem` is empty if it was delivered.

    `retry_after_seconds` is what the receiver asked for, None if it did not.
    """

    problem: str = ""
    retry_after_seconds: float | None = None


DELIVERED = Outcome()


@dataclass(frozen=True, slots=True)
class Address:
    """Where and how to send: what an attempt at a webhook needs to know of a route."""

    url: str
    timeout_seconds: float
    secrets: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def without_secrets(self, said: str) -> str:
        """Mask what nobody is to read of this in what a receiver has said: it may repeat it."""
        parts = urlsplit(self.url)
        found = (parts.path + "?" + parts.query, parts.path, parts.query, *self.headers.values())
        written = {text for one in found for text in (one, unquote(one))}
        for one in sorted(written, key=len, reverse=True):
            if len(one) >= SECRET_CHARACTERS_MIN:
                said = said.replace(one, MASK)
        return said


class Target(Protocol):
    """Where one route's entries go."""

    async def send(self, entry: Matched) -> Outcome:
        """Make one attempt with an entry that has a message; raise nothing but defects."""
        ...

    async def close(self) -> None:
        """Let go of what only this target holds."""
        ...


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A target that cannot be reached from this server; the text says why."""

    problem: str

    async def send(self, _entry: Matched) -> Outcome:
        """Make no attempt."""
        return Outcome(self.problem)

    async def close(self) -> None:
        """Let go of nothing."""


async def attempt(target: Target, entry: Matched) -> Outcome:
    """Try once; an expression that failed is a failed attempt, and so is a defect."""
    if entry.message is None:
        return Outcome(entry.problem)
    try:
        return await target.send(entry)
    except Exception:
        logger.exception("defect while sending entry %d", entry.position)
        return Outcome("a defect of the server: its log says more")


def why(error: BaseException) -> str:
    """Say what went wrong; an address that is refused says so itself."""
    for one in _causes(error):
        if isinstance(one, AddressRefusedError):
            return str(one)
    return f"{error}" if str(error) else type(error).__name__


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        parts: Any = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        for part in parts:
            yield from _causes(part)
        error = error.__cause__ or error.__context__
