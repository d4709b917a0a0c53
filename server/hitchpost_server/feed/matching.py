"""Matching: which entries a route is for, and the messages it makes of them.

It knows a route's patterns and expressions; it knows nothing of sending.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cloudevents.core.v1.event import CloudEvent

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.feed.cloud_events import as_entry, cloud_event, with_data
from hitchpost_server.feed.entries import Entry
from hitchpost_server.feed.evaluator import (
    RESULT_CHARACTERS_MAX,
    SUBJECT_FIELD,
    Evaluator,
    Verdict,
)
from hitchpost_server.feed.patterns import Patterns
from hitchpost_server.feed.writing import Message, UnwritableError, writer_of

logger = logging.getLogger(__name__)

# Entries about routes go through no route: one that fails would make others of itself.
ABOUT_ROUTES = frozenset({"route", "dead-letter"})


@dataclass(frozen=True, slots=True)
class Matched:
    """An entry that a route is for: the message to send, or the problem with an expression.

    `key` tells a message of several entries from others; that of one has its position.
    """

    position: int
    topic: str
    message: Message | None
    problem: str = ""
    key: str = ""

    @property
    def size(self) -> int:
        """How many bytes it takes to keep, without what all have."""
        return 0 if self.message is None else len(self.message.body)


class Matcher:
    """What one route makes of entries."""

    def __init__(self, route: routes.Route, evaluator: Evaluator, tenant: str) -> None:
        self.patterns = Patterns(route.patterns)
        self._expressions = expressions_of(route)
        self._write = writer_of(route)
        self._evaluator = evaluator
        self._tenant = tenant

    def is_for(self, topic: str) -> bool:
        """Whether entries of a topic may pass."""
        return self.patterns.matches(topic) and not is_of_a_route(topic)

    def bytes_expected(self, entry: Entry) -> int:
        """Say about how much the message of an entry may take."""
        return RESULT_CHARACTERS_MAX if "transform" in self._expressions else entry.size

    async def of_entries(self, entries: Iterable[Entry]) -> list[Matched]:
        """Match entries, whichever they are."""
        found: list[Matched] = []
        wanted: list[CloudEvent] = []
        for entry in entries:
            if self.is_for(entry.topic):
                try:
                    wanted.append(cloud_event(entry.event, self._tenant))
                except Exception as error:
                    # Whatever it is, it must not hold up what comes behind.
                    logger.warning("entry %d cannot be written", entry.position, exc_info=True)
                    found.append(Matched(entry.position, entry.topic, None, f"{error}"))
        pairs = zip(wanted, await self._verdicts(wanted), strict=True)
        found += (self._matched(*pair) for pair in pairs if pair[1].passes or pair[1].problem)
        return sorted(found, key=lambda one: one.position)

    async def _verdicts(self, events: Sequence[CloudEvent]) -> list[Verdict]:
        if not (events and self._expressions):
            return [Verdict(passes=True)] * len(events)
        return await self._evaluator.evaluate(self._expressions, list(map(as_entry, events)))

    def _matched(self, one: CloudEvent, verdict: Verdict) -> Matched:
        attributes = one.get_attributes()
        position, topic = int(attributes["position"]), attributes["topic"]
        if verdict.problem:
            problem = f"{verdict.field}: {verdict.problem}" if verdict.field else verdict.problem
            return Matched(position, topic, None, problem)
        try:
            if "transform" in self._expressions:
                one = with_data(one, verdict.made)
            return Matched(position, topic, self._write(one, verdict))
        except UnwritableError as error:
            return Matched(position, topic, None, str(error))
        except Exception as error:
            logger.warning("entry %d cannot be written", position, exc_info=True)
            return Matched(position, topic, None, f"it cannot be written: {error}")


def expressions_of(route: routes.Route) -> dict[str, str]:
    """Give the expressions of a route by field."""
    fields = ("filter", "transform")
    found = {name: getattr(route, name) for name in fields if route.HasField(name)}
    if route.nats.HasField("subject_expression"):
        found[SUBJECT_FIELD] = route.nats.subject_expression
    return found


def is_of_a_route(topic: str) -> bool:
    """Whether entries of a topic are about routes."""
    return topic.partition(".")[0] in ABOUT_ROUTES
