"""What is measured of one thing, once or many times, and what it is to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.samples import Spread


@dataclass(frozen=True, slots=True)
class Wanted:
    """A bound: of the ratio to what is beside it, or of the number itself."""

    at_least: float | None = None
    at_most: float | None = None
    of_ratio: bool = True

    def holds(self, number: float) -> bool:
        """Whether a number is within the bound, its end included."""
        return (self.at_least is None or number >= self.at_least) and (
            self.at_most is None or number <= self.at_most
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """One number, and perhaps the same of what it is compared with."""

    name: str
    unit: str
    value: float
    beside: float | None = None
    wanted: Wanted | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the other number this is."""
        return self.value / self.beside if self.beside else None


@dataclass(frozen=True, slots=True)
class Row:
    """One number over all rounds; `reached` tells of medians."""

    name: str
    unit: str
    value: Spread
    beside: Spread | None
    ratio: Spread | None
    wanted: Wanted | None
    reached: bool | None


def rows(samples: Sequence[Sample]) -> list[Row]:
    """Put samples of one name together, in the order in which they came first."""
    by_name: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples:
        by_name.setdefault((sample.name, sample.unit), []).append(sample)
    return [_row(some) for some in by_name.values()]


def _row(samples: Sequence[Sample]) -> Row:
    first = samples[0]
    value = _spread([sample.value for sample in samples])
    beside = _spread([one.beside for one in samples if one.beside is not None])
    ratio = _spread([one.ratio for one in samples if one.ratio is not None])
    assert value is not None
    reached = None
    if first.wanted is not None:
        judged = ratio if first.wanted.of_ratio else value
        reached = judged is not None and first.wanted.holds(judged.median)
    return Row(first.name, first.unit, value, beside, ratio, first.wanted, reached)


def _spread(numbers: Sequence[float]) -> Spread | None:
    return Spread(median(numbers), min(numbers), max(numbers)) if numbers else None
