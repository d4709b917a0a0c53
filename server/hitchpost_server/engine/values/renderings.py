"""Texts of numbers, times and ids as clients in Java write them. It knows no values and types.

Runs that compare or store such texts must not notice which server made them.
"""

import math
from decimal import Decimal

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost_server.engine import ids
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.limits import WF_RUN_ID_DEPTH_MAX

_FRACTION_DIGITS_MAX = 3


def double_text(number: float) -> str:
    """Write a DOUBLE: `5.0`, `3.14`, and outside of [0.001, 10000000) as `1.0E7`."""
    if not math.isfinite(number):
        return _not_finite(number, "Infinity")
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(number)
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)
    first, *rest = digits
    fraction = "".join(map(str, rest)) or "0"
    return f"{'-' if sign else ''}{first}.{fraction}E{exponent + len(rest)}"


def grouped(number: int | float) -> str:
    """Write a number as a form in English shows it: `1,234,567`, `3.142`, `5`."""
    if isinstance(number, int):
        return f"{number:,}"
    if not math.isfinite(number):
        return _not_finite(number, "∞")
    # Ties are judged by the exact number while its digits are few enough to matter.
    exact = Decimal(number) if abs(number) < 1e15 else Decimal(repr(number))
    whole, fraction = f"{exact:,.{_FRACTION_DIGITS_MAX}f}".split(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _not_finite(number: float, infinity: str) -> str:
    if math.isnan(number):
        return "NaN"
    return infinity if number > 0 else f"-{infinity}"


def timestamp_text(time: Timestamp) -> str:
    """Write a time in ISO 8601, in UTC."""
    try:
        return time.ToJsonString()
    except (ValueError, OverflowError):
        raise EvaluationError("The TIMESTAMP is outside of the years 1 to 9999") from None


def parsed_wf_run_id(text: str) -> WfRunId:
    """Read the id of a run: the ids of its ancestors and its own, joined by `_`."""
    parts = text.strip().split("_")
    if not all(parts) or len(parts) > WF_RUN_ID_DEPTH_MAX:
        raise EvaluationError("The text is not the id of a WfRun")
    return ids.run_id(text.strip())
