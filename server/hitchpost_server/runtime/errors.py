"""What can keep the runtime from carrying out a command, besides the engine's rejections.

RuntimeFailure
|- Overloaded         OVERLOADED           come back after `retry_after_seconds`
|- StoreUnavailable   STORE_UNAVAILABLE    outcome unknown; the same ids find out
|- ShuttingDown       SHUTTING_DOWN
`- InternalFault      INTERNAL_FAULT       a defect; nothing was stored
"""

from hitchpost.v1 import errors_pb2 as reasons
from hitchpost_server.engine.errors import ReasonedError


class RuntimeFailure(ReasonedError):
    """A command that was not carried out."""


class Overloaded(RuntimeFailure):
    """More commands wait than the server takes; try again in {retry_after_seconds} s."""

    reason = reasons.OVERLOADED


class StoreUnavailable(RuntimeFailure):
    """The store cannot be written or read now; a retry with the same ids is safe."""

    reason = reasons.STORE_UNAVAILABLE


class ShuttingDown(RuntimeFailure):
    """The server is shutting down."""

    reason = reasons.SHUTTING_DOWN


class InternalFault(RuntimeFailure):
    """The server has a defect; it is in the server's log, and nothing was stored."""

    reason = reasons.INTERNAL_FAULT
