"""A seeded random walk: many orders, tiny limits, a store that fails now and then.

Runs named `k-` are never deleted, nor do they go by retention: what was said
about them must be so at the end.
"""

import asyncio
import random
from collections import Counter
from typing import Any

import orders
import pytest
from scripted_store import ScriptedStore
from serving import Serving, broken_laws

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import errors
from hitchpost_server.engine.commands import Command, FireTimer, PostExternalEvent, StartRun
from hitchpost_server.engine.log import expanded
from hitchpost_server.engine.rows import ExternalEventRow, RunRow, TimerRow
from hitchpost_server.runtime.errors import RuntimeFailure
from hitchpost_server.store.protocol import ConflictError, StoreUnavailableError

RUNS = ["k-1", "k-2", "k-3", "k-4", "d-1", "d-2"]
NAP = ("nap", {"until": 10**13})
FAILING = {"commit": 0.2, "load": 0.05, "lookup": 0.05}


class Walk:
    """One walk; the seed decides everything."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.store = ScriptedStore()
        self.said: list[tuple[Command, Any]] = []
        choose = self.random.choice
        self.settings = {
            "batch_commands_max": choose([1, 2, 5, 256]),
            "cache_bytes_max": choose([1, 10_000, 10**8]),
            "snapshot_every_events": choose([1, 3, 100]),
            "cached_facts_max": choose([1, 4, 100]),
            "commit_retries_max": choose([1, 5]),
        }

    async def walk(self, rounds: int) -> None:
        """Order things in groups, without waiting for all of them; then check everything."""
        serving = Serving(self.store, **self.settings)
        await serving.define_all()
        waiting: list[tuple[Command, asyncio.Future[Any]]] = []
        for _ in range(rounds):
            self._trouble()
            group = [await self._order() for _ in range(self.random.randint(1, 6))]
            waiting += zip(group, serving.submit(*group), strict=True)
            for _ in range(self.random.choice([0, 1, 3, 30])):
                await asyncio.sleep(0)
            if self.random.random() < 0.1:
                self.random.choice(waiting)[1].cancel()
        self.store.forget_turns()
        await serving.stop()
        answers = await asyncio.gather(*(one for _, one in waiting), return_exceptions=True)
        self.said = list(zip((command for command, _ in waiting), answers, strict=True))
        await self._check(serving)

    def _trouble(self) -> None:
        for verb, likely in FAILING.items():
            if self.random.random() < likely:
                failure = self.random.choice(
                    [StoreUnavailableError("full"), ConflictError({"run/k-1": 1}), None]
                )
                if verb == "commit" or not isinstance(failure, ConflictError):
                    self.store.hold(verb, failure).release()

    async def _order(self) -> Command:
        run = self.random.choice(RUNS)
        kind = self.random.choices(
            ["start", "signed", "noted", "define", "task", "timer", "delete"],
            [3, 6, 2, 0.5, 2, 2, 1],
        )[0]
        command: Command = await getattr(self, f"_{kind}")(run)
        return command

    async def _start(self, run: str) -> Command:
        task = ("errand", {}) if run.startswith("k-") else ("chore", {"room": "hall"})
        name, inputs = self.random.choice([("parcel", {}), ("parcel", {}), task, NAP])
        return orders.start(name, run, **inputs)

    async def _signed(self, run: str) -> Command:
        return orders.post("signed", run, f"guid-{self.random.randint(1, 30)}")

    async def _noted(self, run: str) -> Command:
        return orders.post("noted", run, f"guid-{self.random.randint(1, 30)}")

    async def _define(self, _run: str) -> Command:
        return self.random.choice(orders.DEFINITIONS)()

    async def _task(self, run: str) -> Command:
        guid = self.random.choice(["0-1", "i1.0-1", "i2.0-1"])
        if self.random.random() < 0.5:
            return orders.start_task(run, guid)
        task = orders.tasks.ScheduledTask()
        task.task_run_id.wf_run_id.id, task.task_run_id.task_guid = run, guid
        return orders.report(task)

    async def _timer(self, run: str) -> Command:
        timers = await self.store.kept.scan(TimerRow, (), (), 100)
        if not timers:
            return await self._start(run)
        row: Any = self.random.choice(timers)
        return FireTimer(**orders.about(row.run), timer=row.timer)

    async def _delete(self, run: str) -> Command:
        return orders.delete(run) if run.startswith("d-") else await self._signed(run)

    async def _check(self, serving: Serving) -> None:
        assert await broken_laws(self.store, serving.committer) == []
        runs = {row[0] for row in await self.store.kept.scan(RunRow, (), (), 100)}
        rows: dict[Any, Any] = {
            row[:3]: row for row in await self.store.kept.scan(ExternalEventRow, (), (), 1_000)
        }
        for command, answer in self.said:
            if getattr(command, "run", "").startswith("k-"):
                check_answer(command, answer, runs, rows)
        assert set(await self._claims()) <= {1}

    async def _claims(self) -> list[int]:
        """Count how often each external event of a run that was never deleted was claimed."""
        claims: Counter[tuple[str, str]] = Counter()
        for record in await self.store.kept.read_log(0, 100_000):
            if record.stream.startswith("run/k-"):
                for event in expanded(record.stream, record.first_sequence, 1, record.body):
                    if event.HasField("external_event_claimed"):
                        of = event.external_event_claimed.external_event_id
                        claims[record.stream, of.external_event_def_id.name + of.guid] += 1
        return list(claims.values())


def check_answer(command: Command, answer: Any, runs: set[str], rows: dict[Any, Any]) -> None:
    """Hold what was said against what is there."""
    if isinstance(answer, (wf_runs.WfRun, errors.WfRunExists)):
        assert isinstance(command, StartRun)
        assert command.run in runs
    if isinstance(answer, (events.ExternalEvent, errors.ExternalEventExists)):
        assert isinstance(command, PostExternalEvent)
        name = command.request.external_event_def_id.name
        row = rows[command.run, name, command.request.guid]
        assert row.claimed or not getattr(answer, "claimed", False)
    expected = (errors.Rejection, RuntimeFailure, asyncio.CancelledError)
    assert not isinstance(answer, BaseException) or isinstance(answer, expected)
    assert type(answer).__name__ != "InternalFault"


@pytest.mark.parametrize("seed", range(60))
async def test_what_was_said_is_so(seed) -> None:
    await Walk(seed).walk(rounds=25)


@pytest.mark.long
@pytest.mark.parametrize("seeds", [range(start, start + 100) for start in range(1_000, 2_000, 100)])
async def test_what_was_said_is_so_on_longer_walks(seeds) -> None:
    for seed in seeds:
        print("seed", seed)
        await Walk(seed).walk(rounds=60)
