"""RunWf races PutExternalEvent with both guardrails on, in every order and at every pace.

Whatever happens, an event is refused, or it is there once and claimed once.
"""

import asyncio
from itertools import permutations, product

import orders
import pytest
from scripted_store import ScriptedStore, Turn
from serving import Serving, broken_laws, names_of, outcomes_of

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1.wf_run_pb2 import WfRun
from hitchpost_server.engine.log import expanded
from hitchpost_server.engine.rows import ExternalEventRow, RunRow
from hitchpost_server.store.protocol import StoreUnavailableError

Names = tuple[str, ...]
ORDERS = list(permutations(["run", "x", "y", "z"]))
FULL = StoreUnavailableError("full")


def command_for(name: str) -> orders.commands.Command:
    return orders.start("parcel", "a") if name == "run" else orders.post("signed", "a", name)


async def at_once(serving: Serving, names: Names, first: Turn) -> list[object]:
    first.release()
    return await serving.outcomes(*(command_for(name) for name in names))


async def one_by_one(serving: Serving, names: Names, first: Turn) -> list[object]:
    first.release()
    return [(await serving.outcomes(command_for(name)))[0] for name in names]


async def while_one_is_written(serving: Serving, names: Names, first: Turn) -> list[object]:
    """The first is being written while the others come, two of them together."""
    answers = serving.submit(command_for(names[0]))
    await first.reached.wait()
    for group in (names[1:3], names[3:]):
        answers += serving.submit(*(command_for(name) for name in group))
        for _ in range(10):
            await asyncio.sleep(0)
    first.release()
    return await outcomes_of(answers)


async def history_of(store: ScriptedStore) -> list[history.HistoryEvent]:
    records = await store.kept.read_stream("run/a", 0, 1_000)
    return [
        event
        for record in records
        for event in expanded(record.stream, record.first_sequence, record.position, record.body)
    ]


async def accepted_and_claimed(store: ScriptedStore) -> tuple[list[str], list[str]]:
    happened = await history_of(store)
    accepted = [
        event.external_event_received.external_event.id.guid
        for event in happened
        if event.HasField("external_event_received")
    ]
    claimed = [
        event.external_event_claimed.external_event_id.guid
        for event in happened
        if event.HasField("external_event_claimed")
    ]
    return accepted, claimed


async def check_outcomes(store: ScriptedStore, names: Names, outcomes: list) -> None:
    accepted, claimed = await accepted_and_claimed(store)
    assert accepted == claimed
    assert len(set(accepted)) == len(accepted)
    rows = {row.guid: row for row in await store.kept.scan(ExternalEventRow, ("a",), (), 10)}
    assert sorted(rows) == sorted(accepted)
    for name, outcome in zip(names, outcomes, strict=True):
        if isinstance(outcome, events.ExternalEvent):
            assert rows[name].claimed
        elif name != "run":
            assert type(outcome).__name__ in ("WfRunNotFound", "StoreUnavailable")
            assert name not in rows


async def finish(serving: Serving, names: Names) -> None:
    """Order again what did not come to be, until the run is through."""
    for name in ("run", *names):
        await serving.outcomes(command_for(name))
    (row,) = await serving.store.kept.scan(RunRow, (), (), 10)
    assert WfRun.FromString(row.body).status == status.COMPLETED
    accepted, claimed = await accepted_and_claimed(serving.store)
    assert sorted(accepted) == ["x", "y", "z"]
    assert accepted == claimed


@pytest.mark.parametrize("pace", [at_once, one_by_one, while_one_is_written])
@pytest.mark.parametrize("batch_commands_max", [1, 2, 256])
async def test_event_is_refused_or_claimed_once(pace, batch_commands_max) -> None:
    for names in ORDERS:
        store = ScriptedStore()
        serving = Serving(store, batch_commands_max=batch_commands_max)
        await serving.define_all()
        outcomes = await pace(serving, names, store.hold("commit"))
        await check_outcomes(store, names, outcomes)
        # In this order, what comes before the run is refused and what follows is accepted.
        before = names.index("run")
        wanted = ["WfRunNotFound"] * before + ["WfRun"] + ["ExternalEvent"] * (3 - before)
        assert names_of(outcomes) == wanted, names
        await finish(serving, names)
        await serving.stop()
        assert await broken_laws(store, serving.committer) == []


@pytest.mark.parametrize("pace", [at_once, one_by_one, while_one_is_written])
@pytest.mark.parametrize("batch_commands_max", [1, 2, 256])
async def test_the_same_while_commits_fail(pace, batch_commands_max) -> None:
    for names, failing in product(ORDERS[::5], range(1, 5)):
        store = ScriptedStore()
        serving = Serving(store, batch_commands_max=batch_commands_max)
        await serving.define_all()
        first, *others = [
            store.hold("commit", FULL if number == failing else None) for number in range(1, 5)
        ]
        for turn in others:
            turn.release()
        outcomes = await pace(serving, names, first)
        await check_outcomes(store, names, outcomes)
        store.forget_turns()
        await finish(serving, names)
        await serving.stop()
        assert await broken_laws(store, serving.committer) == []


async def test_unguarded_event_that_comes_first_waits_and_is_claimed(serving, store) -> None:
    await serving.do(orders.put_event_def("signed", require_wfrun=False))
    outcomes = await at_once(serving, ("x", "run", "y", "z"), store.hold("commit"))
    assert names_of(outcomes) == ["ExternalEvent", "WfRun", "ExternalEvent", "ExternalEvent"]
    assert await accepted_and_claimed(store) == (["x", "y", "z"], ["x", "y", "z"])
