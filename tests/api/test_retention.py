"""Runs and events that are kept for a time only."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.conftest import ServerProcess, eventually
from workflows import history_kinds, waiting_run, waits_for

import hitchpost
from hitchpost.v1 import status_pb2 as status

Fresh = Callable[[str], str]


def dividing(name: str, event: str | None = None) -> hitchpost.Workflow:
    """Divide by the input `by`, for which 0 is an ERROR and 1 an EXCEPTION; wait for an event."""

    @hitchpost.workflow(name, retention_seconds=1)
    def divides(wf: hitchpost.WorkflowBuilder) -> None:
        by = wf.input("by", int)
        quotient = wf.variable("quotient", int, default=12)
        wf.set(quotient, quotient / by)
        with wf.when(by == 1):
            wf.fail("pointless")
        if event is not None:
            wf.wait_for_event(event)

    return divides


def gone(client: hitchpost.Client, run: str) -> Callable[[], Awaitable[bool]]:
    """Tell whether a run has gone."""

    async def look() -> bool:
        try:
            await client.get_run(run)
        except hitchpost.ObjectNotFound:
            return True
        return False

    return look


async def end_of(client: hitchpost.Client, run: str) -> int:
    return (await client.get_run(run)).status


@pytest.mark.parametrize(("by", "end"), [(0, "ERROR"), (1, "EXCEPTION"), (2, "COMPLETED")])
async def test_run_is_deleted_a_time_after_its_end_whatever_its_end_was(
    client: hitchpost.Client, fresh: Fresh, by: int, end: str
) -> None:
    name, event = fresh("division"), fresh("remark")
    await client.put_external_event_def(event)
    await client.put_workflow(dividing(name))
    await client.post_event(name, event, "early")
    ended = await client.run(name, {"by": by}, id=name)
    assert status.LHStatus.Name(ended.status) == end
    assert await end_of(client, name) == ended.status
    await client.post_event(name, event, "late")
    await eventually(gone(client, name))
    assert [one async for one in client.node_runs(name)] == []
    assert [one async for one in client.variables(name)] == []
    assert [one async for one in client.list_events(name)] == []
    assert await history_kinds(client, name) == ["run_deleted"]


async def test_run_is_there_until_its_time_is_over(client: hitchpost.Client, fresh: Fresh) -> None:
    name = fresh("division")
    await client.put_workflow(dividing(name))
    ended = await client.run(name, {"by": 2}, id=name)
    due = ended.end_time.ToNanoseconds() + 1_000_000_000
    while not await gone(client, name)():
        await asyncio.sleep(0.02)
    [deleted] = [one async for one in client.history(name)]
    assert due <= deleted.time.ToNanoseconds() < due + 4_000_000_000


async def test_run_that_has_not_ended_is_kept(client: hitchpost.Client, fresh: Fresh) -> None:
    """Neither one that waits nor one that somebody has stopped goes before one that has ended."""
    name, event = fresh("division"), fresh("go")
    await client.put_external_event_def(event)
    await client.put_workflow(dividing(name, event))
    waiting, stopped, ended = (f"{name}-{end}" for end in ("waiting", "stopped", "ended"))
    await client.run(name, {"by": 2}, id=waiting)
    await client.run(name, {"by": 2}, id=stopped)
    await client.stop_run(stopped)
    await client.run(name, {"by": 0}, id=ended)
    await eventually(gone(client, ended))
    assert await end_of(client, waiting) == status.RUNNING
    assert await end_of(client, stopped) == status.HALTED


async def test_rescued_run_is_kept_until_a_time_after_its_next_end(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name, event = fresh("division"), fresh("go")
    await client.put_external_event_def(event)
    await client.put_workflow(dividing(name, event))
    rescued, other = f"{name}-rescued", f"{name}-other"
    for run in (rescued, other):
        await client.run(name, {"by": 0}, id=run)
    assert (await client.rescue_run(rescued, skip_node=True)).status == status.RUNNING
    await eventually(gone(client, other))
    assert await end_of(client, rescued) == status.RUNNING
    await client.post_event(rescued, event)
    assert await end_of(client, rescued) == status.COMPLETED
    await eventually(gone(client, rescued))


async def test_retention_of_nothing_is_an_answer_and_no_more(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name = fresh("short")
    await client.put_workflow(hitchpost.workflow(name, retention_seconds=0)(lambda _: None))
    assert (await client.run(name, id=name)).status == status.COMPLETED
    await eventually(gone(client, name))


async def test_version_that_a_run_follows_says_how_long_it_is_kept(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name, event = fresh("order"), fresh("signed")
    await client.put_external_event_def(event)
    for seconds in (None, 1):
        await client.put_workflow(waits_for(name, event, retention=seconds))
        await client.run(name, id=f"{name}-{seconds}")
    await client.put_workflow(waits_for(name, event))
    for run in (f"{name}-None", f"{name}-1"):
        await client.post_event(run, event)
    await eventually(gone(client, f"{name}-1"))
    assert await end_of(client, f"{name}-None") == status.COMPLETED


async def test_id_of_a_run_that_has_gone_may_be_used_again(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name, event = fresh("division"), fresh("go")
    await client.put_external_event_def(event)
    await client.put_workflow(dividing(name, event))
    await client.run(name, {"by": 0}, id=name)
    await eventually(gone(client, name))
    await client.post_event(name, event, "early")
    assert (await client.run(name, {"by": 2}, id=name)).status == status.COMPLETED
    await eventually(gone(client, name))


async def test_time_goes_by_while_the_server_is_down(
    own_server: ServerProcess, fresh: Fresh
) -> None:
    name, event = fresh("division"), fresh("remark")
    async with hitchpost.connect(own_server.target) as client:
        await client.put_external_event_def(event, retention_seconds=1)
        await client.put_workflow(dividing(name))
        await client.run(name, {"by": 2}, id=name)
        await client.post_event("nobody", event)
    own_server.kill()
    own_server.start()
    async with hitchpost.connect(own_server.target) as client:
        await eventually(gone(client, name))

        async def expired() -> bool:
            return [one async for one in client.list_events("nobody")] == []

        await eventually(expired)


def left(client: hitchpost.Client, run: str, *guids: str) -> Callable[[], Awaitable[bool]]:
    """Tell whether just these events of a run are left."""

    async def look() -> bool:
        return [one.id.guid async for one in client.list_events(run)] == list(guids)

    return look


async def test_retention_removes_what_nobody_claims_and_says_so(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event)
    await client.put_external_event_def(event, retention_seconds=1)
    await client.post_event(run, event, "claimed", guid="claimed")
    await client.post_event(run, event, "left", guid="left")
    await eventually(left(client, run, "claimed"))
    expired = [
        one.external_event_expired.external_event_id.guid
        async for one in client.history(run)
        if one.WhichOneof("event") == "external_event_expired"
    ]
    assert expired == ["left"]


async def test_policy_at_the_time_of_the_put_counts(client: hitchpost.Client, fresh: Fresh) -> None:
    kept, short = fresh("kept"), fresh("short")
    for event in (kept, short):
        await client.put_external_event_def(event, retention_seconds=None)
    run = await waiting_run(client, fresh("order"), fresh("never"))
    await client.post_event(run, kept)
    for event in (kept, short):
        await client.put_external_event_def(event, retention_seconds=1)
    await client.post_event(run, short)

    async def only_kept() -> bool:
        left = [one.id.external_event_def_id.name async for one in client.list_events(run)]
        return left == [kept]

    await eventually(only_kept)


async def test_event_that_has_expired_is_not_taken_by_a_run_that_starts_later(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event, retention_seconds=1)
    await client.put_workflow(waits_for(name, event))
    await client.post_event(name, event, "early")
    await eventually(left(client, name))
    assert (await client.run(name, id=name)).status == status.RUNNING


async def test_event_that_is_awaited_is_taken_and_stays_whatever_its_retention(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event, retention_seconds=0)
    await client.put_workflow(waits_for(name, event))
    await client.run(name, id=name)
    assert (await client.post_event(name, event, guid="awaited")).claimed
    await client.post_event(name, event, guid="not-awaited")
    await eventually(left(client, name, "awaited"))


async def test_event_that_interrupts_is_taken_and_stays_whatever_its_retention(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, noise, never = fresh("changed"), fresh("noise"), fresh("never")
    name = fresh("order")
    for one in (event, noise, never):
        await client.put_external_event_def(one, retention_seconds=0)

    @hitchpost.workflow(name)
    def interrupted(wf: hitchpost.WorkflowBuilder) -> None:
        wf.interrupt(event)(lambda _handler: None)
        wf.wait_for_event(never)

    await client.put_workflow(interrupted)
    await client.run(name, id=name)
    assert (await client.post_event(name, event, guid="interrupts")).claimed
    await client.post_event(name, noise, guid="interrupts-nothing")
    await eventually(left(client, name, "interrupts"))


async def test_expired_event_makes_room_and_its_guid_may_be_used_again(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, run = fresh("signed"), fresh("nobody")
    await client.put_external_event_def(event, retention_seconds=1)
    posts = (client.post_event(run, event, guid=f"{number}") for number in range(100))
    await asyncio.gather(*posts)
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await client.post_event(run, event)
    await eventually(left(client, run))
    assert not (await client.post_event(run, event, guid="0")).claimed
