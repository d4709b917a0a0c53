"""The server's side of the tests of the client: it plays what a test has written down."""

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Self

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from hitchpost import _methods

METHODS = {
    method.path: method for method in vars(_methods).values() if isinstance(method, _methods.Method)
}


@dataclass
class Refusal:
    """An answer that is no answer: a status and, if a reason is given, what comes with it."""

    code: grpc.StatusCode
    reason: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    retry_seconds: float | None = None
    message: str = "because"
    domain: str = "hitchpost"

    def trailer(self) -> tuple[tuple[str, bytes], ...]:
        status = status_pb2.Status(code=self.code.value[0], message=self.message)
        details: list[Message] = []
        if self.reason:
            details.append(
                error_details_pb2.ErrorInfo(
                    reason=self.reason, domain=self.domain, metadata=self.metadata
                )
            )
        if self.retry_seconds is not None:
            delay = Duration()
            delay.FromMilliseconds(round(self.retry_seconds * 1000))
            details.append(error_details_pb2.RetryInfo(retry_delay=delay))
        for detail in details:
            packed = AnyMessage()
            packed.Pack(detail)
            status.details.append(packed)
        return (("grpc-status-details-bin", status.SerializeToString()),) if details else ()


Answer = Message | Refusal | Callable[..., Any]


class ScriptedServer(grpc.GenericRpcHandler):
    """Answers each method with what `on` was given, in turn; the last answer stays."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.metadata: list[dict[str, str | bytes]] = []
        self._answers: dict[str, list[Answer]] = {}
        self._server = grpc.aio.server()
        self._server.add_generic_rpc_handlers((self,))
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self.target = f"127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop(grace=0)

    def on(self, name: str, *answers: Answer) -> None:
        self._answers[name] = list(answers)

    def requests(self, name: str) -> list[Any]:
        """What was asked of one method, in order."""
        return [request for method, request in self.calls if method == name]

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        method = METHODS.get(str(details.method))
        if method is None:
            return None
        name = method.path.rpartition("/")[2]
        codecs = (method.request.FromString, method.response.SerializeToString)
        if name in {"PollTask", "PutExternalEvents", "Consume"}:
            return grpc.stream_stream_rpc_method_handler(self._player(name), *codecs)
        if name in ("GetHistory", "WatchHistory", "Subscribe"):
            return grpc.unary_stream_rpc_method_handler(self._player(name), *codecs)
        return grpc.unary_unary_rpc_method_handler(self._unary(name), *codecs)

    def _next(self, name: str) -> Answer:
        answers = self._answers.get(name) or [Refusal(grpc.StatusCode.UNIMPLEMENTED)]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _unary(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def handle(request: Any, context: Any) -> Any:
            self.calls.append((name, request))
            self.metadata.append(dict(context.invocation_metadata()))
            answer = self._next(name)
            if callable(answer):
                answer = answer(request)
            if inspect.isawaitable(answer):
                answer = await answer
            if isinstance(answer, Refusal):
                await context.abort(answer.code, answer.message, answer.trailer())
            return answer

        return handle

    def _player(self, name: str) -> Callable[..., AsyncIterator[Any]]:
        async def handle(request: Any, context: Any) -> AsyncIterator[Any]:
            self.calls.append((name, request))
            play: Any = self._next(name)
            if isinstance(play, Refusal):
                await context.abort(play.code, play.message, play.trailer())
            async with aclosing(play(request)) as answers:
                async for answer in answers:
                    if isinstance(answer, Refusal):
                        await context.abort(answer.code, answer.message, answer.trailer())
                    yield answer

        return handle


async def eventually(holds: Callable[[], object], within_seconds: float = 5.0) -> None:
    """Wait until a condition holds, or fail."""
    deadline = time.monotonic() + within_seconds
    while not holds():
        assert time.monotonic() < deadline, "it never held"
        await asyncio.sleep(0.01)
