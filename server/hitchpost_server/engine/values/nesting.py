"""How deeply messages are nested, so that whatever is stored can be read back.

It knows messages by their fields alone, and no values.
"""

from google.protobuf.message import Message

from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost_server.engine.values.limits import NESTING_MAX


def nests_too_deeply(message: Message) -> bool:
    """Tell whether a message has more levels than a value may have."""
    return _levels(message) > NESTING_MAX


def _levels(message: Message) -> int:
    """Count the levels of a message, itself included."""
    stack, deepest = [(message, 1)], 0
    while stack:
        part, level = stack.pop()
        deepest = max(deepest, level)
        for field, content in part.ListFields():
            if field.message_type is None:
                continue
            if not field.is_repeated:
                stack.append((content, level + 1))
            elif field.message_type.GetOptions().map_entry:
                stack.extend((content[key], level + 2) for key in content)
            else:
                stack.extend((item, level + 1) for item in content)
    return deepest


def levels_of(type_def: TypeDefinition) -> int:
    """Count the levels of a type, itself included; rather one too many than one too few."""
    defined = type_def.WhichOneof("defined_type")
    if defined == "inline_array_def":
        return 2 + levels_of(type_def.inline_array_def.array_type)
    if defined == "inline_map_def":
        inner = type_def.inline_map_def
        return 2 + max(levels_of(inner.key_type), levels_of(inner.value_type))
    return 1 + _levels(type_def.inline_struct_def) if defined == "inline_struct_def" else 2
