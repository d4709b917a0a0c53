"""Runs that start over while events pour in: none is lost, none counted twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest
from letterbox import Letterbox
from tests.conftest import ServerProcess

import hitchpost
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1.external_event_pb2 import ExternalEvent

Fresh = Callable[[str], str]
LETTERS, TURNS = 300, 25
SUM = LETTERS * (LETTERS + 1) // 2


@pytest.fixture
async def other_client(server: ServerProcess) -> AsyncIterator[hitchpost.Client]:
    """A second connection to the same server."""
    async with hitchpost.connect(server.target) as connected:
        yield connected


async def test_a_run_that_starts_over_by_itself_counts_each_event_once(
    client: hitchpost.Client, other_client: hitchpost.Client, fresh: Fresh
) -> None:
    """It starts over after each third payment; two senders pay as fast as they can."""
    name, paid = fresh("account"), fresh("paid")
    await client.put_external_event_def(paid, content_type=int)

    @hitchpost.workflow(name)
    def account(wf: hitchpost.WorkflowBuilder) -> None:
        total = wf.variable("total", int, default=0)
        for _ in range(3):
            wf.set(total, total + wf.wait_for_event(paid))
        with wf.when(total == SUM):
            wf.complete(total)
        wf.continue_as_new(total=total)

    await client.put_workflow(account)
    await client.run(name, id=name)

    async def pay(payer: hitchpost.Client, first: int) -> None:
        for amount in range(first, LETTERS + 1, 2):
            await payer.post_event(name, paid, amount)

    await asyncio.gather(pay(client, 1), pay(other_client, 2))
    run = await client.get_run(name)
    assert (run.status, run.execution) == (status.COMPLETED, LETTERS // 3)
    assert run.thread_runs[0].output.int == SUM


async def test_each_event_is_claimed_carried_on_or_dropped_on_record(
    client: hitchpost.Client, other_client: hitchpost.Client, fresh: Fresh
) -> None:
    """Somebody else lets the run start over again and again, while letters come."""
    box = await (await Letterbox(client, fresh("box")).put()).start(reads=2)
    other = Letterbox(other_client, box.run)
    sent: list[ExternalEvent] = []

    async def send() -> None:
        for number in range(LETTERS):
            sent.append(await other.post(number))

    sending = asyncio.create_task(send())
    while not sending.done():
        await box.start_over(reads=2)
    await sending
    became = Counter[str]()
    async for event in box.history():
        kind = event.WhichOneof("event") or ""
        if kind in ("external_event_claimed", "external_event_dropped"):
            became[getattr(event, kind).external_event_id.guid] += 1
    became.update([e.id.guid async for e in client.list_events(box.run) if not e.claimed])
    assert became == Counter(one.id.guid for one in sent)
    assert len(sent) == LETTERS


async def test_two_that_ask_at_once_each_get_an_execution_of_their_own(
    client: hitchpost.Client, other_client: hitchpost.Client, fresh: Fresh
) -> None:
    box = await (await Letterbox(client, fresh("box")).put()).start()
    other = Letterbox(other_client, box.run)
    outcomes: list[int | BaseException] = []
    for _ in range(TURNS):
        outcomes += await asyncio.gather(
            box.start_over(), other.start_over(), return_exceptions=True
        )
    executions = [one for one in outcomes if isinstance(one, int)]
    lost = [one for one in outcomes if isinstance(one, hitchpost.ExecutionMismatch)]
    assert len(executions) + len(lost) == 2 * TURNS
    assert sorted(executions) == [*range(2, 2 + len(executions))]


async def test_a_guid_is_accepted_once_while_the_run_starts_over(
    client: hitchpost.Client, other_client: hitchpost.Client, fresh: Fresh
) -> None:
    """Whether the first of them is claimed, carried or left behind when the second comes."""
    box = await (await Letterbox(client, fresh("box")).put()).start(reads=1)
    other = Letterbox(other_client, box.run)
    for number in range(TURNS):
        calls = [
            box.post("one", guid=f"{number}"),
            box.start_over(reads=1),
            other.post("two", guid=f"{number}"),
            box.start_over(reads=1),
        ]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        twice = [one for one in outcomes if isinstance(one, hitchpost.ExternalEventExists)]
        assert len(twice) == 1
    received = [event.sequence for event in await box.bodies("external_event_received")]
    assert len(received) == TURNS
