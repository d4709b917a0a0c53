"""People fill in forms: what they may do, and what happens if they wait too long."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from bare_worker import BareWorker, bare_worker
from tests.conftest import ServerProcess, eventually

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values

Fresh = Callable[[str], str]
Builder = hitchpost.WorkflowBuilder

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


@dataclass
class Claim:
    """What the form asks for."""

    reason: str
    amount: int | None = None


class Desk:
    """A form of its own, a workflow that has it filled in, and a worker for its one task."""

    def __init__(self, client: hitchpost.Client, worker: BareWorker, name: str) -> None:
        self.client = client
        self.worker = worker
        self.name = name

    async def ask(self, write: Callable[[Builder], None], **inputs: Any) -> user_tasks.UserTaskRun:
        """Start a run whose first node is the user task."""
        await self.start(write, **inputs)
        return await self.task()

    async def start(self, write: Callable[[Builder], None], **inputs: Any) -> None:
        await self.client.put_workflow(hitchpost.workflow(self.name)(write))
        await self.client.run(self.name, inputs, id=self.name)

    async def task(self) -> user_tasks.UserTaskRun:
        [found] = [one async for one in self.client.list_user_tasks(self.name)]
        return found

    async def task_is(self, status: int) -> user_tasks.UserTaskRun:
        """Wait until the user task has a status."""

        async def there() -> user_tasks.UserTaskRun | None:
            task = await self.task()
            return task if task.status == status else None

        found: user_tasks.UserTaskRun = await eventually(there)
        return found

    async def ended(self, status: int) -> None:
        """Wait until the run has ended, with that status."""

        async def over() -> bool:
            return (await self.client.get_run(self.name)).status != status_pb2.RUNNING

        await eventually(over)
        assert (await self.client.get_run(self.name)).status == status

    async def failure(self, position: int = 1) -> node_runs.Failure:
        [one] = (await self.client.node_run(self.name, 0, position)).failures
        return one


@pytest.fixture
async def desk(
    client: hitchpost.Client, server: ServerProcess, fresh: Fresh
) -> AsyncIterator[Desk]:
    name = fresh("desk")
    await client.put_user_task_def(name, Claim)
    await client.put_task_def(name, {"item": dict}, returns=str)
    async with bare_worker(server.target, name) as worker:
        yield Desk(client, worker, name)


def for_ada(desk: Desk) -> Callable[[Builder], None]:
    """A workflow that has Ada fill in the form."""

    def write(wf: Builder) -> None:
        wf.user_task(desk.name, user="ada", group="law")

    return write


def happened(task: user_tasks.UserTaskRun) -> list[str | None]:
    return [event.WhichOneof("event") for event in task.events]


async def test_next_task_gets_what_was_filled_in_as_an_object(desk: Desk) -> None:
    def write(wf: Builder) -> None:
        wf.task(desk.name, wf.user_task(desk.name, user="ada"))

    task = await desk.ask(write)
    await desk.client.complete_user_task(task, Claim("train", 7), user="ada")
    [given] = (await desk.worker.next()).variables
    assert hitchpost.from_value(given.value) == {"reason": "train", "amount": 7}
    assert (await desk.task()).status == user_tasks.DONE


async def test_saved_progress_is_there_with_its_event(desk: Desk) -> None:
    task = await desk.ask(for_ada(desk))
    saved = await desk.client.save_user_task(task, {"reason": "draft"}, user="ada")
    assert saved == await desk.client.get_user_task(task)
    assert happened(saved) == ["assigned", "saved"]
    assert saved.results["reason"].str == "draft"
    assert saved.events[1].saved.user_id == "ada"
    assert saved.events[1].saved.results["reason"].str == "draft"


async def test_progress_of_another_user_is_refused_and_leaves_no_trace(desk: Desk) -> None:
    task = await desk.ask(for_ada(desk))
    with pytest.raises(hitchpost.UserTaskClaimed, match="another user") as refusal:
        await desk.client.save_user_task(task, {"reason": "mine"}, user="bob")
    assert refusal.value.status is PRECONDITION
    assert refusal.value.metadata["user_id"] == "ada"
    assert await desk.task() == task


async def test_progress_of_another_user_is_taken_if_the_claim_is_ignored(desk: Desk) -> None:
    task = await desk.ask(for_ada(desk))
    saved = await desk.client.save_user_task(
        task, {"reason": "ours"}, user="bob", ignore_claim=True
    )
    assert saved.results["reason"].str == "ours"
    assert saved.user_id == "ada"


async def test_user_is_reminded_and_then_the_group_has_it(desk: Desk) -> None:
    def write(wf: Builder) -> None:
        asked = wf.user_task(desk.name, user="ada", group="law")
        asked.remind_after(0, desk.name, {})
        asked.release_after(1)

    assert (await desk.ask(write)).status == user_tasks.ASSIGNED
    released = await desk.task_is(user_tasks.UNASSIGNED)
    assert happened(released) == ["assigned", "task_executed", "assigned"]
    assert released.user_group == "law"


async def test_user_task_goes_to_another_group_after_a_time(desk: Desk) -> None:
    def write(wf: Builder) -> None:
        wf.user_task(desk.name, user="ada").reassign_after(1, group="tax", since="assignment")

    await desk.ask(write)
    released = await desk.task_is(user_tasks.UNASSIGNED)
    assert released.user_group == "tax"
    assert released.events[1].assigned.old_user_id == "ada"


@pytest.mark.parametrize(
    ("kind", "name", "beginning"),
    [
        ("user", "", "Invalid user task assignment"),
        ("group", "", "Invalid group task assignment"),
        ("user", None, "Invalid user task assignment"),
        ("group", None, "Invalid user task assignment"),
    ],
)
async def test_nobody_of_that_name_fails_the_node(
    desk: Desk, kind: str, name: str | None, beginning: str
) -> None:
    def write(wf: Builder) -> None:
        who = wf.task(desk.name, {})
        wf.user_task(desk.name, **{kind: who})

    await desk.start(write)
    value = values.VariableValue(str=name) if name is not None else values.VariableValue()
    await desk.worker.report(await desk.worker.next(), output=value)
    await desk.ended(status_pb2.ERROR)
    failure = await desk.failure(2)
    assert failure.failure_name == "VAR_ERROR"
    assert failure.message.startswith(beginning)


@pytest.mark.parametrize(
    ("assignee", "says"),
    [
        ({"user": ""}, "UserId can't be empty"),
        ({"group": "  "}, "UserGroup can't be empty"),
        ({}, "user_id or a user_group"),
    ],
)
async def test_assignment_to_nobody_is_refused(
    desk: Desk, assignee: dict[str, str], says: str
) -> None:
    task = await desk.ask(for_ada(desk))
    with pytest.raises(hitchpost.FieldInvalid, match=says):
        await desk.client.assign_user_task(task, **assignee, override=True)
    assert await desk.task() == task


async def test_names_of_people_are_bounded_wherever_they_come_in(desk: Desk) -> None:
    task, name, client = await desk.ask(for_ada(desk)), "x" * 1_001, desk.client
    for refused in (
        client.assign_user_task(task, user=name, override=True),
        client.assign_user_task(task, group=name, override=True),
        client.save_user_task(task, {}, user=name),
        client.complete_user_task(task, Claim("train"), user=name),
        client.comment_user_task(task, "text", user=name),
    ):
        with pytest.raises(hitchpost.FieldInvalid, match="more than 1000 characters"):
            await refused
    assert await desk.task() == task
    await client.assign_user_task(task, user="x" * 1_000, override=True)


async def test_claiming_is_assigning_what_nobody_has(desk: Desk) -> None:
    def write(wf: Builder) -> None:
        wf.user_task(desk.name, group="law")

    task = await desk.ask(write)
    await desk.client.assign_user_task(task, user="ada")
    with pytest.raises(hitchpost.UserTaskClaimed):
        await desk.client.assign_user_task(task, user="bob")
    claimed = await desk.task()
    assert (claimed.user_id, claimed.user_group, claimed.epoch) == ("ada", "", 2)


@pytest.mark.parametrize("by_itself", [False, True])
async def test_cancellation_can_be_an_exception_that_a_handler_takes(
    desk: Desk, by_itself: bool
) -> None:
    def write(wf: Builder) -> None:
        asked = wf.user_task(desk.name, user="ada", cancelled_as="gone")
        if by_itself:
            asked.cancel_after(1)

        @wf.handle_exception(asked, "gone")
        def mend(handler: Builder) -> None:
            handler.task(desk.name, {})

    task = await desk.ask(write)
    if not by_itself:
        await desk.client.cancel_user_task(task)
    await desk.worker.succeed(await desk.worker.next())
    await desk.ended(status_pb2.COMPLETED)
    assert (await desk.failure()).failure_name == "gone"
    assert (await desk.task()).status == user_tasks.CANCELLED


async def test_reminder_is_done_though_the_task_is_cancelled_later(desk: Desk) -> None:
    def write(wf: Builder) -> None:
        asked = wf.user_task(desk.name, user="ada")
        asked.remind_after(0, desk.name, {})
        asked.cancel_after(2)

    await desk.ask(write)
    await desk.worker.succeed(await desk.worker.next())
    await desk.ended(status_pb2.ERROR)
    assert (await desk.failure()).failure_name == "USER_TASK_CANCELLED"
    executed = (await desk.task()).events[1].task_executed.task_run
    reminder = await desk.client.task_run(desk.name, executed.task_guid)
    assert reminder.status == tasks.TASK_SUCCESS


async def test_worker_learns_who_is_to_be_reminded(desk: Desk) -> None:
    def write(wf: Builder) -> None:
        wf.user_task(desk.name, user="ada", group="law").remind_after(0, desk.name, {})

    await desk.ask(write)
    source = (await desk.worker.next()).source
    trigger = source.user_task_trigger
    assert (trigger.user_id, trigger.user_group) == ("ada", "law")
    assert trigger.node_run_id.position == 1
    assert source.wf_spec_id.name == desk.name


async def test_comments_are_added_edited_and_deleted(desk: Desk) -> None:
    client, task = desk.client, await desk.ask(for_ada(desk))
    added = await client.comment_user_task(task, "late", user="ada")
    assert added.events[-1].comment_added.user_comment_id == 1
    edited = await client.edit_user_task_comment(task, 1, "too late", user="ada")
    assert edited.events[-1].comment_edited.comment == "too late"
    deleted = await client.delete_user_task_comment(task, 1, user="bob")
    assert happened(deleted) == ["assigned", "comment_added", "comment_edited", "comment_deleted"]
    for call in (
        client.edit_user_task_comment(task, 1, "again", user="ada"),
        client.delete_user_task_comment(task, 1, user="ada"),
        client.edit_user_task_comment(task, 0, "which?", user="ada"),
        client.delete_user_task_comment(task, 2, user=""),
    ):
        with pytest.raises(hitchpost.CommentUnavailable) as refusal:
            await call
        assert refusal.value.status is PRECONDITION
    for unknown in (
        client.edit_user_task_comment(task, 2, "no", user="ada"),
        client.delete_user_task_comment(task, 2, user="ada"),
    ):
        with pytest.raises(hitchpost.ObjectNotFound):
            await unknown


@pytest.mark.parametrize(("user", "comment"), [("", "text"), (" ", "text"), ("ada", " ")])
async def test_blank_comment_is_refused(desk: Desk, user: str, comment: str) -> None:
    task = await desk.ask(for_ada(desk))
    with pytest.raises(hitchpost.FieldInvalid):
        await desk.client.comment_user_task(task, comment, user=user)


async def test_what_has_ended_can_be_commented_on_still(desk: Desk) -> None:
    task = await desk.ask(for_ada(desk))
    await desk.client.complete_user_task(task, Claim("train"), user="ada")
    commented = await desk.client.comment_user_task(task, "well done", user="bob")
    edited = await desk.client.edit_user_task_comment(task, 1, "fine", user="bob")
    assert happened(commented) == ["assigned", "completed", "comment_added"]
    assert edited == await desk.task()
    with pytest.raises(hitchpost.UserTaskEnded) as refusal:
        await desk.client.save_user_task(task, {}, user="ada")
    assert refusal.value.metadata["status"] == "DONE"


async def test_unknown_user_task_is_not_found(desk: Desk) -> None:
    task = await desk.ask(for_ada(desk))
    missing = ids.UserTaskRunId(wf_run_id=task.id.wf_run_id, user_task_guid="0-9")
    client = desk.client
    for call in (
        client.get_user_task(missing),
        client.assign_user_task(missing, user="ada"),
        client.complete_user_task(missing, {}, user="ada"),
        client.cancel_user_task(missing),
        client.save_user_task(missing, {}, user="ada"),
        client.comment_user_task(missing, "x", user="ada"),
    ):
        with pytest.raises(hitchpost.ObjectNotFound):
            await call


async def test_results_of_another_form_are_refused(desk: Desk) -> None:
    task = await desk.ask(for_ada(desk))
    for results in ({"amount": 7}, {"reason": 7}, {"reason": "x", "color": "red"}):
        with pytest.raises(hitchpost.FieldInvalid):
            await desk.client.complete_user_task(task, results, user="ada")
    assert await desk.task() == task


async def test_node_run_says_which_user_task_it_waits_for(desk: Desk) -> None:
    task = await desk.ask(for_ada(desk))
    waiting = await desk.client.node_run(desk.name, 0, 1)
    assert waiting.user_task.user_task_run_id == task.id
    assert task.node_run_id == waiting.id


async def test_user_tasks_survive_a_crash_with_their_timers(
    own_server: ServerProcess, fresh: Fresh
) -> None:
    name = fresh("desk")
    async with hitchpost.connect(own_server.target) as client:
        await client.put_user_task_def(name, Claim)

        @hitchpost.workflow(name)
        def write(wf: Builder) -> None:
            wf.user_task(name, user="ada", group="law").release_after(1)

        await client.put_workflow(write)
        await client.run(name, id=name)
    own_server.kill()
    own_server.start()
    async with hitchpost.connect(own_server.target) as client:

        async def released() -> user_tasks.UserTaskRun | None:
            [task] = [one async for one in client.list_user_tasks(name)]
            return task if task.status == user_tasks.UNASSIGNED else None

        task = await eventually(released)
        await client.complete_user_task(task, Claim("train"), user="bob")
        assert (await client.get_run(name)).status == status_pb2.COMPLETED
