"""Tasks with checkpoints, and tasks named by the run, on a real server."""

from collections.abc import Awaitable, Callable

from playing import ended, started, working

from hitchpost import Client, TaskContext, WorkflowBuilder
from hitchpost.v1 import status_pb2
from hitchpost.v1.object_id_pb2 import TaskRunId


async def test_a_task_takes_up_its_checkpoints(client: Client) -> None:
    done: list[str] = []

    async def travel(context: TaskContext) -> list[str]:
        seat = await context.checkpoint(_noted(done, "flight"))
        if context.attempt_number == 0:
            raise RuntimeError("the line is dead")
        return [seat, await context.checkpoint(_noted(done, "hotel"))]

    def trip(wf: WorkflowBuilder) -> None:
        wf.complete(wf.task("travel", retries=1))

    async with working(client, travel=travel):
        run = await ended(client, await started(client, trip))
        assert run.status == status_pb2.COMPLETED
        group = await client.get_task_worker_group("travel")
    assert done == ["flight", "hotel"]
    task = TaskRunId(wf_run_id=run.id, task_guid="0-1")
    assert (await client.get_checkpoint(task, 1)).value.str == "hotel"
    assert len(group.task_workers) == 1


def _noted(done: list[str], what: str) -> Callable[[], Awaitable[str]]:
    async def note() -> str:
        done.append(what)
        return what

    return note


async def test_which_task_is_executed_may_be_an_input(client: Client) -> None:
    async def by_mail(text: str) -> str:
        return f"mail {text}"

    def sending(wf: WorkflowBuilder) -> None:
        wf.complete(wf.task(wf.input("how", str), "hello"))

    async with working(client, by_mail=by_mail):
        run = await ended(client, await started(client, sending, {"how": "by-mail"}))
    assert run.thread_runs[0].output.str == "mail hello"
