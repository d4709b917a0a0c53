"""Values made from Python's own objects. It knows what a value may hold, and no types.

The values handed out are shared: they must not be changed.
"""

from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.limits import VALUE_LENGTH_MAX

INT_MIN = -(2**63)
INT_MAX = 2**63 - 1

NULL = VariableValue()
_TRUE = VariableValue(bool=True)
_FALSE = VariableValue(bool=False)


def int_value(number: int) -> VariableValue:
    """Make an INT; one that needs more than 64 bits is an error, never wrapped."""
    if not INT_MIN <= number <= INT_MAX:
        raise EvaluationError("The number is too large for an INT of 64 bits")
    return VariableValue(int=number)


def double_value(number: float) -> VariableValue:
    """Make a DOUBLE."""
    return VariableValue(double=number)


def bool_value(truth: bool) -> VariableValue:
    """Make a BOOL."""
    return _TRUE if truth else _FALSE


def str_value(text: str) -> VariableValue:
    """Make a STR."""
    check_length(len(text))
    try:
        return VariableValue(str=text)
    except UnicodeEncodeError:
        raise EvaluationError("The text holds half a character") from None


def check_length(length: int) -> None:
    """Refuse to make a value of that many characters or bytes when it is too large."""
    if length > VALUE_LENGTH_MAX:
        raise EvaluationError(f"The value would be longer than {VALUE_LENGTH_MAX}")


def bounded(value: VariableValue) -> VariableValue:
    """Return the value, unless it is too large."""
    check_length(value.ByteSize())
    return value
