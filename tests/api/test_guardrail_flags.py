"""Guardrails are off unless set, stay as an operator set them, and act from then on."""

from collections.abc import Callable

import pytest
from tests.conftest import ServerProcess
from workflows import got, history_kinds, idles, waits_for

import hitchpost
from hitchpost.v1 import history_pb2

Fresh = Callable[[str], str]
FLAGS = ("require_wfrun", "require_wfspec_reference")


async def test_new_definition_has_no_guardrail(client: hitchpost.Client, fresh: Fresh) -> None:
    definition = await client.put_external_event_def(fresh("signed"))
    assert not definition.require_wfrun
    assert not definition.require_wfspec_reference


@pytest.mark.parametrize("flag", FLAGS)
async def test_guardrail_stays_when_a_put_does_not_speak_of_it(
    client: hitchpost.Client, fresh: Fresh, flag: str
) -> None:
    name = fresh("signed")
    await client.put_external_event_def(name, **{flag: True})
    again = await client.put_external_event_def(name, content_type=str)
    assert getattr(again, flag)
    assert again.HasField("type_information")
    stored = await client.get_external_event_def(name)
    assert {one: getattr(stored, one) for one in FLAGS} == {one: one == flag for one in FLAGS}


@pytest.mark.parametrize("flag", FLAGS)
async def test_explicit_false_turns_a_guardrail_off(
    client: hitchpost.Client, fresh: Fresh, flag: str
) -> None:
    name = fresh("signed")
    await client.put_external_event_def(name, require_wfrun=True, require_wfspec_reference=True)
    await client.put_external_event_def(name, **{flag: False})
    stored = await client.get_external_event_def(name)
    assert {one: getattr(stored, one) for one in FLAGS} == {one: one != flag for one in FLAGS}


async def test_definition_that_was_deleted_forgets_its_guardrails(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    name = fresh("signed")
    await client.put_external_event_def(name, require_wfrun=True)
    await client.delete_external_event_def(name)
    assert not (await client.put_external_event_def(name)).require_wfrun


async def test_event_accepted_before_a_guardrail_was_set_stays(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("short")
    await client.put_external_event_def(event)
    await client.post_event(name, event, "early", guid="early")
    await client.put_external_event_def(event, require_wfrun=True, require_wfspec_reference=True)
    await client.put_workflow(idles(name))
    await client.run(name, id=name)
    assert (await client.get_event(name, event, "early")).content.str == "early"


async def test_early_event_to_which_the_wfspec_does_not_refer_is_dropped_at_the_start(
    client: hitchpost.Client, server: ServerProcess, fresh: Fresh
) -> None:
    event, name = fresh("lost"), fresh("short")
    await client.put_external_event_def(event, require_wfspec_reference=True)
    await client.post_event(name, event, "early", guid="early")
    await client.put_workflow(idles(name))
    await client.run(name, id=name)
    [dropped] = [
        one.external_event_dropped
        async for one in client.history(name)
        if one.WhichOneof("event") == "external_event_dropped"
    ]
    assert dropped.external_event_id.guid == "early"
    assert dropped.reason == history_pb2.NO_REFERENCE_AT_START
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.get_event(name, event, "early")
    [line] = [line for line in server.log.splitlines() if "WARNING" in line and name in line]
    assert event in line


async def test_early_event_to_which_the_wfspec_refers_is_claimed_at_the_start(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event, require_wfspec_reference=True)
    await client.post_event(name, event, "early")
    await client.put_workflow(waits_for(name, event))
    await client.run(name, id=name)
    assert await got(client, name) == ["early"]
    assert "external_event_dropped" not in await history_kinds(client, name)


async def test_early_events_without_the_guardrail_stay_when_others_are_dropped(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    strict, lax, name = fresh("strict"), fresh("lax"), fresh("short")
    await client.put_external_event_def(strict, require_wfspec_reference=True)
    await client.put_external_event_def(lax)
    await client.post_event(name, strict)
    await client.post_event(name, lax)
    await client.put_workflow(idles(name))
    await client.run(name, id=name)
    left = [one.id.external_event_def_id.name async for one in client.list_events(name)]
    assert left == [lax]
