"""What Hitchpost adds about runs: starting over, their history, a stream of events to them."""

from collections.abc import AsyncGenerator

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.api.calls import (
    BidirectionalStream,
    Caller,
    Method,
    ServerStream,
    Unary,
    sender,
)
from hitchpost_server.api.event_streams import EventStreams
from hitchpost_server.api.histories import RunHistory
from hitchpost_server.api.log_reading import LogReader
from hitchpost_server.api.shapes import Shapes, not_negative
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import FieldInvalid, ObjectNotFound
from hitchpost_server.engine.ids import family_stream
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.history_watches import HistoryWatches


class Runs:
    """Lets runs start over, and tells what has happened to them and what happens."""

    def __init__(
        self,
        committer: Committer,
        reader: LogReader,
        watches: HistoryWatches,
        shapes: Shapes,
        event_streams: EventStreams,
    ) -> None:
        self._committer = committer
        self._reader = reader
        self._watches = watches
        self._shapes = shapes
        self._event_streams = event_streams

    async def continue_as_new(
        self, caller: Caller, request: runs.ContinueAsNewRequest
    ) -> wf_runs.WfRun:
        """Let a run start over; the answer is the run when it can move no further."""
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        _check_execution(request)
        command = commands.ContinueAsNew(
            **sender(caller), stream=family_stream(run), run=run, request=request
        )
        reply: wf_runs.WfRun = await self._committer.submit(command)
        return reply

    async def get_history(
        self, _caller: Caller, request: runs.GetHistoryRequest
    ) -> AsyncGenerator[history.HistoryEvent]:
        """Stream what has happened to a run, or to one execution of it."""
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        not_negative("after_sequence", request.after_sequence)
        _check_execution(request)
        first, before = await self._bounds(run, request)
        now = await self._reader.head()
        after = max(request.after_sequence, first - 1)
        execution = request.execution if request.HasField("execution") else None
        told = RunHistory(self._reader, run, after, execution)
        async for event in told.events(before=before, up_to_position=now):
            yield event
        _check_known(run, told, after)

    async def _bounds(self, run: str, request: runs.GetHistoryRequest) -> tuple[int, int | None]:
        """Say where what is asked for begins, and before which sequence number it ends."""
        if not request.HasField("execution"):
            return 1, None
        first, before = await self._reader.beginnings(run, request.execution)
        if first is None:
            raise ObjectNotFound(kind="Execution", id=f"{run}/{request.execution}")
        return first, before

    async def watch_history(
        self, _caller: Caller, request: runs.WatchHistoryRequest
    ) -> AsyncGenerator[history.HistoryEvent]:
        """Stream what has happened to a run and what happens, until the caller leaves."""
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        not_negative("after_sequence", request.after_sequence)
        told = RunHistory(self._reader, run, request.after_sequence)
        with self._watches.waiting(family_stream(run)) as wait:
            while True:
                async for event in told.events(check=wait.check):
                    yield event
                _check_known(run, told, request.after_sequence)
                await wait.news()

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "ContinueAsNew": Unary(runs.ContinueAsNewRequest, self.continue_as_new),
            "GetHistory": ServerStream(runs.GetHistoryRequest, self.get_history),
            "WatchHistory": ServerStream(runs.WatchHistoryRequest, self.watch_history),
            "PutExternalEvents": BidirectionalStream(
                runs.PutExternalEventsRequest, self._event_streams.put_external_events
            ),
        }


def _check_execution(request: runs.ContinueAsNewRequest | runs.GetHistoryRequest) -> None:
    if request.HasField("execution") and request.execution < 1:
        raise FieldInvalid(field="execution", problem="executions count from 1")


def _check_known(run: str, told: RunHistory, after: int) -> None:
    """Refuse a run of which there is nothing; whoever reads on behind something knows it."""
    if not told.is_known and not after:
        raise ObjectNotFound(kind="WfRun", id=run)
