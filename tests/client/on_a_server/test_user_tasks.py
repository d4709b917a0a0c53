"""Forms, who fills them in, and what happens meanwhile, on a real server."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playing import ended, started, working

import hitchpost
from hitchpost import Client, TaskContext, WorkflowBuilder
from hitchpost.v1 import status_pb2, user_task_pb2
from hitchpost.v1.user_task_pb2 import UserTaskRun
from hitchpost.v1.wf_run_pb2 import WfRun


@dataclass
class Approval:
    approved: bool
    reason: str | None = None


async def asked(
    client: Client, write: Callable[[WorkflowBuilder], None]
) -> tuple[WfRun, UserTaskRun]:
    """Start a run that waits for a user task with this form, and give both."""
    await client.put_user_task_def("approve", Approval, "Shall we?")
    run = await started(client, write)
    [task] = [one async for one in client.list_user_tasks(run)]
    return run, task


async def test_a_user_fills_in_a_form(client: Client) -> None:
    def form(wf: WorkflowBuilder) -> None:
        answer = wf.user_task("approve", group="finance", notes="by noon")
        with wf.when(answer["approved"] == True):  # noqa: E712
            wf.complete(answer["reason"])
        with wf.otherwise():
            wf.fail("refused")

    run, task = await asked(client, form)
    assert (task.user_group, task.notes) == ("finance", "by noon")
    await client.assign_user_task(task, user="ada", group="finance")
    with pytest.raises(hitchpost.UserTaskClaimed):
        await client.assign_user_task(task, user="bob")
    found = client.search_user_tasks(status=user_task_pb2.ASSIGNED, user="ada", name="approve")
    assert [one async for one in found] == [task.id]
    saved = await client.save_user_task(task, {"reason": "hm"}, user="ada")
    assert saved.results["reason"].str == "hm"
    await client.complete_user_task(task, Approval(True, "fine"), user="ada")
    run = await ended(client, run)
    assert run.thread_runs[0].output.str == "fine"
    done = await client.get_user_task(task)
    assert done.status == user_task_pb2.DONE
    assert hitchpost.read_form(done, Approval) == Approval(True, "fine")
    assert hitchpost.read_form(done) == {"approved": True, "reason": "fine"}


async def test_users_write_comments(client: Client) -> None:
    def discussion(wf: WorkflowBuilder) -> None:
        wf.user_task("approve", user="ada")

    _, task = await asked(client, discussion)
    written = await client.comment_user_task(task, "why?", user="bob")
    number = written.events[-1].comment_added.user_comment_id
    await client.edit_user_task_comment(task, number, "how?", user="bob")
    deleted = await client.delete_user_task_comment(task, number, user="bob")
    assert deleted.events[-1].comment_deleted.user_comment_id == number
    with pytest.raises(hitchpost.CommentUnavailable):
        await client.delete_user_task_comment(task, number, user="bob")


async def test_a_user_task_that_nobody_does_is_released_reminded_of_and_cancelled(
    client: Client,
) -> None:
    reminded: list[tuple[str | None, str | None, str]] = []

    async def remind(text: str, context: TaskContext) -> None:
        reminded.append((context.user_id, context.user_group, text))

    def deadline(wf: WorkflowBuilder) -> None:
        task = wf.user_task("approve", user="ada", group="finance", cancelled_as="nobody")
        task.release_after(0)
        task.remind_after(1, "remind", "hurry")
        task.cancel_after(2)

        @wf.handle_exception(task, "nobody")
        def nobody(handler: WorkflowBuilder) -> None:
            pass

    async with working(client, remind=remind):
        run, task = await asked(client, deadline)
        assert (await ended(client, run)).status == status_pb2.COMPLETED
    kinds = [one.WhichOneof("event") for one in (await client.get_user_task(task)).events]
    assert kinds == ["assigned", "assigned", "task_executed", "cancelled"]
    assert reminded == [(None, "finance", "hurry")]


async def test_a_user_task_is_cancelled_by_a_call(client: Client) -> None:
    def cancelled(wf: WorkflowBuilder) -> None:
        wf.user_task("approve", user="ada")

    run, task = await asked(client, cancelled)
    await client.cancel_user_task(task)
    assert (await ended(client, run)).status == status_pb2.ERROR
