"""Old logs stay readable: every golden log still folds into the rows it once had."""

import base64
import json
from pathlib import Path

import pytest

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine import rows as row_types
from hitchpost_server.engine.rows import RowKey
from hitchpost_server.storage.v1 import storage_pb2 as storage

GOLDEN_LOGS = sorted((Path(__file__).parent.parent / "golden").glob("*.jsonl"))


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def decoded(field):
    return base64.b64decode(field)


@pytest.fixture(params=GOLDEN_LOGS, ids=lambda path: path.stem)
def golden(request):
    *records, last = lines_of(request.param)
    return records, last["rows"]


def load(world, records):
    for record in records:
        body = record["body"] and decoded(record["body"])
        world.log.setdefault(record["stream"], []).append((record["last_sequence"], body))


def test_there_is_a_golden_log():
    assert GOLDEN_LOGS


def test_a_golden_log_folds_into_the_rows_it_once_had(golden, world):
    records, wanted = golden
    load(world, records)
    made = {}
    for stream in world.log:
        made.update(world.folded(stream)[1])
    expected = {}
    for table_name, *_, fields in wanted:
        table = getattr(row_types, table_name)
        types = list(table.__annotations__.values())
        row = table(*(decoded(x) if t is bytes else x for t, x in zip(types, fields, strict=True)))
        expected[row_types.key_of(row)] = row
    assert {
        key: row for key, row in made.items() if key.table not in row_types.OPERATIONAL_TABLES
    } == (expected)


def test_golden_logs_hold_every_kind_of_event():
    seen = set()
    for path in GOLDEN_LOGS:
        for record in lines_of(path)[:-1]:
            if record["body"]:
                events = storage.LogRecord.FromString(decoded(record["body"])).events
                seen |= {event.WhichOneof("event") for event in events}
    kinds = {field.name for field in history.HistoryEvent.DESCRIPTOR.oneofs_by_name["event"].fields}
    assert kinds == seen


def test_golden_rows_are_addressed_as_rows_are_now(golden):
    for table_name, *key, _ in golden[1]:
        assert isinstance(RowKey(getattr(row_types, table_name), tuple(key)).key, tuple)
