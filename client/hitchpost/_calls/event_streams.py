"""Many external events on one stream, which is taken up again when it breaks.

It knows which events have no answer yet, and nothing of what a run does with them.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

import grpc

from hitchpost import _methods
from hitchpost._calls.events import get_event, put_external_event_request
from hitchpost._connection import Connection
from hitchpost._errors import CallFailed, DeadlineExceeded, ExternalEventExists, Unavailable
from hitchpost._ids import NamedRun
from hitchpost._retry import GOT_THROUGH_SECONDS
from hitchpost._status import call_failed, rejected
from hitchpost.v1.external_event_pb2 import ExternalEvent, PutExternalEventRequest
from hitchpost.v1.runs_pb2 import (
    PutExternalEventResult,
    PutExternalEventsRequest,
    PutExternalEventsResponse,
)

# Large enough that a message costs little beside what is in it, far below what a server takes.
_MESSAGE_BYTES_MAX = 256 * 1024


@dataclass(frozen=True)
class Posting:
    """An external event to be posted, described as for `post_event`."""

    run: NamedRun
    def_name: str
    content: object = None
    guid: str = field(default_factory=lambda: uuid4().hex)
    thread: int | None = None
    position: int | None = None


class Posted(NamedTuple):
    """What has become of a posting: either `event` is there, or `refusal`."""

    posting: Posting
    event: ExternalEvent | None
    refusal: CallFailed | None


async def post_events(
    self: Connection,
    postings: Iterable[Posting] | AsyncIterable[Posting],
    *,
    timeout: float | None = None,
) -> AsyncGenerator[Posted]:
    """Post external events on a stream, and yield what has become of each, in their order.

    They are taken from `postings` as fast as the server lets them, ahead of the answers, and
    events of one run are accepted in this order unless the store fails in between. A refusal
    does not end the stream. One that breaks is taken up again with what has no answer yet:
    events carry guids, so each is accepted once. `timeout` in seconds is for an answer; absent
    means the connection's. Close the generator to end it early: of what has no answer then the
    outcome is unknown. What `postings` raises is raised here, after the answers to those before.
    """
    seconds = self.timeout if timeout is None else timeout
    clock = asyncio.get_running_loop().time
    unanswered, tries = _Unanswered(postings), 1
    feeding = asyncio.create_task(unanswered.feed(), name="postings")
    try:
        while True:
            began = clock()
            try:
                async with aclosing(_answers(self, unanswered, seconds)) as answers:
                    async for posted in answers:
                        tries = 1
                        yield posted
                break
            except CallFailed as failure:
                if clock() - began >= GOT_THROUGH_SECONDS:
                    tries = 1
                pause = self.retry.pause_seconds(failure, tries)
                if pause is None:
                    raise
            await asyncio.sleep(pause)
            tries += 1
    finally:
        feeding.cancel()
    if unanswered.failure is not None:
        raise unanswered.failure


@dataclass(slots=True)
class _Entry:
    """A posting without an answer; `tries` counts how often it was sent, `sent_at` when last."""

    posting: Posting
    request: PutExternalEventRequest
    tries: int = 0
    sent_at: float = 0.0


class _Unanswered:
    """The postings that have no answer yet, in order: first those that are sent."""

    def __init__(self, postings: Iterable[Posting] | AsyncIterable[Posting]) -> None:
        self._postings = postings
        self._entries: deque[_Entry] = deque()
        self._sent = 0
        self._credit = 0
        self._room = asyncio.Event()
        self._news = asyncio.Event()
        self._is_exhausted = False
        self.failure: Exception | None = None

    @property
    def is_done(self) -> bool:
        """Whether everything is answered and nothing more will come."""
        return self._is_exhausted and not self._entries

    async def feed(self) -> None:
        """Take postings as long as there is room."""
        try:
            async for posting in _each(self._postings):
                request = put_external_event_request(
                    posting.run,
                    posting.def_name,
                    posting.content,
                    posting.guid,
                    posting.thread,
                    posting.position,
                )
                while len(self._entries) >= self._credit:
                    self._room.clear()
                    await self._room.wait()
                self._entries.append(_Entry(posting, request))
                self._news.set()
        except Exception as failure:
            self.failure = failure
        self._is_exhausted = True
        self._news.set()

    def begin(self, credit: int) -> None:
        """Begin a stream: all that has no answer is to be sent, now and perhaps again."""
        self._sent, self._credit = 0, credit
        self._room.set()

    async def send(self, call: Any) -> None:
        """Send what is there and what comes. How the stream ends is told where it is read."""
        with suppress(grpc.aio.AioRpcError, asyncio.InvalidStateError):
            while True:
                message = self._message()
                if message.events:
                    await call.write(message)
                elif self._is_exhausted:
                    await call.done_writing()
                    return
                else:
                    self._news.clear()
                    await self._news.wait()

    def _message(self) -> PutExternalEventsRequest:
        message, room = PutExternalEventsRequest(), _MESSAGE_BYTES_MAX
        now = asyncio.get_running_loop().time()
        while self._sent < len(self._entries):
            entry = self._entries[self._sent]
            room -= entry.request.ByteSize()
            if room < 0 and message.events:
                break
            message.events.append(entry.request)
            entry.tries, entry.sent_at = entry.tries + 1, now
            self._sent += 1
        return message

    def answered(self) -> _Entry:
        """Take out the oldest."""
        self._sent -= 1
        self._room.set()
        return self._entries.popleft()

    def has_waited(self, seconds: float) -> bool:
        """Say whether the oldest one was sent so long ago."""
        since = asyncio.get_running_loop().time() - seconds
        return self._sent > 0 and self._entries[0].sent_at <= since


async def _each(postings: Iterable[Posting] | AsyncIterable[Posting]) -> AsyncIterator[Posting]:
    if isinstance(postings, AsyncIterable):
        async for posting in postings:
            yield posting
    else:
        for posting in postings:
            yield posting


async def _answers(
    self: Connection, unanswered: _Unanswered, seconds: float
) -> AsyncGenerator[Posted]:
    """Send on one stream, and yield what it answers. Leaving it early cancels the call."""
    method = _methods.PUT_EXTERNAL_EVENTS
    open_stream = self.channel.stream_stream(
        method.path, method.request.SerializeToString, method.response.FromString
    )
    call: Any = open_stream(metadata=self.metadata)
    sending: asyncio.Task[None] | None = None
    try:
        while (response := await _read(call, unanswered, seconds)) is not None:
            if sending is None:
                unanswered.begin(response.events_in_flight_max)
                sending = asyncio.create_task(unanswered.send(call), name="send postings")
            for result in response.results:
                yield await _posted(self, unanswered.answered(), result)
        if not unanswered.is_done:
            raise Unavailable("no answer to all", status=grpc.StatusCode.UNAVAILABLE)
    except grpc.aio.AioRpcError as error:
        raise _broken(call_failed(error)) from error
    finally:
        if sending is not None:
            sending.cancel()
        call.cancel()


def _broken(failure: CallFailed) -> CallFailed:
    """Say how a stream broke. gRPC forgets why when it finds out by sending; servers give a reason.

    All can be sent again then, and if the reason still holds it will be heard.
    """
    if failure.status is grpc.StatusCode.INTERNAL and not failure.reason:
        return Unavailable(failure.message, status=grpc.StatusCode.UNAVAILABLE)
    return failure


async def _read(
    call: Any, unanswered: _Unanswered, seconds: float
) -> PutExternalEventsResponse | None:
    """Read a response, None at the end of the stream. While nothing is sent none is due."""
    reading = asyncio.ensure_future(call.read())
    try:
        while not reading.done():
            await asyncio.wait((reading,), timeout=seconds)
            if not reading.done() and unanswered.has_waited(seconds):
                raise DeadlineExceeded(
                    f"no answer within {seconds} s", status=grpc.StatusCode.DEADLINE_EXCEEDED
                )
    finally:
        reading.cancel()
    response = reading.result()
    return response if isinstance(response, PutExternalEventsResponse) else None


async def _posted(self: Connection, entry: _Entry, result: PutExternalEventResult) -> Posted:
    """Say what has become of a posting; one that was sent before may have been accepted then."""
    posting = entry.posting
    if result.HasField("external_event"):
        return Posted(posting, result.external_event, None)
    refusal = rejected(result.rejection)
    if isinstance(refusal, ExternalEventExists) and entry.tries > 1:
        event = await get_event(self, posting.run, posting.def_name, posting.guid)
        return Posted(posting, event, None)
    return Posted(posting, None, refusal)
