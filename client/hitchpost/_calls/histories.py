"""What has happened to a run: reading its history to the end, and waiting for its status.

Both functions are methods of Client.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing

import grpc

from hitchpost import _methods
from hitchpost._connection import Connection
from hitchpost._errors import CallFailed, DeadlineExceeded, WaitFailed, WaitTimedOut
from hitchpost._ids import NamedRun, run_id_text, wf_run_id
from hitchpost._retry import backoff_seconds
from hitchpost._status import call_failed
from hitchpost.v1 import status_pb2
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.runs_pb2 import GetHistoryRequest
from hitchpost.v1.status_pb2 import LHStatus
from hitchpost.v1.wf_run_pb2 import WfRun

TERMINATED = frozenset({status_pb2.COMPLETED, status_pb2.ERROR, status_pb2.EXCEPTION})

# A run is polled for its status first soon, then less and less often.
_POLL_SECONDS_FIRST, _POLL_SECONDS_LONGEST = 0.05, 1.0


async def history(
    self: Connection, run: NamedRun, execution: int | None = None, after: int = 0
) -> AsyncIterator[HistoryEvent]:
    """Yield what has happened to a run, oldest first, and end with the latest.

    `execution` restricts it to one, counted from 1; `after` skips up to and including that
    sequence number. A stream that breaks is taken up again after the last event. The
    connection's timeout is for each event. Raises ObjectNotFound.
    """
    request = GetHistoryRequest(wf_run_id=wf_run_id(run), execution=execution, after_sequence=after)
    tries = 1
    while True:
        try:
            async with aclosing(_stream(self, request)) as events:
                async for event in events:
                    yield event
                    request.after_sequence, tries = event.sequence, 1
        except CallFailed as failure:
            pause = self.retry.pause_seconds(failure, tries)
            if pause is None:
                raise
        else:
            return
        await asyncio.sleep(pause)
        tries += 1


async def _stream(self: Connection, request: GetHistoryRequest) -> AsyncGenerator[HistoryEvent]:
    """Yield one stream's events. Leaving it early cancels the call."""
    method = _methods.GET_HISTORY
    open_stream = self.channel.unary_stream(
        method.path, method.request.SerializeToString, method.response.FromString
    )
    call = open_stream(request, metadata=self.metadata)
    try:
        while True:
            event = await asyncio.wait_for(call.read(), self.timeout)
            if not isinstance(event, HistoryEvent):
                return
            yield event
    except grpc.aio.AioRpcError as error:
        raise call_failed(error) from error
    except TimeoutError as error:
        raise DeadlineExceeded(
            f"no event within {self.timeout} s", status=grpc.StatusCode.DEADLINE_EXCEEDED
        ) from error
    finally:
        call.cancel()


async def wait_for_run(
    self: Connection,
    run: NamedRun,
    statuses: Collection[LHStatus] = TERMINATED,
    timeout: float | None = None,
) -> WfRun:
    """Wait until a run has one of these statuses, and get it. The default is: until it ended.

    The server is asked again and again, from every 50 ms at first to every second. `timeout`
    in seconds; absent means the connection's. Raises TimeoutError (WaitTimedOut, or
    DeadlineExceeded if the server does not answer), WaitFailed when the run ends with another
    status, and ObjectNotFound.
    """
    clock = asyncio.get_running_loop().time
    seconds = self.timeout if timeout is None else timeout
    deadline, polls = clock() + seconds, 0
    while True:
        left = deadline - clock()
        there = await self.call(_methods.GET_WF_RUN, wf_run_id(run), timeout=left)
        if there.status in statuses:
            return there
        if there.status in TERMINATED:
            raise WaitFailed(f"run {_as_it_stands(there)}", there)
        polls += 1
        pause = backoff_seconds(polls, _POLL_SECONDS_FIRST, _POLL_SECONDS_LONGEST)
        if clock() + pause >= deadline:
            raise WaitTimedOut(f"after {seconds} s, run {_as_it_stands(there)}", there)
        await asyncio.sleep(pause)


def _as_it_stands(run: WfRun) -> str:
    return f"{run_id_text(run)} is {LHStatus.Name(run.status)}"
