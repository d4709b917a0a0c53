"""Samples, one a round, and the rows that rounds make of them: medians and ranges.

Knows numbers, their names and their targets; knows neither how they came about
nor how they are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from bench.load import Load
from bench.targets import TARGETS, Target


@dataclass(frozen=True, slots=True)
class Sample:
    """One number of one round; `beside` is what it is compared with, such as the echo's."""

    name: str
    unit: str
    value: float
    beside: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the number beside it this is."""
        return self.value / self.beside if self.beside else None


class Spread(NamedTuple):
    """The median of all rounds, and the least and the greatest of them."""

    median: float
    least: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Row:
    """One number over all rounds."""

    name: str
    unit: str
    value: Spread
    beside: Spread | None
    ratio: Spread | None

    @property
    def target(self) -> Target | None:
        """What is to be reached, if anything."""
        return TARGETS.get(self.name)

    @property
    def is_reached(self) -> bool | None:
        """Tell whether the median is where it has to be."""
        if self.target is None:
            return None
        ratio = self.ratio.median if self.ratio else None
        return self.target.is_reached(value=self.value.median, ratio=ratio)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that are read together; `beside` says what they are compared with."""

    title: str
    beside: str
    rows: Sequence[Row]


def rows(rounds: Sequence[Sequence[Sample]]) -> list[Row]:
    """Put the samples of all rounds together, in the order in which they came first."""
    by_name: dict[str, list[Sample]] = {}
    for samples in rounds:
        for sample in samples:
            by_name.setdefault(sample.name, []).append(sample)
    return [_row(samples) for samples in by_name.values()]


def _row(samples: list[Sample]) -> Row:
    return Row(
        samples[0].name,
        samples[0].unit,
        _spread([sample.value for sample in samples]),
        _spread_if_any([sample.beside for sample in samples]),
        _spread_if_any([sample.ratio for sample in samples]),
    )


def _spread(numbers: Sequence[float]) -> Spread:
    return Spread(median(numbers), min(numbers), max(numbers))


def _spread_if_any(numbers: Sequence[float | None]) -> Spread | None:
    known = [number for number in numbers if number is not None]
    return _spread(known) if known else None


def throughput(name: str, ours: Load, echo: Load) -> list[Sample]:
    """Sample calls a second, and what the server computes for each of them."""
    samples = [Sample(name, "/s", ours.per_second, echo.per_second)]
    cpu, echo_cpu = _cpu_microseconds(ours), _cpu_microseconds(echo)
    if cpu is not None:
        samples.append(Sample(f"{name}: server CPU each", "µs", cpu, echo_cpu))
    return samples


def _cpu_microseconds(load: Load) -> float | None:
    if load.server_cpu_seconds is None:
        return None
    return load.server_cpu_seconds * 1e6 / len(load.answers)


def percentile(numbers: Sequence[float], share: float) -> float:
    """Return the smallest number that is not exceeded by that share of them."""
    ranked = sorted(numbers)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def latencies(
    name: str,
    ours: Sequence[float],
    beside: Sequence[float] | None = None,
    shares: Sequence[float] = (0.50, 0.99),
) -> list[Sample]:
    """Sample the middle and the slow end of latencies, given in seconds."""
    return [
        Sample(
            f"{name}, p{share * 100:g}",
            "ms",
            percentile(ours, share) * 1e3,
            percentile(beside, share) * 1e3 if beside is not None else None,
        )
        for share in shares
    ]
