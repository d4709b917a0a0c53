"""What a flood's calls have come to: accepted, refused as it should be, or anything else.

Knows what a refusal has to say, and how to write down a flood for another process.
"""

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

from google.rpc import code_pb2, error_details_pb2, status_pb2

from bench.overload.flood import Flooded
from bench.overload.http2 import fields
from bench.requests import guid, run_name
from bench.samples import percentile
from hitchpost.v1 import external_event_pb2 as events

ACCEPTED, REFUSED = "accepted", "refused"


class Outcome(TypedDict):
    """Calls that have ended alike; `per_second` counts those that did while the flood lasted.

    `seconds` is how long they took: half of them, all but a hundredth, the slowest.
    """

    calls: int
    per_second: float
    seconds: dict[str, float]


class Outcomes(TypedDict):
    """What a flood came to; calls held back had no stream, those unanswered had no end."""

    offered: int
    held_back: int
    unanswered: int
    by_kind: dict[str, Outcome]


def outcomes(flooded: Flooded, prefix: str, seconds: float) -> Outcomes:
    """Sum up a flood. Raises ValueError if an answer is not that of its request."""
    _check(flooded.answers, prefix)
    endings: dict[str, list[tuple[float, float]]] = {}
    for trailers, calls in flooded.endings.items():
        endings.setdefault(kind_of(trailers), []).extend(calls)
    return Outcomes(
        offered=flooded.offered,
        held_back=flooded.offered - flooded.made,
        unanswered=flooded.unanswered,
        by_kind={
            kind: _outcome(calls, flooded.began + seconds, seconds)
            for kind, calls in endings.items()
        },
    )


def kind_of(trailers: bytes | None) -> str:
    """Say how a call has ended."""
    if trailers is None:
        return "reset"
    found = fields(trailers)
    if found["grpc-status"] == b"0":
        return ACCEPTED
    # True binary begins with a byte 0.
    details = found.get("grpc-status-details-bin", b"")[1:]
    return REFUSED if _asks_to_come_back(details) else f"status {found['grpc-status'].decode()}"


def _asks_to_come_back(details: bytes) -> bool:
    status = status_pb2.Status.FromString(details)
    retry, info = error_details_pb2.RetryInfo(), error_details_pb2.ErrorInfo()
    for detail in status.details:
        if detail.Is(retry.DESCRIPTOR):
            detail.Unpack(retry)
        elif detail.Is(info.DESCRIPTOR):
            detail.Unpack(info)
    comes_back = retry.retry_delay.ToMicroseconds() > 0
    is_full: bool = status.code == code_pb2.RESOURCE_EXHAUSTED and info.reason == "OVERLOADED"
    return is_full and comes_back


def _check(answers: Iterable[tuple[int, bytes]], prefix: str) -> None:
    for number, answer in answers:
        event = events.ExternalEvent.FromString(answer)
        if (event.id.wf_run_id.id, event.id.guid) != (run_name(prefix, number), guid(number)):
            raise ValueError(f"event {number} was answered with {event.id}")


def _outcome(calls: Sequence[tuple[float, float]], end: float, seconds: float) -> Outcome:
    took = [ended - made for made, ended in calls]
    return Outcome(
        calls=len(calls),
        per_second=sum(ended <= end for _, ended in calls) / seconds,
        seconds={
            "p50": percentile(took, 0.50),
            "p99": percentile(took, 0.99),
            "the longest": max(took),
        },
    )


def keep_numbers(numbers: Iterable[int], path: Path) -> None:
    """Write the numbers of requests to a file."""
    path.write_bytes(array("Q", numbers).tobytes())


def kept_numbers(path: Path) -> set[int]:
    """Read them again; a number that is there twice is a mistake."""
    numbers = array("Q", path.read_bytes())
    found = set(numbers)
    if len(found) != len(numbers):
        raise ValueError("an event was acknowledged twice")
    return found
