"""Times: whole microseconds since 1970 inside, Timestamps in messages."""

from google.protobuf.timestamp_pb2 import Timestamp

# Timestamp ends with the year 9999; later than that is clipped to it.
LATEST_US = 253_402_300_799_999_999
# It begins with the year 1.
EARLIEST_US = -62_135_596_800_000_000


def timestamp(moment_us: int) -> Timestamp:
    """Turn microseconds since 1970 into a Timestamp."""
    seconds, micros = divmod(min(moment_us, LATEST_US), 1_000_000)
    # Twice as fast as by keyword, and every command has one.
    made = Timestamp()
    made.seconds = seconds
    made.nanos = micros * 1000
    return made


def microseconds(moment: Timestamp) -> int:
    """Turn a Timestamp into microseconds since 1970, rounding down."""
    return moment.seconds * 1_000_000 + moment.nanos // 1000


def is_moment(moment: Timestamp) -> bool:
    """Whether a Timestamp is one; others have no form in JSON, and clients cannot read them."""
    in_range = EARLIEST_US <= moment.seconds * 1_000_000 <= LATEST_US
    return in_range and 0 <= moment.nanos < 1_000_000_000


def later(moment_us: int, seconds: float) -> int:
    """Add seconds to a moment, within what a Timestamp can hold."""
    return int(min(moment_us + max(seconds, 0) * 1_000_000, LATEST_US))
