"""What the builder writes, a real server runs; one server for all tests of this module."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import pytest
from tests.conftest import ServerProcess

import hitchpost
from hitchpost import Client, TaskContext, WorkflowBuilder
from hitchpost.v1 import status_pb2, struct_def_pb2, user_task_pb2, wf_run_pb2
from hitchpost.v1.object_id_pb2 import TaskRunId
from hitchpost.v1.user_task_pb2 import UserTaskRun
from hitchpost.v1.wf_run_pb2 import WfRun


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(Path(tmp_path_factory.mktemp("data")))
    process.start()
    yield process
    process.kill()


@asynccontextmanager
async def working(client: Client, **functions: Callable[..., Any]) -> AsyncIterator[None]:
    """Define the tasks that these functions carry out, and carry them out."""
    async with AsyncExitStack() as workers:
        for name, function in functions.items():
            await client.put_task_def(name.replace("_", "-"), function)
            await workers.enter_async_context(
                hitchpost.Worker(client, name.replace("_", "-"), function)
            )
        yield


async def started(
    client: Client,
    write: Callable[[WorkflowBuilder], None],
    inputs: dict[str, object] | None = None,
    **more: Any,
) -> WfRun:
    """Define a workflow under the name of its function, and start it."""
    name = f"{write.__name__.replace('_', '-')}-{uuid4().hex[:6]}"
    await client.put_workflow(hitchpost.Workflow(name, write))
    return await client.run(name, inputs, **more)


async def variable(client: Client, run: WfRun, name: str) -> Any:
    return hitchpost.from_value((await client.variable(run, name)).value)


async def ended(client: Client, run: WfRun) -> WfRun:
    return await client.wait_for_run(run, timeout=20)


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


async def test_an_event_reaches_the_runs_that_wait_for_its_key(client: Client) -> None:
    def document(wf: WorkflowBuilder) -> None:
        key = wf.input("key", str, masked=True)
        wf.register_event("signed", content_type=str, correlation=hitchpost.Correlation())
        wf.complete(wf.wait_for_event("signed", correlation_key=key))

    first = await started(client, document, {"key": "A"})
    other = await started(client, document, {"key": "B"})
    await client.post_correlated_event("A", "signed", "Ada")
    run = await ended(client, first)
    assert run.thread_runs[0].output.str == "Ada"
    assert (await client.get_run(other)).status == status_pb2.RUNNING
    with pytest.raises(hitchpost.CorrelatedEventExists):
        await client.post_correlated_event("A", "signed", "Bob")
    stored = await client.get_correlated_event("A", "signed")
    assert len(stored.external_events) == 1
    await client.delete_correlated_event("A", "signed")


async def test_what_a_run_throws_is_awaited_and_listed(client: Client) -> None:
    def shipping(wf: WorkflowBuilder) -> None:
        wf.register_workflow_event("shipped", content_type=str)
        wf.throw_event("shipped", "first")
        wf.throw_event("shipped", "second")

    run = await started(client, shipping)
    first = await client.await_workflow_event(run, "shipped")
    second = await client.await_workflow_event(run, "shipped", ignore=[first])
    assert (first.content.str, second.content.str) == ("first", "second")
    assert [event async for event in client.list_workflow_events(run)] == [first, second]
    found = [one async for one in client.search_workflow_events("shipped")]
    assert found[-2:] == [first.id, second.id]
    assert await client.get_workflow_event(run, "shipped", 1) == second


async def test_a_run_starts_another_and_takes_its_output(client: Client) -> None:
    def double(wf: WorkflowBuilder) -> None:
        wf.complete(wf.input("number", int) * 2)

    await client.put_workflow(hitchpost.Workflow("double", double))

    def calling(wf: WorkflowBuilder) -> None:
        number = wf.variable("number", int, default=21)
        child = wf.run_child_wf(wf.format("{0}ble", "dou"), {"number": number}, id="twice")
        wf.set(number, wf.wait_for_child_wf(child))

    run = await started(client, calling)
    assert run.status == status_pb2.COMPLETED
    assert await variable(client, run, "number") == 42
    child = await client.get_run(f"{run.id.id}_twice")
    assert child.parent_trigger.waiting_node_run.wf_run_id == run.id


async def test_a_run_inherits_variables_of_its_parent(client: Client) -> None:
    def family(wf: WorkflowBuilder) -> None:
        wf.variable("shared", int, default=3, public=True)

    def member(wf: WorkflowBuilder) -> None:
        shared = wf.inherited("shared", int)
        wf.set(shared, shared + 4)

    parent = hitchpost.Workflow("family", family)
    await client.put_workflow(parent)
    await client.put_workflow(hitchpost.Workflow("member", member, parent=parent))
    run = await client.run("family")
    child = await client.run("member", parent=run)
    assert child.status == status_pb2.COMPLETED
    assert await variable(client, run, "shared") == 7


async def test_a_run_stops_and_goes_on(client: Client) -> None:
    def waiting(wf: WorkflowBuilder) -> None:
        wf.register_event("go")
        wf.wait_for_event("go")

    run = await started(client, waiting)
    await client.stop_run(run)
    assert (await client.get_run(run)).status == status_pb2.HALTED
    await client.post_event(run, "go")
    await client.resume_run(run)
    assert (await ended(client, run)).status == status_pb2.COMPLETED


async def test_a_failed_run_is_rescued(client: Client) -> None:
    broken = True

    async def mend() -> str:
        if broken:
            raise RuntimeError("broken")
        return "fine"

    def rescuing(wf: WorkflowBuilder) -> None:
        wf.complete(wf.task("mend"))

    async with working(client, mend=mend):
        run = await ended(client, await started(client, rescuing))
        assert run.status == status_pb2.ERROR
        broken = False
        run = await client.rescue_run(run)
        assert run.status == status_pb2.RUNNING
        run = await ended(client, run)
    assert run.thread_runs[0].output.str == "fine"
    with pytest.raises(hitchpost.NotRescuable):
        await client.rescue_run(run)


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


async def test_which_task_is_executed_may_be_an_input(client: Client) -> None:
    async def by_mail(text: str) -> str:
        return f"mail {text}"

    def sending(wf: WorkflowBuilder) -> None:
        wf.complete(wf.task(wf.input("how", str), "hello"))

    async with working(client, by_mail=by_mail):
        run = await ended(client, await started(client, sending, {"how": "by-mail"}))
    assert run.thread_runs[0].output.str == "mail hello"


async def test_a_schedule_can_be_made_found_and_deleted(client: Client) -> None:
    def report(wf: WorkflowBuilder) -> None:
        wf.variable("copies", int)

    await client.put_workflow(hitchpost.Workflow("report", report))
    schedule = await client.schedule_run("report", "0 6 * * 1", {"copies": 2}, id="weekly")
    assert await client.get_scheduled_run("weekly") == schedule
    assert await client.search_scheduled_runs("report") == ["weekly"]
    await client.delete_scheduled_run("weekly")
    assert await client.search_scheduled_runs("report") == []


async def test_arrays_and_maps_are_values_of_runs(client: Client) -> None:
    def counting_words(wf: WorkflowBuilder) -> None:
        words = wf.input("words", hitchpost.Array[str])
        counts = wf.variable("counts", hitchpost.Map[str, int], default={"a": 1})
        wf.set(words, words.extend("c"))
        wf.set(words, words.remove("a"))
        wf.set(counts, counts.extend({"b": 2}))
        wf.wait_for_condition(words.contains("b") & (counts["b"] == 2))
        wf.complete(words[1])

    words = hitchpost.Array(["a", "b"])
    run = await started(client, counting_words, {"words": words})
    assert run.status == status_pb2.COMPLETED, run.thread_runs[0].error_message
    assert run.thread_runs[0].output.str == "c"
    assert await variable(client, run, "counts") == {"a": 1, "b": 2}


@hitchpost.struct("person")
class Person:
    first_name: str
    email: Annotated[str | None, hitchpost.Field(masked=True)] = None


@hitchpost.struct("car", description="A car of ours")
class Car:
    plate: str
    owner: Person
    wheels: list[int] = field(default_factory=list)
    seats: dict[str, Person] | None = None
    km: int = 0
    built: datetime | None = None


@hitchpost.struct("car", description="A car of ours")
class CarWithColour(Car):
    colour: str = "red"


@hitchpost.struct("car", description="A car of ours")
class CarWithoutWheels:
    colour: str


async def define_structs(client: Client) -> None:
    for kind in (Person, Car):
        await client.put_struct_def(kind)


async def test_a_struct_goes_through_a_run_and_a_task(client: Client) -> None:
    async def drive(car: Car, km: int) -> Car:
        return replace(car, km=car.km + km, wheels=[*car.wheels, 4])

    def driving(wf: WorkflowBuilder) -> None:
        car = wf.input("car", Car)
        name = wf.variable("name", str)
        wf.set(car, wf.task("drive", car, 7))
        wf.set(car["km"], car["km"] + 1)
        wf.set(name, car["owner"]["first_name"])
        with wf.when(car["wheels"][1] == 4):
            wf.set(car["plate"], wf.format("{0} of {1}", car["plate"], name))
        wf.complete(car)

    await define_structs(client)
    when = datetime(2030, 1, 1, tzinfo=UTC)
    car = Car("A 1", Person("Ada"), [3], {"left": Person("Bob")}, built=when)
    async with working(client, drive=drive):
        run = await ended(client, await started(client, driving, {"car": car}))
    assert run.status == status_pb2.COMPLETED, run.thread_runs[0].error_message
    expected = replace(car, plate="A 1 of Ada", km=8, wheels=[3, 4])
    assert hitchpost.from_value(run.thread_runs[0].output, Car) == expected


async def test_a_run_makes_a_struct_of_what_it_has(client: Client) -> None:
    def making(wf: WorkflowBuilder) -> None:
        name = wf.variable("name", str, default="Ada")
        owner = wf.struct(Person, first_name=name, email="ada@example.org")
        wf.variable("car", Car)
        car = wf.variable("another-car", Car)
        wf.set(car, wf.struct(Car, plate="A 1", owner=owner, wheels=[1]))

    await define_structs(client)
    run = await started(client, making)
    assert run.status == status_pb2.COMPLETED, run.thread_runs[0].error_message
    value = (await client.variable(run, "another-car")).value
    car = hitchpost.from_value(value, Car)
    assert (car.plate, car.owner.first_name, car.wheels) == ("A 1", "Ada", [1])


async def test_a_struct_def_may_become_what_fits(client: Client) -> None:
    await define_structs(client)
    latest = await client.get_struct_def(Car)
    assert latest.description == "A car of ours"
    fitting = struct_def_pb2.FULLY_COMPATIBLE_SCHEMA_UPDATES
    assert not await client.validate_struct_def_evolution(CarWithColour)
    assert await client.validate_struct_def_evolution(CarWithColour, allowed_updates=fitting)
    with pytest.raises(hitchpost.DefinitionInvalid):
        await client.put_struct_def(CarWithoutWheels, allowed_updates=fitting)
    newer = await client.put_struct_def(CarWithColour, allowed_updates=fitting)
    assert newer.id.version == latest.id.version + 1
    await client.delete_struct_def("car", newer.id.version)
    assert await client.get_struct_def("car") == latest


async def test_every_definition_can_be_got_and_deleted(client: Client) -> None:
    await client.put_workflow_event_def("thrown", content_type=int)
    assert (await client.get_workflow_event_def("thrown")).content_type.HasField("return_type")
    await client.delete_workflow_event_def("thrown")
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.get_workflow_event_def("thrown")
