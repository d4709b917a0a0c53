"""From a failed gRPC call to an error of ours. It knows the rich error model and no method.

An answer's reason is in the trailer `grpc-status-details-bin`, a serialized google.rpc.Status
whose details hold an ErrorInfo of our domain and, when the server asks to wait, a RetryInfo.
"""

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from hitchpost._errors import CallFailed, class_for

_TRAILER = "grpc-status-details-bin"
_DOMAIN = "hitchpost"


def call_failed(error: grpc.aio.AioRpcError) -> CallFailed:
    """Translate what gRPC raised, by reason if there is one, else by status."""
    info, retry = _details(error)
    raised = class_for(info.reason, error.code())
    return raised(
        error.details() or "",
        status=error.code(),
        reason=info.reason,
        metadata=info.metadata,
        retry_after_seconds=_seconds(retry),
    )


def _details(
    error: grpc.aio.AioRpcError,
) -> tuple[error_details_pb2.ErrorInfo, error_details_pb2.RetryInfo | None]:
    """Take the two details that matter out of the trailer; an empty ErrorInfo if none is ours."""
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    found_retry = False
    for detail in _status(error).details:
        if detail.Is(info.DESCRIPTOR):
            candidate = error_details_pb2.ErrorInfo()
            detail.Unpack(candidate)
            if candidate.domain == _DOMAIN:
                info = candidate
        elif detail.Is(retry.DESCRIPTOR):
            found_retry = detail.Unpack(retry)
    return info, retry if found_retry else None


def _status(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    """Read the trailer. Bytes that do not parse count as no trailer."""
    for key, value in error.trailing_metadata() or ():
        if key == _TRAILER and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                break
    return status_pb2.Status()


def _seconds(retry: error_details_pb2.RetryInfo | None) -> float | None:
    return None if retry is None else retry.retry_delay.ToTimedelta().total_seconds()
