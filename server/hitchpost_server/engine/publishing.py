"""Messages from outside: what publishing does to a topic's stream, and the fold of it.

A message happens once, however often it is sent: its id is kept with a digest
of its content, until both are forgotten. Who listens is no matter here.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.ids import TOPIC_STREAM
from hitchpost_server.engine.limits import check_size
from hitchpost_server.engine.rows import PublishedMessageRow
from hitchpost_server.engine.state import TopicState
from hitchpost_server.engine.stream_draft import StreamDraft
from hitchpost_server.engine.tables import Touched
from hitchpost_server.engine.values.nesting import flaw
from hitchpost_server.storage.v1 import storage_pb2 as storage

TopicDraft = StreamDraft[TopicState]


def _publish(draft: TopicDraft, command: commands.PublishMessage) -> feed.PublishReceipt:
    """Put a message on record, unless it is there already."""
    request = command.request
    if (problem := flaw(request.content)) is not None:
        raise errors.FieldInvalid(field="content", problem=problem)
    published = history.MessagePublished(id=request.id or command.seed, published_at=draft.now)
    if request.HasField("content"):
        published.content.CopyFrom(request.content)
    check_size(published, draft.limits)
    earlier = _earlier(draft, request)
    if earlier is not None:
        if earlier.digest != _digest(published.content):
            raise errors.MessageExists(topic=earlier.topic, id=earlier.id)
        return feed.PublishReceipt.FromString(earlier.body)
    draft.emit("message_published", published)
    return _receipt(draft.state, published)


def _forget(draft: TopicDraft, command: commands.ForgetMessages) -> None:
    """Let messages go that are older than anybody may ask for, and with them their ids."""
    topic = draft.state.stream.removeprefix(TOPIC_STREAM)
    for message_id in command.message_ids:
        draft.rows.published_message_gone(topic, message_id)
    draft.rows.erase(draft.state.stream, "", command.up_to_sequence)


def _earlier(draft: TopicDraft, request: feed.PublishRequest) -> PublishedMessageRow | None:
    """Find the message that was published with the same id; an id of ours is new."""
    if not request.HasField("id"):
        return None
    return draft.facts.published_message(request.topic, request.id)


def _receipt(state: TopicState, published: history.MessagePublished) -> feed.PublishReceipt:
    return feed.PublishReceipt(
        topic=state.stream.removeprefix(TOPIC_STREAM),
        id=published.id,
        sequence=state.sequence,
        published_at=published.published_at,
    )


def _digest(content: VariableValue) -> bytes:
    return hashlib.sha256(content.SerializeToString(deterministic=True)).digest()


def apply_record(state: TopicState, record: storage.LogRecord, rows: Touched) -> None:
    """Apply all events of one command."""
    for event in record.events:
        kind = event.WhichOneof("event")
        assert kind is not None
        apply(state, kind, getattr(event, kind), rows)


def apply(state: TopicState, kind: str, body: Any, rows: Touched) -> None:
    """Apply one event; `kind` names its member of the oneof, `body` is that member."""
    state.sequence += 1
    APPLIERS[kind](state, body, rows)


def _published(state: TopicState, body: history.MessagePublished, rows: Touched) -> None:
    rows.published_message(_receipt(state, body), _digest(body.content))


APPLIERS: dict[str, Callable[[TopicState, Any, Touched], None]] = {"message_published": _published}

TOPIC_DECIDERS: dict[type[commands.Command], Callable[[TopicDraft, Any], Any]] = {
    commands.PublishMessage: _publish,
    commands.ForgetMessages: _forget,
}
