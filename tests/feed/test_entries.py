"""Entries: what is put together from the log as it is written is what decoding it gives."""

import base64
import json
from pathlib import Path

import pytest

from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.api import masking
from hitchpost_server.engine.log import expanded
from hitchpost_server.feed.entries import page_of
from hitchpost_server.feed.topics import topic_of
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import LoggedRecord

GOLDEN = Path(__file__).parent.parent / "golden"
SECRET = values.VariableValue(str="swordfish")


def record_of(stream: str, *events: history.HistoryEvent, **shared: object) -> LoggedRecord:
    body = storage.LogRecord(time_us=1_700_000_000_123_456, events=events, **shared)  # type: ignore[arg-type]
    body.cause.principal = "ada"
    return LoggedRecord(70, stream, 5, 4 + len(events), body.SerializeToString())


def told(after: int, *records: LoggedRecord) -> list[feed.FeedEntry]:
    """Give entries as clients read them."""
    page = page_of(after, records, masking.as_stored)
    answer = b"".join(entry.frame for entry in page.entries)
    return list(feed.SubscribeResponse.FromString(answer).entries)


def decoded(record: LoggedRecord) -> list[feed.FeedEntry]:
    """Give the same by way of decoding everything."""
    events = expanded(record.stream, record.first_sequence, record.position, record.body)
    return [feed.FeedEntry(topic=topic_of(one), event=masking.entry(one)) for one in events]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.jsonl")), ids=lambda path: path.stem)
def test_entries_of_a_golden_log_are_what_decoding_it_gives(path: Path) -> None:
    position = 1
    for line in path.read_text().splitlines()[:-1]:
        row = json.loads(line)
        body = base64.b64decode(row["body"]) if row["body"] else None
        first, last = row["last_sequence"], row["last_sequence"]
        if body is not None:
            first = last - len(storage.LogRecord.FromString(body).events) + 1
        record = LoggedRecord(position, row["stream"], first, last, body)
        assert told(0, record) == decoded(record)
        position = record.last_position + 1


def test_event_of_a_child_and_of_a_later_execution_keeps_what_it_says() -> None:
    later = history.HistoryEvent(run_completed={}, execution=3)
    child = history.HistoryEvent(run_completed={}, wf_run_id={"id": "line-2"})
    record = record_of("run/order-7", history.HistoryEvent(run_completed={}), later, child)
    events = [one.event for one in told(0, record)]
    assert [(one.wf_run_id.id, one.execution) for one in events] == [
        ("order-7", 1),
        ("order-7", 3),
        ("line-2", 1),
    ]
    assert told(0, record) == decoded(record)


def test_what_a_record_has_once_is_in_each_entry() -> None:
    trace = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    two = [history.HistoryEvent(message_published={}) for _ in range(2)]
    record = record_of("topic/orders.new", *two, traceparent=trace)
    [one, other] = told(0, record)
    assert (one.topic, other.topic) == ("orders.new", "orders.new")
    assert [(each.event.sequence, each.event.position) for each in (one, other)] == [
        (5, 70),
        (6, 71),
    ]
    assert (other.event.traceparent, other.event.cause.principal) == (trace, "ada")
    assert [one, other] == decoded(record)


def test_erased_events_and_those_before_the_position_are_no_entries() -> None:
    events = [history.HistoryEvent(message_published={"id": number}) for number in "123"]
    events[1].Clear()
    record = record_of("topic/a", *events)
    assert [one.event.message_published.id for one in told(0, record)] == ["1", "3"]
    assert [one.event.message_published.id for one in told(71, record)] == ["3"]
    assert told(0, LoggedRecord(1, "topic/a", 1, 3, None)) == []


@pytest.mark.parametrize(
    "event",
    [
        {"thread_started": {"variables": [{"masked": True, "value": SECRET}]}},
        {"edge_taken": {"changes": [{"masked": True, "value": SECRET}]}},
        {"variables_changed": {"changes": [{"masked": True, "value": SECRET}]}},
        {"task_scheduled": {"task_run": {"input_variables": [{"masked": True, "value": SECRET}]}}},
        {"task_attempt_ended": {"masked": True, "output": SECRET}},
        {"correlation_key_computed": {"masked": True, "correlation_key": "swordfish"}},
        {"node_exited": {"masked": True, "output": SECRET}},
        {"route_put": {"route": {"webhook": {"secrets": ["swordfish"]}}}},
        {
            "schedule_put": {
                "scheduled_wf_run": {
                    "masked_variables": ["a"],
                    "variables": {"a": SECRET},
                }
            }
        },
        {
            "message_published": {
                "content": {
                    "struct": {"struct": {"fields": {"a": {"masked": True, "value": SECRET}}}}
                }
            }
        },
    ],
    ids=lambda event: next(iter(event)),
)
def test_what_is_masked_is_told_masked(event: dict[str, object]) -> None:
    record = record_of("run/order-7", history.HistoryEvent(**event))  # type: ignore[arg-type]
    assert b"swordfish" in (record.body or b"")
    [one] = told(0, record)
    assert b"swordfish" not in one.SerializeToString()
    assert [one] == decoded(record)
