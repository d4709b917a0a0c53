"""A stream of external events made by hand: nobody numbers, resends or translates."""

import asyncio
from typing import Any

import grpc
from google.rpc import error_details_pb2
from raw_calls import answer_of

from hitchpost import to_value
from hitchpost.v1.external_event_pb2 import PutExternalEventRequest
from hitchpost.v1.object_id_pb2 import ExternalEventDefId, WfRunId
from hitchpost.v1.runs_pb2 import (
    PutExternalEventResult,
    PutExternalEventsRequest,
    PutExternalEventsResponse,
)

PATH = "/hitchpost.v1.Runs/PutExternalEvents"
SECONDS = 30


def event(run: str, name: str, guid: str, content: object = None) -> PutExternalEventRequest:
    return PutExternalEventRequest(
        wf_run_id=WfRunId(id=run),
        external_event_def_id=ExternalEventDefId(name=name),
        guid=guid,
        content=to_value(content),
    )


class EventStream:
    """One call; what it is told is read when a test asks for it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.call: Any = channel.stream_stream(PATH)()
        self._results: list[PutExternalEventResult] = []

    async def credit(self) -> int:
        """Read the first response: how many events may be under way."""
        first = await self._response()
        assert not first.results
        return first.events_in_flight_max

    async def send(self, *events: PutExternalEventRequest) -> None:
        await self.call.write(PutExternalEventsRequest(events=events).SerializeToString())

    async def results(self, count: int) -> list[PutExternalEventResult]:
        while len(self._results) < count:
            self._results += (await self._response()).results
        taken, self._results = self._results[:count], self._results[count:]
        return taken

    async def told(self, count: int) -> list[str]:
        """Give the guid of each accepted event, and the reason of each that is refused."""
        return [guid_or_reason(result) for result in await self.results(count)]

    async def ending(self) -> tuple[grpc.StatusCode, str]:
        """Read to the end; give code and reason."""
        try:
            while (raw := await self._raw()) is not grpc.aio.EOF:
                self._results += PutExternalEventsResponse.FromString(raw).results
        except grpc.aio.AioRpcError as error:
            return answer_of(error).says
        return await self.call.code(), ""

    async def _response(self) -> PutExternalEventsResponse:
        return PutExternalEventsResponse.FromString(await self._raw())

    async def _raw(self) -> Any:
        async with asyncio.timeout(SECONDS):
            return await self.call.read()


def guid_or_reason(result: PutExternalEventResult) -> str:
    if result.HasField("external_event"):
        return result.external_event.id.guid
    info = error_details_pb2.ErrorInfo()
    assert result.rejection.details[0].Unpack(info)
    return info.reason
