"""A seeded random walk: many orders, tiny limits, a store that fails now and then.

Runs named `k-` are never deleted, nor do they go by retention: what was said
about them must be so at the end.
"""

import asyncio
import random
from collections import Counter
from typing import Any

import convoys
import orders
import pytest
from happenings import happenings
from scripted_store import ScriptedStore, within
from serving import Serving, broken_laws
from tests.event_accounts import End, EventAccounts
from tests.folding import folded_states
from told_events import told_accounts

from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import errors
from hitchpost_server.engine.commands import (
    Command,
    ContinueAsNew,
    FireTimer,
    PostExternalEvent,
    PutCorrelatedEvent,
    RescueThread,
    StartRun,
)
from hitchpost_server.engine.owed_commands import from_follow_up
from hitchpost_server.engine.rows import (
    CorrelatedEventRow,
    FollowUpRow,
    RunRow,
    TimerRow,
)
from hitchpost_server.engine.state import CorrelationState, FamilyState
from hitchpost_server.runtime.errors import RuntimeFailure
from hitchpost_server.store.protocol import ConflictError, StoreUnavailableError

RUNS = ["k-1", "k-2", "k-3", "k-4", "d-1", "d-2"]
NAP = ("nap", {"until": 10**13})
KINDS = {
    **{"start": 3, "signed": 4, "noted": 3, "define": 0.5, "task": 4, "timer": 2, "delete": 1},
    **{"stopped": 1, "thread": 3, "form": 1, "send": 0.5, "follow_up": 3, "over": 3},
}
FAILING = {"commit": 0.2, "load": 0.05, "lookup": 0.05}


class Walk:
    """One walk; the seed decides everything."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.store = ScriptedStore()
        self.said: list[tuple[Command, Any]] = []
        choose = self.random.choice
        self._carry_max = choose([1, 2, 5])
        self.settings = {
            "batch_commands_max": choose([1, 2, 5, 256]),
            "cache_bytes_max": choose([1, 10_000, 10**8]),
            "snapshot_every_events": choose([1, 3, 100]),
            "cached_facts_max": choose([1, 4, 100]),
            "commit_retries_max": choose([1, 5]),
            "max_unconsumed_external_events_per_run": choose([3, 100]),
            "max_external_event_carry_forward_executions": self._carry_max,
        }

    async def walk(self, rounds: int) -> None:
        """Order things in groups, without waiting for all of them; then check everything."""
        # Walks are slow where much else is going on, and are not about that.
        serving = Serving(self.store, inbox_wait_seconds_max=3_600.0, **self.settings)
        await serving.define_all()
        await serving.do(*(make() for make in convoys.DEFINITIONS))
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
        answers = await asyncio.gather(*(one for _, one in waiting), return_exceptions=True)
        await self._settle(serving)
        await serving.stop()
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

    async def _settle(self, serving: Serving) -> None:
        """Carry out what is owed, and what is then owed for it."""
        while owed := await self._owed():
            for row in owed:
                await within(serving.committer.submit(_made_of(row)))

    async def _owed(self) -> list[Any]:
        return await self.store.kept.scan(FollowUpRow, (), (), 100)

    async def _order(self) -> Command:
        run = self.random.choice(RUNS)
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        command: Command = await getattr(self, f"_{kind}")(run)
        return command

    async def _start(self, run: str) -> Command:
        task = ("errand", {}) if run.startswith("k-") else ("chore", {"room": "hall"})
        convoy = ("convoy", {"key": self.random.choice(convoys.KEYS)})
        ways = [("parcel", {}), task, NAP, convoy, convoy, ("shift", {}), ("shift", {})]
        name, inputs = self.random.choice(ways)
        return orders.start(name, run, **inputs)

    async def _over(self, run: str) -> Command:
        return orders.continue_as_new(run, self.random.choice([None, None, 1, 2, 3]))

    async def _stopped(self, run: str) -> Command:
        return orders.post("stopped", run, f"guid-{self.random.randint(1, 30)}")

    async def _thread(self, run: str) -> Command:
        """Stop, resume or rescue a thread, of the run or of its child."""
        make = self.random.choice([convoys.stop, convoys.resume, convoys.resume, convoys.rescue])
        if self.random.random() < 0.2:
            return make(f"{run}_mail", 0)
        return make(run, self.random.randint(0, 5))

    async def _form(self, run: str) -> Command:
        return convoys.fill_in(run, self.random.choice(["3-1", "i1.3-1", "2.3-1"]))

    async def _send(self, _run: str) -> Command:
        return convoys.send(self.random.choice(convoys.KEYS), "a letter")

    async def _follow_up(self, run: str) -> Command:
        owed = await self._owed()
        return _made_of(self.random.choice(owed)) if owed else await self._start(run)

    async def _signed(self, run: str) -> Command:
        return orders.post("signed", run, f"guid-{self.random.randint(1, 30)}")

    async def _noted(self, run: str) -> Command:
        return orders.post("noted", run, f"guid-{self.random.randint(1, 30)}")

    async def _define(self, _run: str) -> Command:
        return self.random.choice([*orders.DEFINITIONS, *convoys.DEFINITIONS])()

    async def _task(self, run: str) -> Command:
        prefix = self.random.choice(["", "", "2.", "3.", "i1.", "i2.", "2.i1."])
        guid = prefix + self.random.choice(["0-1", "1-1", "2-1"])
        if self.random.random() < 0.5:
            return orders.start_task(run, guid)
        task = tasks.ScheduledTask()
        task.task_run_id.wf_run_id.id, task.task_run_id.task_guid = run, guid
        reported = orders.report(task)
        if self.random.random() < 0.3:
            reported.report.status = tasks.TASK_FAILED
            reported.report.ClearField("output")
        return reported

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
        families = (await told_accounts(self.store.kept, self._carry_max)).values()
        accounts = {run: one for family in families for run, one in family.runs.items()}
        for command, answer in self.said:
            if getattr(command, "run", "").startswith("k-"):
                check_answer(command, answer, runs, accounts)
        self._check_starting_over(accounts)
        sent = {row[:2] for row in await self.store.kept.scan(CorrelatedEventRow, (), (), 100)}
        for command, answer in self.said:
            if isinstance(
                answer, (correlated_events.CorrelatedEvent, errors.CorrelatedEventExists)
            ):
                assert isinstance(command, PutCorrelatedEvent)
                assert ("sent", command.request.key) in sent
        records = await self.store.kept.read_log(0, 100_000)
        assert set(happenings(records, "run/k-").values()) <= {1}
        await self._check_keys()

    def _check_starting_over(self, accounts: dict[str, EventAccounts]) -> None:
        """Each one that was acknowledged has happened, and no two of them are the same."""
        said = Counter(
            (command.run, answer.execution)
            for command, answer in self.said
            if isinstance(command, ContinueAsNew)
            and isinstance(answer, wf_runs.WfRun)
            and command.run.startswith("k-")
        )
        assert {what: times for what, times in said.items() if times > 1} == {}
        assert [what for what in said if what[1] not in accounts[what[0]].began] == []

    async def _check_keys(self) -> None:
        """Now that nothing is owed, the keys know who waits for them: no more, no less."""
        states = (await folded_states(self.store.kept)).values()
        waits = {wait for one in states if isinstance(one, FamilyState) for wait in one.waits}
        marks = {wait for one in states if isinstance(one, CorrelationState) for wait in one.marks}
        assert marks == waits


def _made_of(row: Any) -> Command:
    """Make the command of a follow-up."""
    return from_follow_up(row.id, row.stream, orders.sent("")["seed"], row.body)


def check_answer(
    command: Command, answer: Any, runs: set[str], accounts: dict[str, EventAccounts]
) -> None:
    """Hold what was said against what is there."""
    if isinstance(answer, (wf_runs.WfRun, errors.WfRunExists)):
        assert isinstance(command, (StartRun, RescueThread, ContinueAsNew))
        assert command.run in runs
    if isinstance(answer, (events.ExternalEvent, errors.ExternalEventExists)):
        assert isinstance(command, PostExternalEvent)
        name = command.request.external_event_def_id.name
        told = accounts[command.run].latest((name, command.request.guid))
        assert told is not None
        assert told.end == End.CLAIMED or not getattr(answer, "claimed", False)
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
