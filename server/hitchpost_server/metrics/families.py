"""The metrics that there are: a table. What they are filled with is in `gathering.py`.

No label has values without bound: never a run, a topic or a message.
"""

from dataclasses import dataclass
from typing import Literal

PREFIX = "hitchpost_"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric. `text` says what it is, for people; counters begin with the process."""

    kind: Literal["counter", "gauge", "histogram"]
    text: str
    labels: tuple[str, ...] = ()


_READER = ("kind", "name")

FAMILIES: dict[str, Family] = {
    "commits": Family("counter", "Batches that were written to the store."),
    "failed_commits": Family(
        "counter", "Batches that could not be written, or have met what another server wrote."
    ),
    "batch_commands": Family("histogram", "Commands of a batch, also of those that write nothing."),
    "commands": Family(
        "counter", "Commands that were decided and answered, refused ones too.", ("command",)
    ),
    "refused_commands": Family("counter", "Commands that the rules have refused.", ("reason",)),
    "failed_calls": Family("counter", "Calls that have ended with an error.", ("reason",)),
    "events_appended": Family("counter", "Events that were added to the log."),
    "queue_commands": Family("gauge", "Commands that wait to be decided."),
    "queue_oldest_seconds": Family("gauge", "How long the first of them has waited; 0: none does."),
    "arrival_wait_seconds": Family(
        "gauge",
        "How long those calls had to wait that are let in now; 0: not at all, or none come.",
    ),
    "request_bytes": Family("gauge", "What the requests of calls take that are not answered."),
    "log_head_position": Family("gauge", "Position of the last event of the log."),
    "feed_floor_position": Family("gauge", "Position up to which the feed is gone; 0: nothing is."),
    "feed_listeners": Family(
        "gauge", "Who follows the feed now: subscribers, routes, consumers with clients."
    ),
    "subscribers_told": Family("counter", "Entries that subscribers were sent."),
    "reader_lag_entries": Family(
        "gauge",
        "Positions between where a route or a consumer stands and the end of the log.",
        _READER,
    ),
    "reader_oldest_unread_seconds": Family(
        "gauge", "Age of the first entry that a reader has not passed; 0: none.", _READER
    ),
    "reader_left_entries": Family(
        "gauge",
        "Positions between the floor and where a reader reads on; below 0: lost.",
        _READER,
    ),
    "reader_retention_used_ratio": Family(
        "gauge",
        "How much of the feed's retention a reader has used up, by age or size, whichever is "
        "more; from 1 on it loses entries. 0: it has caught up, or all is kept.",
        _READER,
    ),
    "route_sent": Family("counter", "Entries that a route has delivered.", ("name",)),
    "route_failed_attempts": Family("counter", "Attempts of a route that have failed.", ("name",)),
    "route_parked": Family("counter", "Entries that a route has given up on.", ("name",)),
    "route_under_way": Family("gauge", "Entries that a route has read and not settled.", ("name",)),
    "route_dead_letters": Family("gauge", "Dead letters that a route has.", ("name",)),
    "route_redelivered": Family(
        "counter", "Dead letters that were delivered since somebody asked for it.", ("name",)
    ),
    "route_discarded": Family(
        "counter", "Dead letters that were discarded or could not be sent any more.", ("name",)
    ),
    "consumer_delivered": Family(
        "counter", "Entries that clients of a consumer were sent, each time.", ("name",)
    ),
    "consumer_redelivered": Family(
        "counter", "Those among them that were sent before, since the server's start.", ("name",)
    ),
    "consumer_acknowledged": Family(
        "counter", "Entries that clients of a consumer have acknowledged.", ("name",)
    ),
    "consumer_under_way": Family(
        "gauge", "Entries that clients of a consumer have and have not acknowledged.", ("name",)
    ),
}


def name_of(family: str) -> str:
    """Give the name that a metric is asked for by."""
    suffix = "_total" if FAMILIES[family].kind == "counter" else ""
    return PREFIX + family + suffix
