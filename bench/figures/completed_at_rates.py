"""How long external events take that complete waiting runs, and arrive at a fixed rate."""

from bench.figures.at_rates import arriving, at_rates, closed_loop_seconds
from bench.figures.completed_runs import RUNS_PER_SECOND
from bench.figures.waiting_runs import WaitingRuns
from bench.requests import PUT_EXTERNAL_EVENT
from bench.samples import Sample
from bench.stage import Stage
from bench.stored import Stored


class CompletedAtRates:
    """One event arrives for each of many waiting runs."""

    def __init__(self) -> None:
        self._runs = WaitingRuns("due")

    async def measure(self, stage: Stage) -> list[Sample]:
        """Learn the rate, then let events arrive at shares of it; runs are started unmeasured."""
        seconds = closed_loop_seconds(stage)
        await self._runs.start(stage, int(RUNS_PER_SECOND * seconds))
        closed = await stage.hitchpost.load(
            PUT_EXTERNAL_EVENT, self._runs.events(), stage.callers, seconds
        )
        self._runs.completed_by(closed)
        await self._runs.start(stage, arriving(stage, closed))
        samples, loads = await at_rates(
            stage,
            "Run completed",
            PUT_EXTERNAL_EVENT,
            self._runs.events(),
            self._runs.event_template,
            closed,
        )
        for load in loads:
            self._runs.completed_by(load)
        return samples

    def check(self, stored: Stored) -> None:
        """Hold that all are claimed and their runs completed."""
        self._runs.check(stored)
