"""Copies of messages: live ones change with later events, and what leaves a decision must not."""

from typing import TypeVar

from google.protobuf.message import Message

M = TypeVar("M", bound=Message)


def copy_of(message: M) -> M:
    """Copy a message with all that is in it."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy
