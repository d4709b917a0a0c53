"""Masked fields of structs: wherever one is within an answer, clients read `*****`.

It knows messages by their descriptors alone, so that no answer can be
forgotten; those that are for workers or that are definitions are left whole.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from hitchpost.v1 import struct_def_pb2 as struct_defs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1.value_pb2 import Array, StructField, VariableValue
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.definitions.trees import is_map
from hitchpost_server.engine.values.masks import MASKED

_MAY_HOLD_STRUCTS = frozenset({"struct", "array", "map"})

M = TypeVar("M", bound=Message)

# Workers work with the real values, and a definition shows what was put.
SHOWN_WHOLE = frozenset(
    {
        tasks.PollTaskResponse,
        tasks.Checkpoint,
        tasks.PutCheckpointResponse,
        tasks.TaskDef,
        struct_defs.StructDef,
        wf_specs.WfSpec,
    }
)


def shown(response: M) -> M:
    """Return what a client may read: the response, or a copy without masked fields of structs."""
    if type(response) in SHOWN_WHOLE or next(_masked_fields(response), None) is None:
        return response
    copy = copy_of(response)  # the response may be shared with others
    for field in _masked_fields(copy):
        field.value.CopyFrom(MASKED)
    return copy


def mask(message: Message) -> None:
    """Mask the fields of structs in a message that belongs to the caller."""
    for field in _masked_fields(message):
        field.value.CopyFrom(MASKED)


def _masked_fields(message: Message) -> Iterator[StructField]:
    """Yield the masked fields in a message; what is within one is not looked at."""
    stack = [message]
    while stack:
        part = stack.pop()
        if isinstance(part, StructField) and part.masked:
            yield part
            continue
        if _is_plain(part):
            continue
        for field in _ways(part.DESCRIPTOR):
            stack.extend(_messages(part, field))


def _is_plain(part: Message) -> bool:
    """Whether a value, or a list that says so of its elements, holds no structs.

    Answers may hold lists of many numbers, and all of this is done on the event loop.
    """
    if isinstance(part, Array):
        return part.element_type.HasField("primitive_type")
    return isinstance(part, VariableValue) and part.WhichOneof("value") not in _MAY_HOLD_STRUCTS


def _messages(message: Message, field: FieldDescriptor) -> Iterator[Message]:
    if not field.is_repeated:
        if message.HasField(field.name):
            yield getattr(message, field.name)
        return
    items: Any = getattr(message, field.name)
    yield from (items[key] for key in items) if is_map(field) else items


@cache
def _ways(descriptor: Descriptor) -> tuple[FieldDescriptor, ...]:
    """List the fields of a message through which a field of a struct can be reached."""
    return tuple(
        field
        for field in descriptor.fields
        if field.message_type is not None
        and StructField.DESCRIPTOR.full_name in _within(field.message_type)
    )


@cache
def _within(descriptor: Descriptor) -> frozenset[str]:
    """Name the messages of which some may be within one of a kind, itself too."""
    seen: dict[str, Descriptor] = {}
    waiting = [descriptor]
    while waiting:
        one = waiting.pop()
        if one.full_name not in seen:
            seen[one.full_name] = one
            waiting.extend(field.message_type for field in one.fields if field.message_type)
    return frozenset(seen)
