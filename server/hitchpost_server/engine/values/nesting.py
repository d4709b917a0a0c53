"""Whether messages can be read back once they are stored: how deep they are, what times they hold.

It knows messages by their fields alone, and no values.
"""

from collections.abc import Iterator

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost_server.engine.times import is_moment
from hitchpost_server.engine.values.limits import NESTING_MAX

TOO_DEEP = "it is nested too deeply"
NO_MOMENT = "a TIMESTAMP is outside of the years 1 to 9999"


def flaw(message: Message) -> str | None:
    """Say why some could not read a message, if it has more than a value may have."""
    for part, level in _parts(message):
        if level > NESTING_MAX:
            return TOO_DEEP
        if isinstance(part, Timestamp) and not is_moment(part):
            return NO_MOMENT
    return None


def _parts(message: Message) -> Iterator[tuple[Message, int]]:
    """Yield a message and all that are in it, each with its level, itself included."""
    stack = [(message, 1)]
    while stack:
        part, level = stack.pop()
        yield part, level
        for field, content in part.ListFields():
            if field.message_type is None:
                continue
            if not field.is_repeated:
                stack.append((content, level + 1))
            elif field.message_type.GetOptions().map_entry:
                stack.extend((content[key], level + 2) for key in content)
            else:
                stack.extend((item, level + 1) for item in content)


def levels_of(type_def: TypeDefinition) -> int:
    """Count the levels of a type, itself included; rather one too many than one too few."""
    defined = type_def.WhichOneof("defined_type")
    if defined == "inline_array_def":
        return 2 + levels_of(type_def.inline_array_def.array_type)
    if defined == "inline_map_def":
        inner = type_def.inline_map_def
        return 2 + max(levels_of(inner.key_type), levels_of(inner.value_type))
    if defined == "inline_struct_def":
        return 1 + max(level for _, level in _parts(type_def.inline_struct_def))
    return 2
