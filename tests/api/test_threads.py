"""Child threads as clients see them: in the answer to a start, while they run, in the end."""

from collections.abc import Callable

import pytest
from live_run import LiveRun, started, statuses

import hitchpost
from hitchpost.v1 import node_run_pb2, status_pb2

Fresh = Callable[[str], str]
Builder = hitchpost.WorkflowBuilder


def with_a_child(wf: Builder) -> None:
    """The child takes its event as a number; the parent looks at the child after its own."""
    number = wf.variable("number", int)

    def child(thread: Builder) -> None:
        thread.set(number, thread.wait_for_event("threads-child"))

    started = wf.start_thread(child)
    wf.set(number, wf.wait_for_event("threads-parent"))
    wf.wait_for_threads(started)


@pytest.fixture
async def parent(client: hitchpost.Client, fresh: Fresh) -> LiveRun:
    return await started(client, fresh("family"), with_a_child, "threads-child", "threads-parent")


async def test_child_is_there_at_once_and_ends_while_its_parent_waits(parent: LiveRun) -> None:
    assert statuses(parent.answer) == {0: "RUNNING", 1: "RUNNING"}
    assert await parent.post("threads-child", 7)
    assert await parent.threads() == {0: "RUNNING", 1: "COMPLETED"}
    assert await parent.variable("number") == 7
    await parent.post("threads-parent", 8)
    [waited] = (await parent.node(0, 3)).wait_for_threads.threads
    assert (waited.thread_run_number, waited.thread_status) == (1, status_pb2.COMPLETED)
    assert await parent.status() == "COMPLETED"


async def test_child_that_fails_harms_its_parent_only_where_that_waits(parent: LiveRun) -> None:
    await parent.post("threads-child", "no number")
    assert await parent.threads() == {0: "RUNNING", 1: "ERROR"}
    assert await parent.failures(1, 1) == ["VAR_SUB_ERROR"]
    await parent.post("threads-parent", 8)
    assert await parent.failures(0, 3) == ["CHILD_FAILURE"]
    assert await parent.status() == "ERROR"


async def test_parent_that_fails_leaves_its_child_halted(parent: LiveRun) -> None:
    await parent.post("threads-parent", "no number")
    assert await parent.threads() == {0: "ERROR", 1: "HALTED"}
    assert await parent.reasons(1) == ["parent_halted"]


async def test_parent_that_comes_first_waits_for_its_child(parent: LiveRun) -> None:
    await parent.post("threads-parent", 8)
    [waited] = (await parent.node(0, 3)).wait_for_threads.threads
    assert waited.waiting_status == node_run_pb2.WaitForThreadsRun.THREAD_IN_PROGRESS
    assert await parent.status() == "RUNNING"
    await parent.post("threads-child", 7)
    assert await parent.status() == "COMPLETED"


def racing(strategy: str, *, handled: bool = False) -> Callable[[Builder], None]:
    """Three children wait for an event each, and fail if that says so."""

    def write(wf: Builder) -> None:
        def child_of(event: str) -> hitchpost.NodeOutput:
            def child(thread: Builder) -> None:
                said = thread.variable(f"said-{event}", str)
                thread.set(said, thread.wait_for_event(event))
                with thread.when(said == "fail"):
                    thread.fail("fallen", "fell down")

            return wf.start_thread(child, name=event)

        children = [child_of(event) for event in RACERS]
        waiting = wf.wait_for_threads(*children, strategy=strategy)
        if handled:

            @wf.handle_exception(waiting, "fallen")
            def pick_up(handler: Builder) -> None:
                handler.sleep(0)

    return write


RACERS = ("racer-1", "racer-2", "racer-3")


async def race(client: hitchpost.Client, name: str, strategy: str, *told: str) -> LiveRun:
    """Start a race, and tell racers in turn how they end, as in `2: fail`."""
    run = await started(client, name, racing(strategy), *RACERS)
    for one in told:
        number, _, how = one.partition(": ")
        assert await run.status() == "RUNNING"
        await run.post(f"racer-{number}", how)
    return run


RACES = [
    ("all", ["3: win", "1: win", "2: win"], ["COMPLETED"] * 4),
    ("all", ["2: fail"], ["EXCEPTION", "HALTED", "EXCEPTION", "HALTED"]),
    ("first", ["2: win"], ["COMPLETED", "HALTED", "COMPLETED", "HALTED"]),
    ("first", ["2: fail"], ["EXCEPTION", "HALTED", "EXCEPTION", "HALTED"]),
    ("any", ["1: fail", "3: win"], ["COMPLETED", "EXCEPTION", "HALTED", "COMPLETED"]),
    ("any", ["1: fail", "2: fail", "3: fail"], ["ERROR", *["EXCEPTION"] * 3]),
]


@pytest.mark.parametrize(("strategy", "told", "ends"), RACES)
async def test_strategy_says_when_the_waiting_is_over(
    client: hitchpost.Client, fresh: Fresh, strategy: str, told: list[str], ends: list[str]
) -> None:
    run = await race(client, fresh("race"), strategy, *told)
    assert [*(await run.threads()).values()] == ends


async def test_siblings_go_on_when_a_failure_was_handled(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    run = await started(client, fresh("race"), racing("all", handled=True), *RACERS)
    await run.post("racer-1", "fail")
    for number in (2, 3):
        await run.post(f"racer-{number}", "win")
    await run.client.wait_for_run(run.id, timeout=20)
    assert await run.threads() == {
        0: "COMPLETED",
        **{1: "EXCEPTION", 2: "COMPLETED", 3: "COMPLETED"},
        4: "COMPLETED",
    }


async def test_run_holds_65_threads_and_says_so(client: hitchpost.Client, fresh: Fresh) -> None:
    def write(wf: Builder) -> None:
        wf.start_thread_for_each(
            wf.input("items", list), lambda child: child.wait_for_event("threads-child"), name="c"
        )

    name = fresh("crowd")
    enough = await started(client, name, write, "threads-child", inputs={"items": list(range(64))})
    assert (await enough.status(), len(await enough.threads())) == ("RUNNING", 65)
    too_many = LiveRun(client, await client.run(name, {"items": list(range(65))}))
    assert await too_many.threads() == {0: "ERROR"}
    [failure] = (await too_many.node(0, 1)).failures
    assert failure.failure_name == "INTERNAL_ERROR"
    assert "maximum number of ThreadRuns per WfRun" in failure.message
