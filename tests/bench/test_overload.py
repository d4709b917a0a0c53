"""A flood can be made and measured, and what it takes for an answer is one."""

from collections.abc import Callable
from typing import Any

import pytest
from bench.overload.http2 import (
    DATA,
    END_STREAM,
    HEADERS,
    MAX_CONCURRENT_STREAMS,
    RST_STREAM,
    SETTINGS,
    Connection,
    Ended,
    fields,
    frame,
)
from bench.overload.outcomes import ACCEPTED, REFUSED, kind_of

from hitchpost_server.api.errors import rich_status
from hitchpost_server.engine.errors import ReasonedError
from hitchpost_server.runtime.errors import Overloaded, StoreUnavailable

QUICK = ("--seconds", "0.5", "--closed-seconds", "0.2", "--connections", "2", "--times", "3")


def field(name: bytes, value: bytes) -> bytes:
    """Write a header field without any index, its length in as many bytes as it needs."""
    size = bytes([len(value)]) if len(value) < 127 else bytes([127, *varint(len(value) - 127)])
    return b"\x00" + bytes([len(name)]) + name + size + value


def varint(number: int) -> bytes:
    return bytes([number & 127 | 128, number >> 7]) if number > 127 else bytes([number])


def trailers(error: ReasonedError) -> bytes:
    status = rich_status(error)
    details = b"\x00" + status.SerializeToString()
    return field(b"grpc-status", b"%d" % status.code) + field(b"grpc-status-details-bin", details)


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (field(b"grpc-status", b"0"), ACCEPTED),
        (trailers(Overloaded(retry_after_seconds=0.5)), REFUSED),
        (trailers(StoreUnavailable()), "status 14"),
        (field(b"grpc-status", b"8"), "status 8"),
        (None, "reset"),
    ],
)
def test_only_a_whole_refusal_counts_as_one(block: bytes | None, kind: str) -> None:
    assert kind_of(block) == kind


def test_answers_in_pieces_are_put_together() -> None:
    connection = Connection("/a/B", "there")
    stream = connection.call(b"request")
    block = field(b"grpc-status", b"0")
    answer = frame(DATA, 0, stream, b"\x00\x00\x00\x00\x04an") + frame(DATA, 0, stream, b"sw")
    incoming = answer + frame(HEADERS, END_STREAM, stream, b"\x88" + block)
    ended = [one for byte in incoming for one in connection.received(bytes([byte]))]
    assert ended == [Ended(stream, b"answ", b"\x88" + block)]
    assert fields(b"\x88" + block) == {"grpc-status": b"0"}


def test_server_bounds_what_is_sent() -> None:
    connection = Connection("/a/B", "there")
    settings = frame(SETTINGS, 0, 0, bytes([0, MAX_CONCURRENT_STREAMS, 0, 0, 0, 1]))
    assert list(connection.received(settings)) == []
    assert connection.has_room_for(b"x")
    assert not connection.has_room_for(bytes(70_000))
    stream = connection.call(b"x")
    assert not connection.has_room_for(b"x")
    reset = frame(RST_STREAM, 0, stream, bytes(4))
    assert list(connection.received(reset)) == [Ended(stream, b"", None)]
    assert connection.has_room_for(b"x")


def test_overload_is_measured_and_what_was_acknowledged_is_stored(
    measured: Callable[..., Any],
) -> None:
    figures = {one["name"] for one in measured("bench.overload", *QUICK)["figures"]}
    assert {
        "Offered a second",
        "Accepted a second, overloaded",
        "Calls accepted, p99",
        "Accepted a second, afterwards",
        "Memory under overload: the most",
    } <= figures
