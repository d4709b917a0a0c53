"""Histories of runs that start over: execution by execution, with what came along."""

from collections.abc import Callable
from typing import Annotated

import pytest
from workflows import waits_for

import hitchpost
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.wf_run_pb2 import WfRun

Fresh = Callable[[str], str]
Client = hitchpost.Client


@pytest.fixture
async def patient(client: Client, fresh: Fresh) -> str:
    """A run that waits for what does not come; it takes no notice of `<run>-other`."""
    name = fresh("patient")
    await client.put_external_event_def(f"{name}-never")
    await client.put_external_event_def(f"{name}-other")
    await client.put_workflow(waits_for(name, f"{name}-never"))
    await client.run(name, id=name)
    return name


async def start_over(client: Client, run: str, times: int = 1) -> WfRun:
    for _ in range(times):
        answer = await client.continue_as_new(run)
    return answer


async def told(client: Client, run: str, execution: int | None = None) -> list[HistoryEvent]:
    return [event async for event in client.history(run, execution=execution)]


def kinds(events: list[HistoryEvent]) -> list[str | None]:
    return [event.WhichOneof("event") for event in events]


async def test_executions_follow_one_another_in_the_history(client: Client, patient: str) -> None:
    assert (await start_over(client, patient, 3)).execution == 4
    whole = await told(client, patient)
    by_execution = [await told(client, patient, number) for number in (1, 2, 3, 4)]
    assert sum(by_execution, []) == whole
    for number, events in enumerate(by_execution, 1):
        assert {event.execution for event in events} == {number}
    second = kinds(by_execution[1])
    assert (second[0], second[-1]) == ("run_started", "run_continued_as_new")


async def test_an_execution_that_the_run_has_not_reached_is_not_found(
    client: Client, patient: str
) -> None:
    await start_over(client, patient)
    with pytest.raises(hitchpost.ObjectNotFound, match="Execution") as caught:
        await told(client, patient, 3)
    assert caught.value.metadata["id"] == f"{patient}/3"


async def test_history_of_one_execution_goes_on_behind_a_sequence(
    client: Client, patient: str
) -> None:
    await start_over(client, patient, 2)
    second = await told(client, patient, 2)
    after = second[1].sequence
    assert [one async for one in client.history(patient, 2, after)] == second[2:]
    assert [one async for one in client.history(patient, 2, second[-1].sequence)] == []


async def test_what_came_along_is_shown_as_it_was_received(client: Client, patient: str) -> None:
    for text in ("first", "second"):
        await client.post_event(patient, f"{patient}-other", text)
    await start_over(client, patient, 2)
    await client.post_event(patient, f"{patient}-other", "third")
    await start_over(client, patient)
    received = [
        event.external_event_received.external_event
        for event in await told(client, patient)
        if event.HasField("external_event_received")
    ]
    came_along = [
        event.external_event_carried.external_event
        for event in await told(client, patient, 4)
        if event.HasField("external_event_carried")
    ]
    assert came_along == received
    assert [(one.content.str, one.execution) for one in came_along] == [
        ("first", 1),
        ("second", 1),
        ("third", 3),
    ]


async def test_what_came_along_hides_masked_fields(client: Client, patient: str) -> None:
    @hitchpost.struct(f"{patient}-letter")
    class Letter:
        text: str
        secret: Annotated[str, hitchpost.Field(masked=True)]

    await client.put_struct_def(Letter)
    await client.put_external_event_def(f"{patient}-letter", content_type=Letter)
    await client.post_event(patient, f"{patient}-letter", Letter("hello", "4711"))
    await start_over(client, patient)
    [carried] = [one for one in await told(client, patient, 2) if "carried" in str(one)]
    assert "4711" not in str(carried)
    assert "hello" in str(carried)


async def test_history_of_a_child_has_executions_of_its_own(client: Client, fresh: Fresh) -> None:
    name, below = fresh("parent"), fresh("child")
    await client.put_external_event_def(f"{name}-never")

    @hitchpost.workflow(below)
    def child(wf: hitchpost.WorkflowBuilder) -> None:
        wf.wait_for_event(f"{name}-never")

    @hitchpost.workflow(name)
    def parent(wf: hitchpost.WorkflowBuilder) -> None:
        wf.run_child_wf(below, id="child")
        wf.wait_for_event(f"{name}-never")

    await client.put_workflow(child)
    await client.put_workflow(parent)
    await client.run(name, id=name)
    await start_over(client, f"{name}_child", 2)
    third = await told(client, f"{name}_child", 3)
    assert kinds(third)[0] == "run_started"
    assert {hitchpost.run_id_text(one.wf_run_id) for one in third} == {f"{name}_child"}
    with pytest.raises(hitchpost.ObjectNotFound):
        await told(client, name, 2)
    with pytest.raises(hitchpost.ObjectNotFound):
        await told(client, f"{name}_nobody")


async def test_an_event_that_an_earlier_execution_took_is_still_to_be_had(
    client: Client, fresh: Fresh
) -> None:
    name = fresh("taker")
    for event in (f"{name}-taken", f"{name}-never"):
        await client.put_external_event_def(event)
    await client.put_workflow(waits_for(name, f"{name}-taken", f"{name}-never"))
    await client.run(name, id=name)
    taken = await client.post_event(name, f"{name}-taken", "x", guid="once")
    assert taken.claimed
    await start_over(client, name)
    assert await client.get_event(name, f"{name}-taken", "once") == taken
    assert [one async for one in client.list_events(name)] == []
    with pytest.raises(hitchpost.ExternalEventExists):
        await client.post_event(name, f"{name}-taken", "x", guid="once")
