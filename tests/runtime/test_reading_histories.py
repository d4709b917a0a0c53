"""A history is read where it is to be found, and no more of it than is wanted."""

import asyncio

import orders
import pytest
from scripted_store import ScriptedStore, within
from serving import whole_runtime

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1.runs_pb2 import GetHistoryRequest
from hitchpost_server.api.calls import Caller
from hitchpost_server.api.event_streams import EventStreams
from hitchpost_server.api.log_reading import LogReader
from hitchpost_server.api.runs import Runs
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.app import Engine
from hitchpost_server.config import Settings
from hitchpost_server.engine.errors import ObjectNotFound
from hitchpost_server.engine.ids import run_id
from hitchpost_server.store.protocol import LoggedRecord

EVENTS = 60


@pytest.fixture
async def engine(store: ScriptedStore):
    """Run `a` is in its third execution; each has kept all events of the first."""
    async with whole_runtime(store) as running:
        for command in (
            orders.put_event_def("signed"),
            orders.put_event_def("noted"),
            orders.put_workflow(orders.parcel),
            orders.start("parcel", "a"),
            *(orders.post("noted", "a", f"guid-{n}", str(n)) for n in range(EVENTS)),
            orders.continue_as_new("a"),
            *(orders.post("noted", "a_child", f"guid-{n}") for n in range(EVENTS)),
            orders.continue_as_new("a"),
        ):
            await within(running.committer.submit(command))
        store.asked.clear()
        yield running


async def told(
    store: ScriptedStore, engine: Engine, execution: int | None, **settings: int
) -> list[history.HistoryEvent]:
    """Read the history of run `a` as the api does."""
    chosen = Settings(**settings)
    reader = LogReader(store, chosen)
    shapes = Shapes(chosen)
    streams = EventStreams(engine.committer, shapes, chosen)
    runs = Runs(engine.committer, reader, engine.history_watches, shapes, streams)
    request = GetHistoryRequest(wf_run_id=run_id("a"), execution=execution)
    return [event async for event in runs.get_history(Caller("", ""), request)]


def pages(store: ScriptedStore) -> list[list[LoggedRecord]]:
    return [records for verb, _, records in store.asked if verb == "read_stream"]


async def test_a_late_execution_is_read_from_where_it_begins(store, engine) -> None:
    """Besides, what came along is read where it was received."""
    events = await told(store, engine, 3)
    assert {event.execution for event in events} == {3}
    first = await within(store.kept.read_stream("run/a", events[0].sequence - 1, 1))
    assert pages(store)[0] == first


async def test_an_early_execution_is_read_to_where_it_ends(store, engine) -> None:
    await told(store, engine, 1, history_page_records=EVENTS)
    assert sum(map(len, pages(store))) <= 2 * EVENTS


@pytest.mark.parametrize("settings", [{}, {"history_page_records": 7}])
async def test_what_came_along_is_read_once_for_an_execution(store, engine, settings) -> None:
    events = await told(store, engine, 3, **settings)
    came_along = [event.external_event_carried.external_event for event in events]
    contents = [one.content.str for one in came_along if one.HasField("id")]
    assert contents == [str(number) for number in range(EVENTS)]
    received = [record.position for page in pages(store)[1:] for record in page]
    assert len(received) == len(set(received))


async def test_no_more_is_read_at_a_time_than_fits(store, engine) -> None:
    whole = await told(store, engine, None)
    store.asked.clear()
    assert await told(store, engine, None, history_page_bytes_max=500) == whole
    for page in pages(store):
        assert len(page) <= 1 or sum(len(record.body or b"") for record in page) <= 500


async def test_an_execution_that_begins_while_it_is_asked_for_is_not_there_and_empty(
    store, engine
) -> None:
    read = {verb: store.hold(verb, after=True) for verb in ("head", "lookup")}
    reading = asyncio.ensure_future(told(store, engine, 4))
    waiting = [asyncio.ensure_future(turn.reached.wait()) for turn in read.values()]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    await within(engine.committer.submit(orders.continue_as_new("a")))
    for turn in read.values():
        turn.release()
    [outcome] = await asyncio.gather(reading, return_exceptions=True)
    assert isinstance(outcome, ObjectNotFound) or len(outcome) > EVENTS


async def test_what_is_erased_while_it_is_read_is_left_out(store, engine) -> None:
    """The record that says what came along is in hand, those that say what it was are not."""
    store.hold("read_stream").release()
    second_read = store.hold("read_stream")
    reading = asyncio.ensure_future(told(store, engine, 3))
    await within(second_read.reached.wait())
    await within(engine.committer.submit(orders.delete("a")))
    second_read.release()
    events = [one for one in await within(reading) if one.HasField("external_event_carried")]
    assert len(events) == EVENTS
    assert not any(one.external_event_carried.HasField("external_event") for one in events)


async def test_of_a_run_that_was_deleted_its_next_life_is_left(store, engine) -> None:
    for command in (orders.delete("a"), orders.start("parcel", "a")):
        await within(engine.committer.submit(command))
    whole = [event.WhichOneof("event") for event in await told(store, engine, None)]
    assert whole[:2] == ["run_deleted", "transition_started"]
    assert {event.execution for event in await told(store, engine, 1)} == {1}
    with pytest.raises(ObjectNotFound):
        await told(store, engine, 2)
