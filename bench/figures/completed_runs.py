"""External events that complete the runs that wait for them."""

from bench.figures.waiting_runs import WaitingRuns
from bench.requests import PUT_EXTERNAL_EVENT
from bench.samples import Sample, throughput
from bench.stage import Stage
from bench.stored import Stored

# More than can be completed in that time; a round ends early if it is not.
RUNS_PER_SECOND = 4_000


class CompletedRuns:
    """Callers post one event to each of many waiting runs."""

    def __init__(self) -> None:
        self._runs = WaitingRuns("awaited")

    async def measure(self, stage: Stage) -> list[Sample]:
        """Start runs unmeasured, then complete them for one round."""
        await self._runs.start(stage, int(RUNS_PER_SECOND * stage.seconds))
        ours, echo = await stage.beside_echo(
            PUT_EXTERNAL_EVENT, self._runs.events(), self._runs.event_template
        )
        self._runs.completed_by(ours)
        return throughput("Runs completed by an event", ours, echo)

    def check(self, stored: Stored) -> None:
        """Hold that all are claimed and their runs completed."""
        self._runs.check(stored)
