"""Cursors: how far somebody has read, as text that only the server understands."""

from hitchpost_server.engine.errors import FieldInvalid

# Says what follows, should it ever be something else.
_FORM = "p"
_DIGITS_MAX = 16


def cursor_of(position: int) -> str:
    """Write down a position up to which everything was told."""
    return f"{_FORM}{position:x}"


def position_of(field: str, cursor: str) -> int:
    """Read a cursor back.

    Raises:
        FieldInvalid: with the path `field`.
    """
    form, digits = cursor[:1], cursor[1:]
    if form != _FORM or not digits.isalnum() or len(digits) > _DIGITS_MAX:
        raise FieldInvalid(field=field, problem="this is no cursor that the server has sent")
    try:
        return int(digits, 16)
    except ValueError as error:
        problem = "this is no cursor that the server has sent"
        raise FieldInvalid(field=field, problem=problem) from error
