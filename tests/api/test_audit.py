"""Refused external events leave an entry in the log's audit stream, and only that."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import ServerProcess
from workflows import waiting_run

import hitchpost
from hitchpost.v1 import errors_pb2 as reasons
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.ids import AUDIT_STREAM
from hitchpost_server.engine.log import expanded
from hitchpost_server.store.sqlite.store import SqliteStore

Fresh = Callable[[str], str]
# How many entries there may be for one definition and run within a minute.
ENTRIES = 10


async def audit(data: Path) -> list[history.HistoryEvent]:
    """Read the audit stream of a server that has been stopped."""
    store = await SqliteStore.open(data / "hitchpost.sqlite")
    try:
        records = await store.read_stream(AUDIT_STREAM, 0, 1_000)
        # Whatever a refusal owed the audit stream has been paid.
        assert await store.follow_ups("", 10) == []
    finally:
        await store.close()
    return [
        event
        for record in records
        for event in expanded(AUDIT_STREAM, record.first_sequence, record.position, record.body)
    ]


async def refuse(client: hitchpost.Client, run: str, event: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(hitchpost.ExternalEventRefused):
            await client.post_event(run, event, "confidential")


@pytest.fixture
async def connected(own_server: ServerProcess):  # type: ignore[no-untyped-def]
    async with hitchpost.connect(own_server.target) as client:
        yield client


async def test_refusal_is_on_record_with_who_which_and_why(
    own_server: ServerProcess, connected: hitchpost.Client
) -> None:
    run = await waiting_run(connected, "order", "signed")
    await connected.put_external_event_def("strict", require_wfspec_reference=True)
    await connected.put_external_event_def("counted", content_type=int, require_wfrun=True)
    await refuse(connected, run, "unheard-of")
    await refuse(connected, run, "strict")
    await refuse(connected, run, "counted")
    await stopped(own_server)
    entries = await audit(own_server.data)
    assert [describe(entry.external_event_refused) for entry in entries] == [
        ("anonymous", run, "unheard-of", "EXTERNAL_EVENT_DEF_NOT_FOUND"),
        ("anonymous", run, "strict", "NOT_REFERENCED_BY_WF_SPEC"),
        ("anonymous", run, "counted", "CONTENT_TYPE_MISMATCH"),
    ]
    assert b"confidential" not in b"".join(entry.SerializeToString() for entry in entries)
    assert all(entry.HasField("time") for entry in entries)


async def test_flood_of_refusals_fills_no_log(
    own_server: ServerProcess, connected: hitchpost.Client
) -> None:
    await connected.put_external_event_def("signed", require_wfrun=True)
    await refuse(connected, "one", "signed", ENTRIES + 5)
    await refuse(connected, "two", "signed", 1)
    await stopped(own_server)
    runs = [entry.external_event_refused.wf_run_id.id for entry in await audit(own_server.data)]
    assert sorted(runs) == ["one"] * ENTRIES + ["two"]


async def test_request_of_the_wrong_shape_is_not_on_record(
    own_server: ServerProcess, connected: hitchpost.Client
) -> None:
    with pytest.raises(hitchpost.FieldInvalid):
        await connected.post_event("not a name", "signed")
    await stopped(own_server)
    assert await audit(own_server.data) == []


async def stopped(server: ServerProcess) -> None:
    assert server.stop() == 0


def describe(refused: history.ExternalEventRefused) -> tuple[str, str, str, str]:
    return (
        refused.principal,
        refused.wf_run_id.id,
        refused.external_event_def_id.name,
        reasons.ErrorReason.Name(refused.reason),
    )
