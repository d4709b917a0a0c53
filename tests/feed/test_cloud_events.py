import json
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.core.messaging import CloudEvent as OtherCloudEvent
from cloudevents.core.bindings.http import from_binary_event, from_structured_event
from cloudevents.core.v1.event import CloudEvent

from hitchpost.v1 import errors_pb2 as errors
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost_server.feed.cloud_events import (
    BATCH_TYPE,
    Form,
    as_entry,
    cloud_event,
    message,
    with_data,
)

NOON = datetime(2026, 11, 21, 12, 0, 0, 123, UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def faulted() -> history.HistoryEvent:
    event = history.HistoryEvent(
        stream="run/order-7",
        wf_run_id=ids.WfRunId(id="line-2", parent_wf_run_id=ids.WfRunId(id="order-7")),
        execution=2,
        sequence=9,
        position=1_234,
        traceparent=TRACE,
        run_faulted=history.RunFaulted(
            status=status.EXCEPTION,
            failure_name="OUT_OF_STOCK",
            message="no “left-handed” cups, 0%",
        ),
    )
    event.time.FromDatetime(NOON)
    return event


def attributes(one: CloudEvent) -> dict[str, Any]:
    return dict(one.get_attributes())


WANTED = {
    "specversion": "1.0",
    "type": "dev.hitchpost.run.faulted.v1",
    "source": "/hitchpost/tenants/default",
    "id": "1234",
    "time": NOON,
    "subject": "order-7_line-2",
    "datacontenttype": "application/json",
    "topic": "run.faulted",
    "sequence": "0000000000000000009",
    "position": "0000000000000001234",
    "partitionkey": "run/order-7",
    "execution": 2,
    "traceparent": TRACE,
}
DATA = {
    "status": "EXCEPTION",
    "failureName": "OUT_OF_STOCK",
    "message": "no “left-handed” cups, 0%",
}


def test_an_entry_becomes_a_cloud_event() -> None:
    made = cloud_event(faulted(), "default")
    assert attributes(made) == WANTED
    assert made.get_data() == DATA


def test_the_official_sdk_reads_the_binary_form() -> None:
    read = from_binary_event(message([cloud_event(faulted(), "default")], Form.BINARY))
    assert attributes(read) == {**WANTED, "execution": "2"}
    assert read.get_data() == DATA


def test_the_official_sdk_reads_the_structured_form() -> None:
    read = from_structured_event(message([cloud_event(faulted(), "default")], Form.STRUCTURED))
    assert (attributes(read), read.get_data()) == (WANTED, DATA)


def test_another_implementation_reads_the_structured_form() -> None:
    sent = message([cloud_event(faulted(), "default")], Form.STRUCTURED)
    assert sent.headers == {"content-type": "application/cloudevents+json"}
    read: OtherCloudEvent[Any] = OtherCloudEvent.from_dict(json.loads(sent.body))
    extensions = read.extensions or {}
    assert {**WANTED, **extensions, "time": read.time} == WANTED
    assert (read.type, read.subject, read.data) == (WANTED["type"], WANTED["subject"], DATA)


def test_a_batch_is_a_list_of_structured_ones() -> None:
    one = cloud_event(faulted(), "default")
    sent = message([one, one], Form.BATCHED)
    assert sent.headers == {"content-type": BATCH_TYPE}
    read = [OtherCloudEvent.from_dict(each) for each in json.loads(sent.body)]
    assert [each.data for each in read] == [DATA, DATA]


@pytest.mark.parametrize("data", [{"a": 1}, [1, 2], "text", 7, True, None, {}, "", 0])
def test_data_may_be_any_json(data: Any) -> None:
    one = with_data(cloud_event(faulted(), "default"), data)
    assert json.loads(message([one], Form.BINARY).body) == data
    assert json.loads(message([one], Form.STRUCTURED).body).get("data") == data


def test_what_is_not_set_but_has_a_value_is_in_the_data() -> None:
    event = faulted()
    event.run_faulted.Clear()
    data = cloud_event(event, "default").get_data()
    assert data == {"status": "STARTING", "failureName": "", "message": ""}


def test_a_refusal_is_about_its_run() -> None:
    refused = history.ExternalEventRefused(
        wf_run_id=ids.WfRunId(id="order-7"), reason=errors.WF_RUN_NOT_FOUND
    )
    event = history.HistoryEvent(
        stream="audit", sequence=1, position=5, external_event_refused=refused
    )
    made = cloud_event(event, "default")
    assert made.get_subject() == "order-7"
    assert "execution" not in made.get_attributes()


def test_what_is_about_no_run_has_its_stream_as_subject() -> None:
    event = history.HistoryEvent(stream="task-def/greet", task_def_put=history.TaskDefPut())
    assert cloud_event(event, "default").get_subject() == "task-def/greet"


def test_filters_see_numbers_as_numbers() -> None:
    entry = as_entry(cloud_event(faulted(), "default"))
    assert (entry["sequence"], entry["position"]) == (9, 1_234)
    assert entry["time"] == "2026-11-21T12:00:00.000123+00:00"
    assert entry["data"] == DATA
