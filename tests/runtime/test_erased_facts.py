"""A run is being erased while commands about it are decided: it is gone for them already."""

import convoys
import orders
import pytest
from serving import names_of, outcomes_of, until

from hitchpost_server.engine.rows import ExternalEventRow
from hitchpost_server.store.protocol import StoreUnavailableError

FULL = StoreUnavailableError("the disk is full")


@pytest.mark.parametrize("failure", [None, FULL], ids=["written", "not written"])
async def test_guid_of_an_erased_run_is_free_as_soon_as_that_is_decided(
    serving, store, decided, failure
) -> None:
    await serving.do(orders.start("parcel", "a"), orders.post("noted", "a", "once"))
    decided.clear()
    commit = store.hold("commit", failure)
    (deleted,) = serving.submit(orders.delete("a"))
    await commit.reached.wait()
    (again,) = serving.submit(orders.post("noted", "a", "once"))
    await until(lambda: len(decided) == 2)
    commit.release()
    wanted = (
        ["StoreUnavailable", "ExternalEventExists"] if failure else ["NoneType", "ExternalEvent"]
    )
    assert names_of(await outcomes_of([deleted, again])) == wanted
    assert len(await store.kept.scan(ExternalEventRow, ("a",), (), 10)) == 1


async def test_guid_of_a_run_that_is_erased_in_the_same_batch_is_free(serving, store) -> None:
    await serving.do(
        orders.start("parcel", "a"),
        orders.post("signed", "a", "claimed"),
        orders.continue_as_new("a"),
        orders.post("noted", "a", "once"),
    )
    outcomes = await serving.outcomes(
        orders.delete("a"),
        orders.post("noted", "a", "once"),
        orders.start("parcel", "a"),
        orders.post("signed", "a", "claimed"),
    )
    assert names_of(outcomes) == ["NoneType", "ExternalEvent", "WfRun", "ExternalEvent"]


async def test_form_of_an_erased_run_is_gone_as_soon_as_that_is_decided(serving, store) -> None:
    await serving.do(*(make() for make in convoys.DEFINITIONS))
    await serving.do(orders.start("convoy", "a", key="a"), convoys.fill_in("a", "3-1"))
    commit = store.hold("commit")
    (deleted,) = serving.submit(orders.delete("a"))
    await commit.reached.wait()
    (filled,) = serving.submit(convoys.fill_in("a", "3-1"))
    commit.release()
    assert names_of(await outcomes_of([deleted, filled])) == ["NoneType", "ObjectNotFound"]
