"""What Hitchpost adds about runs: starting over, and their history."""

from collections.abc import AsyncIterator

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.api.calls import Caller, Method, ServerStream, Unary, sender
from hitchpost_server.api.histories import RunHistory, beginnings
from hitchpost_server.api.shapes import Shapes, not_negative
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import FieldInvalid, ObjectNotFound
from hitchpost_server.engine.ids import family_stream
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
        if request.HasField("execution"):
            _check_execution(request.execution)
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
        not_negative("after_sequence", request.after_sequence)
        first, before = await self._bounds(run, request)
        after = max(request.after_sequence, first - 1)
        told = RunHistory(self._store, run, after, self._page_records)
        now = await self._head()
        async for event in told.events(before=before, up_to_position=now):
            if not request.HasField("execution") or event.execution == request.execution:
                yield event
        if not told.is_known and not after:
            raise ObjectNotFound(kind="WfRun", id=run)

    async def _bounds(self, run: str, request: runs.GetHistoryRequest) -> tuple[int, int | None]:
        """Say where what is asked for begins, and before which sequence number it ends."""
        if not request.HasField("execution"):
            return 1, None
        _check_execution(request.execution)
        first, before = await beginnings(self._store, run, request.execution)
        if first is None:
            raise ObjectNotFound(kind="Execution", id=f"{run}/{request.execution}")
        return first, before

    async def _head(self) -> int:
        try:
            return await self._store.head()
        except StoreUnavailableError as error:
            raise StoreUnavailable from error

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "ContinueAsNew": Unary(runs.ContinueAsNewRequest, self.continue_as_new),
            "GetHistory": ServerStream(runs.GetHistoryRequest, self.get_history),
        }


def _check_execution(execution: int) -> None:
    if execution < 1:
        raise FieldInvalid(field="execution", problem="executions count from 1")
