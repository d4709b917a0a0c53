"""Masked fields of structs: wherever one is within an answer, clients read `*****`.

It knows messages by their descriptors alone, so that no answer can be
forgotten; those that are for workers or that are definitions are left whole.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, TypeVar

from google.protobuf.descriptor import Descriptor
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

# What is in every message, as it is written, that has a masked field.
MASKED_AS_WRITTEN = StructField(masked=True).SerializeToString()

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


def written(response: Message) -> bytes:
    """Write what a client may read of a response.

    Nearly all have no masked fields, and to look for one in what is written is much faster than
    to walk through a message.
    """
    as_it_is = response.SerializeToString()
    if MASKED_AS_WRITTEN not in as_it_is:
        return as_it_is
    return shown(response).SerializeToString()


def mask(message: Message) -> None:
    """Mask the fields of structs in a message that belongs to the caller.

    Nearly all messages have none, and to write one is much faster than to walk through it.
    """
    if MASKED_AS_WRITTEN not in message.SerializeToString():
        return
    for field in _masked_fields(message):
        field.value.CopyFrom(MASKED)


def _masked_fields(message: Message) -> Iterator[StructField]:
    """Yield the masked fields in a message; what is within one is not looked at.

    Every answer comes by here, and all of it is done on the event loop.
    """
    stack = [message]
    while stack:
        part = stack.pop()
        if isinstance(part, StructField) and part.masked:
            yield part
            continue
        # A value, or a list that says so of its elements, may hold no structs.
        if isinstance(part, VariableValue):
            if part.WhichOneof("value") not in _MAY_HOLD_STRUCTS:
                continue
        elif isinstance(part, Array) and part.element_type.HasField("primitive_type"):
            continue
        for way in _ways(part.DESCRIPTOR):
            if not way.has_many:
                if part.HasField(way.name):
                    stack.append(getattr(part, way.name))
                continue
            items: Any = getattr(part, way.name)
            stack.extend(items.values() if way.is_map else items)


class _Way(NamedTuple):
    """A field that leads further into a message."""

    name: str
    has_many: bool
    is_map: bool


@cache
def _ways(descriptor: Descriptor) -> tuple[_Way, ...]:
    """List the fields of a message through which a field of a struct can be reached."""
    return tuple(
        _Way(field.name, field.is_repeated, field.is_repeated and is_map(field))
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
