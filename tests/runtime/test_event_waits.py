"""Calls that wait for workflow events wake up for each, whatever they are at."""

import asyncio

import orders
import pytest
from scripted_store import ScriptedStore, within
from serving import whole_runtime
from tests.throwing import throw, throwing

import hitchpost
from hitchpost.v1.workflow_event_pb2 import AwaitWorkflowEventRequest, WorkflowEvent
from hitchpost_server.api.awaiting import Awaiting
from hitchpost_server.api.calls import Caller
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.app import Engine
from hitchpost_server.config import Settings
from hitchpost_server.runtime.errors import Overloaded, ShuttingDown

REQUEST = AwaitWorkflowEventRequest(wf_run_id={"id": "a"})


@hitchpost.workflow("shipping")
def shipping(wf: hitchpost.WorkflowBuilder) -> None:
    """Throw an event at once."""
    throw(wf, "shipped", "hat")


async def ship(engine: Engine, run: str = "a") -> None:
    """Start a run that throws."""
    for command in (
        orders.put_workflow_event_def("shipped"),
        orders.put_wf_spec(throwing(shipping)),
        orders.start("shipping", run),
    ):
        await within(engine.committer.submit(command))


def call(store: ScriptedStore, engine: Engine) -> "asyncio.Task[WorkflowEvent]":
    """Begin to wait for any event of run `a`."""
    settings = Settings()
    reader = Reader(store, settings.page_bytes_max)
    awaiting = Awaiting(engine.event_waits, reader, Shapes(settings))
    return asyncio.create_task(awaiting.await_workflow_event(Caller("", ""), REQUEST))


async def test_event_thrown_while_the_stored_ones_are_read_is_not_missed(store) -> None:
    """The answer of the read, which saw nothing, comes after the commit."""
    async with whole_runtime(store) as engine:
        read = store.hold("scan", after=True)
        waiting = call(store, engine)
        await within(read.reached.wait())
        await ship(engine)
        read.release()
        assert (await within(waiting)).content.str == "hat"


async def test_event_is_answered_only_once_it_is_durable(store) -> None:
    async with whole_runtime(store) as engine:
        await ship(engine, "other")
        waiting = call(store, engine)
        commit = store.hold("commit", after=True)
        started = engine.committer.submit(orders.start("shipping", "a"))
        await within(commit.reached.wait())
        assert not waiting.done()
        commit.release()
        await within(started)
        assert (await within(waiting)).content.str == "hat"


async def test_call_that_is_given_up_leaves_room_for_another(store) -> None:
    async with whole_runtime(store, event_waits_max=1) as engine:
        first = call(store, engine)
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await call(store, engine)
        first.cancel()
        await asyncio.wait({first})
        second = call(store, engine)
        await ship(engine)
        assert (await within(second)).content.str == "hat"


async def test_nobody_waits_once_it_is_stopped(store) -> None:
    async with whole_runtime(store) as engine:
        waiting = call(store, engine)
        await asyncio.sleep(0)
        engine.event_waits.stop()
        for one in (waiting, call(store, engine)):
            with pytest.raises(ShuttingDown):
                await within(one)
