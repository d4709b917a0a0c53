"""Whether a request holds together before anything looks at its meaning.

It knows messages and their fields: depth, number, enum values, what must be
set, what is not built. It walks without recursion, so that nothing after it
need fear a request that is too deep; it knows nothing of names and types.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost_server.engine.definitions.limits import (
    ASSIGNMENT_DEPTH_MAX,
    MESSAGE_DEPTH_MAX,
    MESSAGES_MAX,
)
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.trees import is_map, parts

# The fields and oneofs without which a message means nothing. Names are not
# here: whoever looks a name up finds that there is no such thing.
REQUIRED = {
    "hitchpost.v1.LegacyEdgeCondition": ("left", "right"),
    "hitchpost.v1.LHPath.Selector": ("selector_type",),
    "hitchpost.v1.MapBuilder.Entry": ("key", "value"),
    "hitchpost.v1.Node": ("node",),
    "hitchpost.v1.RunChildWfNode": ("wf_spec",),
    "hitchpost.v1.SleepNode": ("sleep_length",),
    "hitchpost.v1.StartMultipleThreadsNode": ("iterable",),
    "hitchpost.v1.TaskNode": ("task_to_execute",),
    "hitchpost.v1.UTActionTrigger": ("action", "delay_seconds"),
    "hitchpost.v1.UTActionTrigger.UTATask": ("task",),
    "hitchpost.v1.VariableAssignment": ("source",),
    "hitchpost.v1.VariableAssignment.Expression": ("lhs", "operation", "rhs"),
    "hitchpost.v1.VariableAssignment.FormatString": ("format",),
    "hitchpost.v1.VariableAssignment.SizeOf": ("operand",),
    "hitchpost.v1.VariableMutation": ("rhs_value",),
    "hitchpost.v1.WaitForChildWfNode": ("child_wf_run_id",),
    "hitchpost.v1.WaitForConditionNode": ("node_condition",),
    "hitchpost.v1.WaitForThreadsNode": ("threads_to_wait_for",),
    "hitchpost.v1.WaitForThreadsNode.ThreadToWaitFor": ("thread_run_number",),
}


@dataclass(frozen=True, slots=True)
class _Spot:
    message: Any
    place: Place
    depth: int
    assignments: int


def check_shape(message: Message, place: Place) -> None:
    """Refuse a message that is too deep or too large, incomplete or not built.

    Raises:
        DefinitionInvalid: it does not hold together.
    """
    stack = [_Spot(message, place, 0, 0)]
    seen = 0
    while stack:
        spot = stack.pop()
        seen += 1
        if seen > MESSAGES_MAX:
            raise place.invalid(f"it has more than {MESSAGES_MAX} parts")
        _check_spot(spot)
        stack.extend(reversed(list(_below(spot))))


def _check_spot(spot: _Spot) -> None:
    if spot.depth > MESSAGE_DEPTH_MAX or spot.assignments > ASSIGNMENT_DEPTH_MAX:
        raise spot.place.invalid("it is nested too deeply")
    if isinstance(spot.message, Timestamp):
        _check_timestamp(spot.message, spot.place)
    for name in REQUIRED.get(spot.message.DESCRIPTOR.full_name, ()):
        if not _is_set(spot.message, name):
            raise spot.place.at(name).invalid("it is needed")


def _is_set(message: Any, name: str) -> bool:
    if name in message.DESCRIPTOR.oneofs_by_name:
        return message.WhichOneof(name) is not None
    if message.DESCRIPTOR.fields_by_name[name].has_presence:
        return bool(message.HasField(name))
    return bool(getattr(message, name))


def _check_timestamp(moment: Timestamp, place: Place) -> None:
    try:
        moment.ToJsonString()
    except ValueError as error:
        raise place.invalid("it is outside of the years 1 to 9999") from error


def _below(spot: _Spot) -> Iterator[_Spot]:
    """Check the fields of one message and yield the messages in them, in order."""
    for field, place, item in parts(spot.message, spot.place):
        if isinstance(item, Message):
            levels = 2 if is_map(field) else 1  # on the wire, a map is a list of entries
            is_assignment = isinstance(item, VariableAssignment)
            yield _Spot(item, place, spot.depth + levels, spot.assignments + is_assignment)
        elif field.enum_type is not None:
            _check_enum(field, item, place)


def _check_enum(field: FieldDescriptor, number: int, place: Place) -> None:
    assert field.enum_type is not None
    value = field.enum_type.values_by_number.get(number)
    if value is None:
        raise place.invalid(f"{field.enum_type.name} has no value {number}")
