"""How long calls take that arrive at a fixed rate, whatever becomes of those before.

The rates are shares of what the same calls came to in a closed loop just before.
Beside them echoes that arrive at the same rate.
"""

from collections.abc import Iterator

from bench.arrivals import at_rate
from bench.load import Load
from bench.requests import Numbered, numbered
from bench.samples import Sample, latencies
from bench.stage import Stage

# Of the rate of a closed loop.
SHARES = (0.5, 0.8)
PERCENTILES = (0.5, 0.9, 0.99, 0.999)


def closed_loop_seconds(stage: Stage) -> float:
    """Say how long the closed loop before may last."""
    return stage.seconds / 2


def arriving(stage: Stage, closed: Load) -> int:
    """Say how many calls will arrive in all."""
    return sum(round(share * closed.per_second * stage.seconds) for share in SHARES)


async def at_rates(
    stage: Stage,
    name: str,
    method: str,
    requests: Iterator[Numbered],
    template: bytes,
    closed: Load,
) -> tuple[list[Sample], list[Load]]:
    """Let requests arrive at each of the rates."""
    samples: list[Sample] = []
    loads: list[Load] = []
    for share in SHARES:
        ours, echo = await _at_rate(stage, method, requests, template, share * closed.per_second)
        named = f"{name} at {share:.0%}"
        samples.append(Sample(named, "/s", ours.per_second, echo.per_second))
        refused = 100 * ours.refused / len(ours.answers)
        samples.append(Sample(f"{named}, asked to come back", "%", refused))
        samples += latencies(named, ours.latencies, echo.latencies, PERCENTILES)
        loads.append(ours)
    return samples, loads


async def _at_rate(
    stage: Stage, method: str, requests: Iterator[Numbered], template: bytes, per_second: float
) -> tuple[Load, Load]:
    return await stage.in_turns(
        lambda: at_rate(stage.hitchpost, method, requests, per_second, stage.seconds),
        lambda: at_rate(stage.echo, method, numbered(template), per_second, stage.seconds),
    )
