"""External events of runs that start over, over the wire: what comes along and how far."""

from collections.abc import Callable

import pytest
from letterbox import Letterbox, text
from tests.conftest import ServerProcess

import hitchpost

Fresh = Callable[[str], str]


@pytest.fixture
async def box(client: hitchpost.Client, fresh: Fresh) -> Letterbox:
    """A run that reads nothing before it starts over."""
    return await (await Letterbox(client, fresh("box")).put()).start()


async def start_over(box: Letterbox, until: int) -> None:
    """Let a run start over until it is at an execution."""
    while await box.start_over() < until:
        pass


async def test_basic_carry_forward(box: Letterbox) -> None:
    await box.post("one")
    await box.post("two")
    assert await box.start_over(reads=2) == 2
    assert await box.got() == ["one", "two"]


async def test_consumed_event_not_carried(box: Letterbox) -> None:
    await box.start_over(reads=1)
    await box.post("read")
    await box.post("unread")
    await box.start_over(reads=2)
    assert await box.got() == ["unread"]


async def test_carried_through_several_executions(box: Letterbox) -> None:
    await box.post("patient", guid="p")
    await start_over(box, 4)
    carried = [one.execution for one in await box.bodies("external_event_carried")]
    assert carried == [2, 3, 4]
    assert await box.start_over(reads=1) == 5
    assert await box.got() == ["patient"]


async def test_kept_at_the_boundary_execution_6(box: Letterbox) -> None:
    await box.post("just in time")
    await start_over(box, 5)
    assert await box.start_over(reads=1) == 6
    assert await box.got() == ["just in time"]
    assert await box.drops() == []


async def test_dropped_past_the_carry_limit_execution_7(
    box: Letterbox, server: ServerProcess
) -> None:
    await box.post("too old", guid="old")
    await start_over(box, 6)
    await box.post("young")
    assert await box.start_over(reads=2) == 7
    assert await box.got() == ["young"]
    assert await box.drops() == [(7, "CARRY_LIMIT")]
    with pytest.raises(hitchpost.ObjectNotFound):
        await box.client.get_event(box.run, box.letter, "old")
    (warning,) = [one for one in server.log.splitlines() if "WARNING" in one and box.run in one]
    assert f"WfRun {box.run}: ExternalEvent {box.letter} old is dropped as execution 7" in warning


async def test_same_name_in_two_executions(box: Letterbox) -> None:
    """What was carried comes first, and each is of the execution that it came in."""
    await box.post("of the first", guid="z")
    await box.start_over()
    await box.post("of the second", guid="a")
    listed = {one.id.guid: one.execution async for one in box.client.list_events(box.run)}
    assert listed == {"z": 1, "a": 2}
    await box.start_over(reads=2)
    assert await box.got() == ["of the first", "of the second"]


async def test_a_carried_event_keeps_its_original_execution_in_the_new_history(
    box: Letterbox,
) -> None:
    posted = await box.post("old", guid="old")
    await start_over(box, 3)
    (carried,) = await box.bodies("external_event_carried", execution=3)
    event = carried.external_event_carried.external_event
    assert (carried.execution, event.execution, text(event.content)) == (3, 1, "old")
    assert (event.id, event.created_at) == (posted.id, posted.created_at)
    received = carried.external_event_carried.received_sequence
    (first,) = await box.bodies("external_event_received", execution=1)
    assert (first.sequence, first.external_event_received.external_event) == (received, event)


async def test_an_event_from_before_the_run_counts_as_of_execution_1(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    box = await Letterbox(client, fresh("box")).put()
    await box.post("early")
    await box.start()
    await start_over(box, 7)
    assert await box.drops() == [(7, "CARRY_LIMIT")]


async def test_an_aimed_event_ends_with_its_execution(box: Letterbox) -> None:
    await box.client.post_event(box.run, box.letter, {}, thread=0, position=99)
    await box.start_over(reads=1)
    assert await box.got() == []
    assert await box.drops() == [(2, "AIMED_AT_ENDED_EXECUTION")]


async def test_a_guid_is_accepted_once_in_all_executions(box: Letterbox) -> None:
    await box.post("unread", guid="unread")
    await box.start_over(reads=2)
    await box.post("read", guid="read")
    for _ in range(2):
        for guid in ("unread", "read"):
            with pytest.raises(hitchpost.ExternalEventExists):
                await box.post("again", guid=guid)
        await box.start_over()


async def test_carried_events_count_for_the_limit(box: Letterbox) -> None:
    await box.fill(100)
    await box.start_over(reads=1)
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await box.fill(1)
    assert (await box.post("awaited")).claimed
    assert await box.got() == ["awaited"]


async def test_an_event_that_was_claimed_before_can_still_be_got(box: Letterbox) -> None:
    await box.start_over(reads=1)
    read = await box.post("read", guid="read")
    await box.start_over()
    assert await box.client.get_event(box.run, box.letter, "read") == read
    assert [one async for one in box.client.list_events(box.run)] == []


async def test_order_and_executions_outlive_a_kill(own_server: ServerProcess) -> None:
    async with hitchpost.connect(own_server.target) as client:
        box = await (await Letterbox(client, "box").put()).start()
        await box.post("one")
        await box.start_over()
        await box.post("two")
    own_server.kill()
    own_server.start()
    async with hitchpost.connect(own_server.target) as client:
        box = Letterbox(client, "box")
        assert await box.start_over(reads=2) == 3
        assert await box.got() == ["one", "two"]


async def test_both_limits_are_settings(server_with: Callable[..., ServerProcess]) -> None:
    server = server_with(
        max_external_event_carry_forward_executions=2, max_unconsumed_external_events_per_run=3
    )
    async with hitchpost.connect(server.target) as client:
        box = await (await Letterbox(client, "box").put()).start()
        await box.fill(3)
        with pytest.raises(hitchpost.UnconsumedEventLimit) as refusal:
            await box.fill(1)
        assert refusal.value.metadata["limit"] == "3"
        await start_over(box, 3)
        assert await box.drops() == []
        await box.start_over()
        assert await box.drops() == [(4, "CARRY_LIMIT")] * 3
        await box.fill(3)
