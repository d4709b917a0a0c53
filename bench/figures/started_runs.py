"""Runs started, up to where they wait for an external event."""

from bench.figures.answers import answered_runs
from bench.requests import RUN_WF, numbered, start_template
from bench.samples import Sample, throughput
from bench.stage import Stage
from bench.stored import Stored

PREFIX = "started"


class StartedRuns:
    """Callers start runs; each moves to its EXTERNAL_EVENT node."""

    def __init__(self) -> None:
        self._template = start_template(PREFIX)
        self._requests = numbered(self._template)
        self._started: set[int] = set()

    async def measure(self, stage: Stage) -> list[Sample]:
        """Start runs for one round."""
        ours, echo = await stage.beside_echo(RUN_WF, self._requests, self._template)
        self._started |= answered_runs(ours, PREFIX)
        return throughput("Runs started", ours, echo)

    def check(self, stored: Stored) -> None:
        """Hold that all started runs are stored and wait."""
        stored.holds_runs(PREFIX, running=self._started, completed=set())
        stored.holds_events(PREFIX, unclaimed=set(), claimed=set())
