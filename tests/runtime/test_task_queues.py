"""Every scheduled task reaches one worker, however small the window on the queue."""

import asyncio

import orders
import pytest
from scripted_store import ScriptedStore, within
from serving import whole_runtime

from hitchpost.v1.task_pb2 import ScheduledTask
from hitchpost_server.app import Engine
from hitchpost_server.runtime.task_queues import Asking
from hitchpost_server.store.protocol import StoreUnavailableError

FULL = StoreUnavailableError("full")
RUNS = [f"run-{n:02}" for n in range(20)]


class SlowWorker:
    """Asks for tasks, and remembers what it was given."""

    def __init__(self, engine: Engine) -> None:
        self.given: list[ScheduledTask] = []
        self._engine = engine

    @property
    def runs(self) -> list[str]:
        return [task.task_run_id.wf_run_id.id for task in self.given]

    def ask(self, times: int = 1) -> list[Asking]:
        asked = [Asking("sweep", "worker", None, self.given.append) for _ in range(times)]
        for asking in asked:
            self._engine.queues.ask(asking)
        return asked

    async def has(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.given) < count:
                await asyncio.sleep(0.005)


async def start_all(engine: Engine, runs: list[str] = RUNS) -> None:
    await orders.define(engine)
    for run in runs:
        await within(engine.committer.submit(orders.start("chore", run, room="hall")))


async def queued_runs(store: ScriptedStore) -> list[str]:
    return [row.run for row in await store.kept.queued_tasks("sweep", (0, "", ""), 1_000)]


windows = pytest.mark.parametrize("task_window", [1, 3, 1_000])


@windows
async def test_tasks_scheduled_before_anybody_asked_are_given_in_order(store, task_window) -> None:
    async with whole_runtime(store, task_window=task_window) as engine:
        await start_all(engine)
        worker = SlowWorker(engine)
        worker.ask(len(RUNS))
        await worker.has(len(RUNS))
        assert worker.runs == RUNS
    assert await queued_runs(store) == []


@windows
async def test_tasks_scheduled_while_workers_wait_are_given_in_order(store, task_window) -> None:
    async with whole_runtime(store, task_window=task_window) as engine:
        worker = SlowWorker(engine)
        worker.ask(len(RUNS))
        await start_all(engine)
        await worker.has(len(RUNS))
        assert worker.runs == RUNS


@windows
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_task_scheduled_while_the_queue_is_read_is_given_once(
    store, task_window, after
) -> None:
    async with whole_runtime(store, task_window=task_window) as engine:
        await start_all(engine, RUNS[:8])
        read = store.hold("queued_tasks", after=after)
        worker = SlowWorker(engine)
        worker.ask(len(RUNS) + 1)
        await read.reached.wait()
        for run in RUNS[8:]:
            await within(engine.committer.submit(orders.start("chore", run, room="hall")))
        read.release()
        await worker.has(len(RUNS))
        assert sorted(worker.runs) == RUNS


@windows
async def test_workers_that_come_one_by_one_get_all(store, task_window) -> None:
    async with whole_runtime(store, task_window=task_window) as engine:
        await start_all(engine)
        worker = SlowWorker(engine)
        for count in range(1, len(RUNS) + 1):
            worker.ask()
            await worker.has(count)
        assert worker.runs == RUNS


async def test_task_whose_start_fails_is_offered_again(store) -> None:
    async with whole_runtime(store, store_retry_seconds=0.01) as engine:
        await start_all(engine, RUNS[:3])
        store.fail("commit", *[FULL] * 4)
        worker = SlowWorker(engine)
        worker.ask(3)
        await worker.has(3)
        assert sorted(worker.runs) == RUNS[:3]


async def test_queue_that_cannot_be_read_is_read_again(store) -> None:
    async with whole_runtime(store, store_retry_seconds=0.01) as engine:
        await start_all(engine, RUNS[:3])
        store.fail("queued_tasks", FULL, FULL)
        worker = SlowWorker(engine)
        worker.ask(3)
        await worker.has(3)


async def test_task_of_a_deleted_run_does_not_cost_a_worker_its_turn(store) -> None:
    async with whole_runtime(store) as engine:
        await start_all(engine, RUNS[:3])
        read = store.hold("queued_tasks", after=True)
        worker = SlowWorker(engine)
        worker.ask()
        await read.reached.wait()
        await within(engine.committer.submit(orders.delete(RUNS[0])))
        read.release()
        await worker.has(1)
        assert worker.runs == [RUNS[1]]


async def test_worker_that_goes_away_leaves_its_turn_to_others(store) -> None:
    async with whole_runtime(store) as engine:
        gone, stays = SlowWorker(engine), SlowWorker(engine)
        for asking in gone.ask(5):
            engine.queues.withdraw(asking)
        stays.ask(2)
        await start_all(engine, RUNS[:2])
        await stays.has(2)
        assert gone.given == []


async def test_unclaimed_tasks_are_offered_by_the_next_server(store) -> None:
    async with whole_runtime(store) as engine:
        await start_all(engine)
        worker = SlowWorker(engine)
        worker.ask(5)
        await worker.has(5)
    async with whole_runtime(store, task_window=3) as engine:
        other = SlowWorker(engine)
        other.ask(len(RUNS))
        await other.has(len(RUNS) - 5)
        assert worker.runs + other.runs == RUNS
