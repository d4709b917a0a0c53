"""What a server has acknowledged, and whether that is still so.

Knows answers of calls and how to look for what they promised; knows nothing of
how the server was treated meanwhile.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accounts import Acknowledged, check_accounts, check_history
from tests.event_accounts import Account, End, FamilyAccounts
from tests.folding import make_tables_again

import hitchpost
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1.history_pb2 import DropReason, HistoryEvent
from hitchpost.v1.status_pb2 import LHStatus
from hitchpost_server.app import STORE_FILE
from hitchpost_server.engine.ids import RUN_STREAM, run_key
from hitchpost_server.engine.log import expanded
from hitchpost_server.engine.rows import TABLES, Row, key_of
from hitchpost_server.runtime.rebuilding import verify
from hitchpost_server.store.memory import MemoryStore
from hitchpost_server.store.sqlite.store import SqliteStore

EventKey = tuple[str, str, str]  # run, definition, guid


@dataclass
class Ledger:
    """Acknowledgements: what was answered with OK, and is to be found ever after.

    `runs` are with the statuses that they may end with; `events`, those of a run in the
    order of their answers, with whether the answer said that somebody has claimed them.
    `restless` runs start over: `begun` are executions of theirs that are there, `tried`
    counts how often a client let one begin.
    """

    runs: dict[str, Collection[LHStatus]] = field(default_factory=dict)
    events: dict[EventKey, bool] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    delivered: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    restless: set[str] = field(default_factory=set)
    begun: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    tried: Counter[str] = field(default_factory=Counter)

    async def has_enough(self) -> bool:
        """Whether there was enough of everything to prove something."""
        many = len(self.runs) > 30 and len(self.events) > 30
        refused = {"WF_RUN_NOT_FOUND", "NOT_REFERENCED_BY_WF_SPEC"}
        restless = self.restless & self.begun.keys()
        return many and all((self.deleted, self.delivered, restless, set(self.refused) == refused))

    def forget(self, run: str) -> None:
        """Expect nothing of a run that is being deleted."""
        self.runs.pop(run, None)
        for key in [key for key in self.events if key[0] == run]:
            del self.events[key]

    async def check(self, client: hitchpost.Client, runs: Iterable[str]) -> None:
        """Look for some runs and for all that was acknowledged of them."""
        wanted = dict.fromkeys(runs)
        await in_groups(self._check_run(client, run) for run in wanted if run in self.runs)
        await in_groups(self._check_deleted(client, run) for run in wanted if run in self.deleted)

    async def _check_run(self, client: hitchpost.Client, run: str) -> None:
        await client.get_run(run)
        if run in self.restless:  # its claimed events are listed until it starts over
            await check_history(client, run, self.acknowledged(run), {*self.begun[run]})
            return
        wanted = {key: claimed for key, claimed in self.events.items() if key[0] == run}
        listed = [event async for event in client.list_events(run)]
        found = {
            (run, event.id.external_event_def_id.name, event.id.guid): event.claimed
            for event in listed
        }
        assert len(found) == len(listed), f"run {run} lists an event twice"
        for key, was_claimed in wanted.items():
            assert key in found, f"lost: {key}"
            assert found[key] or not was_claimed, f"claim lost: {key}"
            got = await client.get_event(*key)
            assert got.claimed or not was_claimed, f"claim lost: {key}"

    def acknowledged(self, run: str) -> Acknowledged:
        """The events of a run that were acknowledged, in that order."""
        return {key[1:]: claimed for key, claimed in self.events.items() if key[0] == run}

    async def _check_deleted(self, client: hitchpost.Client, run: str) -> None:
        try:
            await client.get_run(run)
        except hitchpost.ObjectNotFound:
            return
        raise AssertionError(f"deleted run {run} is back")

    async def check_ends(self, client: hitchpost.Client, seconds: float = 60.0) -> None:
        """Wait until every run has ended, as it may; no run that could move is stuck."""
        async with asyncio.timeout(seconds):
            await in_groups(self._check_end(client, run) for run in self.runs)

    async def _check_end(self, client: hitchpost.Client, run: str) -> None:
        ended = await client.wait_for_run(run, timeout=60)
        assert ended.status in self.runs[run], f"run {run} is {LHStatus.Name(ended.status)}"
        async for task in client.task_runs(run):
            ends = [attempt.status for attempt in task.attempts]
            assert ends.count(tasks.TASK_SUCCESS) == 1, f"task of {run}: {ends}"
            assert ends[-1] == tasks.TASK_SUCCESS, f"task of {run}: {ends}"


async def in_groups(checks: Iterable[Awaitable[None]], size: int = 20) -> None:
    """Carry out checks, some at a time."""
    group: list[Awaitable[None]] = []
    for check in checks:
        group.append(check)
        if len(group) == size:
            await asyncio.gather(*group)
            group = []
    await asyncio.gather(*group)


Ends = Counter[tuple[End, DropReason]]


async def check_store(data: Path, ledger: Ledger) -> Ends:
    """Hold a stopped server's store against its own log, and the log against a ledger.

    Returns where events have ended.
    """
    store = await SqliteStore.open(data / STORE_FILE)
    try:
        assert await verify(store, MemoryStore()) == []
        tables = await all_rows(store)
        await make_tables_again(store)
        assert await all_rows(store) == tables
        assert await verify(store, MemoryStore()) == []
        return check_log([event async for event in all_events(store)], ledger)
    finally:
        await store.close()


async def all_rows(store: SqliteStore) -> dict[type[Row], list[Row]]:
    """Read every table."""
    found: dict[type[Row], list[Row]] = {}
    for table in TABLES:
        rows: list[Row] = []
        while page := await store.scan(table, (), key_of(rows[-1]).key if rows else (), 1_000):
            rows += page
        found[table] = rows
    return found


async def all_events(store: SqliteStore) -> AsyncIterator[HistoryEvent]:
    """Read the whole log."""
    position = 0
    while records := await store.read_log(position, 1_000):
        for each in records:
            for event in expanded(each.stream, each.first_sequence, each.position, each.body):
                yield event
        position = records[-1].last_position


def check_log(log: list[HistoryEvent], ledger: Ledger) -> Ends:
    """Whatever was acknowledged has happened once; nothing has happened twice.

    But an event that was given up by the time its post is tried again is accepted again.
    """
    started = Counter(
        (run_key(event.wf_run_id), event.execution)
        for event in log
        if event.HasField("run_started")
    )
    received = Counter(
        event_key(event, event.external_event_received.external_event.id)
        for event in log
        if event.HasField("external_event_received")
    )
    claimed = Counter(
        event_key(event, event.external_event_claimed.external_event_id)
        for event in log
        if event.HasField("external_event_claimed")
    )
    interrupts = Counter(
        (
            event_key(event, event.interrupt_triggered.external_event_id),
            event.interrupt_triggered.thread_run_number,
        )
        for event in log
        if event.HasField("interrupt_triggered")
    )
    taken = claimed.keys() | {key for key, _ in interrupts}
    for times in (started, claimed, interrupts):
        assert {what: count for what, count in times.items() if count != 1} == {}
    twice = {key for key, count in received.items() if count != 1}
    assert {name for _, name, _ in twice} <= {"soon", "left"}, twice
    assert ledger.runs.keys() <= {run for run, _ in started}
    assert ledger.events.keys() <= received.keys()
    assert {key for key, was_claimed in ledger.events.items() if was_claimed} <= taken
    assert taken <= received.keys()
    return check_all_accounts(log, ledger)


def check_all_accounts(log: list[HistoryEvent], ledger: Ledger) -> Ends:
    """Every event is accounted for; runs have started over as often as they were told to."""
    families: defaultdict[str, FamilyAccounts] = defaultdict(FamilyAccounts)
    for event in log:
        if event.stream.startswith(RUN_STREAM):
            families[event.stream].read([event])
    accounts = {run: one for family in families.values() for run, one in family.runs.items()}
    acknowledged: defaultdict[str, Acknowledged] = defaultdict(dict)
    for (run, *key), claimed in ledger.events.items():
        acknowledged[run][key[0], key[1]] = claimed
    for run, one in accounts.items():
        check_accounts(run, one, acknowledged[run], ledger.begun[run])
    for run in ledger.restless & accounts.keys():
        by_word = sum(is_told_again(one) for one in accounts[run].accounts)
        times = len(accounts[run].began) - 1
        assert by_word <= times <= by_word + ledger.tried[run], run
    return Counter((each.end, each.reason) for one in accounts.values() for each in one.accounts)


def is_told_again(account: Account) -> bool:
    """Whether a run has started over because of this event."""
    event = account.event
    return event.claimed and account.key[0] == "told" and event.content.str == "again"


def event_key(event: HistoryEvent, of: Any) -> EventKey:
    """Name an ExternalEvent as the ledger does."""
    return run_key(event.wf_run_id), of.external_event_def_id.name, of.guid
