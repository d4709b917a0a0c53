"""Batches: entries that go out in one request, where a route has them batched.

Only what waits already goes together, and only what was never tried: if the
request fails, nobody knows which entry is to blame, so each goes alone from
then on. It knows what may go together and how messages are joined; it knows
nothing of sending.
"""

from collections.abc import Sequence
from hashlib import sha256

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.feed.delivering import Delivery
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.route_checks import attempts_of
from hitchpost_server.feed.writing import Message

# What receivers take in one request without being told; a single entry may be larger.
BATCH_ENTRIES_MAX = 100
BATCH_BYTES_MAX = 512 * 1024


class Batching:
    """Says which entries of one route go together."""

    def __init__(self, route: routes.Route) -> None:
        is_batched = route.webhook.form == routes.BATCHED
        # The last attempt an entry has alone, so none is given up for what is wrong with another.
        self._entries_max = BATCH_ENTRIES_MAX if is_batched and attempts_of(route) > 1 else 1

    def has_room(self, batch: Sequence[Delivery], size: int, one: Delivery) -> bool:
        """Whether an entry may go with those that are in a batch, which take so many bytes."""
        return (
            len(batch) < self._entries_max
            and _may_go_with_others(one)
            and _may_go_with_others(batch[0])
            and size + one.entry.size <= BATCH_BYTES_MAX
        )


def _may_go_with_others(one: Delivery) -> bool:
    return one.attempts == 0 and one.entry.message is not None


def joined(entries: Sequence[Matched]) -> Matched:
    """Make one of several entries in batched form, under an id that only the same ones have."""
    if len(entries) == 1:
        return entries[0]
    first, positions = entries[0], [entry.position for entry in entries]
    messages = [entry.message for entry in entries if entry.message is not None]
    body = b"[" + b",".join(one.body[1:-1] for one in messages) + b"]"
    digest = sha256(repr(positions).encode()).hexdigest()[:16]
    key = f"{first.position}-{len(entries)}-{digest}"
    return Matched(first.position, first.topic, Message(messages[0].headers, body), key=key)
