"""The names of failures: which are the server's own, and what status a failure gives."""

from hitchpost.v1 import status_pb2 as status

# What the server itself calls its failures.
ERROR_NAMES = frozenset(status.LHErrorType.DESCRIPTOR.values_by_name)


def failure_status(failure_name: str) -> status.LHStatus:
    """ERROR for the names of technical failures, EXCEPTION for all others."""
    return status.ERROR if failure_name in ERROR_NAMES else status.EXCEPTION
