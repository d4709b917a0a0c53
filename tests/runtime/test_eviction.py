"""What does not fit into memory is read again and is what it was."""

from itertools import cycle, pairwise

import orders
import pytest
from serving import names_of

import hitchpost
from hitchpost_server.runtime.cache import MESSAGE_BYTES_BASE

TINY = {"cache_bytes_max": 1, "snapshot_every_events": 1}


@pytest.mark.parametrize("snapshot_every_events", [1, 2, 5, 10_000])
@pytest.mark.parametrize("cache_bytes_max", [1, 20_000])
async def test_streams_come_back_as_they_were(serve, cache_bytes_max, snapshot_every_events):
    serving = await serve(
        cache_bytes_max=cache_bytes_max, snapshot_every_events=snapshot_every_events
    )
    runs = [f"run-{n}" for n in range(20)]
    await serving.outcomes(*(orders.start("parcel", run) for run in runs))
    for guid in "xy":
        await serving.outcomes(*(orders.post("signed", run, guid) for run in runs))
    assert len(serving.committer._cache) < (10 if cache_bytes_max > 1 else 1)
    again = await serving.outcomes(*(orders.post("signed", run, "x") for run in runs))
    assert set(names_of(again)) == {"ExternalEventExists"}
    last = await serving.outcomes(*(orders.post("signed", run, "z") for run in runs))
    assert all(event.claimed and event.node_run_position == 3 for event in last)


async def test_cache_counts_what_it_holds(serve) -> None:
    serving = await serve(snapshot_every_events=3)
    for n in range(30):
        await serving.do(orders.start("parcel", f"run-{n}"), orders.delete(f"run-{n}"))
    cache = serving.committer._cache
    assert cache.bytes_used == sum(live.weight for live in cache._streams.values())
    assert not cache._pins


async def test_stream_weighs_what_it_holds_and_not_what_it_has_taken_in(serve) -> None:
    serving = await serve(snapshot_every_events=10)
    await serving.do(orders.start("parcel", "run"))
    weights = []
    for _ in range(60):
        await serving.do(orders.continue_as_new("run"))
        weights.append(serving.committer._cache.get("run/run").weight)
    # A moment is written in a byte more or less.
    assert max(weights[-20:]) < 1.05 * max(weights[:20])


@pytest.mark.parametrize("settings", [TINY, {}])
async def test_id_used_again_and_again_comes_back_as_it_was(serve, settings) -> None:
    serving = await serve(**settings)
    for n in range(4):
        await serving.do(orders.start("chore", "a", room=f"{n}"))
        await serving.do(orders.delete("a"))
    run = await serving.do(orders.start("chore", "a", room="last"))
    assert run.status == hitchpost.v1.status_pb2.RUNNING


async def test_nothing_of_a_run_is_known_in_the_batch_that_deletes_it(serving) -> None:
    first = orders.start("parcel", "a"), orders.post("signed", "a", "once")
    await serving.do(*first)
    again = orders.start("parcel", "a"), orders.post("signed", "a", "once")
    outcomes = await serving.outcomes(orders.delete("a"), *again)
    assert names_of(outcomes) == ["NoneType", "WfRun", "ExternalEvent"]


@pytest.mark.parametrize("cached_facts_max", [1, 2, 3, 5])
async def test_batch_that_needs_more_definitions_than_are_kept_is_decided(
    serve, cached_facts_max
) -> None:
    serving = await serve(cached_facts_max=cached_facts_max)
    kinds = [("parcel", {}), ("chore", {"room": "hall"}), ("nap", {"until": 9**15})]
    for batch in range(6):
        wanted = cycle(kinds[batch % 3 :] + kinds[: batch % 3])
        ordered = [
            orders.start(name, f"run-{batch}-{n}", **inputs)
            for n, (name, inputs) in zip(range(7), wanted, strict=False)
        ]
        assert set(names_of(await serving.outcomes(*ordered))) == {"WfRun"}
        assert len(serving.committer._definitions._facts) <= cached_facts_max + 8


async def test_stream_weighs_more_with_each_message_that_it_holds(serve) -> None:
    serving = await serve()
    await serving.do(orders.start("parcel", "run"))
    weights = []
    for n in range(20):
        await serving.do(orders.post("noted", "run", f"guid-{n}"))
        weights.append(serving.committer._cache.get("run/run").weight)
    gained = [later - earlier for earlier, later in pairwise(weights)]
    assert min(gained) > MESSAGE_BYTES_BASE


async def test_stream_read_again_weighs_what_it_weighed_before(serve) -> None:
    serving = await serve()
    await serving.do(orders.start("parcel", "run"), orders.post("signed", "run", "x"))
    cache = serving.committer._cache
    before = cache.get("run/run").weight
    cache.drop(["run/run"])
    await serving.outcomes(orders.post("signed", "run", "x"))
    assert cache.get("run/run").weight == before
