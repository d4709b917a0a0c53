"""Arithmetic of INT and DOUBLE. It knows nothing of variables.

INT with INT is done in integers and checked: what does not fit 64 bits is an
error, where Java would wrap around silently. As soon as one is a DOUBLE, both are.
"""

import math
import operator
from collections.abc import Callable
from typing import Any

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.scalars import double_value, int_value

_EXPONENT_MAX = 64  # any base but -1, 0 and 1 leaves 64 bits before


def _divide_integers(dividend: int, divisor: int) -> int:
    if divisor == 0:
        raise _division_by_zero()
    quotient = abs(dividend) // abs(divisor)
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


def _divide(dividend: float, divisor: float) -> float:
    if divisor == 0:
        raise _division_by_zero()
    return dividend / divisor


def _division_by_zero() -> EvaluationError:
    return EvaluationError("Cannot divide by zero")


def _integer_power(base: int, exponent: int) -> int:
    if exponent < 0:
        if base == 0:
            raise _power_too_large()
        return _integer_power(base, -exponent) if abs(base) == 1 else 0
    if abs(base) > 1 and exponent > _EXPONENT_MAX:
        raise _power_too_large()
    return int(base**exponent)


def _power(base: float, exponent: float) -> float:
    try:
        result = math.pow(base, exponent)
    except (OverflowError, ValueError):
        raise _power_too_large() from None
    if not math.isfinite(result):
        raise _power_too_large()
    return result


def _power_too_large() -> EvaluationError:
    return EvaluationError("The power is infinite, too large or not a real number")


_INTEGER_OPERATIONS: dict[int, Callable[[int, int], int]] = {
    assignments.ADD: operator.add,
    assignments.SUBTRACT: operator.sub,
    assignments.MULTIPLY: operator.mul,
    assignments.DIVIDE: _divide_integers,
    assignments.POW: _integer_power,
}
_DOUBLE_OPERATIONS: dict[int, Callable[[float, float], float]] = {
    assignments.ADD: operator.add,
    assignments.SUBTRACT: operator.sub,
    assignments.MULTIPLY: operator.mul,
    assignments.DIVIDE: _divide,
    assignments.POW: _power,
}


def calculate(operation: int, left: VariableValue, right: VariableValue) -> VariableValue:
    """Work out one of the five operations on two numbers."""
    one, other = number(left), number(right)
    if isinstance(one, int) and isinstance(other, int):
        return int_value(_INTEGER_OPERATIONS[operation](one, other))
    return double_value(_DOUBLE_OPERATIONS[operation](float(one), float(other)))


def number(value: VariableValue) -> int | float:
    """Take the number out of an INT or a DOUBLE."""
    kind = value.WhichOneof("value")
    if kind not in ("int", "double"):
        raise EvaluationError("An operand of arithmetic is not a number")
    found: Any = getattr(value, kind)
    return found if kind == "int" else float(found)


def index(value: VariableValue) -> int:
    """Take a whole number out of an INT or a DOUBLE."""
    found = number(value)
    if not math.isfinite(found):
        raise EvaluationError("An index is not a finite number")
    return int(found)
