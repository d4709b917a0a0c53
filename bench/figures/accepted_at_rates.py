"""How long external events take to be accepted that arrive at a fixed rate."""

from bench.figures.answers import answered_events
from bench.figures.at_rates import at_rates, closed_loop_seconds
from bench.requests import PUT_EXTERNAL_EVENT, event_template, numbered
from bench.samples import Sample
from bench.stage import Stage
from bench.stored import Stored

PREFIX = "arriving"


class AcceptedAtRates:
    """Events arrive for runs that do not exist yet."""

    def __init__(self) -> None:
        self._template = event_template(PREFIX)
        self._requests = numbered(self._template)
        self._accepted: set[int] = set()

    async def measure(self, stage: Stage) -> list[Sample]:
        """Learn the rate, then let events arrive at shares of it."""
        closed = await stage.hitchpost.load(
            PUT_EXTERNAL_EVENT, self._requests, stage.callers, closed_loop_seconds(stage)
        )
        samples, loads = await at_rates(
            stage, "Event accepted", PUT_EXTERNAL_EVENT, self._requests, self._template, closed
        )
        for load in (closed, *loads):
            self._accepted |= answered_events(load, PREFIX)
        return samples

    def check(self, stored: Stored) -> None:
        """Hold that all accepted events are stored, unclaimed."""
        stored.holds_events(PREFIX, unclaimed=self._accepted, claimed=set())
        stored.holds_runs(PREFIX, running=set(), completed=set())
