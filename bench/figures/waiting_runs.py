"""Runs that wait for their external event, made before a measurement and completed by it.

Knows which of them wait and which are done; knows nothing of what is measured.
"""

from collections.abc import Iterator
from itertools import islice

from bench.figures.answers import answered_events, answered_runs
from bench.load import Load
from bench.requests import (
    RUN_WF,
    Numbered,
    event_template,
    numbered,
    start_template,
    with_number,
)
from bench.stage import Stage
from bench.stored import Stored


class WaitingRuns:
    """Runs of one figure; each takes one event and completes."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._starts = numbered(start_template(prefix))
        self._waiting: set[int] = set()
        self._completed: set[int] = set()
        self.event_template = event_template(prefix)

    async def start(self, stage: Stage, count: int) -> None:
        """Start runs, unmeasured."""
        load = await stage.hitchpost.load(
            RUN_WF, islice(self._starts, count), stage.callers, float("inf")
        )
        self._waiting |= answered_runs(load, self._prefix)

    def events(self) -> Iterator[Numbered]:
        """Give one event for each waiting run, in the order in which they were started."""
        for number in sorted(self._waiting):
            yield number, with_number(self.event_template, number)

    def completed_by(self, load: Load) -> None:
        """Note which events were accepted: their runs have completed."""
        accepted = answered_events(load, self._prefix)
        self._waiting -= accepted
        self._completed |= accepted

    def check(self, stored: Stored) -> None:
        """Hold that every accepted event was claimed and has completed its run."""
        stored.holds_events(self._prefix, unclaimed=set(), claimed=self._completed)
        stored.holds_runs(self._prefix, running=self._waiting, completed=self._completed)
