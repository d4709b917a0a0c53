"""What goes out together: what waits and was never tried, up to a limit, under an id of its own."""

import json

import pytest

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.config import Settings
from hitchpost_server.feed import batches
from hitchpost_server.feed.allowance import Allowance
from hitchpost_server.feed.batches import Batching, joined
from hitchpost_server.feed.delivering import Delivery, Line
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.writing import Message

LIMITS = Settings().route_limits


def entry(position: int, size: int = 3) -> Matched:
    body = json.dumps([{"id": str(position), "data": "x" * size}]).encode()
    return Matched(position, "orders", Message({"content-type": "batch"}, body))


def batching(attempts: int | None = None, form: routes.CloudEventForm = routes.BATCHED) -> Batching:
    webhook = routes.WebhookTarget(form=form, attempts_max=attempts)
    return Batching(routes.Route(webhook=webhook))


async def taken(batch: Batching, *entries: Matched, tried: int = 0) -> list[list[int]]:
    """Say what goes out together of what waits; of the first so many, an attempt has failed."""
    line = Line(LIMITS, Allowance(LIMITS, 1))
    for number, one in enumerate(entries):
        line._push(Delivery(0.0, one.position, one, attempts=int(number < tried)))
    found = []
    while together := line.take(batch.has_room):
        found.append([one.position for one in together])
    return found


async def test_what_waits_goes_together_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_ENTRIES_MAX", 3)
    assert await taken(batching(), *map(entry, range(1, 8))) == [[1, 2, 3], [4, 5, 6], [7]]


async def test_what_waits_goes_together_up_to_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_BYTES_MAX", 800)
    sizes = [300, 300, 300, 5_000, 300]
    entries = [entry(number, size) for number, size in enumerate(sizes, 1)]
    assert await taken(batching(), *entries) == [[1, 2], [3], [4], [5]]


async def test_what_has_failed_goes_alone() -> None:
    entries = [*map(entry, range(1, 6))]
    assert await taken(batching(), *entries, tried=2) == [[1], [2], [3, 4, 5]]


async def test_what_cannot_be_written_goes_alone() -> None:
    entries = [entry(1), Matched(2, "orders", None, "no such key"), entry(3)]
    assert await taken(batching(), *entries) == [[1], [2], [3]]


@pytest.mark.parametrize("batch", [batching(attempts=1), batching(form=routes.STRUCTURED)])
async def test_the_only_attempt_and_other_forms_are_of_one_entry(batch: Batching) -> None:
    assert await taken(batch, entry(1), entry(2)) == [[1], [2]]


def test_joined_entries_are_one_list_under_an_id_that_no_others_have() -> None:
    one = joined([entry(1), entry(2), entry(9)])
    assert one.message is not None
    assert [event["id"] for event in json.loads(one.message.body)] == ["1", "2", "9"]
    assert one.message.headers == {"content-type": "batch"}
    assert one.key != joined([entry(1), entry(3), entry(9)]).key
    assert one.key == joined([entry(1), entry(2), entry(9)]).key
    assert joined([entry(1)]) == entry(1)
