"""Each check that an external event must pass, on the wire."""

import asyncio
from collections.abc import Callable

import grpc
import pytest
from tests.conftest import ServerProcess
from workflows import got, idles, waiting_run, waits_for

import hitchpost
from hitchpost.v1 import status_pb2
from hitchpost.v1.value_pb2 import VariableValue

Fresh = Callable[[str], str]
LIMIT = 100


async def test_event_for_a_run_whose_id_is_not_a_name_is_refused(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event = fresh("signed")
    await client.put_external_event_def(event)
    for run in ("", "a b", "-a", "a/b", "ü", "r" * 300):
        with pytest.raises(hitchpost.FieldInvalid) as refusal:
            await client.post_event(run, event)
        assert refusal.value.status is grpc.StatusCode.INVALID_ARGUMENT
        assert refusal.value.metadata["field"].startswith("wf_run_id")


async def test_event_whose_definition_has_no_name_is_refused(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    with pytest.raises(hitchpost.FieldInvalid):
        await client.post_event(fresh("run"), "")
    with pytest.raises(hitchpost.FieldInvalid):
        await client.post_event(fresh("run"), "not_a_name")


async def test_position_without_a_thread_is_no_aim(client: hitchpost.Client, fresh: Fresh) -> None:
    event = fresh("signed")
    await client.put_external_event_def(event)
    with pytest.raises(hitchpost.FieldInvalid) as refusal:
        await client.post_event(fresh("run"), event, position=1)
    assert refusal.value.metadata["field"] == "node_run_position"


async def test_event_without_a_definition_is_refused(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event = fresh("unheard-of")
    with pytest.raises(hitchpost.ExternalEventDefNotFound) as refusal:
        await client.post_event(fresh("run"), event)
    assert refusal.value.status is grpc.StatusCode.INVALID_ARGUMENT
    assert refusal.value.metadata == {"external_event_def": event}


async def test_event_of_a_deleted_definition_is_refused(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event = fresh("signed")
    await client.put_external_event_def(event)
    await client.delete_external_event_def(event)
    with pytest.raises(hitchpost.ExternalEventDefNotFound):
        await client.post_event(fresh("run"), event)


async def test_guid_is_accepted_once_claimed_or_not(client: hitchpost.Client, fresh: Fresh) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event)
    for guid, claimed in (("first", True), ("second", False)):
        assert (await client.post_event(run, event, "x", guid=guid)).claimed is claimed
        with pytest.raises(hitchpost.ExternalEventExists) as refusal:
            await client.post_event(run, event, "y", guid=guid)
        assert refusal.value.status is grpc.StatusCode.ALREADY_EXISTS
        assert refusal.value.metadata["guid"] == guid
    assert [one.content.str async for one in client.list_events(run)] == ["x", "x"]


async def test_guid_may_come_again_for_another_run_and_another_definition(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    one, other, run = fresh("one"), fresh("other"), fresh("run")
    await client.put_external_event_def(one)
    await client.put_external_event_def(other)
    await client.post_event(run, one, guid="same")
    await client.post_event(run, other, guid="same")
    await client.post_event(fresh("run"), one, guid="same")


@pytest.mark.parametrize("content", ["text", 1.5, True, {"a": 1}])
async def test_content_of_another_type_is_refused(
    client: hitchpost.Client, fresh: Fresh, content: object
) -> None:
    event = fresh("counted")
    await client.put_external_event_def(event, content_type=int)
    with pytest.raises(hitchpost.ContentTypeMismatch) as refusal:
        await client.post_event(fresh("run"), event, content)
    assert refusal.value.status is grpc.StatusCode.INVALID_ARGUMENT
    assert event in refusal.value.message
    assert "invalid type" in refusal.value.message.lower()


async def test_malformed_json_is_refused_whatever_the_type(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    untyped, typed = fresh("sent"), fresh("sent")
    await client.put_external_event_def(untyped)
    await client.put_external_event_def(typed, content_type=dict)
    for event in (untyped, typed):
        for json_text in ("{", "", "[" * 100_000, '{"a": NaN}'):
            with pytest.raises(hitchpost.ContentTypeMismatch):
                await client.post_event(fresh("run"), event, VariableValue(json_obj=json_text))


async def test_no_content_fits_every_type(client: hitchpost.Client, fresh: Fresh) -> None:
    event = fresh("counted")
    await client.put_external_event_def(event, content_type=int)
    accepted = await client.post_event(fresh("run"), event, None)
    assert accepted.content.WhichOneof("value") is None


async def test_content_beyond_the_limit_is_refused(client: hitchpost.Client, fresh: Fresh) -> None:
    event = fresh("sent")
    await client.put_external_event_def(event)
    with pytest.raises(hitchpost.ContentTooLarge) as refusal:
        await client.post_event(fresh("run"), event, "x" * 1_000_001)
    assert refusal.value.status is grpc.StatusCode.INVALID_ARGUMENT
    assert refusal.value.metadata["limit"] == "1000000"


async def test_event_that_requires_a_run_is_refused_without_it_and_taken_with_it(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, order = fresh("signed"), fresh("order")
    await client.put_external_event_def(event, require_wfrun=True)
    await client.put_workflow(waits_for(order, event))
    with pytest.raises(hitchpost.WfRunNotFound) as refusal:
        await client.post_event(order, event, "early")
    assert refusal.value.status is grpc.StatusCode.FAILED_PRECONDITION
    assert refusal.value.metadata == {"wf_run": order, "external_event_def": event}
    await client.run(order, id=order)
    await client.post_event(order, event, "in time")
    assert await got(client, order) == ["in time"]


async def test_event_that_the_wfspec_does_not_refer_to_is_refused_if_it_must(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name, event, foreign = fresh("order"), fresh("signed"), fresh("lost")
    await client.put_external_event_def(foreign, require_wfspec_reference=True)
    run = await waiting_run(client, name, event)
    with pytest.raises(hitchpost.NotReferencedByWfSpec) as refusal:
        await client.post_event(run, foreign)
    assert refusal.value.status is grpc.StatusCode.FAILED_PRECONDITION
    assert refusal.value.metadata["wf_spec"] == f"{name} 0.0"


async def test_reference_of_the_runs_own_version_counts(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name, old, new = fresh("order"), fresh("old"), fresh("new")
    await client.put_external_event_def(new, require_wfspec_reference=True)
    run = await waiting_run(client, name, old)
    await client.put_workflow(waits_for(name, old, new))
    with pytest.raises(hitchpost.NotReferencedByWfSpec):
        await client.post_event(run, new)
    await client.run(name, id=fresh("run"))


async def test_interrupt_is_a_reference(client: hitchpost.Client, fresh: Fresh) -> None:
    name, awaited, changed = fresh("order"), fresh("signed"), fresh("changed")
    await client.put_external_event_def(changed, require_wfspec_reference=True)
    await client.put_external_event_def(awaited)

    @hitchpost.workflow(name)
    def order(wf: hitchpost.WorkflowBuilder) -> None:
        @wf.interrupt(changed)
        def handle(handler: hitchpost.WorkflowBuilder) -> None:
            handler.complete()

        wf.wait_for_event(awaited)

    await client.put_workflow(order)
    await client.run(name, id=name)
    assert (await client.post_event(name, changed)).id.guid


async def test_one_event_more_than_the_limit_is_refused_and_logged(
    client: hitchpost.Client, server: ServerProcess, fresh: Fresh
) -> None:
    event, run = fresh("noise"), fresh("run")
    await client.put_external_event_def(event)
    await fill(client, run, event)
    with pytest.raises(hitchpost.UnconsumedEventLimit) as refusal:
        await client.post_event(run, event)
    assert refusal.value.status is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert refusal.value.retry_after_seconds is None
    facts = {"wf_run": run, "external_event_def": event, "count": "100", "limit": "100"}
    assert refusal.value.metadata == facts
    [line] = [line for line in server.log.splitlines() if "WARNING" in line and run in line]
    assert event in line
    assert line.count("100") >= 2
    assert len([one async for one in client.list_events(run)]) == LIMIT


async def test_limit_counts_for_a_run_that_is_over(client: hitchpost.Client, fresh: Fresh) -> None:
    event, name = fresh("noise"), fresh("short")
    await client.put_external_event_def(event)
    await client.put_workflow(idles(name))
    assert (await client.run(name, id=name)).status == status_pb2.COMPLETED
    await fill(client, name, event)
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await client.post_event(name, event)


async def test_event_that_is_awaited_is_never_refused_by_the_limit(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    awaited, noise = fresh("signed"), fresh("noise")
    await client.put_external_event_def(noise)
    run = await waiting_run(client, fresh("order"), awaited)
    await fill(client, run, noise)
    assert (await client.post_event(run, awaited, "Ada")).claimed
    assert (await client.get_run(run)).status == status_pb2.COMPLETED


async def test_event_aimed_elsewhere_is_not_awaited(client: hitchpost.Client, fresh: Fresh) -> None:
    awaited, noise = fresh("signed"), fresh("noise")
    await client.put_external_event_def(noise)
    run = await waiting_run(client, fresh("order"), awaited)
    await fill(client, run, noise)
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await client.post_event(run, awaited, thread=7)


async def test_claiming_makes_room_below_the_limit(client: hitchpost.Client, fresh: Fresh) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    await client.put_workflow(waits_for(name, event))
    await fill(client, name, event)
    await client.run(name, id=name)
    await client.post_event(name, event)
    with pytest.raises(hitchpost.UnconsumedEventLimit):
        await client.post_event(name, event)


async def test_run_that_is_over_keeps_its_events(client: hitchpost.Client, fresh: Fresh) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event)
    await client.put_external_event_def(event, require_wfrun=True, require_wfspec_reference=True)
    await client.post_event(run, event, "Ada")
    late = await client.post_event(run, event, "too late", guid="late")
    assert not late.claimed
    assert (await client.get_event(run, event, "late")).content.str == "too late"
    assert await got(client, run) == ["Ada"]


async def test_no_race_between_start_and_event_slips_through(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event, require_wfrun=True, require_wfspec_reference=True)
    await client.put_workflow(waits_for(name, event))

    async def race(run: str) -> tuple[bool, bool]:
        posting = asyncio.create_task(client.post_event(run, event, "x"))
        await client.run(name, id=run)
        [outcome] = await asyncio.gather(posting, return_exceptions=True)
        assert not isinstance(outcome, BaseException) or isinstance(
            outcome, hitchpost.WfRunNotFound
        )
        done = (await client.get_run(run)).status == status_pb2.COMPLETED
        return not isinstance(outcome, BaseException), done

    outcomes = await asyncio.gather(*(race(f"{name}-{number}") for number in range(30)))
    assert all(accepted == done for accepted, done in outcomes)


async def fill(client: hitchpost.Client, run: str, event: str) -> None:
    """Post as many events as a run may hold."""
    await asyncio.gather(*(client.post_event(run, event) for _ in range(LIMIT)))
