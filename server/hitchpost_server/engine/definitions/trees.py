"""A message as a tree: what is set in it, and where.

It knows fields and their order, and nothing of what they mean. Nothing here
recurses, so any depth will do.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from hitchpost_server.engine.definitions.places import Place


def parts(message: Message, place: Place) -> Iterator[tuple[FieldDescriptor, Place, Any]]:
    """Yield every item that is set in a message, by field, maps in the order of their keys."""
    for field, value in message.ListFields():
        if not field.is_repeated:
            yield field, place.at(field.name), value
        elif is_map(field):
            for key in sorted(value):
                yield field, place.at(field.name, key), value[key]
        else:
            for index, item in enumerate(value):
                yield field, place.at(field.name, index), item


def walk(message: Message, place: Place, whole: type[Message]) -> Iterator[tuple[Place, Message]]:
    """Yield a message and all that are in it, in order; what is in a `whole` is left out."""
    stack = [(place, message)]
    while stack:
        place, message = stack.pop()
        yield place, message
        if isinstance(message, whole):
            continue
        items = [(spot, item) for _, spot, item in parts(message, place)]
        stack.extend((spot, item) for spot, item in reversed(items) if isinstance(item, Message))


@cache
def is_map(field: FieldDescriptor) -> bool:
    """Whether a repeated field is a map."""
    return field.message_type is not None and field.message_type.GetOptions().map_entry
