"""Consumers of the feed: how far each has come is a row, since the log must not grow by it.

What a row says is the feed's matter. Nothing of a consumer is in the log.
"""

from collections.abc import Callable
from typing import Any

from hitchpost_server.engine import commands
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.ids import CONSUMER_STREAM
from hitchpost_server.engine.state import ConsumerState
from hitchpost_server.engine.stream_draft import StreamDraft
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage

ConsumerDraft = StreamDraft[ConsumerState]


def _save(draft: ConsumerDraft, command: commands.SaveConsumer) -> storage.StoredConsumer:
    """Note how far a consumer has come; what comes late from a deleted one changes nothing."""
    name, stored = _name(draft.state), copy_of(command.consumer)
    if command.is_new:
        stored.created_us = draft.now_us
    if command.is_new or draft.facts.has_consumer(name):
        draft.rows.consumer(name, stored)
    return stored


def _delete(draft: ConsumerDraft, _command: commands.DeleteConsumer) -> None:
    draft.rows.consumer(_name(draft.state), None)


def _name(state: ConsumerState) -> str:
    return state.stream.removeprefix(CONSUMER_STREAM)


def apply_record(_state: ConsumerState, _record: storage.LogRecord, _rows: Touched) -> None:
    """Apply nothing: there are no events."""


def apply(_state: ConsumerState, _kind: str, _body: object, _rows: Touched) -> None:
    """Apply nothing: there are no events."""


CONSUMER_DECIDERS: dict[type[commands.Command], Callable[[ConsumerDraft, Any], Any]] = {
    commands.SaveConsumer: _save,
    commands.DeleteConsumer: _delete,
}
