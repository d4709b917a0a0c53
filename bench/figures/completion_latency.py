"""How long one external event takes to complete an idle run, when nothing else goes on.

Beside it what it cannot beat: one echo and one flush of the same disk, measured
each by itself, and added up one by one as if one came after the other.
"""

import asyncio
from itertools import cycle

from bench.figures.waiting_runs import WaitingRuns
from bench.flushes import flush_latencies
from bench.requests import PUT_EXTERNAL_EVENT
from bench.samples import Sample, latencies
from bench.stage import Stage
from bench.stored import Stored

# More than one caller can complete in that time; a round ends early if it is not.
RUNS_PER_SECOND = 1_000


class CompletionLatency:
    """One caller posts one event after the other, each to a run that waits for it."""

    def __init__(self) -> None:
        self._runs = WaitingRuns("idle")

    async def measure(self, stage: Stage) -> list[Sample]:
        """Start runs unmeasured, then complete them one by one."""
        await self._runs.start(stage, int(RUNS_PER_SECOND * stage.seconds))
        flushes = await asyncio.to_thread(flush_latencies, stage.data, stage.seconds / 4)
        ours, echo = await stage.beside_echo(
            PUT_EXTERNAL_EVENT, self._runs.events(), self._runs.event_template, callers=1
        )
        self._runs.completed_by(ours)
        limit = [sum(both) for both in zip(echo.latencies, cycle(flushes), strict=False)]
        return [
            *latencies("An idle run completed", ours.latencies, limit),
            *latencies("One echo", echo.latencies),
            *latencies("One fsync of the same disk", flushes),
        ]

    def check(self, stored: Stored) -> None:
        """Hold that all are claimed and their runs completed."""
        self._runs.check(stored)
