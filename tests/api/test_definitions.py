"""Putting definitions again, reading and deleting them."""

from collections.abc import Callable

import grpc
import pytest
from workflows import does, idles, waits_for

import hitchpost
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1.value_pb2 import ReturnType

Fresh = Callable[[str], str]
Version = tuple[int, int]


def version(spec: wf_specs.WfSpec) -> Version:
    return spec.id.major_version, spec.id.revision


def with_input(name: str, *inputs: str, **options: int) -> hitchpost.Workflow:
    """A workflow whose inputs must be given."""

    @hitchpost.workflow(name, **options)
    def takes(wf: hitchpost.WorkflowBuilder) -> None:
        for one in inputs:
            wf.input(one, str)

    return takes


async def test_task_put_again_is_the_stored_one(client: hitchpost.Client, fresh: Fresh) -> None:
    name = fresh("greet")
    first = await client.put_task_def(name, {"item": str}, returns=str)
    again = await client.put_task_def(name, {"item": str}, returns=str)
    assert first == again == await client.get_task_def(name)


async def test_task_may_not_change(client: hitchpost.Client, fresh: Fresh) -> None:
    name = fresh("greet")
    await client.put_task_def(name, {"item": str})
    for inputs, returns in (({"item": int}, None), ({}, None), ({"item": str}, str)):
        with pytest.raises(hitchpost.DefinitionExists) as refusal:
            await client.put_task_def(name, inputs, returns=returns)
        assert refusal.value.status is grpc.StatusCode.ALREADY_EXISTS
        assert {"kind": "TaskDef", "name": name}.items() <= refusal.value.metadata.items()


async def test_task_always_says_what_it_returns(client: hitchpost.Client, fresh: Fresh) -> None:
    definition = await client.put_task_def(fresh("log"))
    assert definition.HasField("return_type")
    assert not definition.return_type.HasField("return_type")


async def test_external_event_put_again_takes_the_place_of_the_old(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name = fresh("signed")
    first = await client.put_external_event_def(name, content_type=int, retention_seconds=5)
    assert first.retention_policy.seconds_after_put == 5
    second = await client.put_external_event_def(name, content_type=str)
    assert second == await client.get_external_event_def(name)
    assert second.HasField("retention_policy")
    assert not second.retention_policy.HasField("seconds_after_put")
    assert second.created_at.ToNanoseconds() > first.created_at.ToNanoseconds()


async def test_void_event_takes_any_content(client: hitchpost.Client, fresh: Fresh) -> None:
    name = fresh("ping")
    definition = await client.put_external_event_def(name, content_type=ReturnType())
    assert definition.HasField("type_information")
    assert (await client.post_event(fresh("run"), name, "anything")).content.str == "anything"


async def test_workflow_put_again_is_the_latest(client: hitchpost.Client, fresh: Fresh) -> None:
    name = fresh("order")
    first = await client.put_workflow(idles(name))
    assert version(first) == (0, 0)
    assert await client.put_workflow(idles(name)) == first


async def test_small_change_makes_a_revision_and_a_breaking_one_a_major_version(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name, event = fresh("order"), fresh("signed")
    await client.put_external_event_def(event)
    puts = [
        idles(name),
        waits_for(name, event),
        with_input(name, "item"),
        with_input(name, "item", "colour"),
        with_input(name, "item"),
    ]
    versions = [version(await client.put_workflow(put)) for put in puts]
    assert versions == [(0, 0), (0, 1), (1, 0), (2, 0), (3, 0)]
    assert version(await client.get_wf_spec(name)) == (3, 0)
    assert version(await client.get_wf_spec(name, 0)) == (0, 1)
    assert version(await client.get_wf_spec(name, 0, 0)) == (0, 0)
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.get_wf_spec(name, 9)


async def test_updates_that_are_not_allowed_are_refused(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name = fresh("order")
    await client.put_workflow(with_input(name, "item"))
    minor, none = wf_specs.MINOR_REVISION_UPDATES, wf_specs.NO_UPDATES
    with pytest.raises(hitchpost.BreakingChange) as breaking:
        await client.put_workflow(with_input(name, "item", "colour", allowed_updates=minor))
    assert breaking.value.status is grpc.StatusCode.FAILED_PRECONDITION
    with pytest.raises(hitchpost.DefinitionExists) as exists:
        await client.put_workflow(with_input(name, "item", "colour", allowed_updates=none))
    assert exists.value.status is grpc.StatusCode.ALREADY_EXISTS
    same = await client.put_workflow(with_input(name, "item", allowed_updates=none))
    assert version(same) == (0, 0)


async def test_workflow_may_only_name_what_exists(client: hitchpost.Client, fresh: Fresh) -> None:
    for workflow in (waits_for(fresh("wf"), fresh("gone")), does(fresh("wf"), fresh("gone"))):
        with pytest.raises(hitchpost.DefinitionInvalid) as refusal:
            await client.put_workflow(workflow)
        assert refusal.value.status is grpc.StatusCode.INVALID_ARGUMENT
        assert "gone" in refusal.value.message


async def test_definitions_may_follow_one_another_without_a_pause(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    task = fresh("greet")
    workflow = does(fresh("wf"), task)
    await client.put_task_def(task, {"item": str}, returns=str)
    await client.put_workflow(workflow)
    await client.delete_wf_spec(workflow.name, 0, 0)
    await client.delete_task_def(task)
    with pytest.raises(hitchpost.DefinitionInvalid) as refusal:
        await client.put_workflow(workflow)
    assert task in refusal.value.message


async def test_worker_starts_as_soon_as_its_task_is_defined(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    task = fresh("greet")
    for _ in range(5):
        await client.put_task_def(task)
        async with hitchpost.Worker(client, task, lambda: None):
            pass
        await client.delete_task_def(task)
        with pytest.raises(hitchpost.ObjectNotFound):
            await client.get_task_def(task)


async def test_deleted_definitions_are_gone_and_may_be_put_again(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name = fresh("thing")
    for put, get, delete in (
        (client.put_task_def, client.get_task_def, client.delete_task_def),
        (
            client.put_external_event_def,
            client.get_external_event_def,
            client.delete_external_event_def,
        ),
    ):
        await put(name)
        await delete(name)
        for call in (get, delete):
            with pytest.raises(hitchpost.ObjectNotFound):
                await call(name)
        await put(name)


async def test_numbering_goes_on_from_what_is_left(client: hitchpost.Client, fresh: Fresh) -> None:
    name, event = fresh("order"), fresh("signed")
    await client.put_external_event_def(event)
    await client.put_workflow(idles(name))
    await client.put_workflow(waits_for(name, event))
    await client.delete_wf_spec(name, 0, 1)
    assert version(await client.get_wf_spec(name)) == (0, 0)
    assert version(await client.put_workflow(waits_for(name, event, event))) == (0, 1)
    await client.delete_wf_spec(name, 0, 1)
    await client.delete_wf_spec(name, 0, 0)
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.delete_wf_spec(name, 0, 0)
    assert version(await client.put_workflow(idles(name))) == (0, 0)


@pytest.mark.parametrize("bad", ["", "a b", "a_b", "-a", "a-", "ü", "x" * 256])
async def test_bad_names_are_refused(client: hitchpost.Client, bad: str) -> None:
    for put in (
        client.put_task_def(bad),
        client.put_external_event_def(bad),
        client.put_workflow(idles(bad)),
    ):
        with pytest.raises(hitchpost.FieldInvalid) as refusal:
            await put
        assert refusal.value.metadata["field"] == "name"
