"""Calls made of bytes: what goes over the wire, and the whole status that comes back."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

# The two paths of the one service.
OURS = "/hitchpost.v1.Workflows/"
LITTLEHORSES = "/littlehorse.LittleHorse/"
PATHS = (OURS, LITTLEHORSES)


@dataclass(frozen=True)
class Answer:
    """How a call ended: its body if it is OK, else what its status says."""

    code: grpc.StatusCode
    body: bytes = b""
    domain: str = ""
    reason: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    details: tuple[str, ...] = ()

    @property
    def says(self) -> tuple[grpc.StatusCode, str]:
        """Code and reason."""
        return self.code, self.reason


async def call(
    channel: grpc.aio.Channel, path: str, raw: bytes, metadata: Sequence[tuple[str, str]] = ()
) -> Answer:
    """Call a unary method."""
    try:
        body = await channel.unary_unary(path)(raw, metadata=tuple(metadata), timeout=20)
    except grpc.aio.AioRpcError as error:
        return answer_of(error)
    return Answer(grpc.StatusCode.OK, body)


def answer_of(error: Any) -> Answer:
    """Read the status of a call that failed."""
    packed: Sequence[any_pb2.Any] = ()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            packed = status_pb2.Status.FromString(value).details
    info = error_details_pb2.ErrorInfo()
    for detail in packed:
        detail.Unpack(info)
    names = tuple(detail.TypeName() for detail in packed)
    return Answer(error.code(), b"", info.domain, info.reason, dict(info.metadata), names)


async def refused(call: Awaitable[Any]) -> tuple[grpc.StatusCode, str]:
    """Make a call that is to fail; give code and reason."""
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        return answer_of(error).says
    raise AssertionError(f"it was answered: {answer}")


def text(number: int, value: bytes | str) -> bytes:
    """Encode a length-delimited field."""
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def number(field_number: int, value: int) -> bytes:
    """Encode a field that is a number."""
    return varint(field_number << 3) + varint(value)


def varint(value: int) -> bytes:
    """Encode a number, seven bits a byte."""
    encoded = b""
    while value > 127:
        encoded += bytes([value & 127 | 128])
        value >>= 7
    return encoded + bytes([value])
