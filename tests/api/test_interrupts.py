"""Interrupts as clients see them: who stands still meanwhile, and how it goes on."""

import time
from collections.abc import Callable

import pytest
from bare_worker import bare_worker
from live_run import LiveRun, started
from tests.conftest import ServerProcess

import hitchpost
from hitchpost.v1 import wf_run_pb2 as wf_runs

Fresh = Callable[[str], str]
Builder = hitchpost.WorkflowBuilder
EVENTS = ("interrupts-changed", "interrupts-checked", "interrupts-signed")
CHANGED, CHECKED, SIGNED = EVENTS


def signing(wf: Builder) -> None:
    """Wait for a signature; a change interrupts until it was checked."""
    signature, change = wf.variable("signature", str), wf.variable("change", str)

    @wf.interrupt(CHANGED)
    def changed(handler: Builder) -> None:
        handler.set(change, handler.received(str))
        handler.wait_for_event(CHECKED)

    wf.set(signature, wf.wait_for_event(SIGNED))


@pytest.fixture
async def contract(client: hitchpost.Client, fresh: Fresh) -> LiveRun:
    return await started(client, fresh("contract"), signing, *EVENTS)


async def test_run_that_nobody_interrupts_has_one_thread(contract: LiveRun) -> None:
    assert await contract.post(SIGNED, "Ada")
    assert await contract.threads() == {0: "COMPLETED"}


async def test_interrupt_halts_the_thread_until_its_handler_is_done(contract: LiveRun) -> None:
    assert await contract.post(CHANGED, "clause 3")
    assert (await contract.status(), await contract.threads()) == (
        "RUNNING",
        {0: "HALTED", 1: "RUNNING"},
    )
    assert (await contract.node_status(0), await contract.reasons(0)) == ("HALTED", ["interrupted"])
    assert (await contract.thread(1)).type == wf_runs.INTERRUPT
    await contract.post(CHECKED)
    assert await contract.threads() == {0: "RUNNING", 1: "COMPLETED"}
    assert (await contract.node_status(0), await contract.variable("change")) == (
        "RUNNING",
        "clause 3",
    )


async def test_event_that_arrives_meanwhile_is_taken_afterwards(contract: LiveRun) -> None:
    await contract.post(CHANGED)
    assert not await contract.post(SIGNED, "Ada")
    assert await contract.threads() == {0: "HALTED", 1: "RUNNING"}
    await contract.post(CHECKED)
    assert (await contract.status(), await contract.variable("signature")) == ("COMPLETED", "Ada")


async def test_interrupt_waits_for_the_task_and_its_output_is_kept(
    client: hitchpost.Client, server: ServerProcess, fresh: Fresh
) -> None:
    task = fresh("draw-up")

    def write(wf: Builder) -> None:
        text = wf.variable("text", str)

        @wf.interrupt(CHANGED)
        def changed(handler: Builder) -> None:
            handler.wait_for_event(CHECKED)

        wf.set(text, wf.task(task))

    await client.put_task_def(task, returns=str)
    run = await started(client, fresh("contract"), write, CHANGED, CHECKED)
    async with bare_worker(server.target, task) as worker:
        scheduled = await worker.next()
        await run.post(CHANGED)
        assert (await run.threads(), await run.node_status(0)) == ({0: "HALTING"}, "HALTING")
        await worker.succeed(scheduled, "in the name of")
    assert (await run.threads(), await run.node_status(0)) == (
        {0: "HALTED", 1: "RUNNING"},
        "HALTED",
    )
    await run.post(CHECKED)
    assert (await run.status(), await run.variable("text")) == ("COMPLETED", "in the name of")


CHILD_CHANGED, CHILD_CHECKED = "interrupts-child-changed", "interrupts-child-checked"


def family(wf: Builder) -> None:
    """A parent and a child, each of which can be interrupted."""

    @wf.interrupt(CHANGED)
    def changed(handler: Builder) -> None:
        handler.wait_for_event(CHECKED)

    def child(thread: Builder) -> None:
        @thread.interrupt(CHILD_CHANGED)
        def child_changed(handler: Builder) -> None:
            handler.wait_for_event(CHILD_CHECKED)

        thread.wait_for_event(SIGNED)

    wf.wait_for_threads(wf.start_thread(child))


@pytest.fixture
async def parent(client: hitchpost.Client, fresh: Fresh) -> LiveRun:
    return await started(client, fresh("family"), family, *EVENTS, CHILD_CHANGED, CHILD_CHECKED)


async def test_interrupted_child_halts_alone(parent: LiveRun) -> None:
    await parent.post(CHILD_CHANGED)
    assert await parent.threads() == {0: "RUNNING", 1: "HALTED", 2: "RUNNING"}
    assert await parent.reasons(1) == ["interrupted"]
    assert (await parent.thread(2)).type == wf_runs.INTERRUPT


async def test_interrupted_parent_halts_its_child_too(parent: LiveRun) -> None:
    await parent.post(CHANGED)
    assert await parent.threads() == {0: "HALTED", 1: "HALTED", 2: "RUNNING"}
    assert await parent.reasons(1) == ["parent_halted"]
    assert [await parent.node_status(number) for number in (0, 1)] == ["HALTED", "HALTED"]
    await parent.post(CHECKED)
    assert await parent.threads() == {0: "RUNNING", 1: "RUNNING", 2: "COMPLETED"}
    await parent.post(SIGNED)
    assert await parent.status() == "COMPLETED"


async def test_handler_of_the_child_stands_still_while_the_parent_is_interrupted(
    parent: LiveRun,
) -> None:
    await parent.post(CHILD_CHANGED)
    await parent.post(CHANGED)
    assert await parent.threads() == {0: "HALTED", 1: "HALTED", 2: "HALTED", 3: "RUNNING"}
    assert await parent.reasons(1) == ["interrupted", "parent_halted"]
    assert await parent.reasons(2) == ["parent_halted"]
    await parent.post(CHECKED)
    assert await parent.threads() == {0: "RUNNING", 1: "HALTED", 2: "RUNNING", 3: "COMPLETED"}
    await parent.post(CHILD_CHECKED)
    await parent.post(SIGNED)
    assert await parent.status() == "COMPLETED"


async def test_failing_handler_of_a_child_can_be_made_good_above(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    def write(wf: Builder) -> None:
        def child(thread: Builder) -> None:
            @thread.interrupt(CHILD_CHANGED)
            def child_changed(handler: Builder) -> None:
                handler.fail("spoilt", "by design")

            thread.wait_for_event(SIGNED)

        waiting = wf.wait_for_threads(wf.start_thread(child))

        @wf.handle_failure(waiting)
        def make_good(handler: Builder) -> None:
            pass

    run = await started(client, fresh("family"), write, SIGNED, CHILD_CHANGED)
    await run.post(CHILD_CHANGED)
    assert await run.threads() == {
        0: "COMPLETED",
        **{1: "EXCEPTION", 2: "EXCEPTION"},
        3: "COMPLETED",
    }
    assert "thread 2" in (await run.thread(1)).error_message


async def test_condition_is_met_by_what_interrupts_change(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    def write(wf: Builder) -> None:
        left = wf.input("left", int)

        @wf.interrupt(CHANGED)
        def subtract(handler: Builder) -> None:
            handler.set(left, left - 1)

        wf.wait_for_condition(left == 0)

    name = fresh("countdown")
    run = await started(client, name, write, CHANGED, inputs={"left": 2})
    await run.post(CHANGED)
    assert (await run.status(), await run.variable("left")) == ("RUNNING", 1)
    await run.post(CHANGED)
    assert await run.status() == "COMPLETED"
    assert LiveRun(client, await client.run(name, {"left": 0})).answer.HasField("end_time")


async def test_sleep_ends_at_its_moment_also_when_an_interrupt_has_moved_it(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    def write(wf: Builder) -> None:
        until = wf.input("until", int)

        @wf.interrupt(CHANGED)
        def move(handler: Builder) -> None:
            handler.set(until, handler.received(int))

        wf.sleep_until(until)

    def from_now(seconds: float) -> int:
        return int((time.time() + seconds) * 1000)

    name, soon = fresh("alarm"), from_now(2)
    waking = await started(client, name, write, CHANGED, inputs={"until": soon})
    sooner = LiveRun(client, await client.run(name, {"until": from_now(3_600)}))
    later = LiveRun(client, await client.run(name, {"until": from_now(1)}))
    past = LiveRun(client, await client.run(name, {"until": 0}))
    await sooner.post(CHANGED, soon)
    await later.post(CHANGED, soon)
    await client.wait_for_run(past.id, timeout=20)
    for run in (waking, sooner, later):
        ended = await client.wait_for_run(run.id, timeout=20)
        assert soon <= ended.end_time.ToMilliseconds() < soon + 10_000
