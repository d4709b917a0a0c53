"""What becomes of threads whose sibling or parent fails."""

import asyncio

from features import Feature, Found
from interrupts import GATES, pass_gate
from littlehorse.model import ThreadType
from littlehorse.workflow import SpawnedThreads, Workflow, WorkflowThread
from stage import Stage, attempts_of, failures_of, output_of, status_of


def failing(thread: WorkflowThread) -> None:
    """Fail when it is told."""
    thread.wait_for_event("fail-now", auto_register=True)
    thread.fail("broken", "it was told to fail")


def waiting(thread: WorkflowThread) -> None:
    thread.wait_for_event("wait-no-more", auto_register=True)


def working(thread: WorkflowThread) -> None:
    thread.execute("pass-gate", "sibling")
    thread.execute("pass-gate", "sibling")


def unhandled(thread: WorkflowThread) -> None:
    children = [
        thread.spawn_thread(child, name)
        for name, child in (("failing", failing), ("waiting", waiting), ("working", working))
    ]
    thread.wait_for_threads(SpawnedThreads.from_list(*children))


def handled(thread: WorkflowThread) -> None:
    """Handle the failure at the node that waits; the sibling that was halted goes on."""
    mark = thread.declare_str("mark", "nothing")
    children = [
        thread.spawn_thread(child, name)
        for name, child in (("failing", failing), ("waiting", waiting))
    ]
    node = thread.wait_for_threads(SpawnedThreads.from_list(*children))
    thread.handle_exception(node, lambda handler: mark.assign("handled"), "broken")
    thread.complete(mark)


async def play_unhandled(stage: Stage) -> Found:
    GATES["sibling"] = asyncio.Event()
    run = (await stage.run("unhandled-siblings")).id

    async def taken() -> bool | None:
        tasks = await stage.tasks(run)
        return True if tasks and tasks[0].attempts[0].HasField("start_time") else None

    await stage.until(taken, "the worker to take the task")
    await stage.post(run, "fail-now")
    failed = await stage.over(run)
    late = await stage.post(run, "wait-no-more")
    GATES["sibling"].set()

    async def reported() -> list[str] | None:
        [task] = await stage.tasks(run)
        return attempts_of(task) if task.attempts[0].HasField("end_time") else None

    report = await stage.until(reported, "the report of the task")
    after = await stage.stub.GetWfRun(run)
    return {
        "at once": [status_of(one) for one in failed.thread_runs],
        "reasons": [
            [reason.WhichOneof("reason") for reason in one.halt_reasons]
            for one in failed.thread_runs
        ],
        "late event claimed": late.claimed,
        "task": report,
        "in the end": [status_of(one) for one in after.thread_runs],
        "run": status_of(after),
    }


async def play_handled(stage: Stage) -> Found:
    run = (await stage.run("handled-siblings")).id
    await stage.stands(run, "external_event", thread=1)
    await stage.post(run, "fail-now")
    meanwhile = await stage.stub.GetWfRun(run)
    await stage.post(run, "wait-no-more")
    done = await stage.over(run)
    return {
        "meanwhile": [status_of(one) for one in meanwhile.thread_runs],
        "run": [status_of(done), output_of(done)],
        "threads": [f"{ThreadType.Name(one.type)} {status_of(one)}" for one in done.thread_runs],
        "handled children": list(done.thread_runs[0].handled_failed_children),
    }


def out_of_scope(thread: WorkflowThread) -> None:
    """Let a handler change a variable of a child, which it may not see."""
    kept: list[object] = []

    def child(child: WorkflowThread) -> None:
        kept.append(child.declare_int("only-the-childs", 1))
        child.fail("broken", "it always does")

    def handler(handler: WorkflowThread) -> None:
        kept[0].assign(2)  # type: ignore[attr-defined]

    node = thread.wait_for_threads(SpawnedThreads.from_list(thread.spawn_thread(child, "child")))
    thread.handle_exception(node, handler, "broken")


async def play_out_of_scope(stage: Stage) -> Found:
    run = await stage.run("out-of-scope")
    handler = [one for one in await stage.nodes(run.id) if one.id.thread_run_number == 2]
    return {
        "run": status_of(run),
        "threads": [status_of(one) for one in run.thread_runs],
        "handler": failures_of(handler),
    }


FEATURES = [
    Feature(
        "siblings of a failure",
        play_unhandled,
        (Workflow("unhandled-siblings", unhandled),),
        {"pass-gate": pass_gate},
    ),
    Feature(
        "siblings of a handled failure", play_handled, (Workflow("handled-siblings", handled),)
    ),
    Feature("out of scope", play_out_of_scope, (Workflow("out-of-scope", out_of_scope),)),
]
