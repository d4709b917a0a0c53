"""Tasks for workers that are gone: offered again if, and only if, they were not sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orders
from scripted_store import within
from serving import until, whole_runtime

from hitchpost.v1.task_pb2 import PollTaskRequest, ScheduledTask
from hitchpost_server.api.polling import WorkerStream
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.app import Engine
from hitchpost_server.config import Settings
from hitchpost_server.store.protocol import StoreUnavailableError

REQUEST = PollTaskRequest(task_def_id={"name": "sweep"}, client_id="worker")


@asynccontextmanager
async def asking(engine: Engine) -> AsyncIterator[WorkerStream]:
    """A worker's stream that has asked for one task; closed when its time is over."""
    stream = WorkerStream(engine.queues, Shapes(Settings()), asks_max=10)
    wishes: asyncio.Queue[PollTaskRequest] = asyncio.Queue()
    wishes.put_nowait(REQUEST)

    async def requests() -> AsyncIterator[PollTaskRequest]:
        while True:
            yield await wishes.get()

    reading = asyncio.create_task(stream.read(requests()))
    await until(wishes.empty)
    try:
        yield stream
    finally:
        stream.close()
        reading.cancel()
        await asyncio.wait({reading})


async def start(engine: Engine, run: str = "a") -> None:
    await orders.define(engine)
    await within(engine.committer.submit(orders.start("errand", run)))


async def next_of(stream: WorkerStream) -> ScheduledTask:
    given = await within(stream.given.get())
    assert isinstance(given, ScheduledTask)
    return given


async def test_task_claimed_for_a_stream_that_has_gone_meanwhile_goes_to_another(store) -> None:
    async with whole_runtime(store) as engine:
        await start(engine)
        async with asking(engine):
            claim = store.hold("commit", after=True)
            await within(claim.reached.wait())
        claim.release()
        async with asking(engine) as other:
            given = await next_of(other)
            assert given.attempt_number == 0
            await within(engine.committer.submit(orders.report(given)))


async def test_task_that_a_closed_stream_has_not_sent_goes_to_another(store) -> None:
    async with whole_runtime(store) as engine:
        await start(engine)
        async with asking(engine) as gone:
            await until(lambda: not gone.given.empty())
        async with asking(engine) as other:
            assert (await next_of(other)).attempt_number == 0


async def test_task_that_may_have_been_sent_is_not_offered_again(store) -> None:
    async with whole_runtime(store) as engine:
        await start(engine)
        async with asking(engine) as gone:
            await next_of(gone)
        async with asking(engine) as other:
            await within(engine.committer.submit(orders.start("errand", "b")))
            assert (await next_of(other)).task_run_id.wf_run_id.id == "b"
            assert other.given.empty()


async def test_task_that_cannot_be_given_back_is_left_to_its_timeout(store, caplog) -> None:
    async with whole_runtime(store) as engine:
        await start(engine)
        async with asking(engine) as gone:
            await until(lambda: not gone.given.empty())
            store.fail("commit", StoreUnavailableError("full"))
        await until(lambda: "will time out" in caplog.text)
        assert await store.kept.queued_tasks("sweep", (0, "", ""), 10) == []


async def test_task_that_was_given_back_comes_before_those_queued_after_it(store) -> None:
    async with whole_runtime(store) as engine:
        await start(engine)
        async with asking(engine) as gone:
            await until(lambda: not gone.given.empty())
            await within(engine.committer.submit(orders.start("errand", "b")))
        async with asking(engine) as other:
            assert (await next_of(other)).task_run_id.wf_run_id.id == "a"
