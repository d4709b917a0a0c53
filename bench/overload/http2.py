"""One HTTP/2 connection that makes gRPC calls cheaply: sans I/O, unary, one method.

It knows frames, and header fields as far as gRPC servers write them to a client
that lets them keep no table of them (RFC 9113, RFC 7541); it knows neither
sockets nor what the messages are about. Requests are made of bytes that are the
same for all but their stream's number, so that one costs microseconds.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, END_HEADERS, ACK = 0x1, 0x4, 0x1
HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE = 1, 2, 3, 4
# gRPC's own: binary metadata comes as it is, with a byte 0 before it.
TRUE_BINARY = 0xFE03
WINDOW_BYTES_BEGIN = 65_535
WINDOW_BYTES_MAX = 2**31 - 1
# What was received is given back when half of it is used up.
RECEIVED_BYTES_MAX = 2**30
FRAME_HEAD = struct.Struct(">BHBBL")
# The fields :method POST and :scheme http of RFC 7541's static table.
POST, HTTP = b"\x83", b"\x86"
PATH, AUTHORITY = b"\x04", b"\x01"


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that has ended: its answer without gRPC's prefix, and its trailers as they came.

    Without trailers the stream was reset.
    """

    stream: int
    answer: bytes
    trailers: bytes | None


def frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    """Write a frame."""
    size = len(body)
    return FRAME_HEAD.pack(size >> 16, size & 0xFFFF, kind, flags, stream) + body


class Connection:
    """What was sent and received on a connection; what is to be sent is in `outgoing`."""

    def __init__(self, method: str, authority: str) -> None:
        block = b"".join(
            (
                POST,
                HTTP,
                PATH + _text(method),
                AUTHORITY + _text(authority),
                b"\x00" + _text("te") + _text("trailers"),
                b"\x00" + _text("content-type") + _text("application/grpc"),
            )
        )
        self._head = frame(HEADERS, END_HEADERS, 0, block)
        settings = {HEADER_TABLE_SIZE: 0, ENABLE_PUSH: 0, TRUE_BINARY: 1}
        settings[INITIAL_WINDOW_SIZE] = WINDOW_BYTES_MAX
        self.outgoing = bytearray(
            PREFACE
            + frame(SETTINGS, 0, 0, b"".join(struct.pack(">HL", *one) for one in settings.items()))
            + _window_update(RECEIVED_BYTES_MAX)
        )
        self.streams_max = WINDOW_BYTES_MAX
        self.open: dict[int, bytearray] = {}
        self._window = WINDOW_BYTES_BEGIN
        self._stream_window = WINDOW_BYTES_BEGIN
        self._next_stream = 1
        self._incoming = bytearray()
        self._received = 0

    def has_room_for(self, message: bytes) -> bool:
        """Whether the server lets a call with that message be made now."""
        size = len(message) + 5
        return len(self.open) < self.streams_max and size <= min(self._window, self._stream_window)

    def call(self, message: bytes) -> int:
        """Write a call; give the number of its stream."""
        stream = self.begin_call()
        body = b"\x00" + struct.pack(">L", len(message)) + message
        self._window -= len(body)
        self.outgoing += frame(DATA, END_STREAM, stream, body)
        return stream

    def begin_call(self) -> int:
        """Write a call that lacks its message."""
        stream = self._next_stream
        self._next_stream += 2
        self.open[stream] = bytearray()
        head = self._head
        self.outgoing += head[:5] + struct.pack(">L", stream) + head[9:]
        return stream

    def received(self, data: bytes) -> Iterator[Ended]:
        """Take what has come in; give the calls that have ended with it."""
        incoming = self._incoming
        incoming += data
        at = 0
        while len(incoming) >= at + 9:
            high, low, kind, flags, stream = FRAME_HEAD.unpack_from(incoming, at)
            end = at + 9 + (high << 16 | low)
            if len(incoming) < end:
                break
            body = bytes(incoming[at + 9 : end])
            at = end
            if kind == DATA:
                self._take_data(stream, body)
            elif kind == HEADERS:
                if flags & END_STREAM and stream in self.open:
                    yield Ended(stream, bytes(self.open.pop(stream)[5:]), body)
            elif kind == RST_STREAM:
                if stream in self.open:
                    yield Ended(stream, bytes(self.open.pop(stream)[5:]), None)
            else:
                self._take_control(kind, flags, stream, body)
        del incoming[:at]

    def _take_data(self, stream: int, body: bytes) -> None:
        if stream in self.open:
            self.open[stream] += body
        self._received += len(body)
        if self._received > RECEIVED_BYTES_MAX // 2:
            self.outgoing += _window_update(self._received)
            self._received = 0

    def _take_control(self, kind: int, flags: int, stream: int, body: bytes) -> None:
        if kind == SETTINGS and not flags & ACK:
            for name, value in struct.iter_unpack(">HL", body):
                if name == MAX_CONCURRENT_STREAMS:
                    self.streams_max = value
                elif name == INITIAL_WINDOW_SIZE:
                    self._stream_window = value
            self.outgoing += frame(SETTINGS, ACK, 0, b"")
        elif kind == PING and not flags & ACK:
            self.outgoing += frame(PING, ACK, 0, body)
        elif kind == WINDOW_UPDATE and stream == 0:
            self._window += struct.unpack(">L", body)[0]
        elif kind == GOAWAY:
            raise ConnectionError(f"the server has hung up: {body[8:]!r}")


def fields(block: bytes) -> dict[str, bytes]:
    """Read the header fields of a block that have names of their own and no Huffman code."""
    found: dict[str, bytes] = {}
    at = 0
    while at < len(block):
        first = block[at]
        if first & 0x80:
            _, at = _integer(block, at, 7)
        elif first & 0xE0 == 0x20:
            _, at = _integer(block, at, 5)
        else:
            index, at = _integer(block, at, 6 if first & 0x40 else 4)
            name = b"" if index else None
            if name is None:
                name, at = _string(block, at)
            value, at = _string(block, at)
            found[name.decode("ascii")] = value
    return found


def _window_update(size: int) -> bytes:
    return frame(WINDOW_UPDATE, 0, 0, struct.pack(">L", size))


def _text(text: str) -> bytes:
    encoded = text.encode("ascii")
    if len(encoded) > 126:
        raise ValueError(text)
    return bytes([len(encoded)]) + encoded


def _integer(block: bytes, at: int, bits: int) -> tuple[int, int]:
    limit = (1 << bits) - 1
    number = block[at] & limit
    at += 1
    if number < limit:
        return number, at
    shift = 0
    while True:
        number += (block[at] & 127) << shift
        shift += 7
        at += 1
        if not block[at - 1] & 128:
            return number, at


def _string(block: bytes, at: int) -> tuple[bytes, int]:
    if block[at] & 0x80:
        raise ValueError("a field in Huffman code")
    size, at = _integer(block, at, 7)
    return block[at : at + size], at + size
