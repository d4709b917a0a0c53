"""The echo that figures are compared with: what grpc.aio can do when nothing is done.

It takes the requests that Hitchpost takes, through a handler of the same kind:
bytes come in, are parsed, and the message is serialised again as the answer.
"""

import asyncio
import signal
from typing import Any

import grpc
import uvloop
from google.protobuf.message import Message

from bench.requests import PUT_EXTERNAL_EVENT, RUN_WF
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import wf_run_pb2 as wf_runs

REQUESTS: dict[str, type[Message]] = {
    PUT_EXTERNAL_EVENT: events.PutExternalEventRequest,
    RUN_WF: wf_runs.RunWfRequest,
}


class Echo(grpc.GenericRpcHandler):
    """Answers every method with its request."""

    def service(self, details: Any) -> "grpc.RpcMethodHandler[Any, Any]":
        """Find the handler of a call."""
        return HANDLERS[details.method]


def _handler(request: type[Message]) -> "grpc.RpcMethodHandler[Any, Any]":
    async def echo(raw: bytes, _context: object) -> Message:
        return request.FromString(raw)

    return grpc.unary_unary_rpc_method_handler(
        echo, response_serializer=lambda response: response.SerializeToString()
    )


HANDLERS = {method: _handler(request) for method, request in REQUESTS.items()}


async def serve() -> None:
    """Serve until SIGTERM."""
    told_to_stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told_to_stop.set)
    server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    server.add_generic_rpc_handlers((Echo(),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"serving on 127.0.0.1:{port}", flush=True)
    await told_to_stop.wait()
    await server.stop(None)


if __name__ == "__main__":
    uvloop.run(serve())
