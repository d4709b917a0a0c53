"""What happens in a golden log: a scenario in which every kind of event happens.

Knows the client's verbs, and for the one thing that no client can do on purpose
the engine's commands.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import hitchpost
from hitchpost.v1.route_pb2 import DeadLetter
from hitchpost_server.app import running_engine
from hitchpost_server.config import Settings
from hitchpost_server.engine import commands
from hitchpost_server.store.sqlite.store import SqliteStore

# Nobody listens there.
NOWHERE = "http://127.0.0.1:9/"


@hitchpost.struct("address")
class Address:
    """A struct and the content of a form."""

    street: str
    zip: str | None = None


@hitchpost.workflow("everything")
def everything(wf: hitchpost.WorkflowBuilder) -> None:
    """Have something of every node kind."""
    name = wf.input("name", str)
    secret = wf.variable("secret", hitchpost.masked(str), default="abracadabra")
    count = wf.variable("count", int, default=0)
    answer = wf.variable("answer", dict)
    wf.register_event("answered", content_type=dict)
    with wf.loop_while(count < 2):
        wf.set(count, count + 1)
    greeting = wf.task("greet", name, secret, retries=1, timeout=1, backoff=hitchpost.Backoff(0.1))
    wf.sleep(0)
    wf.set(answer, wf.wait_for_event("answered", timeout=2))
    wf.complete(wf.format("{0}: {1}", greeting, answer["yes"]))


@hitchpost.workflow("failing")
def failing(wf: hitchpost.WorkflowBuilder) -> None:
    """Fail by design."""
    wf.fail("by-design", "as intended", 1)


@hitchpost.workflow("brief", retention_seconds=0)
def brief(wf: hitchpost.WorkflowBuilder) -> None:
    """Be forgotten soon."""


@hitchpost.workflow("threads")
def threads(wf: hitchpost.WorkflowBuilder) -> None:
    """Start, wait for, interrupt and handle threads."""
    total = wf.variable("total", int, default=0)

    @wf.interrupt("changed")
    def changed(handler: hitchpost.WorkflowBuilder) -> None:
        handler.set(total, total + handler.received(int))

    def child(thread: hitchpost.WorkflowBuilder) -> None:
        thread.retention(0)
        element = thread.received(int)
        with thread.when(element > 1):
            thread.fail("too-much", "by design", element)

    waiting = wf.wait_for_threads(wf.start_thread_for_each([1, 2], child))

    @wf.handle_exception(waiting.each_child, "too-much")
    def recover(handler: hitchpost.WorkflowBuilder) -> None:
        handler.set(total, total + handler.received(int))

    broken = wf.task("break", retries=0)

    @wf.handle_failure(broken)
    def mend(handler: hitchpost.WorkflowBuilder) -> None:
        handler.throw_event("mended", total)

    wf.wait_for_condition(total == 12)
    wf.task("break", retries=0)


@hitchpost.workflow("sharing")
def sharing(wf: hitchpost.WorkflowBuilder) -> None:
    """Start a child run and share a variable with it."""
    shared = wf.variable("shared", int, default=1, public=True)
    child = wf.run_child_wf(wf.variable("name", str, default="inheriting"), id="child")
    wf.wait_for_child_wf(child)
    wf.complete(shared)


@hitchpost.workflow("inheriting", parent="sharing")
def inheriting(wf: hitchpost.WorkflowBuilder) -> None:
    """Change what is inherited."""
    shared = wf.inherited("shared", int)
    wf.wait_for_event("go")
    wf.set(shared, shared + 1)


@hitchpost.workflow("correlating")
def correlating(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait for a key, twice: once in vain."""
    key = wf.input("key", str)
    wf.wait_for_event("paid", correlation_key=key)
    late = wf.wait_for_event("paid", correlation_key=wf.format("{0}-late", key), timeout=1)

    @wf.handle_error(late, "TIMEOUT")
    def never(handler: hitchpost.WorkflowBuilder) -> None:
        handler.sleep(0)


@hitchpost.workflow("people")
def people(wf: hitchpost.WorkflowBuilder) -> None:
    """Ask two people."""
    address = wf.variable("address", Address)
    first = wf.user_task("where", user="ada", group="office", notes="Where to?")
    wf.set(address, wf.struct(Address, street=first["street"]))
    wf.user_task("where", group="office", cancelled_as="nobody")


@hitchpost.workflow("renewing")
def renewing(wf: hitchpost.WorkflowBuilder) -> None:
    """Start over with what comes."""
    wf.variable("turn", int, default=0)
    wf.register_event("turned", content_type=int)
    wf.run_child_wf("failing")
    wf.continue_as_new(turn=wf.wait_for_event("turned"))


WORKFLOWS = (
    everything,
    failing,
    brief,
    threads,
    sharing,
    inheriting,
    correlating,
    people,
    renewing,
)


async def play(client: hitchpost.Client) -> None:
    """Let every kind of event happen."""
    await define(client)
    await asyncio.gather(
        play_basics(client),
        play_threads(client),
        play_families(client),
        play_correlation(client),
        play_people(client),
        play_schedule(client),
        play_executions(client),
        play_feed(client),
    )
    await client.run("threads", id="taken-back")
    await undefine(client)


async def define(client: hitchpost.Client) -> None:
    """Put the definitions."""
    await client.put_task_def("greet", {"name": str, "secret": hitchpost.masked(str)}, returns=str)
    await client.put_task_def("break")
    await client.put_struct_def(Address)
    await client.put_user_task_def("where", Address)
    await client.put_workflow_event_def("mended", int)
    for name in ("changed", "go"):
        await client.put_external_event_def(name)
    await client.put_external_event_def("paid", correlation=hitchpost.Correlation())
    for workflow in WORKFLOWS:
        await client.put_workflow(workflow)


async def undefine(client: hitchpost.Client) -> None:
    """Delete one definition of each kind."""
    await client.delete_external_event_def("unwanted")
    await client.delete_wf_spec("failing", 0, 0)
    await client.put_task_def("unused")
    await client.delete_task_def("unused")
    await client.delete_struct_def(Address, 0)
    await client.delete_user_task_def("where", 0)
    await client.delete_workflow_event_def("mended")


async def play_basics(client: hitchpost.Client) -> None:
    """Runs with tasks, external events, timers; one of each end."""
    await client.put_external_event_def("strict", require_wfrun=True)
    await client.put_external_event_def("referenced", require_wfspec_reference=True)
    await client.put_external_event_def("fleeting", retention_seconds=0)
    await client.put_external_event_def("unwanted")
    with suppress(hitchpost.WfRunNotFound):
        await client.post_event("complete", "strict")
    await client.post_event("complete", "referenced")
    await client.post_event("complete", "answered", {"yes": True})
    await client.post_event("complete", "fleeting")
    tries = iter(("fail", "hello", "hello", "hello"))

    async def greet(name: str, secret: str) -> str:
        if (word := next(tries)) == "fail":
            raise RuntimeError("not yet")
        return f"{word} {name}, {len(secret)}"

    async with hitchpost.Worker(client, "greet", greet):
        for run in ("complete", "timeout", "deleted"):
            await client.run("everything", {"name": run}, id=run)
        await client.run("failing", id="failed")
        await client.run("brief", id="brief")
        await client.wait_for_run("complete")
        with suppress(hitchpost.WaitFailed):
            await client.wait_for_run("timeout")
    await client.delete_run("deleted")
    await client.run("failing", id="deleted")


async def play_threads(client: hitchpost.Client) -> None:
    """Threads, failures, interrupts, a stop and a rescue."""
    tries = iter((False, False, True))

    async def fail_at_first(context: hitchpost.TaskContext) -> None:
        await context.checkpoint(int, "1")
        if not next(tries):
            raise RuntimeError("not yet")

    async with hitchpost.Worker(client, "break", fail_at_first):
        await client.run("threads", id="threads")
        await client.await_workflow_event("threads")
        await client.stop_run("threads")
        await client.resume_run("threads")
        await client.post_event("threads", "changed", 10)
        with suppress(hitchpost.WaitFailed):
            await client.wait_for_run("threads")
        await client.rescue_run("threads")
        await client.wait_for_run("threads")


async def play_executions(client: hitchpost.Client) -> None:
    """A run that starts over by itself and as it is told, with events that come along or do not."""
    await client.put_external_event_def("kept", retention_seconds=3600)
    run = await client.run("renewing", id="renewing")
    await client.post_event(run, "kept", guid="aimed", thread=0, position=7)
    await client.post_event(run, "kept", guid="old")
    await client.post_event(run, "turned", 1, guid="taken")
    for turn in range(2, 8):
        await client.continue_as_new(run, {"turn": turn})
    await client.post_event(run, "kept", guid="new")


async def play_feed(client: hitchpost.Client) -> None:
    """Messages, and a route that can send them to nobody until there is somebody."""
    await client.put_route("orders", hitchpost.webhook(NOWHERE, attempts=1), "orders.*")
    await client.publish("orders.signed", {"by": "Ada"}, id="message-1")
    await client.publish("orders.signed", {"by": "Grace"}, id="message-2")
    letters: list[DeadLetter] = []
    while len(letters) < 2:
        await asyncio.sleep(0.05)
        letters = [letter async for letter in client.dead_letters("orders")]
    await client.pause_route("orders")
    await client.resume_route("orders")
    async with await asyncio.start_server(_take_in, "127.0.0.1", 0) as receiver:
        port = receiver.sockets[0].getsockname()[1]
        await client.put_route("orders", f"http://127.0.0.1:{port}/", "orders.*")
        _ = [told async for told in client.redeliver("orders", [letters[0].position])]
    _ = [told async for told in client.discard_dead_letters("orders", all=True)]
    await client.delete_route("orders")


async def _take_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request as if its body had been read."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    writer.close()


async def play_families(client: hitchpost.Client) -> None:
    """A child run that changes what it inherits."""
    await client.run("sharing", id="sharing")
    await client.post_event("sharing_child", "go")
    await client.wait_for_run("sharing")


async def play_correlation(client: hitchpost.Client) -> None:
    """A key whose event comes, and one whose does not."""
    await client.run("correlating", {"key": "order-7"}, id="correlating")
    await client.post_correlated_event("order-7", "paid", 12)
    await client.wait_for_run("correlating")
    await client.delete_correlated_event("order-7", "paid")


async def play_people(client: hitchpost.Client) -> None:
    """Two user tasks: one done, one cancelled."""
    run = await client.run("people", id="people")
    (first,) = [task async for task in client.list_user_tasks(run)]
    await client.assign_user_task(first, user="grace", override=True)
    await client.comment_user_task(first, "done soon", user="grace")
    await client.save_user_task(first, {"street": "Main"}, user="grace")
    await client.complete_user_task(first, Address("Main Street"), user="grace")
    tasks = [task async for task in client.list_user_tasks(run)]
    await client.cancel_user_task(next(task for task in tasks if task.id != first.id))


async def play_schedule(client: hitchpost.Client) -> None:
    """A schedule that starts a run within the next minute."""
    await client.schedule_run("failing", "* * * * *", id="minutely")
    now = datetime.now(UTC)
    ticks = [f"minutely-{now + timedelta(minutes=later):%Y%m%dT%H%MZ}" for later in (0, 1, 2)]
    async with asyncio.timeout(90):
        while not any([await exists(client, run) for run in ticks]):
            await asyncio.sleep(0.2)
    await client.delete_scheduled_run("minutely")


async def exists(client: hitchpost.Client, run: str) -> bool:
    """Tell whether a run has started."""
    try:
        await client.get_run(run)
    except hitchpost.ObjectNotFound:
        return False
    return True


async def take_back(store: SqliteStore) -> None:
    """Take an attempt back, which happens only if a worker vanishes before it was sent."""
    common: dict[str, Any] = {"stream": "run/taken-back", "run": "taken-back", "task_guid": "0-3"}
    async with running_engine(store, Settings()) as engine:
        for seed, order in (
            ("1", commands.StartTask),
            ("2", commands.ReturnTask),
        ):
            extra = (
                {"task_worker_id": "gone", "task_worker_version": None}
                if order is commands.StartTask
                else {"attempt_number": 0}
            )
            await engine.committer.submit(order(**common, **extra, seed=seed * 32))
