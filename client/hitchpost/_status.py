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
_CODES = {code.value[0]: code for code in grpc.StatusCode}


def call_failed(error: grpc.aio.AioRpcError) -> CallFailed:
    """Translate what gRPC raised, by reason if there is one, else by status."""
    return _failed(error.code(), error.details() or "", _trailer(error))


def rejected(status: status_pb2.Status) -> CallFailed:
    """Translate a status that came as an answer among others."""
    return _failed(_CODES.get(status.code, grpc.StatusCode.UNKNOWN), status.message, status)


def _failed(code: grpc.StatusCode, message: str, status: status_pb2.Status) -> CallFailed:
    info, retry = _details(status)
    raised = class_for(info.reason, code)
    return raised(
        message,
        status=code,
        reason=info.reason,
        metadata=info.metadata,
        retry_after_seconds=_seconds(retry),
    )


def _details(
    status: status_pb2.Status,
) -> tuple[error_details_pb2.ErrorInfo, error_details_pb2.RetryInfo | None]:
    """Take the two details that matter out of a status; an empty ErrorInfo if none is ours."""
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    found_retry = False
    for detail in status.details:
        if detail.Is(info.DESCRIPTOR):
            candidate = error_details_pb2.ErrorInfo()
            detail.Unpack(candidate)
            if candidate.domain == _DOMAIN:
                info = candidate
        elif detail.Is(retry.DESCRIPTOR):
            found_retry = detail.Unpack(retry)
    return info, retry if found_retry else None


def _trailer(error: grpc.aio.AioRpcError) -> status_pb2.Status:
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
