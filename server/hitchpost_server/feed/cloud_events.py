"""CloudEvents 1.0: what an entry of the feed is called outside, and how it travels over HTTP.

It knows the attributes and the three forms of the HTTP binding, by way of the
official SDK; it knows nothing of routes, nor of who is to get them. Whoever
hands an entry in has masked it.
"""

from collections.abc import Sequence
from datetime import UTC
from enum import Enum
from typing import Any

from cloudevents.core.bindings.http import HTTPMessage, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.ids import run_key
from hitchpost_server.feed.topics import MESSAGE, topic_of

TYPE_PREFIX = "dev.hitchpost."
TYPE_SUFFIX = ".v1"
PUBLISHED = "message.published"
SOURCE_PREFIX = "/hitchpost/tenants/"
JSON_TYPE = "application/json"
BATCH_TYPE = "application/cloudevents-batch+json"
# Digits of the largest number there can be: as texts, padded ones sort as numbers do.
NUMBER_DIGITS = 19

_FORMAT = JSONFormat()


class Form(Enum):
    """How an entry travels: attributes in headers, one JSON object, or a list of those."""

    BINARY = "binary"
    STRUCTURED = "structured"
    BATCHED = "batched"


def cloud_event(event: history.HistoryEvent, tenant: str) -> CloudEvent:
    """Make the CloudEvent of an entry."""
    topic, kind = topic_of(event), event.WhichOneof("event")
    assert kind is not None
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "type": type_of(PUBLISHED if kind == MESSAGE else topic),
        "source": SOURCE_PREFIX + tenant,
        "id": str(event.position),
        "time": event.time.ToDatetime(UTC),
        "subject": _subject(event, getattr(event, kind)),
        "datacontenttype": JSON_TYPE,
        "topic": topic,
        "sequence": _number(event.sequence),
        "position": _number(event.position),
        "partitionkey": event.stream,
    }
    if event.execution:
        attributes["execution"] = event.execution
    if event.traceparent:
        attributes["traceparent"] = event.traceparent
    return CloudEvent(attributes, data_of(getattr(event, kind)))


def type_of(topic: str) -> str:
    """Name the type of the entries of a topic."""
    return f"{TYPE_PREFIX}{topic}{TYPE_SUFFIX}"


def data_of(body: Message) -> dict[str, Any]:
    """Write what happened as protobuf's JSON; what has no presence is always there."""
    data: dict[str, Any] = MessageToDict(body, always_print_fields_with_no_presence=True)
    return data


def _subject(event: history.HistoryEvent, body: Any) -> str:
    """Name the run that an entry is about, or else its stream."""
    if event.HasField("wf_run_id"):
        return run_key(event.wf_run_id)
    if isinstance(body, history.ExternalEventRefused):
        return run_key(body.wf_run_id)
    return event.stream


def _number(value: int) -> str:
    # Integers of CloudEvents have 32 bits.
    return f"{value:0{NUMBER_DIGITS}d}"


def with_data(one: CloudEvent, data: Any) -> CloudEvent:
    """Give a CloudEvent other data, which is any JSON."""
    return CloudEvent(dict(one.get_attributes()), data)


def as_entry(one: CloudEvent) -> dict[str, Any]:
    """Give the parts of a CloudEvent that filters and transforms see."""
    attributes = one.get_attributes()
    names = ("topic", "id", "source", "subject", "partitionkey")
    return {
        **{name: attributes[name] for name in names},
        "time": attributes["time"].isoformat(),
        "sequence": int(attributes["sequence"]),
        "position": int(attributes["position"]),
        "data": one.get_data(),
    }


def message(events: Sequence[CloudEvent], form: Form) -> HTTPMessage:
    """Write CloudEvents as headers and body; more than one can only be batched."""
    if form is Form.BATCHED:
        body = b"[" + b",".join(_FORMAT.write(one) for one in events) + b"]"
        return HTTPMessage({"content-type": BATCH_TYPE}, body)
    (one,) = events
    if form is Form.STRUCTURED:
        return HTTPMessage({"content-type": _FORMAT.CONTENT_TYPE}, _FORMAT.write(one))
    data = _FORMAT.write_data({"": one.get_data()}, JSON_TYPE)[len(b'{"": ') : -1]
    return to_binary(CloudEvent(dict(one.get_attributes()), data), _FORMAT)
