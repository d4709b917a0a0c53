"""Events that come by a key, and events that runs throw, on a real server."""

from datetime import UTC, datetime

import pytest
from playing import ended, started, variable

import hitchpost
from hitchpost import Client, WorkflowBuilder
from hitchpost.v1 import status_pb2


async def test_an_event_reaches_the_runs_that_wait_for_its_key(client: Client) -> None:
    def document(wf: WorkflowBuilder) -> None:
        key = wf.input("key", str, masked=True)
        wf.register_event("signed", content_type=str, correlation=hitchpost.Correlation())
        wf.complete(wf.wait_for_event("signed", correlation_key=key))

    first = await started(client, document, {"key": "A"})
    other = await started(client, document, {"key": "B"})
    await client.post_correlated_event("A", "signed", "Ada")
    run = await ended(client, first)
    assert run.thread_runs[0].output.str == "Ada"
    assert (await client.get_run(other)).status == status_pb2.RUNNING
    with pytest.raises(hitchpost.CorrelatedEventExists):
        await client.post_correlated_event("A", "signed", "Bob")
    stored = await client.get_correlated_event("A", "signed")
    assert len(stored.external_events) == 1
    await client.delete_correlated_event("A", "signed")


async def test_what_a_run_throws_is_awaited_and_listed(client: Client) -> None:
    def shipping(wf: WorkflowBuilder) -> None:
        wf.register_workflow_event("shipped", content_type=str)
        wf.throw_event("shipped", "first")
        wf.throw_event("shipped", "second")

    run = await started(client, shipping)
    first = await client.await_workflow_event(run, "shipped")
    second = await client.await_workflow_event(run, "shipped", ignore=[first])
    assert (first.content.str, second.content.str) == ("first", "second")
    assert [event async for event in client.list_workflow_events(run)] == [first, second]
    found = [one async for one in client.search_workflow_events("shipped")]
    assert found[-2:] == [first.id, second.id]
    assert await client.get_workflow_event(run, "shipped", 1) == second


async def test_every_definition_can_be_got_and_deleted(client: Client) -> None:
    await client.put_workflow_event_def("thrown", content_type=int)
    assert (await client.get_workflow_event_def("thrown")).content_type.HasField("return_type")
    await client.delete_workflow_event_def("thrown")
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.get_workflow_event_def("thrown")


async def test_a_run_starts_over_with_what_it_knows(client: Client) -> None:
    def counter(wf: WorkflowBuilder) -> None:
        total = wf.variable("total", int, default=0)
        since = wf.variable("since", datetime)
        pin = wf.variable("pin", bytes, masked=True)
        wf.register_event("turn", content_type=int)
        turn = wf.wait_for_event("turn")
        with wf.when(turn == 0):
            wf.complete(since)
        with wf.otherwise_when(turn == 1):
            wf.continue_as_new(total=100)

        def other(child: WorkflowBuilder) -> None:
            number = child.input("number", int)
            child.continue_as_new({"pin": pin}, total=total + number, since=since)

        wf.wait_for_threads(wf.start_thread(other, {"number": turn}))
        wf.complete(since)

    moment = datetime(2030, 1, 1, tzinfo=UTC)
    run = await started(client, counter, {"since": moment, "total": 1, "pin": b"1815"})
    for turn in (5, 7):
        await client.post_event(run, "turn", turn)
    assert await variable(client, run, "total") == 13
    again = await client.await_workflow_event(run, "hitchpost-continue-as-new")
    assert hitchpost.from_value(again.content)["pin"] == "*****"
    await client.post_event(run, "turn", 0)
    assert hitchpost.from_value((await ended(client, run)).thread_runs[0].output) == moment


async def test_a_run_starts_over_with_what_it_was_sent(client: Client) -> None:
    def following(wf: WorkflowBuilder) -> None:
        wf.variable("word", str)
        wf.register_event("next", content_type=dict)
        wf.continue_as_new(wf.wait_for_event("next"))

    run = await started(client, following)
    await client.post_event(run, "next", {"word": "again"})
    assert await variable(client, run, "word") == "again"
    assert (await client.get_run(run)).execution == 2
    await client.post_event(run, "next", {"word": 5.5, "words": 1})
    failed = await ended(client, run)
    assert "input variable words" in failed.thread_runs[0].error_message
