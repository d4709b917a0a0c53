"""Writing: the message that a target gets for an entry, by the binding of its kind.

It knows CloudEvents over HTTP and over NATS, and what a subject may be; it
knows nothing of sending.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cloudevents.core.v1.event import CloudEvent

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.feed.cloud_events import Form, message
from hitchpost_server.feed.evaluator import SUBJECT_FIELD, Verdict

FORMS = {
    routes.BINARY: Form.BINARY,
    routes.STRUCTURED: Form.STRUCTURED,
    routes.BATCHED: Form.BATCHED,
}
# Servers take about 4,000 bytes for a whole line; brokers behind them less.
SUBJECT_BYTES_MAX = 255
# What begins so is an order to the NATS server itself, or the answer to somebody.
RESERVED_BEGINNINGS = ("$", "_INBOX.")


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to a target: `subject` is where to, if that depends on the entry."""

    headers: Mapping[str, str]
    body: bytes
    subject: str = ""


class UnwritableError(ValueError):
    """No message can be made of an entry; the text says in which field of the route, and why."""


Write = Callable[[CloudEvent, Verdict], Message]


def writer_of(route: routes.Route) -> Write:
    """Give what makes messages for a route's target."""
    if route.WhichOneof("target") == "nats":
        return _nats_writer(route.nats)
    form = FORMS.get(route.webhook.form, Form.BINARY)

    def write(one: CloudEvent, _verdict: Verdict) -> Message:
        made = message([one], form)
        return Message(made.headers, made.body)

    return write


def _nats_writer(target: routes.NatsTarget) -> Write:
    form = FORMS[target.form] if target.HasField("form") else Form.STRUCTURED
    computed = target.WhichOneof("destination") == "subject_expression"

    def write(one: CloudEvent, verdict: Verdict) -> Message:
        subject = verdict.subject if computed else target.subject
        problem = problem_with_subject(subject)
        if problem is not None:
            raise UnwritableError(f"{SUBJECT_FIELD if computed else 'nats.subject'}: {problem}")
        made = message([one], form)
        return Message(_nats_headers(made.headers), made.body, subject)

    return write


def _nats_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Name headers as the NATS binding does: there `content-type` is for structured form only."""
    if headers["content-type"].startswith("application/cloudevents"):
        return headers
    names = {"content-type": "ce-datacontenttype"}
    return {names.get(name, name): value for name, value in headers.items()}


def problem_with_subject(subject: object) -> str | None:
    """Say why messages cannot be published to a subject, if so."""
    if not isinstance(subject, str):
        return f"a subject is text, not {subject!r:.80}"
    if not 1 <= len(subject.encode("utf-8", "replace")) <= SUBJECT_BYTES_MAX:
        return f"a subject has 1 to {SUBJECT_BYTES_MAX} bytes"
    if not all(subject.split(".")):
        return f"{subject!r:.80} has an empty token"
    if not subject.isprintable() or " " in subject or set(subject) & set("*>"):
        return f"{subject!r:.80} has a space, a wildcard or what cannot be printed"
    if subject.startswith(RESERVED_BEGINNINGS):
        return f"{subject!r:.80} is a subject of NATS itself"
    return None
