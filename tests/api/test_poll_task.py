"""Streams of workers: answered one by one, forgotten when they go, never ended with OK."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from bare_worker import bare_worker
from raw_calls import LITTLEHORSES, OURS, Answer, answer_of, call
from tests.conftest import ServerProcess
from workflows import does

import hitchpost
from hitchpost.v1 import task_pb2 as tasks

Fresh = Callable[[str], str]


@pytest.fixture
async def workflow(client: hitchpost.Client, fresh: Fresh) -> hitchpost.Workflow:
    """A workflow that does one task, which has its name."""
    name = fresh("greet")
    await client.put_task_def(name, {"item": str}, returns=str)
    doing = does(name, name)
    await client.put_workflow(doing)
    return doing


async def test_worker_is_told_to_poll_where_it_has_registered(
    channel: grpc.aio.Channel, server: ServerProcess, fresh: Fresh
) -> None:
    request = tasks.RegisterTaskWorkerRequest(task_worker_id="w")
    request.task_def_id.name = fresh("unheard-of")
    answer = await call(channel, OURS + "RegisterTaskWorker", request.SerializeToString())
    told = tasks.RegisterTaskWorkerResponse.FromString(answer.body)
    assert [f"{one.host}:{one.port}" for one in told.your_hosts] == [server.target]
    assert not told.HasField("is_cluster_healthy")


async def test_stream_without_tasks_stays_open_and_silent(
    server: ServerProcess, fresh: Fresh
) -> None:
    async with bare_worker(server.target, fresh("unheard-of")) as worker:
        await worker.ask()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(worker.stream.read(), 0.5)


async def test_each_request_is_answered_by_one_task(
    client: hitchpost.Client, server: ServerProcess, workflow: hitchpost.Workflow
) -> None:
    async with bare_worker(server.target, workflow.name) as worker:
        for _ in range(3):
            await worker.ask()
        for number in range(4):
            await client.run(workflow.name, {"item": "x"}, id=f"{workflow.name}-{number}")
        taken = [await worker.take() for _ in range(3)]
        runs = [one.task_run_id.wf_run_id.id for one in taken]
        assert runs == [f"{workflow.name}-{number}" for number in range(3)]
        [last] = [one async for one in client.task_runs(f"{workflow.name}-3")]
        assert last.status == tasks.TASK_SCHEDULED
        assert (await worker.next()).task_run_id.wf_run_id.id == f"{workflow.name}-3"


async def test_stream_that_is_half_closed_ends_and_its_requests_are_forgotten(
    client: hitchpost.Client, server: ServerProcess, workflow: hitchpost.Workflow
) -> None:
    async with bare_worker(server.target, workflow.name, "gone") as gone:
        await gone.ask()
        await gone.stream.done_writing()
        await gone.end()
    await goes_to_the_next(client, server, workflow)


async def test_requests_of_a_stream_that_is_cancelled_are_forgotten(
    client: hitchpost.Client, server: ServerProcess, workflow: hitchpost.Workflow
) -> None:
    async with bare_worker(server.target, workflow.name, "gone") as gone:
        await gone.ask()
        await gone.stream.wait_for_connection()
    await goes_to_the_next(client, server, workflow)


async def goes_to_the_next(
    client: hitchpost.Client, server: ServerProcess, workflow: hitchpost.Workflow
) -> None:
    """See that a task goes to a worker who is there."""
    async with bare_worker(server.target, workflow.name, "here") as here:
        await here.ask()
        await client.run(workflow.name, {"item": "x"}, id=workflow.name)
        await here.succeed(await here.take())
    done = [one async for one in client.task_runs(workflow.name)]
    assert [one.attempts[0].task_worker_id for one in done] == ["here"]
    assert [one.status for one in done] == [tasks.TASK_SUCCESS]


async def test_bad_request_ends_the_stream_with_a_reason(
    server: ServerProcess, fresh: Fresh
) -> None:
    for name in ("", "not a name"):
        async with bare_worker(server.target, name) as worker:
            await worker.ask()
            ended = await worker.end()
        assert ended.says == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")


@pytest.mark.parametrize("path", [OURS, LITTLEHORSES])
async def test_unparsable_request_ends_the_stream_with_a_reason(
    channel: grpc.aio.Channel, path: str
) -> None:
    stream = channel.stream_stream(path + "PollTask")()
    await stream.write(b"\xff\xff")
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await asyncio.wait_for(stream.read(), 30)
    says = (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")
    assert answer_of(ended.value).says == says


async def test_worker_that_asks_for_too_many_waits_and_loses_no_task(tmp_path: Path) -> None:
    process = ServerProcess(tmp_path / "data", "--set", "asks_per_stream_max=2")
    process.start()
    try:
        async with hitchpost.connect(process.target) as client:
            await client.put_task_def("greedy", {"item": str}, returns=str)
            await client.put_workflow(does("greedy", "greedy", timeout=2))
            async with bare_worker(process.target, "greedy") as worker:
                for _ in range(5):
                    await worker.ask()
                for number in range(5):
                    await client.run("greedy", {"item": "x"}, id=f"greedy-{number}")
                taken = [await worker.take() for _ in range(5)]
        runs = sorted(one.task_run_id.wf_run_id.id for one in taken)
        assert runs == [f"greedy-{number}" for number in range(5)]
    finally:
        process.kill()


async def test_streams_end_with_unavailable_when_the_server_stops(
    own_server: ServerProcess,
) -> None:
    async with (
        bare_worker(own_server.target, "greet") as asking,
        bare_worker(own_server.target, "greet") as idle,
    ):
        await asking.ask()
        await idle.stream.wait_for_connection()
        ends = [asyncio.create_task(one.end()) for one in (asking, idle)]
        assert await asyncio.to_thread(own_server.stop) == 0
        for ended in await asyncio.gather(*ends):
            assert ended.code is grpc.StatusCode.UNAVAILABLE
            assert ended != Answer(grpc.StatusCode.OK)
    assert "Traceback" not in own_server.log
