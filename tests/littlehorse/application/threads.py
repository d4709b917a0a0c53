"""Threads of a run: children, one for each element, failure handlers of each, the first and any."""

import asyncio
from collections.abc import Callable

from features import Feature, Found
from flow import shout
from littlehorse.exceptions import LHTaskException
from littlehorse.model import (
    InactiveThreadRunId,
    NodeRun,
    ThreadRetentionPolicy,
    ThreadType,
    WaitForThreadsRun,
    WaitForThreadsStrategy,
    WfRun,
)
from littlehorse.workflow import SpawnedThreads, Workflow, WorkflowThread
from stage import Stage, failures_of, output_of, status_of

EXCEPTIONS = {"odd": "odd-item", "rotten": "rotten-item"}


async def inspect_item(item: str) -> str:
    """Fail for technical reasons, for those of the business, or not at all."""
    if item == "broken":
        raise RuntimeError("cannot look at it")
    if item in EXCEPTIONS:
        raise LHTaskException(EXCEPTIONS[item], f"this one is {item}")
    return f"{item} is fine"


def child_threads(thread: WorkflowThread) -> None:
    word = thread.declare_str("word").required()
    found = thread.declare_str("found")

    def child(child: WorkflowThread) -> None:
        given = child.declare_str("given")
        found.assign(child.execute("shout", given))

    spawned = thread.spawn_thread(child, "child", {"given": word})
    thread.wait_for_threads(SpawnedThreads.from_list(spawned))
    thread.complete(found)


def unattended(thread: WorkflowThread) -> None:
    def child(child: WorkflowThread) -> None:
        said = child.declare_str("said")
        said.assign(child.wait_for_event("unattended-said", return_type=str))
        child.do_if(said.is_equal_to("fail"), lambda body: body.fail("fallen", "fell alone"))

    thread.spawn_thread(child, "child")


def kinds_of(run: WfRun) -> list[str]:
    """Tell the kind, the parent and the status of each thread."""
    return [
        f"{ThreadType.Name(one.type)} of {one.parent_thread_id}: {status_of(one)}"
        for one in run.thread_runs
    ]


def waited_for(node: NodeRun) -> list[str]:
    """Tell how each thread that was waited for has ended."""
    return [
        f"{one.thread_run_number} {status_of_waiting(one.waiting_status)}"
        for one in node.wait_for_threads.threads
    ]


def status_of_waiting(status: WaitForThreadsRun.WaitingThreadStatus) -> str:
    return str(WaitForThreadsRun.WaitingThreadStatus.Name(status))


async def play_child_threads(stage: Stage) -> Found:
    run = await stage.play("child-threads", {"word": "loud"})
    return {
        "status": status_of(run),
        "output": output_of(run),
        "threads": kinds_of(run),
        "waited for": waited_for((await stage.nodes(run.id))[2]),
    }


async def play_unattended(stage: Stage) -> Found:
    good, bad = [(await stage.run("unattended")).id for _ in range(2)]
    await stage.stands(good, "exit")
    await stage.stands(good, "external_event", thread=1)
    await stage.post(good, "unattended-said", "go on")
    await stage.post(bad, "unattended-said", "fail")
    failed = await stage.over(bad)
    return {
        "good": status_of(await stage.over(good)),
        "bad": status_of(failed),
        "failures of the parent": failures_of(
            [one for one in await stage.nodes(bad) if one.id.thread_run_number == 0]
        ),
        "threads": kinds_of(failed),
    }


def inspect_each(thread: WorkflowThread) -> None:
    items = thread.declare_json_arr("items").required()
    mended = thread.declare_int("mended", 0)

    def child(child: WorkflowThread) -> None:
        child.execute("inspect-item", child.declare_str("INPUT"))

    spawned = thread.spawn_thread_for_each(items, child, "inspect-one")
    waiting = thread.wait_for_threads(spawned)
    waiting.handle_exception_on_child(lambda body: mended.assign(mended.add(1)), "odd-item")
    waiting.handle_error_on_child(lambda body: mended.assign(mended.add(10)))
    thread.complete(mended)


def forgive_each(thread: WorkflowThread) -> None:
    items = thread.declare_json_arr("items").required()
    forgiven = thread.declare_int("forgiven", 0)

    def child(child: WorkflowThread) -> None:
        child.execute("inspect-item", child.declare_str("INPUT"))

    spawned = thread.spawn_thread_for_each(items, child, "inspect-one")
    thread.wait_for_threads(spawned).handle_any_failure_on_child(
        lambda body: forgiven.assign(forgiven.add(1))
    )
    thread.complete(forgiven)


async def play_each(stage: Stage) -> Found:
    mended, unhandled, forgiven, none = await asyncio.gather(
        stage.play("inspect-each", {"items": ["good", "odd", "broken", "fresh"]}),
        stage.play("inspect-each", {"items": ["good", "rotten"]}),
        stage.play("forgive-each", {"items": ["odd", "good", "broken", "rotten"]}),
        stage.play("inspect-each", {"items": []}),
    )
    node = (await stage.nodes(mended.id))[2]
    handlers = [one.failure_handler_thread_run_id for one in node.wait_for_threads.threads]
    parents = {one.number: one.parent_thread_id for one in mended.thread_runs}
    return {
        "mended": [status_of(mended), output_of(mended)],
        "threads": sorted(kinds_of(mended)),
        "waited for": waited_for(node),
        "handlers belong to": [parents[number] for number in handlers if number],
        "unhandled": [status_of(unhandled), failures_of(await stage.nodes(unhandled.id))],
        "forgiven": [status_of(forgiven), output_of(forgiven)],
        "none": [status_of(none), output_of(none)],
    }


def runners(strategy: WaitForThreadsStrategy) -> Callable[[WorkflowThread], None]:
    """Make a workflow in which two threads run until each is told how it ends."""

    def race(thread: WorkflowThread) -> None:
        spawned = [thread.spawn_thread(runner(n), f"runner-{n}") for n in (1, 2)]
        thread.wait_for_threads(SpawnedThreads.from_list(*spawned), strategy)

    return race


def runner(number: int) -> Callable[[WorkflowThread], None]:
    def run(thread: WorkflowThread) -> None:
        said = thread.declare_str(f"said-{number}")
        said.assign(thread.wait_for_event(f"run-{number}", return_type=str))
        thread.do_if(said.is_equal_to("fall"), lambda body: body.fail("fallen", "fell down"))

    return run


async def race(stage: Stage, wf_spec: str, *told: tuple[int, str]) -> Found:
    """Tell runners how they end, one after the other; tell how the race has ended."""
    run = (await stage.run(wf_spec)).id
    for number in (1, 2):
        await stage.stands(run, "external_event", thread=number)
    before_the_last = "RUNNING"
    for number, what in told:
        before_the_last = status_of(await stage.stub.GetWfRun(run))
        await stage.post(run, f"run-{number}", what)
    over = await stage.over(run)
    reasons = [[why.WhichOneof("reason") for why in one.halt_reasons] for one in over.thread_runs]
    waiting = [one for one in await stage.nodes(run) if one.HasField("wait_for_threads")]
    return {
        "before the last": before_the_last,
        "threads": [status_of(one) for one in over.thread_runs],
        "halted": [reason for each in reasons for reason in each],
        "failures": failures_of(waiting),
    }


async def play_first(stage: Stage) -> Found:
    return {
        "good": await race(stage, "wait-for-first", (2, "arrive")),
        "bad": await race(stage, "wait-for-first", (2, "fall")),
    }


async def play_any(stage: Stage) -> Found:
    return {
        "good": await race(stage, "wait-for-any", (1, "fall"), (2, "arrive")),
        "bad": await race(stage, "wait-for-any", (1, "fall"), (2, "fall")),
    }


def forgetful(thread: WorkflowThread) -> None:
    def child(child: WorkflowThread) -> None:
        child.with_retention_policy(ThreadRetentionPolicy(seconds_after_thread_termination=0))

    for name in ("first", "second"):
        spawned = thread.spawn_thread(child, name)
        thread.wait_for_threads(SpawnedThreads.from_list(spawned))


async def play_forgetful(stage: Stage) -> Found:
    run = await stage.play("forgetful")
    archived = [
        await stage.stub.GetInactiveThreadRun(
            InactiveThreadRunId(wf_run_id=run.id, thread_run_number=number)
        )
        for number in (1, 2)
    ]
    return {
        "status": status_of(run),
        "threads": [one.number for one in run.thread_runs],
        "greatest": run.greatest_threadrun_number,
        "archived": [f"{one.WhichOneof('inactive_reason')}" for one in archived],
        "ended as": [status_of(one.thread_run) for one in archived],
    }


def strategy_of(name: str) -> Workflow:
    strategy = WaitForThreadsStrategy.Value(name.replace("-", "_").upper())
    return Workflow(name, runners(strategy))


FEATURES = [
    Feature(
        "child threads",
        play_child_threads,
        (Workflow("child-threads", child_threads),),
        {"shout": shout},
    ),
    Feature("unattended", play_unattended, (Workflow("unattended", unattended),)),
    Feature(
        "for each",
        play_each,
        (Workflow("inspect-each", inspect_each), Workflow("forgive-each", forgive_each)),
        {"inspect-item": inspect_item},
    ),
    Feature("wait for first", play_first, (strategy_of("wait-for-first"),)),
    Feature("wait for any", play_any, (strategy_of("wait-for-any"),)),
    Feature("forgetful", play_forgetful, (Workflow("forgetful", forgetful),)),
]
