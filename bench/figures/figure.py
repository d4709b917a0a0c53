"""What a figure is."""

from typing import Protocol

from bench.samples import Sample
from bench.stage import Stage
from bench.stored import Stored


class Checked(Protocol):
    """What remembers what was acknowledged to it."""

    def check(self, stored: Stored) -> None:
        """Raise Failed unless the store holds what was acknowledged, and nothing else."""
        ...


class Figure(Checked, Protocol):
    """One thing that is measured. Made once; it remembers what was acknowledged to it."""

    async def measure(self, stage: Stage) -> list[Sample]:
        """Measure one round."""
        ...
