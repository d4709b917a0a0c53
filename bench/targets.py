"""What is to be reached, by the names of the figures; knows nothing of how they are measured.

A ratio is of the figure to what is measured beside it in the same round.
"""

from dataclasses import dataclass
from enum import Enum


class Bound(Enum):
    """On which side of its target a figure has to be; both include it."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


class Of(Enum):
    """What of a figure has to be there."""

    RATIO = "ratio"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Target:
    """One figure's target."""

    bound: Bound
    number: float
    of: Of = Of.RATIO

    def is_reached(self, *, value: float, ratio: float | None) -> bool:
        """Tell whether a median is where it has to be."""
        found = value if self.of is Of.VALUE else ratio
        if found is None:
            return False
        return found >= self.number if self.bound is Bound.AT_LEAST else found <= self.number

    def __str__(self) -> str:
        digits = 2 if self.number < 10 else 0
        return f"{self.bound.value} {self.number:,.{digits}f}"


TARGETS: dict[str, Target] = {
    "Events accepted": Target(Bound.AT_LEAST, 0.50),
    "Events accepted on a stream": Target(Bound.AT_LEAST, 1.5),
    "Runs started": Target(Bound.AT_LEAST, 0.35),
    "Runs completed by an event": Target(Bound.AT_LEAST, 0.40),
    "Tasks done": Target(Bound.AT_LEAST, 0.15),
    "An idle run completed, p50": Target(Bound.AT_MOST, 2),
    "An idle run completed, p99": Target(Bound.AT_MOST, 4),
    # Those of large stores and long lives, beside the same of small and short ones.
    "Events accepted by a large store": Target(Bound.AT_LEAST, 0.85),
    "Runs completed in a large store": Target(Bound.AT_LEAST, 0.85),
    "Runs completed that had waited in it": Target(Bound.AT_LEAST, 0.85),
    "Memory with 200,000 waiting runs": Target(Bound.AT_MOST, 200, Of.VALUE),
    "Memory with 400,000 waiting runs": Target(Bound.AT_MOST, 200, Of.VALUE),
    "Start with 200,000 waiting runs": Target(Bound.AT_MOST, 2),
    "Start with 200,000 waiting runs after SIGKILL": Target(Bound.AT_MOST, 2),
    "Last of 50,000 steps: CPU": Target(Bound.AT_MOST, 1.2),
    "Last of 50,000 steps: calls of Python": Target(Bound.AT_MOST, 1.2),
    "Last of 50,000 steps: statements": Target(Bound.AT_MOST, 1.2),
    "Last of 50,000 steps: log bytes": Target(Bound.AT_MOST, 1.2),
    "Last of 50,000 steps: rows": Target(Bound.AT_MOST, 1.2),
    "Accepted while a consumer follows, of alone": Target(Bound.AT_LEAST, 90, Of.VALUE),
    "Entries of a large store consumed": Target(Bound.AT_LEAST, 20_000, Of.VALUE),
}
