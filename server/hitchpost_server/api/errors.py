"""Errors become statuses here and nowhere else.

    ApiError                  what the api refuses by itself
    |- MalformedRequest       MALFORMED_REQUEST
    |- RequestTooLarge        REQUEST_TOO_LARGE
    `- TenantUnknown          TENANT_UNKNOWN

Together with the engine's Rejection and the runtime's RuntimeFailure, each of
which names its reason, these are all that a caller can meet. The reason fixes
the status: it is an option of the enum's value in errors.proto.
"""

import logging
from collections import Counter
from collections.abc import Callable
from itertools import accumulate
from typing import Any, NoReturn

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from hitchpost.v1 import errors_pb2 as reasons
from hitchpost_server.engine.errors import ReasonedError, Rejection
from hitchpost_server.runtime.errors import InternalFault, RuntimeFailure

logger = logging.getLogger(__name__)

DOMAIN = "hitchpost"
RETRY_AFTER = "retry_after_seconds"
CUT = "…"
# A status travels in HTTP/2 headers, of which clients take 8 KiB: more than that, and they make
# up a status of their own. The message is in there twice, once percent-encoded; the facts, up to
# five, are in base64. So long texts are cut.
MESSAGE_BYTES_MAX = 1_500
FACT_BYTES_MAX = 400


# How many calls have ended with each reason, by its number, since the process began.
failed_calls: Counter[int] = Counter()


class ApiError(ReasonedError):
    """A call that the api refuses by itself."""


class MalformedRequest(ApiError):
    """The request is not a well-formed {message}."""

    reason = reasons.MALFORMED_REQUEST


class RequestTooLarge(ApiError):
    """The request takes {bytes} bytes; the limit is {limit}."""

    reason = reasons.REQUEST_TOO_LARGE


class TenantUnknown(ApiError):
    """There is no tenant {tenant}."""

    reason = reasons.TENANT_UNKNOWN


Refusal = ApiError | Rejection | RuntimeFailure


def status_code(reason: reasons.ErrorReason) -> int:
    """Look up the gRPC status code that a reason is sent with."""
    value = reasons.ErrorReason.DESCRIPTOR.values_by_number[reason]
    # The stubs of extensions do not say whose they are.
    status: Any = reasons.status
    return int(value.GetOptions().Extensions[status])


def rich_status(error: Refusal) -> status_pb2.Status:
    """Describe an error as a google.rpc.Status with ErrorInfo, and RetryInfo if it has one."""
    facts = {name: _cut(text, FACT_BYTES_MAX, _size) for name, text in error.facts.items()}
    info = error_details_pb2.ErrorInfo(
        domain=DOMAIN, reason=reasons.ErrorReason.Name(error.reason), metadata=facts
    )
    details = [_packed(info)]
    if RETRY_AFTER in facts:
        delay = duration_pb2.Duration()
        delay.FromMicroseconds(int(float(facts[RETRY_AFTER]) * 1_000_000))
        details.append(_packed(error_details_pb2.RetryInfo(retry_delay=delay)))
    message = _cut(str(error), MESSAGE_BYTES_MAX, _size_in_header)
    return status_pb2.Status(code=status_code(error.reason), message=message, details=details)


def _cut(text: str, bytes_max: int, size: Callable[[str], int]) -> str:
    """Shorten a text, and take out what cannot be sent in a header or a proto string."""
    # A character takes a byte or more: what is behind need not be measured.
    clean = text[: bytes_max + 1].encode("utf-8", "replace").decode("utf-8")
    if size(clean) <= bytes_max:
        return clean
    room = bytes_max - size(CUT)
    ends = accumulate(map(size, clean))
    return "".join(one for one, end in zip(clean, ends, strict=True) if end <= room) + CUT


def _size(text: str) -> int:
    return len(text.encode())


def _size_in_header(text: str) -> int:
    """Count the bytes of a text in which gRPC writes %XX for each that is not plain ASCII."""
    return sum(1 if 0x20 <= byte <= 0x7E and byte != ord("%") else 3 for byte in text.encode())


def _packed(message: error_details_pb2.ErrorInfo | error_details_pb2.RetryInfo) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed


def refusing(error: Refusal) -> "grpc.RpcMethodHandler[Any, Any]":
    """Make what ends any call with an error, read or unread: the status is written only once."""
    status = rpc_status.to_status(rich_status(error))

    async def refuse(_requests: object, context: Any) -> None:
        failed_calls[error.reason] += 1
        context.set_trailing_metadata(status.trailing_metadata)
        context.set_code(status.code)
        context.set_details(status.details)

    # Of the kind that fits every call: it reads nothing, so it need not know how much there is.
    return grpc.stream_stream_rpc_method_handler(refuse)


async def abort(context: "grpc.aio.ServicerContext[object, object]", error: Exception) -> NoReturn:
    """End a call with the status of an error; one that nobody foresaw is an InternalFault.

    The call keeps what it is ended with, and that keeps, with its traceback, all that is named in
    the frames it goes through, the call among it: megabytes of requests would wait for the garbage
    collector, which counts objects. So the frames are left without names; whoever calls this has
    to do the same.
    """
    if not isinstance(error, Refusal):
        logger.error("defect while serving a call", exc_info=error)
        error = InternalFault()
    failed_calls[error.reason] += 1
    status = rpc_status.to_status(rich_status(error))
    context.set_trailing_metadata(status.trailing_metadata)
    try:
        await context.abort(status.code, status.details)
    finally:
        del context, error
