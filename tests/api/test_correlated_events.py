"""Correlated events over the wire: whoever waits for their key gets them, now or later."""

from collections.abc import Callable

import grpc
import pytest
from correlating import Correlations, waits, waits_in_threads
from raw_calls import LITTLEHORSES, OURS
from tests.conftest import eventually

import hitchpost
from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1.wf_spec_pb2 import Node

Fresh = Callable[[str], str]
FIELD_INVALID = (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")


@pytest.fixture
async def scans(channel: grpc.aio.Channel, fresh: Fresh) -> Correlations:
    """A definition, with a WfSpec of the same name that waits for it."""
    scans = Correlations(channel, fresh("scanned"))
    await scans.define()
    await scans.put_wf_spec(waits(scans.event, scans.event))
    return scans


@pytest.fixture
def run(fresh: Fresh) -> str:
    return fresh("parcel")


async def is_completed(client: hitchpost.Client, run: str) -> bool:
    return (await client.get_run(run)).status == status.COMPLETED


async def completed(client: hitchpost.Client, run: str) -> object:
    """Wait until a run has completed, and give what it got."""
    await client.wait_for_run(run, timeout=20)
    return await got(client, run)


async def got(client: hitchpost.Client, run: str) -> object:
    """What a run has got."""
    return hitchpost.from_value((await client.variable(run, "got")).value)


async def test_event_that_was_put_first_completes_a_run_and_goes(
    scans: Correlations, client: hitchpost.Client, run: str
) -> None:
    await scans.define(correlated_event_config={"delete_after_first_correlation": True})
    assert not (await scans.put("k", "Ada")).external_events
    assert await scans.get("k") is not None
    await scans.run(scans.event, run)
    assert await completed(client, run) == "Ada"
    assert await scans.get("k") is None


async def test_event_that_stays_lists_what_has_come_of_it(
    scans: Correlations, client: hitchpost.Client, run: str
) -> None:
    await scans.put("k", "Ada")
    await scans.run(scans.event, run)
    await completed(client, run)
    event = await scans.get("k")
    assert event is not None
    (came,) = event.external_events
    found = await client.get_event(run, scans.event, came.guid)
    assert (found.claimed, found.thread_run_number, found.node_run_position) == (True, 0, 1)


async def test_event_reaches_a_run_that_waits_already(
    scans: Correlations, client: hitchpost.Client, run: str
) -> None:
    await scans.run(scans.event, run)
    await scans.put("k", "Ada")
    assert await completed(client, run) == "Ada"


async def test_event_reaches_every_run_that_waits_for_its_key(
    scans: Correlations, client: hitchpost.Client, fresh: Fresh
) -> None:
    runs = [fresh("parcel") for _ in range(20)]
    for run in runs:
        await scans.run(scans.event, run)
    await scans.put("k", "Ada")
    assert [await completed(client, run) for run in runs] == ["Ada"] * 20
    event = await scans.get("k")
    assert event is not None
    assert {one.wf_run_id.id for one in event.external_events} == set(runs)


@pytest.mark.parametrize(("masked", "shown"), [(True, "*****"), (False, "secret")])
async def test_node_shows_its_key_unless_it_masks_it(
    scans: Correlations, client: hitchpost.Client, run: str, masked: bool, shown: str
) -> None:
    await scans.put_wf_spec(waits(run, scans.event, mask_correlation_key=masked))
    await scans.run(run, run, "secret")
    node = await client.node_run(run, 0, 1)
    assert node.external_event.correlation_key == shown
    computed = [event async for event in client.history(run)]
    keys = [e.correlation_key_computed for e in computed if e.HasField("correlation_key_computed")]
    assert [one.correlation_key for one in keys] == [shown]
    await scans.put("secret")
    await completed(client, run)


async def test_each_thread_takes_the_event_of_its_own_key(
    scans: Correlations, client: hitchpost.Client, run: str
) -> None:
    await scans.define(content_type={})
    await scans.put_wf_spec(waits_in_threads(run, scans.event, ("one", "two", "three")))
    await client.run(run, id=run)

    async def completed_threads() -> list[int]:
        threads = (await client.get_run(run)).thread_runs
        return [one.number for one in threads if one.status == status.COMPLETED]

    for key, expected in (("two", [2]), ("one", [1, 2]), ("three", [0, 1, 2, 3])):
        await scans.put(key)

        async def is_so(wanted: list[int] = expected) -> bool:
            return await completed_threads() == wanted

        await eventually(is_so)
    assert await is_completed(client, run)


async def test_thread_for_which_its_parent_has_no_more_use_waits_no_more(
    scans: Correlations, client: hitchpost.Client, run: str
) -> None:
    sleep = Node(sleep={"raw_seconds": {"literal_value": hitchpost.to_value(60)}})
    await scans.put_wf_spec(
        waits_in_threads(run, scans.event, ("one", "two"), sleep, strategy="WAIT_FOR_FIRST")
    )
    await client.run(run, id=run)
    await scans.put("one")

    async def is_halted() -> bool:
        return (await client.get_run(run)).thread_runs[2].status == status.HALTED

    await eventually(is_halted)
    assert not (await scans.put("two")).external_events


async def test_stopped_and_deleted_run_waits_no_more(
    scans: Correlations, client: hitchpost.Client, run: str
) -> None:
    await scans.run(scans.event, run)
    await scans.stop(run)
    await client.delete_run(run)
    # The news of it were on their way before the answer was.
    assert not (await scans.put("k")).external_events


async def test_node_whose_time_is_over_waits_no_more(
    scans: Correlations, client: hitchpost.Client, run: str
) -> None:
    await scans.put_wf_spec(
        waits(run, scans.event, timeout_seconds={"literal_value": hitchpost.to_value(1)})
    )
    await scans.run(run, run)
    await client.wait_for_run(run, {status.ERROR}, timeout=20)
    # The news of it were on their way before the answer was.
    assert not (await scans.put("k")).external_events


async def test_event_that_comes_while_its_run_stands_still_is_taken_when_it_goes_on(
    scans: Correlations, client: hitchpost.Client, run: str
) -> None:
    await scans.run(scans.event, run)
    await scans.stop(run)
    (came,) = (await scans.put("k", "Ada")).external_events

    async def has_come() -> bool:
        return [e.id.guid async for e in client.list_events(run)] == [came.guid]

    await eventually(has_come)
    assert (await client.get_run(run)).status == status.HALTED
    await scans.resume(run)
    assert await got(client, run) == "Ada"


async def test_event_goes_when_its_time_is_over(scans: Correlations) -> None:
    await scans.define(correlated_event_config={"ttl_seconds": 1})
    await scans.put("k")
    assert await scans.get("k") is not None

    async def is_gone() -> bool:
        return await scans.get("k") is None

    await eventually(is_gone)


async def test_event_that_is_there_is_not_put_again(scans: Correlations) -> None:
    await scans.put("k")
    again = await scans.try_to_put("k")
    assert again.says == (grpc.StatusCode.ALREADY_EXISTS, "CORRELATED_EVENT_EXISTS")
    assert again.facts == {"external_event_def": scans.event, "key": "k"}
    for _ in range(2):
        await scans.delete("k")
    await scans.put("k")


@pytest.mark.parametrize("key", ["a/b", "a~b", "a\x00b", "x" * 1_001])
async def test_key_that_cannot_be_is_refused(scans: Correlations, key: str) -> None:
    answer = await scans.try_to_put(key)
    assert answer.says == FIELD_INVALID
    assert answer.facts["field"] == "key"
    assert await scans.get(key) is None


async def test_checks_come_in_their_order(scans: Correlations) -> None:
    """Each event has all that is wrong with the one after it, and one thing more."""
    unknown = Correlations(scans._channel, "unheard-of")
    assert (await unknown.try_to_put("a/b")).says == FIELD_INVALID
    assert (await unknown.try_to_put("k")).reason == "EXTERNAL_EVENT_DEF_NOT_FOUND"
    await scans.put("k")
    typed = {"return_type": {"primitive_type": "INT"}}
    await scans.call("PutExternalEventDef", scans.definition(content_type=typed))
    assert (await scans.try_to_put("k", "text")).says == FIELD_INVALID
    await scans.define(content_type=typed)
    assert (await scans.try_to_put("k", "text")).reason == "CONTENT_TYPE_MISMATCH"
    assert (await scans.try_to_put("k", 3)).reason == "CORRELATED_EVENT_EXISTS"


@pytest.mark.parametrize("path", [OURS, LITTLEHORSES])
async def test_both_paths_serve_it(scans: Correlations, path: str) -> None:
    request = correlated_events.PutCorrelatedEventRequest(key=path.strip("/"))
    request.external_event_def_id.name = scans.event
    answer = await scans.call("PutCorrelatedEvent", request, path)
    assert answer.code is grpc.StatusCode.OK
