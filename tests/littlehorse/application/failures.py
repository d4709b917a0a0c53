"""What goes wrong, and who handles it."""

import asyncio
from collections.abc import Callable

import littlehorse
from features import Feature, Found
from littlehorse.exceptions import LHTaskException
from littlehorse.model import LHErrorType, NodeRun, WfRun
from littlehorse.utils import extract_value
from littlehorse.workflow import NodeOutput, SpawnedThreads, Workflow, WorkflowThread
from stage import Stage, failures_of, inputs_of, output_of, status_of

TECHNICAL = "technical"
Body = Callable[[WorkflowThread], None]


async def go_wrong(how: str) -> str:
    """Go wrong for technical reasons, or with a named exception that carries content."""
    if how == TECHNICAL:
        raise RuntimeError("the wires are crossed")
    raise LHTaskException(how, "no lamps left", littlehorse.to_variable_value("lamp"))


async def take_long() -> str:
    await asyncio.sleep(1.5)
    return "done at last"


async def note_content(content: str) -> str:
    return f"noted {content}"


def wrong(name: str, handle: Callable[[WorkflowThread, NodeOutput, Body], None]) -> Workflow:
    """Make a workflow that goes wrong as it is told, with a handler that leaves its mark."""

    def entrypoint(thread: WorkflowThread) -> None:
        mark = thread.declare_str("mark", "nothing")
        node = thread.execute("go-wrong", thread.declare_str("how").required())
        handle(thread, node, lambda handler: mark.assign("handled"))
        thread.complete(mark)

    return Workflow(name, entrypoint)


WRONG = (
    wrong("handle-error", lambda thread, node, body: thread.handle_error(node, body)),
    wrong(
        "handle-task-error",
        lambda thread, node, body: thread.handle_error(node, body, LHErrorType.TASK_ERROR),
    ),
    wrong("handle-exception", lambda thread, node, body: thread.handle_exception(node, body)),
    wrong(
        "handle-sold-out",
        lambda thread, node, body: thread.handle_exception(node, body, "sold-out"),
    ),
    wrong("handle-any", lambda thread, node, body: thread.handle_any_failure(node, body)),
)
WAYS = (TECHNICAL, "sold-out", "lost")


async def play_handlers(stage: Stage) -> Found:
    async def outcome(workflow: Workflow, how: str) -> str:
        run = await stage.play(workflow.name, {"how": how})
        failed = (await stage.nodes(run.id))[1]
        return f"{status_of(run)} {output_of(run)}, {in_words(failed)}"

    return {
        workflow.name: list(await asyncio.gather(*(outcome(workflow, how) for how in WAYS)))
        for workflow in WRONG
    }


def in_words(node: NodeRun) -> str:
    [failure] = node.failures
    handled = "handled by" if failure.was_properly_handled else "not handled by"
    return f"{status_of(node)} {failure.failure_name} {handled} {list(node.failure_handler_ids)}"


def with_content(thread: WorkflowThread) -> None:
    """Handle named exceptions first, then any other one, then errors."""
    mark = thread.declare_str("mark", "nothing")
    node = thread.execute("go-wrong", thread.declare_str("how").required())

    def sold_out(handler: WorkflowThread) -> None:
        content = handler.declare_str("INPUT")
        mark.assign(handler.execute("note-content", content))

    thread.handle_exception(node, sold_out, "sold-out")
    thread.handle_exception(node, lambda handler: mark.assign("some exception"))
    thread.handle_error(node, lambda handler: mark.assign("some error"))
    thread.complete(mark)


async def play_with_content(stage: Stage) -> Found:
    runs = [await stage.play("with-content", {"how": how}) for how in WAYS]
    noted = [task for run in runs for task in await stage.tasks(run.id)]
    return {
        **{how: output_of(run) for how, run in zip(WAYS, runs, strict=True)},
        "noted": [inputs_of(task) for task in noted if task.task_def_id.name == "note-content"],
        "message": (await stage.nodes(runs[1].id))[1].failures[0].message,
    }


def failing_child(thread: WorkflowThread) -> None:
    """Let a child fail with content; handle it where the child is waited for."""
    mark = thread.declare_str("mark", "nothing")
    order = thread.declare_str("order").required()

    def child(child: WorkflowThread) -> None:
        child.fail("not-payable", "the card was refused", order)

    def handler(handler: WorkflowThread) -> None:
        mark.assign(handler.declare_str("INPUT"))

    waiting = thread.wait_for_threads(SpawnedThreads.from_list(thread.spawn_thread(child, "child")))
    thread.handle_exception(waiting, handler, "not-payable")
    thread.complete(mark)


def failing_handler(thread: WorkflowThread) -> None:
    node = thread.execute("go-wrong", TECHNICAL)
    thread.handle_error(node, lambda handler: handler.fail("worse", "the handler fell", 7))


async def play_failing(stage: Stage) -> Found:
    child, handler = await asyncio.gather(
        stage.play("failing-child", {"order": "o-1"}), stage.play("failing-handler")
    )
    thrown = next(
        failure
        for node in await stage.nodes(handler.id)
        for failure in node.failures
        if failure.failure_name == "worse"
    )
    return {
        "child": [status_of(child), output_of(child)],
        "failures": failures_of(await stage.nodes(child.id)),
        "handler": [status_of(one) for one in (handler, *handler.thread_runs)],
        "message": handler.thread_runs[0].error_message,
        "content": extract_value(thrown.content),
    }


def timeouts(thread: WorkflowThread) -> None:
    """Run out of time twice: at an event that never comes, and at a task that takes too long."""
    mark = thread.declare_str("mark", "")
    event = thread.wait_for_event("never", timeout=1, auto_register=True)
    thread.handle_error(event, lambda handler: mark.assign(mark.extend("no event")))
    task = thread.execute("take-long", timeout_seconds=1)
    thread.handle_error(
        task, lambda handler: mark.assign(mark.extend(", no answer")), LHErrorType.TIMEOUT
    )
    thread.complete(mark)


async def play_timeouts(stage: Stage) -> Found:
    run: WfRun = await stage.play("timeouts")
    nodes = await stage.nodes(run.id)
    return {
        "status": status_of(run),
        "output": output_of(run),
        "failures": failures_of(nodes),
        "said": "arrive in time" in nodes[1].failures[0].message,
        "timed out": nodes[1].external_event.timed_out,
    }


FEATURES = [
    Feature("handlers", play_handlers, WRONG, {"go-wrong": go_wrong}),
    Feature(
        "handlers with content",
        play_with_content,
        (Workflow("with-content", with_content),),
        {"go-wrong": go_wrong, "note-content": note_content},
    ),
    Feature(
        "fail",
        play_failing,
        (Workflow("failing-child", failing_child), Workflow("failing-handler", failing_handler)),
        {"go-wrong": go_wrong},
    ),
    Feature("timeouts", play_timeouts, (Workflow("timeouts", timeouts),), {"take-long": take_long}),
]
