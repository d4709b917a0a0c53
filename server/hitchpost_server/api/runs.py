"""What Hitchpost adds about runs: starting over, and their history."""

from collections.abc import AsyncIterator

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.api import masking
from hitchpost_server.api.calls import Caller, Method, ServerStream, Unary, sender
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import FieldInvalid, ObjectNotFound
from hitchpost_server.engine.ids import family_stream, run_key
from hitchpost_server.engine.log import expanded
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import Store, StoreUnavailableError


class Runs:
    """Lets runs start over, and reads their log."""

    def __init__(
        self, committer: Committer, store: Store, shapes: Shapes, page_records: int
    ) -> None:
        self._committer = committer
        self._store = store
        self._shapes = shapes
        self._page_records = page_records

    async def continue_as_new(
        self, caller: Caller, request: runs.ContinueAsNewRequest
    ) -> wf_runs.WfRun:
        """Let a run start over; the answer is the run when it can move no further."""
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        if request.HasField("execution") and request.execution < 1:
            raise FieldInvalid(field="execution", problem="executions count from 1")
        command = commands.ContinueAsNew(
            **sender(caller), stream=family_stream(run), run=run, request=request
        )
        reply: wf_runs.WfRun = await self._committer.submit(command)
        return reply

    async def get_history(
        self, _caller: Caller, request: runs.GetHistoryRequest
    ) -> AsyncIterator[history.HistoryEvent]:
        """Stream what has happened to a run, page by page from the log."""
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        if request.after_sequence < 0:
            raise FieldInvalid(field="after_sequence", problem="must not be negative")
        if request.HasField("execution") and request.execution < 1:
            raise FieldInvalid(field="execution", problem="executions count from 1")
        is_known, after = False, request.after_sequence
        async for event in self._events(family_stream(run), after):
            is_known = True
            if run_key(event.wf_run_id) != run or event.sequence <= after:
                continue
            if request.HasField("execution") and event.execution != request.execution:
                continue
            yield masking.event(event)
        if not is_known and not after:
            raise ObjectNotFound(kind="WfRun", id=run)

    async def _events(self, stream: str, after: int) -> AsyncIterator[history.HistoryEvent]:
        while True:
            try:
                records = await self._store.read_stream(stream, after, self._page_records)
            except StoreUnavailableError as error:
                raise StoreUnavailable from error
            for record in records:
                for event in expanded(stream, record.first_sequence, record.position, record.body):
                    yield event
                after = record.last_sequence
            if len(records) < self._page_records:
                return

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "ContinueAsNew": Unary(runs.ContinueAsNewRequest, self.continue_as_new),
            "GetHistory": ServerStream(runs.GetHistoryRequest, self.get_history),
        }
