"""A purchase that several people must approve, all asked at the same time.

Run it beside a server on localhost:2023 (`hitchpost serve`); another address may follow:

    python examples/parallel_approvals.py

Each approver gets a user task in a thread of their own. The first refusal decides; whoever
does not answer is reminded, and after a week the purchase fails for want of an answer.
"""

import asyncio
import sys
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

import hitchpost
from hitchpost.v1 import user_task_pb2
from hitchpost.v1.user_task_pb2 import UserTaskRun
from hitchpost.v1.wf_run_pb2 import WfRun

HOUR, WEEK = 3600, 7 * 24 * 3600


@dataclass
class Approval:
    """The form that each approver fills in."""

    approved: bool
    reason: Annotated[str | None, hitchpost.Field(display_name="Why not?")] = None


@hitchpost.workflow("purchase")
def purchase(wf: hitchpost.WorkflowBuilder) -> None:
    """Buy something once everybody has approved."""
    item = wf.input("item", str, searchable=True)
    approvers = wf.input("approvers", list)
    outcome = wf.variable("outcome", str, default="bought")

    def approve(child: hitchpost.WorkflowBuilder) -> None:
        approver = child.received(str)
        answer = child.user_task(
            "approve-purchase",
            user=approver,
            notes=child.format("May we buy a {0}?", item),
            cancelled_as="no-answer",
        )
        answer.remind_after(HOUR, "remind", approver, item)
        answer.cancel_after(WEEK)
        with child.when(~answer["approved"]):
            child.fail("refused", "Somebody is against it", answer["reason"])

    asked = wf.wait_for_threads(wf.start_thread_for_each(approvers, approve))

    @wf.handle_exception(asked, "refused")
    def refused(handler: hitchpost.WorkflowBuilder) -> None:
        handler.set(outcome, handler.format("refused: {0}", handler.received(str)))

    wf.complete(outcome)


async def remind(approver: str, item: str) -> None:
    """Remind somebody of a purchase; the worker of this task would send a message."""
    print(f"{approver}, shall we buy a {item}?")


async def task_of(client: hitchpost.Client, run: WfRun, user: str) -> UserTaskRun:
    """Find the task that a user has in a run."""
    async for task in client.list_user_tasks(run):
        if task.user_id == user and task.status == user_task_pb2.ASSIGNED:
            return task
    raise LookupError(f"{user} has no task")


async def buy(client: hitchpost.Client, item: str, answers: dict[str, Approval]) -> str:
    """Have an item bought if all of these answers say so."""
    inputs = {"item": item, "approvers": list(answers)}
    run = await client.run("purchase", inputs, id=uuid4().hex[:8])
    for user, answer in answers.items():
        await client.complete_user_task(await task_of(client, run, user), answer, user=user)
    run = await client.wait_for_run(run)
    return f"{item}: {run.thread_runs[0].output.str}"


async def main(target: str = "localhost:2023") -> None:
    """Buy a saddle, and try to buy a yacht."""
    async with hitchpost.connect(target) as client:
        await client.put_task_def("remind", remind)
        await client.put_user_task_def("approve-purchase", Approval, "Somebody wants to buy")
        await client.put_workflow(purchase)
        async with hitchpost.Worker(client, "remind", remind):
            fine = Approval(approved=True)
            print(await buy(client, "saddle", {"ada": fine, "bob": fine}))
            no = Approval(approved=False, reason="we have no sea")
            print(await buy(client, "yacht", {"ada": fine, "bob": no}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
