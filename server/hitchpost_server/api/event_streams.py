"""PutExternalEvents: external events come on a stream and are answered in their turn.

Knows the order of answers, and how much of a stream may be under way before it
is read no further; knows nothing of what becomes of an event. A client that
reads no answers is held up, since what is answered and not sent is under way.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import runs_pb2 as runs
from hitchpost_server.api.calls import Caller, sender
from hitchpost_server.api.errors import ApiError, rich_status
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.config import Settings
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import ReasonedError, Rejection
from hitchpost_server.engine.ids import family_stream
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.errors import (
    InternalFault,
    Overloaded,
    RuntimeFailure,
    ShuttingDown,
)

Answer = asyncio.Future[events.ExternalEvent]

# Who finds all streams taken is asked to come back.
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An event that was taken and whose answer is not sent."""

    bytes: int
    answer: Answer


class EventStream:
    """What is under way of one client's events."""

    def __init__(
        self, caller: Caller, committer: Committer, shapes: Shapes, settings: Settings
    ) -> None:
        self._caller = caller
        self._committer = committer
        self._shapes = shapes
        self._events_max = settings.events_in_flight_max
        self._bytes_max = settings.events_in_flight_bytes_max
        self._full_seconds = settings.overload_retry_seconds
        self._under_way: deque[UnderWay] = deque()
        self._bytes = 0
        self._room = asyncio.Event()
        self._news = asyncio.Event()
        self._is_over = False
        self._failure: Exception | None = None

    async def read(self, messages: AsyncIterator[runs.PutExternalEventsRequest]) -> None:
        """Take events until the client sends no more."""
        try:
            async for message in messages:
                for request in message.events:
                    if self._is_over:
                        return
                    size = request.ByteSize()
                    if not self._has_room_for(size):
                        await self._until_there_is_room(size)
                    while not self._takes(request, size):
                        # To refuse it would let the next one overtake it.
                        await asyncio.sleep(self._full_seconds)
        except Exception as failure:
            self.end(failure)
        else:
            self.end(None)

    async def _until_there_is_room(self, size: int) -> None:
        while not self._has_room_for(size):
            self._room.clear()
            await self._room.wait()

    def _takes(self, request: events.PutExternalEventRequest, size: int) -> bool:
        """Take an event, unless the server is full."""
        answer = self._submitted(request)
        if answer is None:
            return False
        self._under_way.append(UnderWay(size, answer))
        self._bytes += size
        self._news.set()
        return True

    def _has_room_for(self, size: int) -> bool:
        if not self._under_way:
            return True
        within = self._bytes + size <= self._bytes_max
        return within and len(self._under_way) < self._events_max

    def _submitted(self, request: events.PutExternalEventRequest) -> Answer | None:
        """Hand an event on; None while the server is full."""
        try:
            run = self._shapes.external_event(request)
            return self._committer.submit(
                commands.PostExternalEvent(
                    **sender(self._caller), stream=family_stream(run), run=run, request=request
                )
            )
        except Overloaded:
            return None
        except RuntimeFailure:
            raise
        except ReasonedError as refusal:
            answer: Answer = asyncio.get_running_loop().create_future()
            answer.set_exception(refusal)
            return answer

    def end(self, failure: Exception | None) -> None:
        """Take no more; what is under way is answered first. The first reason counts."""
        if not self._is_over:
            self._is_over, self._failure = True, failure
        self._news.set()

    async def responses(self) -> AsyncGenerator[runs.PutExternalEventsResponse]:
        """Give the answers, as many at a time as there are, and how the stream ends."""
        yield runs.PutExternalEventsResponse(events_in_flight_max=self._events_max)
        while await self._anything():
            response, count = await self._answered()
            yield response
            for _ in range(count):
                self._bytes -= self._under_way.popleft().bytes
            self._room.set()
        if self._failure is not None:
            raise self._failure

    async def _anything(self) -> bool:
        while not self._under_way:
            if self._is_over:
                return False
            self._news.clear()
            await self._news.wait()
        return True

    async def _answered(self) -> tuple[runs.PutExternalEventsResponse, int]:
        """Wait for the next answer, and put those that are there by then into one response."""
        response = runs.PutExternalEventsResponse()
        await asyncio.wait((self._under_way[0].answer,))
        for one in self._under_way:
            if not one.answer.done() or not _answer(response, one.answer):
                break
        return response, len(response.results)

    def close(self) -> None:
        """Wait for nothing any more. What was begun is carried out all the same."""
        for one in self._under_way:
            if not one.answer.cancel() and not one.answer.cancelled():
                one.answer.exception()
        self._under_way.clear()


def _answer(response: runs.PutExternalEventsResponse, answer: Answer) -> bool:
    """Add an answer to a response; what ends the stream is raised once the others have left."""
    try:
        response.results.add(external_event=answer.result())
    except (ApiError, Rejection, InternalFault) as refusal:
        # After a defect nothing of the event is stored, and those behind it are none the worse.
        response.results.add(rejection=rich_status(refusal))
    except RuntimeFailure:
        if not response.results:
            raise
        return False
    return True


class EventStreams:
    """All streams of external events, bounded in number."""

    def __init__(self, committer: Committer, shapes: Shapes, settings: Settings) -> None:
        self._committer = committer
        self._shapes = shapes
        self._settings = settings
        self._streams: set[EventStream] = set()
        self._stopped = False

    async def put_external_events(
        self, caller: Caller, messages: AsyncIterator[runs.PutExternalEventsRequest]
    ) -> AsyncGenerator[runs.PutExternalEventsResponse]:
        """Serve one stream until the client closes it or the server stops."""
        if self._stopped:
            raise ShuttingDown
        if len(self._streams) >= self._settings.event_streams_max:
            raise Overloaded(retry_after_seconds=RETRY_SECONDS)
        stream = EventStream(caller, self._committer, self._shapes, self._settings)
        self._streams.add(stream)
        reading = asyncio.create_task(stream.read(messages), name="external events")
        try:
            async for response in stream.responses():
                yield response
        finally:
            self._streams.discard(stream)
            reading.cancel()
            stream.close()

    def stop(self) -> None:
        """End all streams once what they have taken is answered.

        Those whose clients do not read end with the grace of the server.
        """
        self._stopped = True
        for stream in self._streams:
            stream.end(ShuttingDown())
