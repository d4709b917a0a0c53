"""Gathering: what each metric is now, when somebody asks.

Most is counted already. Where readers of the feed stand, and how old what they
have not read is, is looked up in the store: a query for each place that some of
them stand at, none for the end of the log.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from hitchpost.v1 import errors_pb2 as reasons
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.feed.consumer import ConsumerCounts
from hitchpost_server.feed.retention import Retention
from hitchpost_server.feed.route_progress import Progress
from hitchpost_server.feed.tail import Tail
from hitchpost_server.metrics.families import FAMILIES, PREFIX
from hitchpost_server.metrics.readers import Place, Readers
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.counts import BATCH_SIZES, Counts
from hitchpost_server.store.protocol import Store

SECOND_US = 1_000_000

# A value with the values of its labels.
Sample = tuple[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Sources:
    """What metrics are gathered from; `failed_calls` are by their reasons' numbers."""

    store: Store
    clock: Clock
    committer: Committer
    tail: Tail
    retention: Retention
    readers: Readers
    failed_calls: Mapping[int, int]
    arrival_wait_seconds: Callable[[], float]
    request_bytes: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a reader stands, and the times of what follows that; None if there is nothing.

    `unread_us` is that of what it has not read.
    """

    place: Place
    oldest_us: int | None
    unread_us: int | None


async def gather(sources: Sources) -> list[Metric]:
    """Gather all metrics. Raises StoreUnavailableError."""
    head = await sources.store.head()
    found = await sources.readers.places()
    await sources.retention.refresh(head)
    positions = {at for place in found for at in (place.position, place.reads_from)}
    times = await _times(sources.store, positions, head)
    standings = [
        Standing(place, times.get(place.position), times.get(place.reads_from)) for place in found
    ]
    return [
        *_counted(sources.committer.counts, sources.failed_calls),
        *_single(sources, head),
        *_of_readers(sources, head, standings),
        *_of_routes([*sources.readers.progress(found)]),
        *_of_consumers([*sources.readers.consumed(found)]),
    ]


async def _times(store: Store, positions: Iterable[int], head: int) -> dict[int, int]:
    """Find the times of what follows positions."""
    times: dict[int, int] = {}
    for position in positions:
        following = await store.outline(position, 1) if position < head else ()
        for record in following:
            times[position] = record.time_us
    return times


def _counted(counts: Counts, failed_calls: Mapping[int, int]) -> Iterator[Metric]:
    yield _family("commits", [((), counts.commits)])
    yield _family("failed_commits", [((), counts.failed_commits)])
    yield _batches(counts)
    commands = {history.CommandKind.Name(one.kind): n for one, n in counts.commands.items()}
    yield _family("commands", [((kind,), number) for kind, number in commands.items()])
    yield _family("refused_commands", _by_reason(counts.refusals))
    yield _family("failed_calls", _by_reason(failed_calls))
    yield _family("events_appended", [((), counts.events)])


def _by_reason(counts: Mapping[int, int]) -> list[Sample]:
    names = reasons.ErrorReason.DESCRIPTOR.values_by_number
    return [((names[one].name,), number) for one, number in counts.items()]


def _batches(counts: Counts) -> Metric:
    bounds = [*map(str, BATCH_SIZES), "+Inf"]
    family = HistogramMetricFamily(PREFIX + "batch_commands", FAMILIES["batch_commands"].text)
    buckets = list(zip(bounds, map(float, accumulate(counts.batches)), strict=True))
    family.add_metric([], buckets, counts.batch_commands)
    return family


def _single(sources: Sources, head: int) -> Iterator[Metric]:
    yield _family("queue_commands", [((), sources.committer.waiting)])
    yield _family("queue_oldest_seconds", [((), sources.committer.oldest_seconds)])
    yield _family("arrival_wait_seconds", [((), sources.arrival_wait_seconds())])
    yield _family("request_bytes", [((), sources.request_bytes())])
    yield _family("log_head_position", [((), head)])
    yield _family("feed_floor_position", [((), sources.retention.floor())])
    yield _family("feed_listeners", [((), sources.tail.listeners)])
    yield _family("subscribers_told", [((), sources.tail.told)])


def _of_readers(sources: Sources, head: int, standings: Sequence[Standing]) -> Iterator[Metric]:
    for name, value in _READERS.items():
        samples = [
            ((one.place.kind, one.place.name), value(sources, head, one)) for one in standings
        ]
        yield _family(name, samples)


def _lag(_sources: Sources, head: int, one: Standing) -> float:
    return max(0, head - one.place.position)


def _age(sources: Sources, _head: int, one: Standing) -> float:
    if one.oldest_us is None:
        return 0.0
    return max(0, sources.clock.now_us() - one.oldest_us) / SECOND_US


def _left(sources: Sources, _head: int, one: Standing) -> float:
    return one.place.reads_from - sources.retention.floor()


def _used(sources: Sources, _head: int, one: Standing) -> float:
    if one.unread_us is None:
        return 0.0
    return sources.retention.used(one.place.reads_from, one.unread_us)


_READERS: dict[str, Callable[[Sources, int, Standing], float]] = {
    "reader_lag_entries": _lag,
    "reader_oldest_unread_seconds": _age,
    "reader_left_entries": _left,
    "reader_retention_used_ratio": _used,
}


def _of_routes(routes: Sequence[tuple[str, Progress]]) -> Iterator[Metric]:
    known = [((name,), progress) for name, progress in routes]
    yield _family("route_sent", [(at, one.delivered) for at, one in known])
    yield _family("route_failed_attempts", [(at, one.failed_attempts) for at, one in known])
    yield _family("route_parked", [(at, one.parked) for at, one in known])
    yield _family("route_under_way", [(at, one.under_way) for at, one in known])
    yield _family("route_dead_letters", [(at, one.dead_letters) for at, one in known])
    yield _family("route_redelivered", [(at, one.redelivered) for at, one in known])
    yield _family("route_discarded", [(at, one.discarded) for at, one in known])


def _of_consumers(consumers: Sequence[tuple[str, ConsumerCounts, int]]) -> Iterator[Metric]:
    known = [((name,), counts) for name, counts, _ in consumers]
    yield _family("consumer_delivered", [(at, one.delivered) for at, one in known])
    yield _family("consumer_redelivered", [(at, one.redelivered) for at, one in known])
    yield _family("consumer_acknowledged", [(at, one.acknowledged) for at, one in known])
    under_way = [((name,), float(number)) for name, _, number in consumers]
    yield _family("consumer_under_way", under_way)


def _family(name: str, samples: Iterable[Sample]) -> Metric:
    """Make a metric as the table says it is."""
    family = FAMILIES[name]
    made = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
    metric = made(PREFIX + name, family.text, labels=family.labels)
    for labels, value in samples:
        metric.add_metric(labels, value)
    return metric
