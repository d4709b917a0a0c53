"""Threads, failure handlers and interrupts that the builder writes, on a real server."""

from playing import ended, started, variable, working

import hitchpost
from hitchpost import Client, WorkflowBuilder
from hitchpost.v1 import status_pb2, wf_run_pb2


async def test_children_are_started_for_each_element_and_waited_for(client: Client) -> None:
    def add_up(wf: WorkflowBuilder) -> None:
        numbers = wf.input("numbers", list)
        total = wf.variable("total", int, default=0)

        def add(child: WorkflowBuilder) -> None:
            child.set(total, total + child.received(int))

        wf.wait_for_threads(wf.start_thread_for_each(numbers, add))

    run = await started(client, add_up, {"numbers": [1, 2, 4]})
    assert run.status == status_pb2.COMPLETED
    assert await variable(client, run, "total") == 7
    assert len(run.thread_runs) == 4


async def test_one_of_two_threads_is_enough(client: Client) -> None:
    def race(wf: WorkflowBuilder) -> None:
        winner = wf.variable("winner", str)

        def runner(child: WorkflowBuilder) -> None:
            name = child.input("name", str)
            child.wait_for_condition(name == "hare")
            child.set(winner, name)

        slow, fast = (wf.start_thread(runner, {"name": name}) for name in ("tortoise", "hare"))
        wf.wait_for_threads(slow, fast, strategy="any")

    run = await started(client, race)
    assert run.status == status_pb2.COMPLETED
    assert await variable(client, run, "winner") == "hare"
    assert [thread.status for thread in run.thread_runs] == [
        status_pb2.COMPLETED,
        status_pb2.HALTED,
        status_pb2.COMPLETED,
    ]


async def test_a_childs_failure_is_handled_with_its_content(client: Client) -> None:
    def order(wf: WorkflowBuilder) -> None:
        heard = wf.variable("heard", str)

        def child(child: WorkflowBuilder) -> None:
            child.fail("declined", "no money", "card 7")

        waiting = wf.wait_for_threads(wf.start_thread(child))

        @wf.handle_exception(waiting.each_child, "declined")
        def declined(handler: WorkflowBuilder) -> None:
            handler.set(heard, handler.received(str))

    run = await started(client, order)
    assert run.status == status_pb2.COMPLETED
    assert await variable(client, run, "heard") == "card 7"
    assert run.thread_runs[2].type == wf_run_pb2.FAILURE_HANDLER


async def test_a_tasks_failures_are_handled_by_kind(client: Client) -> None:
    async def pay(amount: int) -> int:
        if amount < 0:
            raise hitchpost.TaskException("too-little", content=amount)
        raise RuntimeError("out of order")

    def till(wf: WorkflowBuilder) -> None:
        heard = wf.variable("heard", str)
        paid = wf.task("pay", wf.input("amount", int))

        @wf.handle_error(paid)
        def failed(handler: WorkflowBuilder) -> None:
            handler.set(heard, "error")

        @wf.handle_exception(paid, "too-little")
        def refused(handler: WorkflowBuilder) -> None:
            handler.set(heard, handler.received(int).cast(str))

    async with working(client, pay=pay):
        runs = [await started(client, till, {"amount": amount}) for amount in (1, -2)]
        for run in runs:
            assert (await ended(client, run)).status == status_pb2.COMPLETED
    assert [await variable(client, run, "heard") for run in runs] == ["error", "-2"]


async def test_an_interrupt_sets_what_the_thread_waits_for(client: Client) -> None:
    def counting(wf: WorkflowBuilder) -> None:
        left = wf.variable("left", int, default=2)
        event = wf.variable("event", str)
        wf.register_event("counted", content_type=str)

        @wf.interrupt("counted")
        def counted(handler: WorkflowBuilder) -> None:
            handler.set(event, handler.received(str))
            handler.set(left, left - 1)

        wf.wait_for_condition(left <= 0)

    run = await started(client, counting)
    for name in ("a", "b"):
        assert (await client.get_run(run)).status == status_pb2.RUNNING
        await client.post_event(run, "counted", name)
    assert (await ended(client, run)).status == status_pb2.COMPLETED
    assert await variable(client, run, "event") == "b"


async def test_a_thread_that_has_left_its_run_can_be_read(client: Client) -> None:
    def brief(wf: WorkflowBuilder) -> None:
        def child(child: WorkflowBuilder) -> None:
            child.retention(0)

        wf.wait_for_threads(wf.start_thread(child))
        wf.sleep(3600)

    run = await started(client, brief)
    assert [thread.number for thread in run.thread_runs] == [0]
    archived = await client.get_inactive_thread(run, 1)
    assert archived.thread_run.thread_spec_name == "child"
