"""PutExternalEvents: external events come on a stream and are answered in their turn.

Knows the order of answers, and how much of a stream may be under way before it
is read no further; knows nothing of what becomes of an event. A client that
reads no answers is held up, since what is answered and not sent is under way.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import runs_pb2 as runs
from hitchpost_server.api.calls import Caller
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
from hitchpost_server.runtime.seeds import new_seed

# A future of the event, or what refuses it before anybody else looks at it.
Answer = asyncio.Future[events.ExternalEvent] | ReasonedError

# Who finds all streams taken is asked to come back.
RETRY_SECONDS = 1.0


class UnderWay:
    """Events that were taken and whose answers are not sent, in their order.

    What they take is counted by what was taken together, and falls when all of that is answered.
    """

    def __init__(self, events_max: int, bytes_max: int) -> None:
        self._events_max = events_max
        self._bytes_max = bytes_max
        self.answers: deque[Answer] = deque()
        # How many of each group are left, and what all of it takes.
        self._groups: deque[tuple[int, int]] = deque()
        self._bytes = 0

    def has_room_for(self, count: int, size: int) -> bool:
        """Whether so many more may be taken, or a single one however large."""
        if not self.answers:
            return count == 1 or (count <= self._events_max and size <= self._bytes_max)
        within = self._bytes + size <= self._bytes_max
        return within and len(self.answers) + count <= self._events_max

    def take(self, answers: Sequence[Answer], size: int) -> None:
        """Add events that were taken together."""
        self.answers.extend(answers)
        self._groups.append((len(answers), size))
        self._bytes += size

    def sent(self, count: int) -> None:
        """Take out the first, whose answers are sent."""
        for _ in range(count):
            self.answers.popleft()
        while count:
            left, size = self._groups.popleft()
            if left > count:
                self._groups.appendleft((left - count, size))
                return
            count -= left
            self._bytes -= size


class EventStream:
    """What is under way of one client's events."""

    def __init__(
        self, caller: Caller, committer: Committer, shapes: Shapes, settings: Settings
    ) -> None:
        self._caller = caller
        self._committer = committer
        self._shapes = shapes
        self._events_max = settings.events_in_flight_max
        self._full_seconds = settings.overload_retry_seconds
        self._under_way = UnderWay(self._events_max, settings.events_in_flight_bytes_max)
        self._room = asyncio.Event()
        self._news = asyncio.Event()
        self._is_over = False
        self._failure: Exception | None = None

    async def read(self, messages: AsyncIterator[runs.PutExternalEventsRequest]) -> None:
        """Take events until the client sends no more."""
        try:
            async for message in messages:
                await self._take_message(message)
                if self._is_over:
                    return
        except Exception as failure:
            self.end(failure)
        else:
            self.end(None)

    async def _take_message(self, message: runs.PutExternalEventsRequest) -> None:
        """Take the events of a message together if there is room for them, else one by one."""
        requests, size = message.events, message.ByteSize()
        if self._under_way.has_room_for(len(requests), size):
            await self._take(requests, size)
            return
        for request in requests:
            size = request.ByteSize()
            while not self._under_way.has_room_for(1, size):
                self._room.clear()
                await self._room.wait()
            await self._take((request,), size)

    async def _take(self, requests: Sequence[events.PutExternalEventRequest], size: int) -> None:
        """Take events; those for which the server is too full have to wait.

        To refuse them would let the next ones overtake them.
        """
        orders = [self._order(request) for request in requests]
        while orders and not self._is_over:
            answers = self._handed_on(orders)
            del orders[: len(answers)]
            self._under_way.take(answers, 0 if orders else size)
            self._news.set()
            if orders:
                await asyncio.sleep(self._full_seconds)

    def _order(
        self, request: events.PutExternalEventRequest
    ) -> commands.PostExternalEvent | ReasonedError:
        try:
            run = self._shapes.external_event(request)
        except ReasonedError as refusal:
            return refusal
        return commands.PostExternalEvent(
            seed=new_seed(),
            principal=self._caller.principal,
            traceparent=self._caller.traceparent,
            stream=family_stream(run),
            run=run,
            request=request,
        )

    def _handed_on(
        self, orders: Sequence[commands.PostExternalEvent | ReasonedError]
    ) -> list[Answer]:
        """Hand events on, as many of the first as there is room for."""
        answers: list[Answer] = []
        taken = iter(
            self._committer.submit_all([one for one in orders if not isinstance(one, Exception)])
        )
        for order in orders:
            answer = order if isinstance(order, Exception) else next(taken, None)
            if answer is None:
                break
            answers.append(answer)
        return answers

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
            self._under_way.sent(count)
            self._room.set()
        if self._failure is not None:
            raise self._failure

    async def _anything(self) -> bool:
        while not self._under_way.answers:
            if self._is_over:
                return False
            self._news.clear()
            await self._news.wait()
        return True

    async def _answered(self) -> tuple[runs.PutExternalEventsResponse, int]:
        """Wait for the next answer, and put those that are there by then into one response."""
        response, answers = runs.PutExternalEventsResponse(), self._under_way.answers
        if isinstance(answers[0], asyncio.Future):
            await asyncio.wait((answers[0],))
        for answer in answers:
            if isinstance(answer, asyncio.Future) and not answer.done():
                break
            if not _answer(response, answer):
                break
        return response, len(response.results)

    def close(self) -> None:
        """Wait for nothing any more. What was begun is carried out all the same."""
        for answer in self._under_way.answers:
            if not isinstance(answer, asyncio.Future):
                continue
            if not answer.cancel() and not answer.cancelled():
                answer.exception()
        self._under_way.answers.clear()


def _answer(response: runs.PutExternalEventsResponse, answer: Answer) -> bool:
    """Add an answer to a response; what ends the stream is raised once the others have left."""
    try:
        if isinstance(answer, ReasonedError):
            raise answer
        accepted = answer.result()
    except (ApiError, Rejection, InternalFault) as refusal:
        # After a defect nothing of the event is stored, and those behind it are none the worse.
        response.results.add(rejection=rich_status(refusal))
    except RuntimeFailure:
        if not response.results:
            raise
        return False
    else:
        response.results.add().external_event.CopyFrom(accepted)
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
