"""Matching: which entries a route is for, and the messages it makes of them.

It knows a route's patterns and expressions; it knows nothing of sending.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cloudevents.core.bindings.http import HTTPMessage
from cloudevents.core.v1.event import CloudEvent

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.engine.ids import ROUTE_STREAM
from hitchpost_server.engine.log import expanded
from hitchpost_server.feed.cloud_events import Form, as_entry, cloud_event, message, with_data
from hitchpost_server.feed.evaluator import Evaluator, Verdict
from hitchpost_server.feed.patterns import Patterns
from hitchpost_server.feed.topics import topic_of
from hitchpost_server.store.protocol import LoggedRecord

Seen = Callable[[history.HistoryEvent], history.HistoryEvent]

FORMS = {
    routes.BINARY: Form.BINARY,
    routes.STRUCTURED: Form.STRUCTURED,
    routes.BATCHED: Form.BATCHED,
}


@dataclass(frozen=True, slots=True)
class Matched:
    """An entry that a route is for: the message to send, or the problem with an expression."""

    position: int
    topic: str
    message: HTTPMessage | None
    problem: str = ""


class Matcher:
    """What one route makes of entries; `seen` masks what clients may not read."""

    def __init__(self, route: routes.Route, evaluator: Evaluator, seen: Seen, tenant: str) -> None:
        self._patterns = Patterns(route.patterns)
        self._expressions = expressions_of(route)
        self._form = FORMS.get(route.webhook.form, Form.BINARY)
        self._evaluator = evaluator
        self._seen = seen
        self._tenant = tenant

    async def of_records(self, records: Iterable[LoggedRecord], after: int) -> list[Matched]:
        """Match the entries of records that are behind a position."""
        events = [
            event
            for record in records
            if not record.stream.startswith(ROUTE_STREAM)
            for event in expanded(
                record.stream, record.first_sequence, record.position, record.body
            )
            if event.position > after and self._patterns.matches(topic_of(event))
        ]
        return await self._of_events([cloud_event(self._seen(one), self._tenant) for one in events])

    async def _of_events(self, events: Sequence[CloudEvent]) -> list[Matched]:
        if not events:
            return []
        verdicts = await self._verdicts(events)
        pairs = zip(events, verdicts, strict=True)
        return [self._matched(*pair) for pair in pairs if pair[1].passes or pair[1].problem]

    async def _verdicts(self, events: Sequence[CloudEvent]) -> list[Verdict]:
        if not self._expressions:
            return [Verdict(passes=True)] * len(events)
        return await self._evaluator.evaluate(self._expressions, list(map(as_entry, events)))

    def _matched(self, one: CloudEvent, verdict: Verdict) -> Matched:
        attributes = one.get_attributes()
        position, topic = int(attributes["position"]), attributes["topic"]
        if verdict.problem:
            problem = f"{verdict.field}: {verdict.problem}" if verdict.field else verdict.problem
            return Matched(position, topic, None, problem)
        if "transform" in self._expressions:
            one = with_data(one, verdict.made)
        return Matched(position, topic, message([one], self._form))


def expressions_of(route: routes.Route) -> dict[str, str]:
    """Give the expressions of a route by field."""
    fields = ("filter", "transform")
    return {name: getattr(route, name) for name in fields if route.HasField(name)}
