"""Whoever follows a history hears of all that is committed, and holds nobody up."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import orders
import pytest
from scripted_store import ScriptedStore, within
from serving import until, whole_runtime

from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.runs_pb2 import WatchHistoryRequest
from hitchpost_server.api.calls import Caller
from hitchpost_server.api.event_streams import EventStreams
from hitchpost_server.api.log_reading import LogReader
from hitchpost_server.api.runs import Runs
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.app import Engine
from hitchpost_server.config import Settings
from hitchpost_server.engine.errors import ObjectNotFound
from hitchpost_server.engine.ids import run_id
from hitchpost_server.runtime.errors import Overloaded, ShuttingDown, StoreUnavailable
from hitchpost_server.store.protocol import StoreUnavailableError

Events = AsyncGenerator[HistoryEvent]


def watch(
    store: ScriptedStore, engine: Engine, run: str = "a", after: int = 0, **settings: int
) -> Events:
    """Follow a run as the api does."""
    chosen = Settings(**settings)
    shapes, reader = Shapes(chosen), LogReader(store, chosen)
    streams = EventStreams(engine.committer, shapes, chosen)
    runs = Runs(engine.committer, reader, engine.history_watches, shapes, streams)
    request = WatchHistoryRequest(wf_run_id=run_id(run), after_sequence=after)
    return runs.watch_history(Caller("", ""), request)


@asynccontextmanager
async def posting(store: ScriptedStore, **settings: int) -> AsyncIterator[Engine]:
    """A runtime in which run `a` has received one event."""
    async with whole_runtime(store, **settings) as engine:
        await within(engine.committer.submit(orders.put_event_def("signed")))
        await post(engine)
        yield engine


async def post(engine: Engine, run: str = "a") -> None:
    """Post an event: one record of one event in the run's stream."""
    await within(engine.committer.submit(orders.post("signed", run)))


async def sequences(events: Events, count: int) -> list[int]:
    return [(await within(anext(events))).sequence for _ in range(count)]


async def test_what_has_happened_comes_first_and_then_what_happens(store) -> None:
    async with posting(store) as engine, aclosing(watch(store, engine)) as events:
        assert await sequences(events, 1) == [1]
        for _ in range(3):
            await post(engine)
        assert await sequences(events, 3) == [2, 3, 4]


async def test_what_is_committed_while_the_end_is_read_is_not_missed(store) -> None:
    """The answer of the read, which saw nothing, comes after the commit."""
    async with posting(store) as engine, aclosing(watch(store, engine)) as events:
        await sequences(events, 1)
        read = store.hold("read_stream", after=True)
        following = asyncio.ensure_future(anext(events))
        await within(read.reached.wait())
        await post(engine)
        read.release()
        assert (await within(following)).sequence == 2


async def test_event_is_told_only_once_it_is_durable(store) -> None:
    async with posting(store) as engine, aclosing(watch(store, engine)) as events:
        await sequences(events, 1)
        following = asyncio.ensure_future(anext(events))
        commit = store.hold("commit", after=True)
        posted = asyncio.ensure_future(post(engine))
        await within(commit.reached.wait())
        assert not following.done()
        commit.release()
        await within(posted)
        assert (await within(following)).sequence == 2


async def test_reader_that_takes_its_time_costs_a_page_and_holds_nobody_up(store) -> None:
    async with posting(store) as engine:
        events = watch(store, engine, history_page_records=2)
        await sequences(events, 1)
        store.asked.clear()
        for _ in range(20):
            await post(engine)
        assert "read_stream" not in [verb for verb, *_ in store.asked]
        assert await sequences(events, 20) == list(range(2, 22))
        read = [len(records) for verb, _, records in store.asked if verb == "read_stream"]
        assert max(read) == 2
        await events.aclose()


async def test_other_runs_of_the_family_are_not_told_of(store) -> None:
    async with posting(store) as engine, aclosing(watch(store, engine)) as events:
        await sequences(events, 1)
        following = asyncio.ensure_future(anext(events))
        await post(engine, "a_child")
        await post(engine)
        assert (await within(following)).sequence == 3


async def test_run_that_is_deleted_is_followed_into_its_next_life(store) -> None:
    async with posting(store) as engine, aclosing(watch(store, engine)) as events:
        await sequences(events, 1)
        await within(engine.committer.submit(orders.delete("a")))
        assert (await within(anext(events))).HasField("run_deleted")
        await post(engine)
        assert (await within(anext(events))).HasField("external_event_received")


async def test_run_of_which_nothing_is_known_is_not_found(store) -> None:
    async with posting(store) as engine:
        for unknown in ("nobody", "a_nobody"):
            with pytest.raises(ObjectNotFound):
                await within(anext(watch(store, engine, unknown)))


async def test_behind_a_sequence_number_nothing_need_be_there_yet(store) -> None:
    async with posting(store) as engine, aclosing(watch(store, engine, after=2)) as events:
        following = asyncio.ensure_future(anext(events))
        for _ in range(2):
            await post(engine)
        assert (await within(following)).sequence == 3


async def test_nobody_goes_on_once_it_is_stopped(store) -> None:
    """Neither who waits, nor who is in the middle of a history, nor who comes now."""
    async with posting(store) as engine:
        await post(engine)
        waiting, reading, late = (watch(store, engine) for _ in range(3))
        await sequences(waiting, 2)
        following = asyncio.ensure_future(anext(waiting))
        await sequences(reading, 1)
        engine.history_watches.stop()
        for stopped in (following, anext(reading), anext(late)):
            with pytest.raises(ShuttingDown):
                await within(stopped)


async def test_watch_that_is_left_leaves_room_for_another(store) -> None:
    async with posting(store, history_watches_max=1) as engine:
        first = watch(store, engine)
        await sequences(first, 1)
        with pytest.raises(Overloaded):
            await anext(watch(store, engine))
        await first.aclose()
        async with aclosing(watch(store, engine)) as second:
            assert await sequences(second, 1) == [1]


async def test_store_that_cannot_be_read_ends_a_watch(store) -> None:
    async with posting(store) as engine, aclosing(watch(store, engine)) as events:
        await sequences(events, 1)
        store.fail("read_stream", StoreUnavailableError("gone"))
        with pytest.raises(StoreUnavailable):
            await within(anext(events))


@pytest.mark.parametrize("page_records", [1, 7, 200])
async def test_many_watches_tell_all_of_it_while_it_happens(store, page_records: int) -> None:
    """They begin and read at all times; every one tells the whole, in order, once."""
    async with posting(store) as engine:
        posts = [asyncio.ensure_future(post(engine)) for _ in range(40)]
        watches = [watch(store, engine, history_page_records=page_records) for _ in range(10)]
        telling = []
        for events in watches:
            telling.append(asyncio.ensure_future(sequences(events, 61)))
            await asyncio.sleep(0)
        await within(asyncio.gather(*posts))
        for _ in range(20):
            await post(engine)
        assert await within(asyncio.gather(*telling)) == [list(range(1, 62))] * 10
        for events in watches:
            await events.aclose()


async def test_stop_right_behind_a_commit_is_heard(store) -> None:
    """The watch wakes for the commit, which was of another run, and finds that all is over."""
    async with posting(store) as engine, aclosing(watch(store, engine)) as events:
        await sequences(events, 1)
        following = asyncio.ensure_future(anext(events))
        await until(lambda: store.asked[-1][0] == "read_stream" and not store.asked[-1][2])
        await asyncio.sleep(0)
        engine.history_watches.tell("run/a", None)
        engine.history_watches.stop()
        with pytest.raises(ShuttingDown):
            await within(following, 5)


async def test_stop_is_heard_on_the_way_through_what_is_of_other_runs(store) -> None:
    async with posting(store) as engine:
        for _ in range(9):
            await post(engine)
        events = watch(store, engine, "a_quiet", after=1, history_page_records=2)
        store.hold("read_stream").release()
        second_read = store.hold("read_stream")
        following = asyncio.ensure_future(anext(events))
        await within(second_read.reached.wait())
        engine.history_watches.stop()
        second_read.release()
        with pytest.raises(ShuttingDown):
            await within(following)
        assert [verb for verb, *_ in store.asked].count("read_stream") == 2
