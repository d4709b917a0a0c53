"""Accepted events are kept and handed out: first in, first out, each of them once."""

import asyncio
import json
from collections.abc import Callable

import pytest
from tests.conftest import ServerProcess
from workflows import got, history_kinds, waiting_run, waits_for

import hitchpost
from hitchpost.v1 import status_pb2

Fresh = Callable[[str], str]


async def test_event_posted_before_the_run_exists_is_claimed_at_its_start(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    assert not (await client.post_event(name, event, "early", guid="e")).claimed
    await client.put_workflow(waits_for(name, event))
    assert (await client.run(name, id=name)).status == status_pb2.COMPLETED
    claimed = await client.get_event(name, event, "e")
    assert (claimed.claimed, claimed.thread_run_number, claimed.node_run_position) == (True, 0, 1)
    node = (await client.node_run(name, 0, 1)).external_event
    assert node.external_event_id == claimed.id
    assert node.event_time == claimed.created_at


async def test_event_posted_before_the_run_waits_for_it_is_kept(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    first, second = fresh("signed"), fresh("paid")
    run = await waiting_run(client, fresh("order"), first, second)
    assert not (await client.post_event(run, second, "money")).claimed
    assert (await client.post_event(run, first, "Ada")).claimed
    assert await got(client, run) == ["Ada", "money"]


async def test_answer_to_an_event_that_is_awaited_says_who_took_it(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event)
    taken = await client.post_event(run, event, "Ada")
    assert (taken.claimed, taken.thread_run_number, taken.node_run_position) == (True, 0, 1)
    assert (await client.get_run(run)).status == status_pb2.COMPLETED


async def test_events_of_one_name_are_claimed_in_the_order_of_acceptance(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    # Neither the guid nor the way in which they are sorted anywhere counts.
    for content, guid in (("1", "z"), ("2", "a"), ("3", "m"), ("4", "0")):
        await client.post_event(name, event, content, guid=guid)
    await client.put_workflow(waits_for(name, *[event] * 4))
    await client.run(name, id=name)
    assert await got(client, name) == ["1", "2", "3", "4"]


async def test_each_event_is_claimed_once(client: hitchpost.Client, fresh: Fresh) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event, event)
    await client.post_event(run, event, "one")
    assert (await client.get_run(run)).status == status_pb2.RUNNING
    await client.post_event(run, event, "two")
    assert await got(client, run) == ["one", "two"]


async def test_names_do_not_interfere(client: hitchpost.Client, fresh: Fresh) -> None:
    awaited, other = fresh("signed"), fresh("paid")
    await client.put_external_event_def(other)
    run = await waiting_run(client, fresh("order"), awaited)
    for _ in range(3):
        assert not (await client.post_event(run, other, "x")).claimed
    assert (await client.get_run(run)).status == status_pb2.RUNNING
    await client.post_event(run, awaited, "Ada")
    assert await got(client, run) == ["Ada"]
    assert [one.claimed async for one in client.list_events(run)].count(False) == 3


async def test_runs_do_not_interfere(client: hitchpost.Client, fresh: Fresh) -> None:
    event, name = fresh("signed"), fresh("order")
    one = await waiting_run(client, name, event)
    other = (await client.run(name, id=fresh("other"))).id.id
    await client.post_event(other, event, "for the other")
    assert await got(client, one) == [None]
    assert await got(client, other) == ["for the other"]


async def test_many_posts_at_once_are_each_claimed_once(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    run = await waiting_run(client, name, *[event] * 20)
    posts = (client.post_event(run, event, str(number)) for number in range(20))
    events = await asyncio.gather(*posts)
    assert sorted(one.node_run_position for one in events) == list(range(1, 21))
    by_position = sorted(events, key=lambda one: one.node_run_position)
    assert [one.content.str for one in by_position] == sorted_as_got(await got(client, run))


def sorted_as_got(values: list[object]) -> list[object]:
    """Bring variables, which come sorted by name, into the order of their numbers."""
    names = sorted(f"got-{number}" for number in range(len(values)))
    numbered = {int(name.removeprefix("got-")): values[at] for at, name in enumerate(names)}
    return [numbered[number] for number in range(len(values))]


async def test_event_aimed_at_a_node_waits_for_that_node(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    await client.post_event(name, event, "second", thread=0, position=2)
    await client.post_event(name, event, "elsewhere", thread=3)
    await client.post_event(name, event, "first")
    await client.put_workflow(waits_for(name, event, event))
    await client.run(name, id=name)
    assert await got(client, name) == ["first", "second"]


async def test_event_aimed_at_a_thread_fits_any_node_of_it(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event, event)
    await client.post_event(run, event, "a", thread=0)
    await client.post_event(run, event, "b", thread=0)
    assert await got(client, run) == ["a", "b"]


async def test_event_aimed_at_nobody_is_kept_unclaimed(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event)
    kept = await client.post_event(run, event, "x", thread=0, position=99, guid="far")
    assert not kept.claimed
    stored = await client.get_event(run, event, "far")
    assert (stored.thread_run_number, stored.node_run_position) == (0, 99)


async def test_empty_content_is_content(client: hitchpost.Client, fresh: Fresh) -> None:
    event = fresh("ping")
    run = await waiting_run(client, fresh("order"), event, event)
    assert (await client.post_event(run, event)).claimed
    assert (await client.post_event(run, event, "")).claimed
    assert await got(client, run) == [None, ""]


@pytest.mark.parametrize("kilobytes", [100, 900])
async def test_large_json_arrives_whole(
    client: hitchpost.Client, fresh: Fresh, kilobytes: int
) -> None:
    event, name = fresh("sent"), fresh("order")
    await client.put_external_event_def(event, content_type=dict)

    @hitchpost.workflow(name)
    def order(wf: hitchpost.WorkflowBuilder) -> None:
        wf.set(wf.variable("document", dict), wf.wait_for_event(event))

    await client.put_workflow(order)
    await client.run(name, id=name)
    document = {"lines": [f"{number} äöü€" * 5 for number in range(kilobytes * 15)], "ok": True}
    assert kilobytes * 900 < len(json.dumps(document, ensure_ascii=False).encode())
    await client.post_event(name, event, document)
    kept = (await client.variable(name, "document")).value
    assert hitchpost.from_value(kept) == document


async def test_events_outlive_a_kill(own_server: ServerProcess) -> None:
    async with hitchpost.connect(own_server.target) as client:
        run = await waiting_run(client, "order", "signed", "paid")
        await client.post_event(run, "paid", "1", guid="b")
        await client.post_event("order-child_child", "paid", "to a child", guid="c")
    own_server.kill()
    own_server.start()
    async with hitchpost.connect(own_server.target) as client:
        assert not (await client.get_event(run, "paid", "b")).claimed
        await client.post_event(run, "signed", "2")
        assert await got(client, run) == ["2", "1"]
        with pytest.raises(hitchpost.ExternalEventExists):
            await client.post_event("order-child_child", "paid", guid="c")


async def test_wait_ends_with_timeout_when_nothing_comes(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    await client.put_workflow(waits_for(name, event, timeout=1))
    await client.run(name, id=name)
    assert (await client.wait_for_run(name, timeout=20)).status == status_pb2.ERROR
    node = await client.node_run(name, 0, 1)
    assert node.external_event.timed_out
    [failure] = node.failures
    assert failure.failure_name == "TIMEOUT"
    assert "arrive in time" in failure.message
    assert "timer_fired" in await history_kinds(client, name)


async def test_timer_of_a_node_that_got_its_event_does_not_fire(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    event, name = fresh("signed"), fresh("order")
    await client.put_external_event_def(event)
    await client.put_workflow(waits_for(name, event, event, timeout=2))
    await client.run(name, id=name)
    await client.post_event(name, event, "in time")
    assert (await client.wait_for_run(name, timeout=20)).status == status_pb2.ERROR
    assert (await client.node_run(name, 0, 1)).status == status_pb2.COMPLETED
    assert (await client.node_run(name, 0, 2)).external_event.timed_out
    assert (await history_kinds(client, name)).count("timer_fired") == 1
