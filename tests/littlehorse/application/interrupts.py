"""Events that interrupt a thread instead of being waited for."""

import asyncio
from collections.abc import Callable

from features import Feature, Found
from littlehorse.model import ListExternalEventsRequest, ThreadType, WfRunId
from littlehorse.workflow import SpawnedThreads, Workflow, WorkflowThread
from stage import Stage, code_of, failures_of, output_of, status_of

# Tells a task of one run that it may end.
GATES: dict[str, asyncio.Event] = {}


async def pass_gate(gate: str) -> str:
    await GATES[gate].wait()
    return "passed"


def interrupted(thread: WorkflowThread) -> None:
    notes = thread.declare_str("notes", "notes:")

    def handler(handler: WorkflowThread) -> None:
        note = handler.declare_str("INPUT")
        handler.wait_for_event("handler-may-end", auto_register=True)
        notes.assign(notes.extend(note))

    thread.add_interrupt_handler("note", handler).with_event_type(str)
    thread.wait_for_event("finish", auto_register=True)
    thread.complete(notes)


async def threads_of(stage: Stage, run: WfRunId) -> list[str]:
    seen = await stage.stub.GetWfRun(run)
    return [f"{ThreadType.Name(one.type)} {status_of(one)}" for one in seen.thread_runs] + [
        f"run {status_of(seen)}"
    ]


async def play_interrupted(stage: Stage) -> Found:
    run = (await stage.run("interrupted")).id
    await stage.stands(run, "external_event")
    mistyped = await code_of(stage.post(run, "note", {"not": "a text"}))
    note = await stage.post(run, "note", " late")
    found: Found = {"mistyped": mistyped, "claimed": note.claimed}
    found["during"] = await threads_of(stage, run)
    found["node"] = status_of((await stage.nodes(run))[1])
    found["claimed while halted"] = (await stage.post(run, "finish")).claimed
    await stage.post(run, "handler-may-end")
    done = await stage.over(run)
    events = (await stage.stub.ListExternalEvents(ListExternalEventsRequest(wf_run_id=run))).results
    return {
        **found,
        "after": await threads_of(stage, run),
        "output": output_of(done),
        "claimed in the end": all(event.claimed for event in events),
        "trigger": done.thread_runs[1].interrupt_trigger_id == note.id,
    }


def interrupted_task(thread: WorkflowThread) -> None:
    word = thread.declare_str("word", "nothing")
    heard = thread.declare_bool("heard", False)
    thread.add_interrupt_handler("hear", lambda handler: heard.assign(True)).with_event_type(None)
    word.assign(thread.execute("pass-gate", thread.declare_str("gate").required()))
    thread.complete(word)


async def play_interrupted_task(stage: Stage) -> Found:
    GATES["interrupted"] = asyncio.Event()
    run = (await stage.run("interrupted-task", {"gate": "interrupted"})).id
    await stage.stands(run, "task")

    async def taken() -> bool | None:
        [task] = await stage.tasks(run)
        return True if task.attempts and task.attempts[-1].HasField("start_time") else None

    await stage.until(taken, "the worker to take the task")
    await stage.post(run, "hear")
    halting = [*await threads_of(stage, run), status_of((await stage.nodes(run))[1])]
    GATES["interrupted"].set()
    done = await stage.over(run)
    return {
        "halting": halting,
        "status": status_of(done),
        "output": output_of(done),
        "heard": await stage.value(run, "heard"),
    }


def interrupted_family(thread: WorkflowThread) -> None:
    def child(child: WorkflowThread) -> None:
        child.wait_for_event("child-may-end", auto_register=True)

    def handler(handler: WorkflowThread) -> None:
        handler.wait_for_event("family-may-go-on", auto_register=True)

    thread.add_interrupt_handler("freeze", handler).with_event_type(None)
    spawned = thread.spawn_thread(child, "child")
    thread.wait_for_threads(SpawnedThreads.from_list(spawned))


async def play_interrupted_family(stage: Stage) -> Found:
    run = (await stage.run("interrupted-family")).id
    await stage.stands(run, "external_event", thread=1)
    await stage.post(run, "freeze")
    frozen = await stage.stub.GetWfRun(run)
    early = await stage.post(run, "child-may-end")
    await stage.post(run, "family-may-go-on")
    return {
        "frozen": [status_of(one) for one in frozen.thread_runs],
        "reasons": [
            reason.WhichOneof("reason") for one in frozen.thread_runs for reason in one.halt_reasons
        ],
        "child took its event while frozen": early.claimed,
        "status": status_of(await stage.over(run)),
    }


def interrupted_twice(thread: WorkflowThread) -> None:
    """Interrupt a child, and while its handler works, its parent."""

    def child(child: WorkflowThread) -> None:
        child.add_interrupt_handler("tap-child", busy("child-tapped")).with_event_type(None)
        child.wait_for_event("child-done", auto_register=True)

    thread.add_interrupt_handler("tap-parent", busy("parent-tapped")).with_event_type(None)
    spawned = thread.spawn_thread(child, "child")
    thread.wait_for_threads(SpawnedThreads.from_list(spawned))


def busy(until: str) -> Callable[[WorkflowThread], None]:
    """Make a handler that works until an event comes."""

    def handler(handler: WorkflowThread) -> None:
        handler.wait_for_event(until, auto_register=True)

    return handler


async def play_interrupted_twice(stage: Stage) -> Found:
    run = (await stage.run("interrupted-twice")).id
    await stage.stands(run, "external_event", thread=1)
    for event in ("tap-child", "tap-parent"):
        await stage.post(run, event)
    both = await stage.stub.GetWfRun(run)
    kept_back = (await stage.post(run, "child-tapped")).claimed
    await stage.post(run, "parent-tapped")
    await stage.stands(run, "external_event", thread=1)
    after = await threads_of(stage, run)
    await stage.post(run, "child-done")
    return {
        "both": [status_of(one) for one in both.thread_runs],
        "reasons": [
            [reason.WhichOneof("reason") for reason in one.halt_reasons] for one in both.thread_runs
        ],
        "handler of the child went on": kept_back,
        "after": after,
        "status": status_of(await stage.over(run)),
    }


def failing_interrupt(thread: WorkflowThread) -> None:
    thread.add_interrupt_handler(
        "alarm", lambda handler: handler.fail("evacuated", "everybody out")
    ).with_event_type(None)
    thread.wait_for_event("quiet", auto_register=True)


async def play_failing_interrupt(stage: Stage) -> Found:
    run = (await stage.run("failing-interrupt")).id
    await stage.stands(run, "external_event")
    await stage.post(run, "alarm")
    done = await stage.over(run)
    node = (await stage.nodes(run))[1]
    return {
        "threads": [status_of(one) for one in done.thread_runs],
        "node": [status_of(node), failures_of([node])],
    }


FEATURES = [
    Feature("interrupt", play_interrupted, (Workflow("interrupted", interrupted),)),
    Feature(
        "interrupted task",
        play_interrupted_task,
        (Workflow("interrupted-task", interrupted_task),),
        {"pass-gate": pass_gate},
    ),
    Feature(
        "interrupted family",
        play_interrupted_family,
        (Workflow("interrupted-family", interrupted_family),),
    ),
    Feature(
        "interrupted twice",
        play_interrupted_twice,
        (Workflow("interrupted-twice", interrupted_twice),),
    ),
    Feature(
        "failing interrupt",
        play_failing_interrupt,
        (Workflow("failing-interrupt", failing_interrupt),),
    ),
]
