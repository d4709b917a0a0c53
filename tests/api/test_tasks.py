"""How attempts of a task end, and what that does to the run."""

import asyncio
from collections.abc import AsyncIterator, Callable

import grpc
import pytest
from bare_worker import BareWorker, bare_worker
from tests.conftest import ServerProcess, eventually
from workflows import does

import hitchpost
from hitchpost.v1 import status_pb2
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values

Fresh = Callable[[str], str]
OK = grpc.StatusCode.OK


@pytest.fixture
async def task(client: hitchpost.Client, fresh: Fresh) -> str:
    """A TaskDef that takes and returns a text."""
    name = fresh("greet")
    await client.put_task_def(name, {"item": str}, returns=str)
    return name


@pytest.fixture
async def worker(server: ServerProcess, task: str) -> AsyncIterator[BareWorker]:
    async with bare_worker(server.target, task) as opened:
        yield opened


async def begin(client: hitchpost.Client, workflow: hitchpost.Workflow, item: str = "x") -> str:
    """Put a workflow and start a run of the same name."""
    await client.put_workflow(workflow)
    await client.run(workflow.name, {"item": item}, id=workflow.name)
    return workflow.name


async def only_task(client: hitchpost.Client, run: str) -> tasks.TaskRun:
    [task_run] = [one async for one in client.task_runs(run)]
    return task_run


async def failure(client: hitchpost.Client, run: str) -> tuple[str, str]:
    """Name the run's status and why its task failed."""
    status = (await client.get_run(run)).status
    [one] = (await client.node_run(run, 0, 1)).failures
    return status_pb2.LHStatus.Name(status), one.failure_name


async def test_scheduled_task_says_all_that_a_worker_needs(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task), "lamp")
    scheduled = await worker.next()
    assert scheduled.task_run_id.wf_run_id.id == run
    assert (scheduled.task_run_id.task_guid, scheduled.task_def_id.name) == ("0-1", task)
    assert scheduled.attempt_number == 0
    assert [(one.var_name, one.value.str) for one in scheduled.variables] == [("item", "lamp")]
    assert scheduled.HasField("created_at")
    assert scheduled.source.task_node.node_run_id.position == 1
    assert scheduled.source.wf_spec_id.name == run
    attempt = (await only_task(client, run)).attempts[0]
    assert attempt.status == tasks.TASK_RUNNING
    assert (attempt.task_worker_id, attempt.task_worker_version) == ("bare", "v7")


async def test_each_task_says_which_node_it_is_for_and_that_can_be_read_at_once(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    name = fresh("wf")

    @hitchpost.workflow(name)
    def two_tasks(wf: hitchpost.WorkflowBuilder) -> None:
        wf.task(task, wf.task(task, "first"))

    await client.put_workflow(two_tasks)
    run = await client.run(name)
    assert (await client.node_run(run, 0, 1)).status == status_pb2.RUNNING
    for position in (1, 2):
        scheduled = await worker.next()
        node = scheduled.source.task_node.node_run_id
        assert (node.wf_run_id, node.thread_run_number, node.position) == (run.id, 0, position)
        await worker.succeed(scheduled)


async def test_output_of_a_task_is_what_the_run_goes_on_with(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task))
    assert (await worker.succeed(await worker.next(), "hello")).code is OK
    done = await client.get_run(run)
    assert done.status == status_pb2.COMPLETED
    assert done.thread_runs[0].output.str == "hello"


async def test_failed_task_is_retried_at_once_until_it_succeeds(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task, retries=2))
    for number in (0, 1):
        scheduled = await worker.next()
        assert scheduled.attempt_number == number
        await worker.fail(scheduled)
    await worker.succeed(await worker.next())
    ended = await only_task(client, run)
    failed = [tasks.TASK_FAILED] * 2
    assert [one.status for one in ended.attempts] == [*failed, tasks.TASK_SUCCESS]
    assert (await client.get_run(run)).status == status_pb2.COMPLETED


async def test_task_that_fails_too_often_fails_the_run(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task, retries=1))
    await worker.fail(await worker.next())
    await worker.fail(await worker.next())
    assert await failure(client, run) == ("ERROR", "TASK_FAILURE")
    assert len((await only_task(client, run)).attempts) == 2


async def test_backoff_spaces_the_attempts(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    backoff = hitchpost.Backoff(first_seconds=0.15, longest_seconds=0.25)
    run = await begin(client, does(fresh("wf"), task, retries=2, backoff=backoff))
    await worker.fail(await worker.next())
    pending = await only_task(client, run)
    assert pending.status == tasks.TASK_PENDING
    assert not pending.attempts[1].HasField("schedule_time")
    await worker.fail(await worker.next())
    await worker.succeed(await worker.next())
    first, second, third = (await only_task(client, run)).attempts
    assert 150 <= milliseconds(first.end_time, second.schedule_time) < 1_500
    assert 250 <= milliseconds(second.end_time, third.schedule_time) < 1_500


def milliseconds(begin, end) -> float:  # type: ignore[no-untyped-def]
    return (end.ToNanoseconds() - begin.ToNanoseconds()) / 1e6


async def test_business_exception_is_not_retried(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task, retries=3))
    thrown = tasks.LHTaskException(
        name="out-of-stock", message="none left", content=values.VariableValue(int=0)
    )
    await worker.report(await worker.next(), status=tasks.TASK_EXCEPTION, exception=thrown)
    assert await failure(client, run) == ("EXCEPTION", "out-of-stock")
    [one] = (await client.node_run(run, 0, 1)).failures
    assert (one.message, one.content.int) == ("none left", 0)
    assert len((await only_task(client, run)).attempts) == 1


async def test_input_that_a_worker_cannot_use_is_not_retried(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task, retries=3))
    error = tasks.LHTaskError(type=status_pb2.VAR_SUB_ERROR, message="no")
    status = tasks.TASK_INPUT_VAR_SUB_ERROR
    await worker.report(await worker.next(), status=status, error=error)
    assert await failure(client, run) == ("ERROR", "VAR_SUB_ERROR")


async def test_task_that_nobody_reports_times_out_and_a_late_report_is_void(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task, timeout=1))
    scheduled = await worker.next()
    await client.wait_for_run(run, [status_pb2.ERROR], timeout=20)
    assert await failure(client, run) == ("ERROR", "TIMEOUT")
    assert (await worker.succeed(scheduled)).code is OK
    ended = await only_task(client, run)
    assert ended.status == tasks.TASK_TIMEOUT
    assert (await client.get_run(run)).status == status_pb2.ERROR


async def test_task_that_timed_out_is_retried(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task, timeout=1, retries=1))
    first, second = await worker.next(), await worker.next()
    assert (first.attempt_number, second.attempt_number) == (0, 1)
    assert (await worker.succeed(first, "late")).code is OK
    await worker.succeed(second, "in time")
    assert (await client.get_run(run)).thread_runs[0].output.str == "in time"


BAD_OUTPUTS = {
    "malformed object": values.VariableValue(json_obj="{not json"),
    "malformed array": values.VariableValue(json_arr="[1,"),
    "object that is an array": values.VariableValue(json_obj="[]"),
    "wrong type": values.VariableValue(bytes=b"\x00"),
}


@pytest.mark.parametrize("output", BAD_OUTPUTS.values(), ids=BAD_OUTPUTS.keys())
async def test_output_that_does_not_fit_fails_the_task_without_a_retry(
    client: hitchpost.Client,
    server: ServerProcess,
    fresh: Fresh,
    output: values.VariableValue,
) -> None:
    task = fresh("count")
    await client.put_task_def(task, {"item": str}, returns=int)
    run = await begin(client, does(fresh("wf"), task, retries=3))
    async with bare_worker(server.target, task) as worker:
        assert (await worker.report(await worker.next(), output=output)).code is OK
    [attempt] = (await only_task(client, run)).attempts
    assert attempt.status == tasks.TASK_OUTPUT_SERDE_ERROR
    assert attempt.error.type == status_pb2.VAR_SUB_ERROR
    assert await failure(client, run) == ("ERROR", "VAR_MUTATION_ERROR")


async def test_malformed_json_fails_a_task_that_returns_nothing(
    client: hitchpost.Client, server: ServerProcess, fresh: Fresh
) -> None:
    task, name = fresh("log"), fresh("wf")
    await client.put_task_def(task)

    @hitchpost.workflow(name)
    def logging(wf: hitchpost.WorkflowBuilder) -> None:
        wf.task(task)

    await client.put_workflow(logging)
    await client.run(name, id=name)
    async with bare_worker(server.target, task) as worker:
        await worker.report(await worker.next(), output=values.VariableValue(json_arr="[1,"))
    assert (await only_task(client, name)).status == tasks.TASK_OUTPUT_SERDE_ERROR


async def test_output_that_is_too_large_says_so(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task, retries=3))
    assert (await worker.succeed(await worker.next(), "x" * 2**21)).code is OK
    [attempt] = (await only_task(client, run)).attempts
    assert attempt.status == tasks.TASK_OUTPUT_SERDE_ERROR
    assert "RESOURCE_EXHAUSTED" in attempt.error.message
    assert not attempt.HasField("output")
    assert (await client.get_run(run)).status == status_pb2.ERROR


async def test_null_is_an_output_of_every_type(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task))
    await worker.report(await worker.next(), output=values.VariableValue())
    assert (await client.get_run(run)).status == status_pb2.COMPLETED


async def test_second_report_changes_nothing(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task))
    scheduled = await worker.next()
    await worker.succeed(scheduled, "first")
    before = [event.sequence async for event in client.history(run)]
    assert (await worker.succeed(scheduled, "second")).code is OK
    assert (await worker.fail(scheduled)).code is OK
    assert [event.sequence async for event in client.history(run)] == before
    assert (await only_task(client, run)).attempts[0].output.str == "first"


async def test_report_for_a_task_that_nobody_has_taken_is_ignored(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task))
    unclaimed = tasks.ScheduledTask(task_run_id=(await only_task(client, run)).id)
    assert (await worker.succeed(unclaimed)).code is OK
    assert (await only_task(client, run)).status == tasks.TASK_SCHEDULED


async def test_report_for_an_unknown_task_is_refused(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task))
    scheduled = await worker.next()
    scheduled.task_run_id.task_guid = "0-99"
    assert (await worker.succeed(scheduled)).says == (
        grpc.StatusCode.NOT_FOUND,
        "OBJECT_NOT_FOUND",
    )
    scheduled.task_run_id.wf_run_id.id = fresh("nobody")
    assert (await worker.succeed(scheduled)).code is grpc.StatusCode.NOT_FOUND
    assert (await client.get_run(run)).status == status_pb2.RUNNING


async def test_report_for_an_attempt_to_come_is_refused(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task, retries=3))
    scheduled = await worker.next()
    for number in (1, -1):
        refused = await worker.report(scheduled, attempt_number=number)
        assert refused.says == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
    assert (await only_task(client, run)).status == tasks.TASK_RUNNING


async def test_worker_that_says_failed_with_an_exception_has_failed(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    """As LittleHorse's Go SDK reports the exceptions of the business."""
    run = await begin(client, does(fresh("wf"), task))
    thrown = tasks.LHTaskException(name="out-of-stock")
    await worker.report(await worker.next(), status=tasks.TASK_FAILED, exception=thrown)
    assert await failure(client, run) == ("ERROR", "TASK_FAILURE")


async def test_log_and_time_of_a_report_are_kept(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    run = await begin(client, does(fresh("wf"), task))
    log = values.VariableValue(str="it went well")
    output = values.VariableValue(str="x")
    time = {"seconds": 1_700_000_000}
    await worker.report(await worker.next(), output=output, log_output=log, time=time)
    [attempt] = (await only_task(client, run)).attempts
    assert attempt.log_output.str == "it went well"
    assert attempt.end_time.seconds == 1_700_000_000


async def test_task_outlives_a_kill_before_and_after_it_was_taken(
    own_server: ServerProcess,
) -> None:
    async with hitchpost.connect(own_server.target) as client:
        await client.put_task_def("greet", {"item": str}, returns=str)
        run = await begin(client, does("wf", "greet"))
    own_server.kill()
    own_server.start()
    async with bare_worker(own_server.target, "greet") as worker:
        scheduled = await worker.next()
    own_server.kill()
    own_server.start()
    async with (
        hitchpost.connect(own_server.target) as client,
        bare_worker(own_server.target, "greet") as worker,
    ):
        await worker.ask()
        await worker.succeed(scheduled, "hello again")
        done = await client.wait_for_run(run, timeout=20)
        assert done.thread_runs[0].output.str == "hello again"
        assert len((await only_task(client, run)).attempts) == 1


async def test_tasks_are_handed_out_in_the_order_in_which_they_were_scheduled(
    client: hitchpost.Client, worker: BareWorker, task: str, fresh: Fresh
) -> None:
    workflow = does(fresh("wf"), task)
    await client.put_workflow(workflow)
    for number in range(5):
        await client.run(workflow.name, {"item": str(number)}, id=f"{workflow.name}-{number}")
    taken = [(await worker.next()).variables[0].value.str for _ in range(5)]
    assert taken == ["0", "1", "2", "3", "4"]


async def test_each_task_goes_to_one_of_many_workers(
    client: hitchpost.Client, server: ServerProcess, task: str, fresh: Fresh
) -> None:
    workflow = does(fresh("wf"), task)
    await client.put_workflow(workflow)

    async def greet(item: str, context: hitchpost.TaskContext) -> str:
        done.append(item)
        return item

    done: list[str] = []
    async with hitchpost.Worker(client, task, greet), hitchpost.Worker(client, task, greet):
        runs = [workflow.name + f"-{number}" for number in range(30)]
        await asyncio.gather(*(client.run(workflow.name, {"item": run}, id=run) for run in runs))

        async def all_done() -> bool:
            return len(done) >= len(runs)

        await eventually(all_done)
        for run in runs:
            await client.wait_for_run(run)
    assert sorted(done) == sorted(runs)
