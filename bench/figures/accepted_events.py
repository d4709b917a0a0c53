"""External events accepted durably, for runs that do not exist yet.

Every event has a run of its own, so every one opens a stream: the dearest case.
"""

from bench.figures.answers import answered_events
from bench.requests import PUT_EXTERNAL_EVENT, event_template, numbered
from bench.samples import Sample, throughput
from bench.stage import Stage
from bench.stored import Stored

PREFIX = "early"


class AcceptedEvents:
    """Callers post events; nobody waits for them."""

    def __init__(self) -> None:
        self._template = event_template(PREFIX)
        self._requests = numbered(self._template)
        self._accepted: set[int] = set()

    async def measure(self, stage: Stage) -> list[Sample]:
        """Post events for one round."""
        ours, echo = await stage.beside_echo(PUT_EXTERNAL_EVENT, self._requests, self._template)
        self._accepted |= answered_events(ours, PREFIX)
        return throughput("Events accepted", ours, echo)

    def check(self, stored: Stored) -> None:
        """Hold that all accepted events are stored, unclaimed."""
        stored.holds_events(PREFIX, unclaimed=self._accepted, claimed=set())
        stored.holds_runs(PREFIX, running=set(), completed=set())
