"""Messages of any type, made of values that are likely to hurt.

Two ways: all fields by chance, or a good message in which a few fields are replaced. Both know
descriptors only, and the names that the server knows.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

# What the server knows of before: see the fixture that puts it there.
KNOWN_NAMES = ("order", "greet", "signed", "strict", "counted", "run-1", "run-2", "guid-1", "0-1")

TEXTS = (
    *("", "a", "not a name", "a/b", "a_b", "~", "-", "\x00", "ü\u202e\U0001f40e", "x" * 300),
    *("{", "[" * 5_000, '{"a":' * 2_000, "NaN", "1e999", "$", "$..[", "$.a[?(@.b)]", "{0}'{"),
    *("x" * 20_000, "9" * 5_000, '{"a": [1, {"b": null}]}', "[1, 2]", "entrypoint", "item"),
)
BLOBS = (b"", b"\xff\x00", b'["run-1", 0, 0]', b'["run-1"]', b"[" * 9_000, b"{}", b"1e999")
FLOATS = (float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 1.5, 1e38, 5e-324)
DEPTH = 6

Draw = Callable[[st.SearchStrategy[Any]], Any]

_BITS = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}


def scalars(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    """Values for a field that is no message."""
    kind = field.cpp_type
    if kind in _BITS:
        least, most = _BITS[kind]
        return st.sampled_from((0, 1, 2, 7, 100, least, most, most - 1, max(least, -1)))
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return st.sampled_from((*field.enum_type.values_by_number, 99, -1))
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return st.booleans()
    if kind in (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT):
        return st.sampled_from(FLOATS)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.sampled_from(BLOBS)
    return st.sampled_from((*KNOWN_NAMES * 3, *TEXTS))


@st.composite
def any_message(draw: Draw, kind: type[Message]) -> Message:
    """A message with all its fields by chance."""
    message = kind()
    _fill(draw, message, DEPTH)
    return message


def _fill(draw: Draw, message: Any, depth: int) -> None:
    fields = tuple(message.DESCRIPTOR.fields)
    if not fields or depth == 0:
        return
    most = len(fields) if len(fields) <= 8 else 4
    for field in draw(st.lists(st.sampled_from(fields), unique=True, max_size=most)):
        set_by_chance(draw, message, field, depth)


def set_by_chance(draw: Draw, message: Any, field: FieldDescriptor, depth: int) -> None:
    """Give a field a value by chance; one that repeats gets a few."""
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        _fill_map(draw, message, field, depth)
    elif field.is_repeated:
        _fill_list(draw, message, field, depth)
    elif field.message_type is not None:
        getattr(message, field.name).SetInParent()
        _fill(draw, getattr(message, field.name), depth - 1)
    else:
        setattr(message, field.name, draw(scalars(field)))


def _fill_list(draw: Draw, message: Any, field: FieldDescriptor, depth: int) -> None:
    items = getattr(message, field.name)
    for _ in range(draw(st.integers(0, 2))):
        if field.message_type is None:
            items.append(draw(scalars(field)))
        else:
            _fill(draw, items.add(), depth - 1)


def _fill_map(draw: Draw, message: Any, field: FieldDescriptor, depth: int) -> None:
    entries = getattr(message, field.name)
    value = field.message_type.fields_by_name["value"]
    for _ in range(draw(st.integers(0, 2))):
        key = draw(scalars(field.message_type.fields_by_name["key"]))
        if value.message_type is None:
            entries[key] = draw(scalars(value))
        else:
            _fill(draw, entries[key], depth - 1)


@st.composite
def spoilt_message(draw: Draw, good: Message) -> Message:
    """A good message in which up to three fields, at any depth, are replaced or taken out."""
    message: Any = type(good)()
    message.CopyFrom(good)
    for _ in range(draw(st.integers(1, 3))):
        _spoil(draw, message)
    spoilt: Message = message
    return spoilt


def _spoil(draw: Draw, message: Any) -> None:
    place = draw(st.sampled_from(list(_places(message))))
    fields = tuple(place.DESCRIPTOR.fields)
    if not fields:
        return
    field = draw(st.sampled_from(fields))
    if draw(st.booleans()):
        place.ClearField(field.name)
    if draw(st.booleans()):
        set_by_chance(draw, place, field, 3)


def _places(message: Any) -> Any:
    """Yield a message and all messages within it."""
    yield message
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            inner = field.message_type.fields_by_name["value"].message_type
            held = value.values() if inner is not None else ()
        else:
            held = value if field.is_repeated else (value,)
        for one in held:
            yield from _places(one)
