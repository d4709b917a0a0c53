"""AwaitWorkflowEvent: the first event of a run that is wanted, thrown already or still to come.

The call takes as long as its caller's deadline allows. It is answered with the
oldest stored event that is wanted, or else with the first one thrown from then on.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from operator import attrgetter

from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.api.calls import Caller
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.shapes import INT32_MAX, Shapes
from hitchpost_server.engine.rows import WorkflowEventRow
from hitchpost_server.runtime.event_waits import EventWaits


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events of a run a call waits for: `names` of definitions, none for any.

    `ignored` are those that the caller knows already, by definition and number.
    """

    names: frozenset[str]
    ignored: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, request: workflow_events.AwaitWorkflowEventRequest) -> "Wanted":
        """Read a request."""
        ignored = (
            (one.workflow_event_def_id.name, one.number)
            for one in request.workflow_events_to_ignore
            if one.wf_run_id == request.wf_run_id
        )
        return cls(frozenset(one.name for one in request.event_def_ids), frozenset(ignored))

    def includes(self, row: WorkflowEventRow) -> bool:
        """Whether an event is wanted."""
        named = not self.names or row.workflow_event_def in self.names
        return named and (row.workflow_event_def, row.number) not in self.ignored


class Awaiting:
    """Serves AwaitWorkflowEvent."""

    def __init__(self, waits: EventWaits, reader: Reader, shapes: Shapes) -> None:
        self._waits = waits
        self._reader = reader
        self._shapes = shapes

    async def await_workflow_event(
        self, _caller: Caller, request: workflow_events.AwaitWorkflowEventRequest
    ) -> workflow_events.WorkflowEvent:
        """Wait for an event of a run, which need not exist yet."""
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        wanted = Wanted.of(request)
        with self._waits.waiting(run, wanted.includes) as wait:
            row = await self._oldest(run, wanted) or await wait.news()
        return workflow_events.WorkflowEvent.FromString(row.body)

    async def _oldest(self, run: str, wanted: Wanted) -> WorkflowEventRow | None:
        """Read the oldest event that is wanted."""
        oldest: list[WorkflowEventRow] = []
        after: tuple[str | int, ...] = ()
        while rows := await self._reader.scan(WorkflowEventRow, (run,), after, 1):
            name = rows[0].workflow_event_def
            if not wanted.names or name in wanted.names:
                oldest.extend([row async for row in self._oldest_of(run, name, wanted)])
            # On to the next definition of which the run has thrown anything.
            after = (run, name, INT32_MAX)
        return min(oldest, key=attrgetter("thrown_us"), default=None)

    async def _oldest_of(
        self, run: str, name: str, wanted: Wanted
    ) -> AsyncIterator[WorkflowEventRow]:
        """Read the oldest of a definition, if there is one."""
        ignored = sum(one == name for one, _ in wanted.ignored)
        async for row in self._reader.rows(WorkflowEventRow, (run, name), (), ignored + 1):
            if wanted.includes(row):
                yield row
                return
