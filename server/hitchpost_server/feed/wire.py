"""Protobuf's wire format, as much of it as putting written messages together takes.

It knows numbers and lengths and no message: what a message holds within another
is handed on as it is written, which takes a tenth of decoding and writing it.
"""

from typing import Final

_BYTES: Final = 2
# Nearly all lengths are below this, and looked up.
_SHORT_MAX: Final = 2_048


def _encoded(number: int) -> bytes:
    digits = []
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    digits.append(number)
    return bytes(digits)


_SHORT = [_encoded(number) for number in range(_SHORT_MAX)]


def key(field: int) -> bytes:
    """Write what comes before a field that is a text or a message."""
    return _encoded(field << 3 | _BYTES)


def part(key: bytes, content: bytes) -> bytes:
    """Write a text or a message behind its key."""
    size = len(content)
    return key + (_SHORT[size] if size < _SHORT_MAX else _encoded(size)) + content


def numbers(message: bytes) -> list[int]:
    """List the fields of a message in which each is a number, a text or a message."""
    found = []
    at, end = 0, len(message)
    while at < end:
        field, at = _read(message, at)
        value, at = _read(message, at)
        if field & 7 == _BYTES:
            at += value
        found.append(field >> 3)
    return found


def spans_rest(message: bytes, at: int) -> bool:
    """Whether the text or message that begins with its length there is the last of a message."""
    size, at = _read(message, at)
    return at + size == len(message)


def _read(message: bytes, at: int) -> tuple[int, int]:
    """Read a number; give it, and the place behind it."""
    digit = message[at]
    at += 1
    if digit < 0x80:
        return digit, at
    number, shift = digit & 0x7F, 7
    while digit > 0x7F:
        digit = message[at]
        at += 1
        number |= (digit & 0x7F) << shift
        shift += 7
    return number, at
