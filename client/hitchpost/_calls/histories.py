"""What has happened to a run, what happens to it, and waiting for its status.

All three functions are methods of Client.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from typing import Any

import grpc

from hitchpost import _methods
from hitchpost._connection import Connection
from hitchpost._errors import CallFailed, DeadlineExceeded, WaitFailed, WaitTimedOut
from hitchpost._ids import NamedRun, run_id_text, wf_run_id
from hitchpost._methods import Method
from hitchpost._retry import GOT_THROUGH_SECONDS, backoff_seconds
from hitchpost._status import call_failed
from hitchpost.v1 import status_pb2
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.runs_pb2 import GetHistoryRequest, WatchHistoryRequest
from hitchpost.v1.status_pb2 import LHStatus
from hitchpost.v1.wf_run_pb2 import WfRun

TERMINATED = frozenset({status_pb2.COMPLETED, status_pb2.ERROR, status_pb2.EXCEPTION})

# A run is polled for its status first soon, then less and less often.
_POLL_SECONDS_FIRST, _POLL_SECONDS_LONGEST = 0.05, 1.0


def history(
    self: Connection, run: NamedRun, execution: int | None = None, after: int = 0
) -> AsyncGenerator[HistoryEvent]:
    """Yield what has happened to a run, oldest first, and end with the latest.

    `execution` restricts it to one, counted from 1; `after` skips up to and including that
    sequence number. A stream that breaks is taken up again after the last event. The
    connection's timeout is for each event. Raises ObjectNotFound.
    """
    request = GetHistoryRequest(wf_run_id=wf_run_id(run), execution=execution, after_sequence=after)
    return _resumed(self, _methods.GET_HISTORY, request, self.timeout)


def watch_history(self: Connection, run: NamedRun, after: int = 0) -> AsyncGenerator[HistoryEvent]:
    """Yield what has happened to a run, oldest first, and then what happens, without an end.

    `after` skips up to and including that sequence number. A stream that breaks, or ends
    because the server stops, is taken up again after the last event. Nothing may happen for
    as long as it likes: leave the loop, close the generator or cancel the task to end it.
    Raises ObjectNotFound.
    """
    request = WatchHistoryRequest(wf_run_id=wf_run_id(run), after_sequence=after)
    return _resumed(self, _methods.WATCH_HISTORY, request, None)


async def _resumed(
    self: Connection, method: Method[Any, HistoryEvent], request: Any, timeout: float | None
) -> AsyncGenerator[HistoryEvent]:
    """Yield the events of a stream, and go on behind the last one when it breaks."""
    clock = asyncio.get_running_loop().time
    tries = 1
    while True:
        began = clock()
        try:
            async with aclosing(_stream(self, method, request, timeout)) as events:
                async for event in events:
                    yield event
                    request.after_sequence, tries = event.sequence, 1
        except CallFailed as failure:
            if clock() - began >= GOT_THROUGH_SECONDS:
                tries = 1
            pause = self.retry.pause_seconds(failure, tries)
            if pause is None:
                raise
        else:
            return
        await asyncio.sleep(pause)
        tries += 1


async def _stream(
    self: Connection, method: Method[Any, HistoryEvent], request: Any, timeout: float | None
) -> AsyncGenerator[HistoryEvent]:
    """Yield one stream's events. Leaving it early cancels the call."""
    open_stream = self.channel.unary_stream(
        method.path, method.request.SerializeToString, method.response.FromString
    )
    call = open_stream(request, metadata=self.metadata)
    try:
        while True:
            event = await asyncio.wait_for(call.read(), timeout)
            if not isinstance(event, HistoryEvent):
                return
            yield event
    except grpc.aio.AioRpcError as error:
        raise call_failed(error) from error
    except TimeoutError as error:
        raise DeadlineExceeded(
            f"no event within {timeout} s", status=grpc.StatusCode.DEADLINE_EXCEEDED
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

    The server is asked again and again, from every 50 ms at first to every second; a run that
    starts over meanwhile is waited for in its next execution. `timeout` in seconds; absent
    means the connection's. Raises TimeoutError (WaitTimedOut, or DeadlineExceeded if the
    server does not answer), WaitFailed when the run ends with another status, and
    ObjectNotFound.
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
