"""Runs with one task, from their start to their end: RunWf, PollTask and ReportTask for each.

The task is scheduled, given to a worker and reported, and its output is the run's.
Beside it the echo's calls: each of these is three.
"""

from bench.figures.answers import answered_runs
from bench.requests import RUN_WF, numbered, report_template, start_task_template
from bench.samples import Sample, throughput
from bench.stage import Stage
from bench.stored import Stored
from bench.working import tasks_done

PREFIX = "tasked"


class DoneTasks:
    """Callers start runs; workers ask for their tasks and report them."""

    def __init__(self) -> None:
        self._template = start_task_template(PREFIX)
        self._requests = numbered(self._template)
        self._done: set[int] = set()

    async def measure(self, stage: Stage) -> list[Sample]:
        """Have tasks done for one round."""
        report = report_template(PREFIX)
        ours, echo = await stage.in_turns(
            lambda: tasks_done(
                stage.hitchpost, self._requests, report, stage.callers, stage.seconds
            ),
            lambda: stage.echo.load(RUN_WF, numbered(self._template), stage.callers, stage.seconds),
        )
        self._done |= answered_runs(ours, PREFIX)
        return throughput("Tasks done", ours, echo)

    def check(self, stored: Stored) -> None:
        """Hold that every task was done once, and that its run completed with its output."""
        stored.holds_runs(PREFIX, running=set(), completed=self._done)
        stored.holds_done_tasks(PREFIX, self._done)
