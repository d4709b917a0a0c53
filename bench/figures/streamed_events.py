"""External events accepted durably on one stream, for runs that do not exist yet.

The same events as those that are posted one a call, beside an echo of single
calls: what a client gains by not waiting for each.
"""

from bench.figures.answers import answered_events
from bench.requests import PUT_EXTERNAL_EVENT, event_template, numbered
from bench.samples import Sample, throughput
from bench.stage import Stage
from bench.stored import Stored
from bench.streams import streamed

PREFIX = "streamed"


class StreamedEvents:
    """One client posts events on a stream; nobody waits for them."""

    def __init__(self) -> None:
        self._template = event_template(PREFIX)
        self._requests = numbered(self._template)
        self._accepted: set[int] = set()

    async def measure(self, stage: Stage) -> list[Sample]:
        """Post events for one round."""
        ours, echo = await stage.in_turns(
            lambda: streamed(stage.hitchpost, self._requests, stage.seconds),
            lambda: stage.echo.load(
                PUT_EXTERNAL_EVENT, numbered(self._template), stage.callers, stage.seconds
            ),
        )
        self._accepted |= answered_events(ours, PREFIX)
        return throughput("Events accepted on a stream", ours, echo)

    def check(self, stored: Stored) -> None:
        """Hold that all accepted events are stored, unclaimed."""
        stored.holds_events(PREFIX, unclaimed=self._accepted, claimed=set())
        stored.holds_runs(PREFIX, running=set(), completed=set())
