"""The queue of external events, over the wire: raised before, while and after somebody waits."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

import grpc
import pytest
from letterbox import Letterbox, text
from tests.conftest import ServerProcess
from workflows import got, waiting_run

import hitchpost
from hitchpost.v1 import status_pb2 as status

Fresh = Callable[[str], str]
ROUNDS = 60


@pytest.fixture
async def box(client: hitchpost.Client, fresh: Fresh) -> Letterbox:
    return await Letterbox(client, fresh("box")).put()


@pytest.fixture
async def other_client(server: ServerProcess) -> AsyncIterator[hitchpost.Client]:
    """A second connection to the same server."""
    async with hitchpost.connect(server.target) as connected:
        yield connected


async def test_raise_before_wait_same_execution(box: Letterbox) -> None:
    await box.start(reads=1, gated=True)
    assert not (await box.post("early")).claimed
    assert await box.got() == []
    await box.open()
    assert await box.got() == ["early"]


async def test_raise_after_wait(box: Letterbox) -> None:
    await box.start(reads=1)
    assert (await box.post("awaited")).claimed
    assert await box.got() == ["awaited"]


async def test_several_events_of_one_name_come_in_order(box: Letterbox) -> None:
    await box.start(reads=5, gated=True)
    for number, guid in enumerate("zamyb"):
        await box.post(number, guid=guid)
    await box.open()
    assert await box.got() == [0, 1, 2, 3, 4]


async def test_different_names_do_not_interfere(box: Letterbox) -> None:
    await box.start(reads=2)
    await box.fill(3)
    await box.post("one")
    await box.fill(3)
    await box.post("two")
    assert await box.got() == ["one", "two"]
    assert len(await box.unclaimed()) == 6


async def test_event_for_a_run_that_does_not_exist_yet_is_found_when_it_starts(
    box: Letterbox,
) -> None:
    early = await box.post("early")
    assert (early.claimed, early.execution) == (False, 1)
    await box.start(reads=1)
    assert await box.got() == ["early"]


async def test_event_for_a_completed_run_is_kept_without_error(box: Letterbox) -> None:
    await box.start()
    await box.client.post_event(box.run, box.end)
    assert (await box.client.get_run(box.run)).status == status.COMPLETED
    late = await box.post("late", guid="late")
    assert not late.claimed
    assert await box.client.get_event(box.run, box.letter, "late") == late


async def test_empty_content(client: hitchpost.Client, fresh: Fresh) -> None:
    gate, letter = fresh("gate"), fresh("letter")
    run = await waiting_run(client, fresh("box"), gate, letter, letter)
    await client.post_event(run, letter)
    await client.post_event(run, letter, "")
    await client.post_event(run, gate, "open")
    assert await got(client, run) == ["open", None, ""]
    assert (await client.get_run(run)).status == status.COMPLETED


async def test_100_kb_of_json_arrives_whole(box: Letterbox) -> None:
    document = {"lines": [f"{number} äöü€" * 5 for number in range(2_000)], "ok": True}
    assert len(json.dumps(document, ensure_ascii=False).encode()) > 100_000
    await box.post(document)
    await box.start(reads=1)
    assert await box.got() == [document]


async def test_two_senders_at_once_both_delivered(
    box: Letterbox, other_client: hitchpost.Client
) -> None:
    await box.start(reads=2 * ROUNDS)
    other = Letterbox(other_client, box.run)
    for number in range(ROUNDS):
        pair = await asyncio.gather(box.post(f"a{number}"), other.post(f"b{number}"))
        assert [one.claimed for one in pair] == [True, True]
    received = [
        text(one.external_event_received.external_event.content)
        for one in await box.bodies("external_event_received")
    ]
    assert sorted(received) == sorted(f"{one}{n}" for one in "ab" for n in range(ROUNDS))
    assert await box.got() == received


async def test_raise_racing_wait(
    client: hitchpost.Client, other_client: hitchpost.Client, box: Letterbox
) -> None:
    """The gate opens and the letter comes at once, on two connections, either first."""
    claimed_at_once = []
    for number in range(ROUNDS):
        run = f"{box.run}-{number}"
        await client.run(box.run, {"reads": 1, "gated": True}, id=run)
        opened = client.post_event(run, box.gate)
        posted = other_client.post_event(run, box.letter, {"text": number})
        both = [opened, posted] if number % 2 else [posted, opened]
        events = await asyncio.gather(*both)
        claimed_at_once += [one.claimed for one in events if one.content.HasField("json_obj")]
        assert await box.got(run) == [number]
    assert set(claimed_at_once) == {True, False}


async def test_the_event_is_in_the_history_with_execution_and_time(box: Letterbox) -> None:
    await box.start(reads=1)
    assert await box.start_over(reads=1) == 2
    before = time.time_ns()
    posted = await box.post("noted", guid="noted")
    after = time.time_ns()
    (noted,) = await box.bodies("external_event_received")
    event = noted.external_event_received.external_event
    assert (noted.execution, event.execution, text(event.content)) == (2, 2, "noted")
    assert event.id == posted.id
    assert noted.time == event.created_at
    assert before // 1_000 <= noted.time.ToMicroseconds() <= after // 1_000
    (claimed,) = await box.bodies("external_event_claimed")
    assert claimed.execution == 2
    assert claimed.external_event_claimed.external_event_id == posted.id


async def test_fifty_under_the_limit(box: Letterbox) -> None:
    for number in range(50):
        assert not (await box.post(number)).claimed
    await box.start(reads=50)
    assert await box.got() == [*range(50)]


async def test_the_hundred_and_first_is_refused_with_a_warning(
    box: Letterbox, server: ServerProcess
) -> None:
    await box.start()
    await box.fill(100)
    history = [one async for one in box.history()]
    with pytest.raises(hitchpost.UnconsumedEventLimit) as refusal:
        await box.post("one too many", guid="101st")
    assert refusal.value.status is grpc.StatusCode.RESOURCE_EXHAUSTED
    facts = {"wf_run": box.run, "external_event_def": box.letter, "count": "100", "limit": "100"}
    assert refusal.value.metadata == facts
    assert [one async for one in box.history()] == history
    assert len(await box.unclaimed()) == 100
    (warning,) = [one for one in server.log.splitlines() if "WARNING" in one and box.run in one]
    assert f"WfRun {box.run} holds 100 unclaimed ExternalEvents" in warning
    assert f"the limit is 100 ({box.letter})" in warning


@pytest.mark.parametrize("state", ["not started", "running", "over"])
async def test_the_limit_counts_whatever_the_state_of_the_run(box: Letterbox, state: str) -> None:
    if state != "not started":
        await box.start()
    if state == "over":
        await box.client.post_event(box.run, box.end)
    await box.fill(100)
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await box.post()


async def test_consuming_ten_frees_ten(box: Letterbox) -> None:
    await box.start(reads=10, gated=True)
    for number in range(99):
        await box.post(number)
    await box.open()  # it is awaited, and there is room for one
    assert await box.got() == [*range(10)]
    for number in range(11):
        await box.post(number)
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await box.post()


async def test_only_unconsumed_ones_count(box: Letterbox) -> None:
    await box.start(reads=150)
    for number in range(150):
        assert (await box.post(number)).claimed
    await box.fill(100)
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await box.fill(1)


async def test_what_a_full_run_waits_for_is_taken(box: Letterbox) -> None:
    await box.start(reads=2)
    await box.fill(100)
    assert (await box.post("one")).claimed
    assert (await box.post("two")).claimed
    assert await box.got() == ["one", "two"]
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await box.post("three")


async def test_what_interrupts_a_full_run_is_taken(client: hitchpost.Client, fresh: Fresh) -> None:
    name, changed, noise, never = (fresh(one) for one in ("busy", "changed", "noise", "never"))
    for event in (changed, noise, never):
        await client.put_external_event_def(event)

    @hitchpost.workflow(name)
    def busy(wf: hitchpost.WorkflowBuilder) -> None:
        wf.interrupt(changed)(lambda _handler: None)
        wf.wait_for_event(never)

    await client.put_workflow(busy)
    await client.run(name, id=name)
    for _ in range(100):
        await client.post_event(name, noise)
    assert (await client.post_event(name, changed)).claimed


async def test_raise_racing_the_hundredth(box: Letterbox, other_client: hitchpost.Client) -> None:
    """However many come at once, a hundred are kept and the others are told."""
    other = Letterbox(other_client, box.run)
    posts = [sender.post(n) for n in range(60) for sender in (box, other)]
    outcomes = await asyncio.gather(*posts, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, hitchpost.UnconsumedEventLimit)]
    accepted = [one for one in outcomes if not isinstance(one, BaseException)]
    assert (len(accepted), len(refused)) == (100, 20)
    assert len(await box.unclaimed()) == 100
